"""Pages of filtered lists: each request tests several filters, a page size and a page number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from functools import cached_property
from itertools import pairwise, product
from typing import Any

import pytest

from ..account.account import LARGEST_PAGE, Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..judge.patch_checks import Key
from ..transport.exchange import Exchange
from .census import compared
from .filters import (
    CREATED_GTE,
    CREATED_LTE,
    CUSTOMER,
    FILTERS,
    PRODUCT,
    SOURCE,
    STATUS,
    Filter,
    Wanted,
    filtered,
    ids_of,
    judge_filtered,
    keys_with,
    matching_ids,
    query_of,
)

pytestmark = [pytest.mark.combined, pytest.mark.priority(51)]

_INDIA = timezone(timedelta(hours=5, minutes=30))
_PAGES = ("list.page-size", "list.pages-follow")
_MOST_VALUES = 4


@dataclass(frozen=True)
class Slice:
    """A page of a filtered list.

    Attributes:
        wanted: The values of the filters.
        size: The size of the page; None for the default.
        number: The number of the page.
    """

    wanted: Wanted
    size: int | None
    number: int

    @property
    def query(self) -> str:
        """The query with its question mark."""
        size = [] if self.size is None else [f"page_size={self.size}"]
        number = [f"page_number={self.number}"] if self.number else []
        return "?" + "&".join([*query_of(self.wanted), *size, *number])

    def of(self, keys: Sequence[Key], without: Filter | None = None) -> list[str]:
        """The ids of the keys on the page, in their order; optionally with a filter ignored."""
        wanted = {each: text for each, text in self.wanted.items() if each is not without}
        ids = [
            str(key.get("id"))
            for key in keys
            if all(each.matches(key, text) for each, text in wanted.items())
        ]
        return self.cut(ids)

    def cut(self, ids: list[str]) -> list[str]:
        """The page of a list of ids."""
        size = min(self.size or 10, LARGEST_PAGE)
        return ids[size * self.number : size * (self.number + 1)]

    def telling(self, keys: Sequence[Key]) -> tuple[bool, int, int]:
        """Whether the page has keys, how many filters make a difference to it, and its length."""
        page = self.of(keys)
        effective = sum(self.of(keys, each) != page for each in self.wanted)
        return bool(page), effective, len(page)


@dataclass(frozen=True)
class Shape:
    """The filters of a slice, the size of its page, and the numbers that the page may have."""

    filters: tuple[Filter, ...]
    size: int | None
    numbers: tuple[int, ...] = (0,)

    @cached_property
    def name(self) -> str:
        """The name of the check."""
        parts = [each.parameter for each in self.filters]
        return f"{' '.join(parts)} in pages of {self.size or 'the default size'}"


SHAPES = (
    Shape((STATUS, PRODUCT, CUSTOMER), 1, (1,)),
    Shape((STATUS, SOURCE, CREATED_GTE), 2, (1, 2)),
    Shape((CUSTOMER, SOURCE, CREATED_LTE), 1, (2,)),
    Shape((PRODUCT, CREATED_GTE, CREATED_LTE), 2, (1, 2, 3)),
    Shape((CREATED_LTE,), None),
    Shape((STATUS, CREATED_LTE), 3, (1, 2)),
    Shape((CUSTOMER, CREATED_GTE), 3, (1,)),
    Shape((PRODUCT, SOURCE), 7),
)


@pytest.mark.rules(*_PAGES, *(each.rule for each in FILTERS))
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_slice(account: Account, ledger: Ledger, shape: Shape) -> None:
    """A page of a filtered list has the matching keys of its place, in the order of the list."""
    keys = keys_with(account, shape.filters)
    best = max(_slices(keys, shape), key=lambda each: each.telling(keys), default=None)
    if best is None or not best.of(keys):
        raise UnavailableError("requires more keys that match the same filters")
    page, holds = compared(
        account,
        lambda _keys: account.list_keys(best.query),
        lambda page: _ids(page) == best.of(account.listing().items),
    )
    effective = [each for each in shape.filters if best.of(keys, each) != best.of(keys)]
    if page.status == 200 and holds:
        for rule in (*_PAGES, *(each.rule for each in effective)):
            ledger.judge(rule, page, True, "the matching keys of this page")
    else:
        _find_cause(account, ledger, best, page)


def _find_cause(account: Account, ledger: Ledger, wrong: Slice, page: Exchange) -> None:
    """Request all matching keys: they may have another order, or a filter is wrong on any page."""
    whole, holds = filtered(account, wrong.wanted)
    keys = account.listing().items
    if whole.status != 200 or not holds:
        ignored = [each for each in wrong.wanted if _is_ignored(keys, wrong.wanted, each, whole)]
        for each in ignored or wrong.wanted:
            judge_filtered(ledger, whole, each.rule, False, len(matching_ids(keys, wrong.wanted)))
        return
    expected = wrong.cut(_ids(whole))
    right = page.status == 200 and _ids(page) == expected
    blamed = [each.rule for each in wrong.wanted if wrong.of(keys, each) == _ids(page)]
    is_too_long = len(page.items) > len(expected)
    general = "list.page-size" if is_too_long else "list.pages-follow"
    for rule in _PAGES if right else blamed or [general]:
        ledger.judge(rule, page, right, f"the keys {', '.join(expected)}")


def _is_ignored(keys: list[Key], wanted: Wanted, each: Filter, whole: Exchange) -> bool:
    others = {other: text for other, text in wanted.items() if other is not each}
    return matching_ids(keys, others) == ids_of(whole)


def _slices(keys: Sequence[Key], shape: Shape) -> Iterator[Slice]:
    values = [_values(keys, each) for each in shape.filters]
    for texts in product(*values):
        wanted = dict(zip(shape.filters, texts, strict=True))
        yield from (Slice(wanted, shape.size, number) for number in shape.numbers)


def _values(keys: Sequence[Key], each: Filter) -> list[str]:
    """Values that a filter is tested with: some of the keys' own, or times between and at them."""
    if each not in (CREATED_GTE, CREATED_LTE):
        return list(dict.fromkeys(str(key[each.field]) for key in keys))[:_MOST_VALUES]
    instants: list[Any] = sorted({each.value(key) for key in keys})
    bounds = list(pairwise(instants)) or [(instants[0], instants[0])]
    places = dict.fromkeys([0, len(bounds) // 4, len(bounds) // 2, len(bounds) - 1])
    middles = [bounds[place][0] + (bounds[place][1] - bounds[place][0]) / 2 for place in places]
    if each is CREATED_GTE:
        texts = [middle.astimezone(_INDIA).isoformat() for middle in middles]
    else:
        texts = [middle.isoformat().replace("+00:00", "Z") for middle in middles]
    return [text for text in texts if not any(each.is_open(key, text) for key in keys)]


def _ids(exchange: Exchange) -> list[str]:
    return [str(each.get("id")) for each in exchange.items]
