"""The indexes of the memory backend, so that every list takes the same time in any size."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sortedcontainers import SortedList

from ..domain.key_changes import status as key_status
from ..domain.models import LicenseKey, Status
from .interface import KeyFilter, Page
from .positions import FEW, position_below

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_POSITION_BITS = 40
_POSITION_MASK = (1 << _POSITION_BITS) - 1


class Timeline:
    """The positions of license keys, ordered by an instant."""

    def __init__(self, entries: Iterable[tuple[datetime, int]] = ()) -> None:
        self._entries = SortedList(_entry(instant, position) for instant, position in entries)

    def add(self, instant: datetime, position: int) -> None:
        """Add a position."""
        self._entries.add(_entry(instant, position))

    def remove(self, instant: datetime, position: int) -> None:
        """Remove a position."""
        self._entries.remove(_entry(instant, position))

    def count_until(self, instant: datetime) -> int:
        """Return the number of positions at an instant or before it."""
        return self._entries.bisect_left(_entry(instant + _MICROSECOND, 0))

    def __len__(self) -> int:
        """Return the number of positions."""
        return len(self._entries)

    def between(self, first: datetime | None, last: datetime | None) -> Iterator[int]:
        """Return the positions from one instant to another, both included, the latest first."""
        start = None if first is None else _entry(first, 0)
        end = None if last is None else _entry(last, _POSITION_MASK)
        for entry in self._entries.irange(start, end, reverse=True):
            yield entry & _POSITION_MASK

    def page(self, first: datetime | None, last: datetime | None, page: Page) -> list[int]:
        """Return one page of what `between` returns, without walking to it."""
        start = 0 if first is None else self._entries.bisect_left(_entry(first, 0))
        end = len(self)
        if last is not None:
            end = self._entries.bisect_right(_entry(last, _POSITION_MASK))
        end -= page.size * page.number
        entries = self._entries.islice(max(end - page.size, start), max(end, start), reverse=True)
        return [entry & _POSITION_MASK for entry in entries]


class KeyIndexes:
    """Finds the positions of license keys by what a filter selects.

    Args:
        keys: All license keys by position, in the order of their creation.
    """

    def __init__(self, keys: list[LicenseKey]) -> None:
        self._keys = keys
        self._of_customer: defaultdict[str, list[int]] = defaultdict(list)
        self._of_product: defaultdict[str, list[int]] = defaultdict(list)
        self._of_source: defaultdict[str, list[int]] = defaultdict(list)
        self._of_grant: defaultdict[str, list[int]] = defaultdict(list)
        self._disabled: set[int] = set()
        self._perpetual: set[int] = set()
        for position, key in enumerate(keys):
            self._add_constants(key, position)
        numbered = list(enumerate(keys))
        self._created = Timeline((key.created_at, position) for position, key in numbered)
        self._disabled = {position for position, key in numbered if key.disabled}
        enabled = [(position, key) for position, key in numbered if not key.disabled]
        self._perpetual = {position for position, key in enabled if key.expires_at is None}
        self._expiring = Timeline(
            (key.expires_at, position) for position, key in enabled if key.expires_at is not None
        )

    def add(self, key: LicenseKey, position: int) -> None:
        """Add a new key."""
        self._add_constants(key, position)
        self._created.add(key.created_at, position)
        self._add_status(key, position)

    def replace(self, before: LicenseKey, after: LicenseKey, position: int) -> None:
        """Follow the change of a key."""
        if before.disabled is after.disabled and before.expires_at == after.expires_at:
            return
        if before.disabled:
            self._disabled.discard(position)
        elif before.expires_at is None:
            self._perpetual.discard(position)
        else:
            self._expiring.remove(before.expires_at, position)
        self._add_status(after, position)

    def of_grant(self, grant_id: str) -> list[int]:
        """Return the positions of the keys of a grant."""
        return self._of_grant.get(grant_id, [])

    def page(self, wanted: KeyFilter, page: Page) -> list[int]:
        """Return the positions on one page of the keys that match a filter."""
        first = page.size * page.number
        if wanted == KeyFilter(wanted.now):
            end = max(len(self._keys) - first, 0)
            return list(range(end - 1, max(end - page.size, 0) - 1, -1))
        now = wanted.now
        for index, name, value in self._lists(wanted):
            condition: dict[str, Any] = {name: value}
            if wanted == KeyFilter(now, **condition):
                positions = index.get(value, [])
                end = max(len(positions) - first, 0)
                return positions[max(end - page.size, 0) : end][::-1]
        period = wanted.created_from, wanted.created_to
        if wanted == KeyFilter(now, created_from=period[0], created_to=period[1]):
            return self._created.page(*period, page)
        candidates = self._candidates(wanted)
        if first and wanted.status is not None and wanted == KeyFilter(now, status=wanted.status):
            others = self._few_of_other_status(wanted.status, now)
            if others is not None:
                highest = position_below(first, len(self._keys) - 1, others)
                candidates, first = range(highest, -1, -1), 0
        matching = (position for position in candidates if self._matches(position, wanted))
        return list(islice(matching, first, first + page.size))

    def _lists(self, wanted: KeyFilter) -> list[tuple[dict[str, list[int]], str, str]]:
        """Return the indexes of the values that a filter has, with the names and the values."""
        indexes: tuple[tuple[dict[str, list[int]], str, str | None], ...] = (
            (self._of_customer, "customer_id", wanted.customer_id),
            (self._of_product, "product_id", wanted.product_id),
            (self._of_source, "source", wanted.source),
        )
        return [(index, name, value) for index, name, value in indexes if value is not None]

    def _add_constants(self, key: LicenseKey, position: int) -> None:
        self._of_customer[key.customer_id].append(position)
        self._of_product[key.product_id].append(position)
        self._of_source[key.source].append(position)
        if key.grant_id is not None:
            self._of_grant[key.grant_id].append(position)

    def _add_status(self, key: LicenseKey, position: int) -> None:
        if key.disabled:
            self._disabled.add(position)
        elif key.expires_at is None:
            self._perpetual.add(position)
        else:
            self._expiring.add(key.expires_at, position)

    def _candidates(self, wanted: KeyFilter) -> Iterable[int]:
        """Return a superset of the matches, the newest first, as small as one index allows."""
        lists = [index.get(value, []) for index, _, value in self._lists(wanted)]
        smallest = min(lists, key=len, default=None)
        if smallest is not None and len(smallest) <= FEW:
            return reversed(smallest)
        few = None if wanted.status is None else self._few_of_status(wanted.status, wanted.now)
        if few is not None:
            return sorted(few, reverse=True)
        if wanted.created_from is not None or wanted.created_to is not None:
            return self._created.between(wanted.created_from, wanted.created_to)
        return range(len(self._keys) - 1, -1, -1) if smallest is None else reversed(smallest)

    def _few_of_status(self, status: Status, now: datetime) -> Iterable[int] | None:
        """Return the keys that have a status, None if they are many."""
        if status is Status.DISABLED:
            return self._disabled if len(self._disabled) <= FEW else None
        expired = self._expiring.count_until(now)
        if status is Status.EXPIRED:
            return self._expiring.between(None, now) if expired <= FEW else None
        if len(self._perpetual) + len(self._expiring) - expired > FEW:
            return None
        return [*self._perpetual, *self._expiring.between(now + _MICROSECOND, None)]

    def _few_of_other_status(self, status: Status, now: datetime) -> list[int] | None:
        """Return the keys that do not have a status, None if they are many."""
        others: list[int] = []
        for other in Status:
            if other is not status:
                few = self._few_of_status(other, now)
                if few is None:
                    return None
                others += few
        return others

    def _matches(self, position: int, wanted: KeyFilter) -> bool:
        key = self._keys[position]
        return (
            wanted.customer_id in (None, key.customer_id)
            and wanted.product_id in (None, key.product_id)
            and wanted.source in (None, key.source)
            and (wanted.created_from is None or wanted.created_from <= key.created_at)
            and (wanted.created_to is None or key.created_at <= wanted.created_to)
            and (wanted.status is None or wanted.status is key_status(key, wanted.now))
        )


def _entry(instant: datetime, position: int) -> int:
    return ((instant - _EPOCH) // _MICROSECOND << _POSITION_BITS) | position
