"""Puts keys back into an earlier state and reads them to verify it."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from ..contract.oracle import parse_instant
from ..errors import SuiteError
from ..transport.exchange import Exchange
from ..transport.guard import Guard
from ..transport.requester import Requester
from .journal import Journal
from .saved_key import Creation, Saved, SavedKey
from .writes import WHOLE_PAGE, Writes, shown

_PAGE = 100
_PAGES = 50
# Requests that are kept for each key: read it, update it, verify it.
REQUESTS_FOR_A_KEY = 3
# Seconds after which reads show the last update, and those after which they do if they lag.
_SETTLING = 0.1
_SETTLING_SLOWLY = 1.0
# From so many keys on, two lists replace the reading of each key.
_WORTH_A_LIST = 3


def requests_to_restore(key_ids: Collection[str], listed: Collection[str]) -> int:
    """Return how many requests restoring keys takes on a server that conforms.

    Args:
        key_ids: Ids of the keys.
        listed: Ids of the keys that are on the first page of the list.
    """
    together = len(key_ids) >= _WORTH_A_LIST and set(key_ids) <= set(listed)
    # One list before the updates and one after them.
    return 2 + len(key_ids) if together else REQUESTS_FOR_A_KEY * len(key_ids)


# In addition, while any instance of the run is active: list the instances of each key.
REQUESTS_TO_LIST_INSTANCES = 1
# For such an instance: read the string of its key and deactivate it.
REQUESTS_FOR_AN_INSTANCE = 2
# For keys that the run created: list them.
REQUESTS_FOR_CREATED_KEYS = 1


class NotRestoredError(SuiteError):
    """A key is not as before the run. The message says in which way."""


class _LeftAloneError(NotRestoredError):
    """Another program changed the key, so it was left as it is."""


@dataclass(frozen=True)
class Failure:
    """What could not be restored, and why.

    Attributes:
        is_foreign: Whether another program changed it during the run.
    """

    what: str
    reason: str
    is_foreign: bool = False


class Restorer:
    """Puts back what a run saved. Repeating it does no harm.

    Args:
        requester: Sends requests to the API that the keys belong to.
        guard: Learns which keys the run created.
        journal: Records what was restored.
        writes: What the run has written, None if that is no longer known.
        overwrite: Whether a value that the run has not written is restored as well.
    """

    def __init__(
        self,
        requester: Requester,
        guard: Guard,
        journal: Journal,
        writes: Writes | None = None,
        *,
        overwrite: bool = True,
    ) -> None:
        self._requester = requester
        self._guard = guard
        self._journal = journal
        self._writes = writes
        self._overwrite = overwrite

    def restore(self, saved: Iterable[Saved]) -> Iterator[Failure]:
        """Restore each key, whatever happens to the others, and yield the failures.

        At the end of a run, one list shows all keys before the first update, and another one
        proves all updates.
        """
        saved = list(saved)
        listed = self._listed(saved)
        unproven: list[Saved] = []
        for each in saved:
            is_done, failure = self._try(each, partial(self._start, each, listed.get(each.what)))
            if failure is not None:
                yield failure
            elif not is_done:
                unproven.append(each)
        if unproven:
            time.sleep(_SETTLING)
        listed = self._listed(unproven)
        for each in unproven:
            _, failure = self._try(each, partial(self._prove, each, listed.get(each.what)))
            if failure is not None:
                yield failure

    def _try(self, each: Saved, act: Callable[[], bool]) -> tuple[bool, Failure | None]:
        """Do one step of restoring, and record in the journal if it was the last one."""
        try:
            is_done = act()
        except SuiteError as error:
            return False, Failure(each.what, str(error), isinstance(error, _LeftAloneError))
        except Exception as error:  # noqa: BLE001 - the other keys must be restored as well
            reason = f"{type(error).__name__}: its id or its state is invalid"
            return False, Failure(each.what, reason)
        if is_done:
            try:
                self._journal.close(each)
            except SuiteError as error:
                return True, Failure(each.what, f"it was restored, but {error}")
        return is_done, None

    def _listed(self, saved: Sequence[Saved]) -> dict[str, dict[str, Any]]:
        """The keys of the first page of the list by id; none if reading each key is as cheap."""
        if (
            self._writes is None
            or sum(isinstance(each, SavedKey) for each in saved) < _WORTH_A_LIST
        ):
            return {}
        try:
            page = self._requester.send("GET", WHOLE_PAGE.decode())
        except SuiteError:
            return {}
        items = page.items if page.status == 200 else []
        return {each["id"]: each for each in items if isinstance(each.get("id"), str)}

    def _start(self, saved: Saved, listed: dict[str, Any] | None) -> bool:
        """Put a key back, and return whether that needs no further proof."""
        if isinstance(saved, Creation):
            self._disable_created(saved)
            return True
        foreign: dict[str, Any] = {}
        if self._writes is None:
            self._deactivate_own(saved)
        else:
            read = self._read(saved) if listed is None else None
            seen = listed if read is None else read.item
            if self._writes.has_instances(saved.id, seen or {}):
                self._deactivate_own(saved)
            # A list may be outdated, so it does not prove that a key is as before.
            is_sure = read is not None or not self._writes.has_written(saved.id)
            if is_sure and not _differences(saved, read or seen):
                return True
            if (read is None or read.status == 200) and not self._overwrite:
                foreign = self._writes.foreign(saved, seen or {})
        body = {name: value for name, value in saved.body.items() if name not in foreign}
        if body:
            self._requester.send("PATCH", f"/license_keys/{saved.id}", body)
        if foreign and (differences := _differences(saved, self._read(saved))):
            names = " and ".join(foreign)
            raise _LeftAloneError(f"another program set {names}: {differences}")
        return False

    def _prove(self, saved: Saved, listed: dict[str, Any] | None) -> bool:
        """Verify that a key is as before the run; only a GET proves that it is not."""
        if not isinstance(saved, SavedKey):
            return True
        if listed is not None:
            if not _differences(saved, listed):
                return True
            time.sleep(_SETTLING_SLOWLY)
        if differences := _differences(saved, self._read(saved)):
            raise NotRestoredError(differences)
        return True

    def _read(self, saved: SavedKey) -> Exchange:
        return self._requester.send("GET", f"/license_keys/{saved.id}")

    def _deactivate_own(self, saved: SavedKey) -> None:
        """Deactivate the instances of a key that the run created."""
        path = f"/license_key_instances?license_key_id={saved.id}"
        own = [each for each in self._pages(path) if _starts(each.get("name"), saved.marker)]
        if own:
            license_key = self._requester.send("GET", f"/license_keys/{saved.id}").item.get("key")
            for instance in own:
                body = {"license_key": license_key, "license_key_instance_id": instance.get("id")}
                gone = self._requester.send("POST", "/licenses/deactivate", body)
                if gone.status != 200:
                    raise NotRestoredError(
                        f"the instance {instance.get('id')} of the run is active: {gone.summary}"
                    )

    def _disable_created(self, creation: Creation) -> None:
        """Disable the keys that a run created, because no key can be deleted."""
        ids = (quote(each, safe="") for each in (creation.customer_id, creation.product_id))
        query = "customer_id={}&product_id={}".format(*ids)
        for item in list(self._pages(f"/license_keys?{query}")):
            key_id = item.get("id")
            if not _starts(item.get("key"), creation.marker) or not isinstance(key_id, str):
                continue
            if item.get("status") != "disabled":
                self._guard.allow_key(key_id)
                self._requester.send("PATCH", f"/license_keys/{key_id}", {"disabled": True})
                seen = self._requester.send("GET", f"/license_keys/{key_id}")
                if seen.item.get("status") != "disabled":
                    raise NotRestoredError(f"the created key {key_id} is enabled: {seen.summary}")

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        """The objects of a list, page by page."""
        for number in range(_PAGES):
            page = f"&page_number={number}" if number else ""
            listed = self._requester.send("GET", f"{path}&page_size={_PAGE}{page}")
            if listed.status != 200:
                raise NotRestoredError(f"{path.partition('?')[0]} returns {listed.summary}")
            yield from listed.items
            if len(listed.items) < _PAGE:
                return


def _starts(text: object, marker: str) -> bool:
    return isinstance(text, str) and text.startswith(marker)


def _differences(saved: SavedKey, seen: Exchange | dict[str, Any] | None) -> str:
    """What differs from the saved state in a response or in an item of a list."""
    if isinstance(seen, Exchange):
        if seen.status != 200 or seen.item.get("id") != saved.id:
            return f"GET /license_keys/{saved.id} returns {seen.summary}"
        seen = seen.item
    now = shown(seen or {})
    # A key can expire at any moment, so the status alone says less than its two causes.
    same = {
        "activations_limit": now["activations_limit"] == saved.activations_limit,
        "expires_at": parse_instant(now["expires_at"]) == parse_instant(saved.expires_at),
        "disabled": now["disabled"] == (saved.status == "disabled"),
    }
    before = {
        "activations_limit": saved.activations_limit,
        "expires_at": saved.expires_at,
        "disabled": saved.status == "disabled",
    }
    return ", ".join(
        f"{name} is {now[name]!r}, before the run {before[name]!r}"
        for name, is_same in same.items()
        if not is_same
    )
