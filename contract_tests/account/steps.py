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
        self._shown_by: dict[str, Step] = {}

    def add(self, step: Step) -> None:
        """Remember a PATCH."""
        self._all.append(step)

    def patched(self, key_id: str) -> None:
        """Remember that the response to the last PATCH has shown a key."""
        self.seen(key_id)
        self._shown_by[key_id] = self._all[-1]

    def seen(self, key_id: str) -> None:
        """Remember that a read has shown a key."""
        self._seen_at[key_id] = len(self._all)
        self._shown_by.pop(key_id, None)

    def causes(self, known: Key, seen: Key, *, with_last: bool) -> list[list[Step]]:
        """Return the sequences of PATCHes that may have changed a key since the run last saw it.

        These are the last ones of the key itself, which were rejected or did not show it, and those
        of other keys that set the values which it shows now. The PATCH whose response showed the
        key last may be a cause as well: what it stored may differ from what it returned.

        Args:
            known: The key as last seen.
            seen: The key as it is shown now.
            with_last: Whether the last PATCH may be a cause.

        Returns:
            The sequences, the most likely one first.
        """
        key_id = known["id"]
        later = self._all[self._seen_at.get(key_id, 0) :]
        if not with_last:
            later = later[:-1]
        changed = [name for name in changeable(seen) if known.get(name) != seen.get(name)]
        own = [each for each in later if each.updates(key_id)][-_MOST // 2 :]
        others = [
            each
            for each in later
            if not each.updates(key_id) and any(each.sets(name, seen.get(name)) for name in changed)
        ]
        last = [*others, *own][-_MOST:]
        likely = [each for each in later if each in last]
        shown = self._shown_by.get(key_id)
        return [likely, [shown, *likely]] if shown else [likely]


def changeable(key: Key) -> Key:
    """The members of a key that other programs can change."""
    return {name: key[name] for name in _CHANGEABLE if name in key}


def _parsed(content: Any) -> Any:
    try:
        return json.loads(content)
    except (TypeError, ValueError, RecursionError):
        return None
