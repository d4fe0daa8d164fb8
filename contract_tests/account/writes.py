"""What a run has written to each key, to tell its own changes from those of others."""

import json
from collections import defaultdict
from typing import Any

import httpx

from ..contract.oracle import parse_instant
from ..judge.patch_checks import Key
from ..transport.exchange import Exchange
from .saved_key import SavedKey

WHOLE_PAGE = b"/license_keys?page_size=100"
_PREFIX = "/license_keys/"
_ACTIVATE = "/licenses/activate"
FIELDS = ("activations_limit", "expires_at", "disabled")


class Writes:
    """Follows every change of a run, whichever part of the suite sends it.

    Attributes:
        instances: Ids of the instances of the run that are active.
        listed: Ids of the keys that the last list of a whole page has shown.
    """

    def __init__(self) -> None:
        self.instances: set[str] = set()
        self.listed: set[str] = set()
        self._unknown_instances = 0
        self._is_activating = False
        self._instance_counts: dict[str, Any] = {}
        self._values: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)

    @property
    def most_instances(self) -> int:
        """How many instances of the run may be active once the current request is processed."""
        return len(self.instances) + self._unknown_instances + self._is_activating

    def note_key(self, key: Key) -> None:
        """Remember a key as it is before the run."""
        self._instance_counts[key["id"]] = key.get("instances_count")

    def has_instances(self, key_id: str, seen: Key) -> bool:
        """Whether a key may have active instances of the run: their number is not as before."""
        return bool(self.instances) or seen.get("instances_count") != self._instance_counts[key_id]

    def has_written(self, key_id: str) -> bool:
        """Whether the run has sent an update of a key."""
        return any(self._values.get((key_id, name)) for name in FIELDS)

    def note_request(self, request: httpx.Request) -> None:
        """Remember the values of a PATCH before it is sent."""
        path = request.url.path
        self._is_activating = path == _ACTIVATE
        if request.method == "PATCH" and path.startswith(_PREFIX):
            try:
                body = json.loads(request.read())
            except (ValueError, RecursionError):
                return
            self._note(path.removeprefix(_PREFIX), body)

    def note_unsent(self) -> None:
        """Forget the activation that was not sent."""
        self._is_activating = False

    def note_exchange(self, exchange: Exchange) -> None:
        """Remember an instance, and the values of a PATCH as the server stores them."""
        instance_id = exchange.item.get("id")
        self._is_activating = False
        if exchange.method == "GET" and exchange.url.raw_path == WHOLE_PAGE and exchange.items:
            self.listed = {str(each.get("id")) for each in exchange.items}
        if exchange.path == _ACTIVATE:
            if exchange.status == 201 and isinstance(instance_id, str):
                self.instances.add(instance_id)
            elif not 400 <= exchange.status < 500:
                self._unknown_instances += 1
        elif exchange.path == "/licenses/deactivate" and exchange.status == 200:
            self.instances -= {
                each for each in self.instances if each.encode() in exchange.request_body
            }
        if exchange.method == "PATCH" and exchange.status == 200:
            key_id = exchange.item.get("id")
            if isinstance(key_id, str):
                self._note(key_id, shown(exchange.item))

    def foreign(self, saved: SavedKey, seen: Key) -> dict[str, Any]:
        """Return the members of a key that neither are as before the run nor come from the run.

        Args:
            saved: The key before the run.
            seen: The key now, as the API returned it.
        """
        before: dict[str, Any] = {
            "activations_limit": saved.activations_limit,
            "expires_at": saved.expires_at,
            "disabled": saved.status == "disabled",
        }
        return {
            name: value
            for name, value in shown(seen).items()
            if not any(
                _same(name, value, own) for own in [before[name], *self._values[(saved.id, name)]]
            )
        }

    def _note(self, key_id: str, body: Any) -> None:
        if isinstance(body, dict):
            for name in FIELDS:
                values = self._values[(key_id, name)]
                if name in body and body[name] not in values:
                    values.append(body[name])


def shown(key: Key) -> dict[str, Any]:
    """The members of a key that a PATCH can change, by their names in the body of the PATCH."""
    return {
        "activations_limit": key.get("activations_limit"),
        "expires_at": key.get("expires_at"),
        "disabled": key.get("status") == "disabled",
    }


def _same(name: str, one: Any, other: Any) -> bool:
    if name == "expires_at":
        return parse_instant(one) == parse_instant(other)
    return bool(one == other)
