# ruff: noqa: S608 - names are constants
"""The lists of license keys and instances in SQL, so that they take the same time in any size."""

from typing import TypeVar

import msgspec

from ..domain.models import Instance, LicenseKey, Status
from .conditions import Where, add_enabled
from .interface import InstanceFilter, KeyFilter, Page
from .numbered_lists import Execute, NumberedLists, number_of
from .positions import FEW
from .tables import microseconds

T = TypeVar("T")


class Lists:
    """The lists of a transaction.

    Args:
        execute: The function that runs statements.
        numbered: Finds deep pages.
    """

    def __init__(self, execute: Execute, numbered: NumberedLists) -> None:
        self._execute = execute
        self._numbered = numbered

    def keys(self, wanted: KeyFilter, page: Page) -> list[LicenseKey]:
        """Return one page of the license keys that match the filter, the newest first."""
        if wanted == KeyFilter(wanted.now):
            return self._page_of_all_keys(page)
        if page.size * page.number >= FEW:
            found = self._numbered.page(wanted, page)
            if found is not None:
                return found
        where = Where()
        where.equal("customer_id", wanted.customer_id)
        where.equal("product_id", wanted.product_id)
        where.equal("source", wanted.source)
        # The keys of one customer, product or source are numbered in the same order.
        order = f"{number_of(wanted) or 'sequence'} DESC"
        if wanted.created_from is not None or wanted.created_to is not None:
            order = "created_at DESC, sequence DESC"
        if wanted.created_from is not None:
            where.add("created_at >= ?", microseconds(wanted.created_from))
        if wanted.created_to is not None:
            where.add("created_at <= ?", microseconds(wanted.created_to))
        if wanted.status is Status.DISABLED:
            where.add("disabled = 1")  # this condition is that of an index in the right order
        elif wanted.status is not None:
            now = microseconds(wanted.now)
            is_active = wanted.status is Status.ACTIVE
            are_few = self._are_few(now, is_active=is_active)
            add_enabled(where, now, is_active=is_active, uses_index=are_few)
            if are_few:
                order = order.removesuffix(" DESC") + " + 0 DESC"  # no index has this order
        return self._page(LicenseKey, "license_keys", where, order, page)

    def instances(self, wanted: InstanceFilter, page: Page) -> list[Instance]:
        """Return one page of the instances that match the filter, the newest first."""
        if wanted == InstanceFilter() and page.number:
            return self._page_of_all_instances(page)
        where = Where()
        where.equal("license_key_id", wanted.license_key_id)
        if wanted.grant_id is not None:
            where.add(
                "license_key_id IN (SELECT id FROM license_keys WHERE grant_id = ?)",
                wanted.grant_id.encode(),
            )
        return self._page(Instance, "instances", where, "sequence DESC", page)

    def _are_few(self, now: int, *, is_active: bool) -> bool:
        where = Where()
        add_enabled(where, now, is_active=is_active, uses_index=True)
        limit = f"LIMIT ?{len(where.parameters) + 1}"
        rows = self._execute(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM license_keys{where} {limit}) AS matching",
            [*where.parameters, FEW + 1],
        )
        return bool(rows[0][0] <= FEW)

    def _page_of_all_keys(self, page: Page) -> list[LicenseKey]:
        """Return a page without walking to it: the positions of keys have no gaps."""
        rows = self._execute(
            "SELECT document FROM license_keys"
            " WHERE sequence <= (SELECT MAX(sequence) FROM license_keys) - ?1"
            " ORDER BY sequence DESC LIMIT ?2",
            (page.size * page.number, page.size),
        )
        return [msgspec.json.decode(document, type=LicenseKey) for (document,) in rows]

    def _page_of_all_instances(self, page: Page) -> list[Instance]:
        """Return a page by walking only through the instances that were added or removed."""
        first = page.size * page.number
        added = self._execute("SELECT COUNT(*) FROM instances WHERE loaded = 0", ())[0][0]
        if first < added:
            return self._page(Instance, "instances", Where(), "sequence DESC", page)
        # The positions of loaded instances end at -1, and only the removed ones are missing.
        newest = position = added - first - 1
        removed = self._count_removed_after(position)
        while position != newest - removed:
            position = newest - removed
            removed = self._count_removed_after(position)
        rows = self._execute(
            "SELECT document FROM instances WHERE sequence <= ?1 ORDER BY sequence DESC LIMIT ?2",
            (position, page.size),
        )
        return [msgspec.json.decode(document, type=Instance) for (document,) in rows]

    def _count_removed_after(self, position: int) -> int:
        counting = "SELECT COUNT(*) FROM removed_instances WHERE sequence > ?1"
        return int(self._execute(counting, (position,))[0][0])

    def _page(self, kind: type[T], table: str, where: "Where", order: str, page: Page) -> list[T]:
        parameters = [*where.parameters, page.size, page.size * page.number]
        rows = self._execute(
            f"SELECT document FROM {table}{where} ORDER BY {order}"
            f" LIMIT ?{len(parameters) - 1} OFFSET ?{len(parameters)}",
            parameters,
        )
        return [msgspec.json.decode(document, type=kind) for (document,) in rows]
