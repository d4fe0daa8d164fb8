"""Pages of filtered lists: each request tests several filters, a page size and a page number."""

from dataclasses import replace

import pytest

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..judge.patch_checks import Key
from ..transport.exchange import Exchange
from .census import compared
from .filters import (
    FILTERS,
    Filter,
    Wanted,
    filtered,
    ids_of,
    judge_filtered,
    keys_with,
    matching_ids,
)
from .slices import DEFAULT_SIZE, SHAPES, Shape, Slice, choose

pytestmark = [pytest.mark.combined, pytest.mark.priority(51)]

_PAGES = ("list.page-size", "list.pages-follow")
_NUMBERS = ("list.first-page-is-0", "list.default-page-size")


@pytest.mark.rules(*_PAGES, *_NUMBERS, *(each.rule for each in FILTERS))
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_slice(account: Account, ledger: Ledger, shape: Shape) -> None:
    """A page of a filtered list has the matching keys of its place, in the order of the list."""
    keys = keys_with(account, shape.filters)
    best = choose(keys, SHAPES[: SHAPES.index(shape) + 1]).get(shape)
    if best is None:
        raise UnavailableError("requires more keys that match the same filters")
    page, holds = _requested(account, best)
    if page.status == 200 and holds:
        effective = [each for each in shape.filters if best.of(keys, each) != best.of(keys)]
        for rule in (*_PAGES, *(each.rule for each in effective)):
            ledger.judge(rule, page, True, "the matching keys of this page")
    else:
        _find_cause(account, ledger, best, page)


def _requested(account: Account, each: Slice) -> tuple[Exchange, bool]:
    return compared(
        account,
        lambda _keys: account.list_keys(each.query),
        lambda page: _ids(page) == each.of(account.listing().items),
    )


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
    for rule in _PAGES if right else blamed or [_rule_of_page(account, wrong, page, expected)]:
        ledger.judge(rule, page, right, f"the keys {', '.join(expected)}")


def _rule_of_page(account: Account, wrong: Slice, page: Exchange, expected: list[str]) -> str:
    """The rule that a wrong page of rightly filtered keys violates."""
    if wrong.size is None:
        named = account.list_keys(replace(wrong, size=DEFAULT_SIZE).query)
        if _ids(named) == expected:
            return "list.default-page-size"
    if len(page.items) > len(expected):
        return "list.page-size"
    return "list.pages-follow" if wrong.number else "list.first-page-is-0"


def _is_ignored(keys: list[Key], wanted: Wanted, each: Filter, whole: Exchange) -> bool:
    others = {other: text for other, text in wanted.items() if other is not each}
    return matching_ids(keys, others) == ids_of(whole)


def _ids(exchange: Exchange) -> list[str]:
    return [str(each.get("id")) for each in exchange.items]
