"""Puts keys back into an earlier state and reads them to verify it."""

from collections.abc import Iterable, Iterator
from typing import Any

from ..contract.oracle import parse_instant
from ..errors import UnreachableError
from ..transport.exchange import Exchange
from ..transport.requester import Requester
from .journal import Journal, SavedKey

# For a key without an instance of the run.
REQUESTS_TO_RESTORE = 3


def restore(
    requester: Requester, keys: Iterable[SavedKey], journal: Journal | None
) -> Iterator[str]:
    """Put keys back and yield the id of each key that could not be put back.

    Args:
        requester: Sends requests to the API that the keys belong to.
        keys: The state to put the keys into; repeating it does no harm.
        journal: Records every key that was put back, None for no record.
    """
    for key in keys:
        try:
            _deactivate_own(requester, key)
            requester.send("PATCH", f"/license_keys/{key.id}", key.body)
            seen = requester.send("GET", f"/license_keys/{key.id}")
        except UnreachableError:
            yield key.id
            continue
        if not _is_back(key, seen):
            yield key.id
        elif journal is not None:
            journal.close(key.id)


def _deactivate_own(requester: Requester, key: SavedKey) -> None:
    """Deactivate the instances of a key that the run created."""
    listed = requester.send("GET", f"/license_key_instances?license_key_id={key.id}&page_size=100")
    own = [each for each in listed.items if str(each.get("name")).startswith(key.marker)]
    if own:
        license_key = requester.send("GET", f"/license_keys/{key.id}").item.get("key")
        for instance in own:
            body = {"license_key": license_key, "license_key_instance_id": instance.get("id")}
            requester.send("POST", "/licenses/deactivate", body)


def _is_back(key: SavedKey, seen: Exchange) -> bool:
    item: dict[str, Any] = seen.item
    return (
        seen.status == 200
        and item.get("activations_limit") == key.activations_limit
        and parse_instant(item.get("expires_at")) == parse_instant(key.expires_at)
        and item.get("status") == key.status
    )
