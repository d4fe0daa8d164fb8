"""Puts keys back as they were, and proves it by reading them."""

from collections.abc import Iterable, Iterator
from typing import Any

from ..contract.oracle import parse_instant
from ..errors import UnreachableError
from ..transport.exchange import Exchange
from ..transport.requester import Caller
from .journal import Journal, SavedKey

# For a key of which no instance is left over.
REQUESTS_TO_RESTORE = 3


def restore(caller: Caller, keys: Iterable[SavedKey], journal: Journal | None) -> Iterator[str]:
    """Put keys back and yield the id of each that could not be.

    Args:
        caller: Reaches the API that the keys belong to.
        keys: How the keys were; putting them back twice does no harm.
        journal: Where it is written down, None where nobody needs it.
    """
    for key in keys:
        try:
            _deactivate_own(caller, key)
            caller.send("PATCH", f"/license_keys/{key.id}", key.body)
            seen = caller.send("GET", f"/license_keys/{key.id}")
        except UnreachableError:
            yield key.id
            continue
        if not _is_back(key, seen):
            yield key.id
        elif journal is not None:
            journal.close(key.id)


def _deactivate_own(caller: Caller, key: SavedKey) -> None:
    """Deactivate the instances that the run made of a key."""
    listed = caller.send("GET", f"/license_key_instances?license_key_id={key.id}&page_size=100")
    own = [each for each in listed.items if str(each.get("name")).startswith(key.marker)]
    if own:
        license_key = caller.send("GET", f"/license_keys/{key.id}").item.get("key")
        for instance in own:
            body = {"license_key": license_key, "license_key_instance_id": instance.get("id")}
            caller.send("POST", "/licenses/deactivate", body)


def _is_back(key: SavedKey, seen: Exchange) -> bool:
    item: dict[str, Any] = seen.item
    return (
        seen.status == 200
        and item.get("activations_limit") == key.activations_limit
        and parse_instant(item.get("expires_at")) == parse_instant(key.expires_at)
        and item.get("status") == key.status
    )
