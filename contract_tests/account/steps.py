"""The PATCHes of a run, of which some may be the cause of what a key shows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..contract.oracle import parse_instant
from ..judge.patch_checks import Key

_MOST = 4
_CHANGEABLE = ("activations_limit", "expires_at", "status", "instances_count")


@dataclass(frozen=True)
class Step:
    """A PATCH of the run, as it was passed to the requester."""

    target: str
    arguments: Sequence[Any]
    options: Mapping[str, Any]

    def sets(self, name: str, value: Any) -> bool:
        """Whether the PATCH sets a member of a key, as it is shown, to a value."""
        body = self.arguments[0] if self.arguments else _parsed(self.options.get("content"))
        if not isinstance(body, dict):
            return False
        if name == "status":
            return body.get("disabled") is (value == "disabled")
        if name == "expires_at" and name in body:
            return parse_instant(body[name]) == parse_instant(value)
        return name in body and bool(body[name] == value)

    def updates(self, key_id: str) -> bool:
        """Whether the PATCH names a key in its path."""
        return self.target.partition("?")[0] == f"/license_keys/{key_id}"


class Steps:
    """All PATCHes so far, and which of them came after the run last saw a key."""

    def __init__(self) -> None:
        self._all: list[Step] = []
        self._seen_at: dict[str, int] = {}

    def add(self, step: Step) -> None:
        """Remember a PATCH."""
        self._all.append(step)

    def patched(self, key_id: str) -> None:
        """Remember that the response to the last PATCH has shown a key."""
        self._seen_at[key_id] = len(self._all) - 1

    def seen(self, key_id: str) -> None:
        """Remember that a read has shown a key."""
        self._seen_at[key_id] = len(self._all)

    @property
    def last(self) -> Sequence[Step]:
        """The last PATCH, if there is one."""
        return self._all[-1:]

    def since(self, key_id: str) -> Sequence[Step]:
        """The PATCHes since the run last saw a key, with the one whose response showed it."""
        return self._all[self._seen_at.get(key_id, 0) :]


def causes(steps: Sequence[Step], known: Key, seen: Key) -> Sequence[Step]:
    """Return the last PATCHes, if possible of those that set the values which a key shows now.

    Half of them update the key itself: they were rejected, or their response did not show it.

    Args:
        steps: The PATCHes since the run last saw the key.
        known: The key as last seen.
        seen: The key as it is shown now.
    """
    changed = [name for name in changeable(seen) if known.get(name) != seen.get(name)]
    fitting = [each for each in steps if any(each.sets(name, seen.get(name)) for name in changed)]
    own = [each for each in fitting if each.updates(known["id"])][-_MOST // 2 :]
    others = [each for each in fitting if not each.updates(known["id"])]
    last = [*others, *own][-_MOST:]
    return [each for each in steps if each in last] or steps[-_MOST:]


def changeable(key: Key) -> Key:
    """The members of a key that other programs can change."""
    return {name: key[name] for name in _CHANGEABLE if name in key}


def _parsed(content: Any) -> Any:
    try:
        return json.loads(content)
    except (TypeError, ValueError, RecursionError):
        return None
