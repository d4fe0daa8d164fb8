# ruff: noqa: S608 - names are constants
"""Deep pages of license keys in SQL, which are found by number instead of walking to them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from ..domain.models import LicenseKey, Status
from .conditions import Where, add_enabled
from .interface import KeyFilter, Page
from .positions import FEW, position_below
from .tables import microseconds

Execute = Callable[[str, Sequence[Any]], list[Any]]
"""Runs a statement with parameters written as ?1, ?2 and so on, and returns the rows."""

_UNORDERED = "unordered"
_NUMBERS = {
    "customer_id": "customer_number",
    "product_id": "product_number",
    "source": "source_number",
}


def number_of(wanted: KeyFilter) -> str | None:
    """Return the column that numbers the keys of the first value that a filter has."""
    return next((number for name, number in _NUMBERS.items() if getattr(wanted, name)), None)


class NumberedLists:
    """The lists whose positions have no gaps: those of a single condition.

    Args:
        execute: The function that runs statements.
    """

    def __init__(self, execute: Execute) -> None:
        self._execute = execute

    def note_creation(self, created_at: datetime) -> None:
        """Note if a key that is added was created before others, by a clock that was set back."""
        newest = self._execute("SELECT MAX(created_at) FROM license_keys", ())[0][0]
        if newest is not None and microseconds(created_at) < newest:
            self._execute(
                "INSERT INTO control (name, document) VALUES (?1, ?2)"
                " ON CONFLICT (name) DO NOTHING",
                (_UNORDERED, b"true"),
            )

    def note_order(self) -> None:
        """Note that all keys are in the order of their creation."""
        self._execute("DELETE FROM control WHERE name = ?1", (_UNORDERED,))

    def page(self, wanted: KeyFilter, page: Page) -> list[LicenseKey] | None:
        """Return one page, the newest keys first, None if it is not found by number."""
        now = wanted.now
        for name, number in _NUMBERS.items():
            value = getattr(wanted, name)
            if value is not None and wanted == KeyFilter(now, **{name: value}):
                where = Where()
                where.equal(name, value)
                return self._page(where, number, self._highest(number, where), page)
        if wanted == KeyFilter(now, status=wanted.status):
            return self._page_of_status(wanted, page)
        if wanted == KeyFilter(now, created_from=wanted.created_from, created_to=wanted.created_to):
            return self._page_of_period(wanted, page)
        return None

    def _page(self, where: Where, number: str, highest: int | None, page: Page) -> list[LicenseKey]:
        if highest is None:
            return []
        where.add(f"{number} <= ?", highest - page.size * page.number)
        limit = f"LIMIT ?{len(where.parameters) + 1}"
        rows = self._execute(
            f"SELECT document FROM license_keys{where} ORDER BY {number} DESC {limit}",
            [*where.parameters, page.size],
        )
        return [msgspec.json.decode(document, type=LicenseKey) for (document,) in rows]

    def _page_of_period(self, wanted: KeyFilter, page: Page) -> list[LicenseKey] | None:
        """Return a page of the keys that were created in a period, None if they are unordered."""
        if self._execute("SELECT 1 FROM control WHERE name = ?1", (_UNORDERED,)):
            return None
        where = Where()
        if wanted.created_from is not None:
            oldest = self._execute(
                "SELECT sequence FROM license_keys WHERE created_at >= ?1"
                " ORDER BY created_at, sequence LIMIT 1",
                (microseconds(wanted.created_from),),
            )
            if not oldest:
                return []
            where.add("sequence >= ?", oldest[0][0])
        if wanted.created_to is None:
            return self._page(where, "sequence", self._highest("sequence", Where()), page)
        newest = self._execute(
            "SELECT sequence FROM license_keys WHERE created_at <= ?1"
            " ORDER BY created_at DESC, sequence DESC LIMIT 1",
            (microseconds(wanted.created_to),),
        )
        return self._page(where, "sequence", newest[0][0] if newest else None, page)

    def _page_of_status(self, wanted: KeyFilter, page: Page) -> list[LicenseKey] | None:
        """Return a page of the keys with a status, None if those with another one are many."""
        now = microseconds(wanted.now)
        others: list[int] = []
        for status in Status:
            if status is not wanted.status:
                where = _of_status(status, now, uses_index=True)
                limit = f"LIMIT ?{len(where.parameters) + 1}"
                rows = self._execute(
                    f"SELECT sequence FROM license_keys{where} {limit}",
                    [*where.parameters, FEW + 1],
                )
                if len(rows) > FEW:
                    return None
                others += [sequence for (sequence,) in rows]
        highest = self._highest("sequence", Where())
        if wanted.status is None or highest is None:
            return []
        first = page.size * page.number
        position = position_below(first, highest, others)
        where = _of_status(wanted.status, now, uses_index=False)
        return self._page(where, "sequence", position + first, page)

    def _highest(self, number: str, where: Where) -> int | None:
        statement = f"SELECT MAX({number}) FROM license_keys{where}"
        highest: int | None = self._execute(statement, where.parameters)[0][0]
        return highest


def _of_status(status: Status, now: int, *, uses_index: bool) -> Where:
    where = Where()
    if status is Status.DISABLED:
        where.add("disabled = 1")
    else:
        add_enabled(where, now, is_active=status is Status.ACTIVE, uses_index=uses_index)
    return where
