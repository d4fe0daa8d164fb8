"""The list of keys: pages, filters and invalid parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import eq, ge, le
from typing import Any
from urllib.parse import quote

import pytest

from ..account.account import LARGEST_PAGE, Account
from ..contract.oracle import parse_instant
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..judge.patch_checks import Key
from ..transport.exchange import Exchange

pytestmark = pytest.mark.priority(50)

_BAD_QUERIES = (
    "page_number=-1",
    "page_size=ten",
    "page_size=-1",
    "page_number=1.5",
    "page_number=4294967296",
    "status=sleeping",
    "created_at_gte=yesterday",
)


@pytest.mark.rules("list.has-own-keys")
def test_list_has_own_keys(account: Account, ledger: Ledger) -> None:
    """The list contains the allowed keys, if it fits on one page."""
    everything = account.listing()
    if not account.keys or len(everything.items) >= LARGEST_PAGE:
        raise UnavailableError("requires allowed keys and an account with at most 99 keys")
    missing = account.keys.keys() - _ids(everything)
    _judge(ledger, everything, "list.has-own-keys", not missing, f"a list that contains {missing}")


@pytest.mark.rules("list.default-page-size")
def test_default_page(account: Account, ledger: Ledger) -> None:
    """A request without parameters returns the first ten keys."""
    everything = account.listing()
    page = account.list_keys()
    holds = _ids(page) == _ids(everything)[:10]
    expected = f"the first {min(10, len(everything.items))} keys"
    _judge(ledger, page, "list.default-page-size", holds, expected)


@pytest.mark.rules("list.first-page-is-0", "list.page-size", "list.pages-follow")
def test_pages_follow(account: Account, ledger: Ledger) -> None:
    """Two small pages contain the same keys as one large page."""
    everything = account.listing()
    if len(everything.items) < 2:
        raise UnavailableError("requires an account with at least two keys")
    size = min(len(everything.items) // 2, 7)
    pages = [account.list_keys(f"?page_size={size}&page_number={number}") for number in (0, 1)]
    for page in pages:
        _judge(ledger, page, "list.page-size", len(page.items) == size, f"{size} items")
    first = _ids(pages[0]) == _ids(everything)[:size]
    _judge(ledger, pages[0], "list.first-page-is-0", first, "the first keys of the list")
    together = _ids(pages[0]) + _ids(pages[1])
    holds = together == _ids(everything)[: 2 * size]
    _judge(ledger, pages[1], "list.pages-follow", holds, "the keys after those of page 0")


@pytest.mark.rules("list.page-size-capped")
def test_page_size_is_capped(account: Account, ledger: Ledger) -> None:
    """A page size above 100 is treated as 100."""
    everything = account.listing()
    page = account.list_keys(f"?page_size={LARGEST_PAGE + 1}")
    holds = _ids(page) == _ids(everything)
    _judge(ledger, page, "list.page-size-capped", holds, "the same keys as for page_size=100")


@pytest.mark.rules("list.past-end-empty")
def test_past_the_end(account: Account, ledger: Ledger) -> None:
    """A page past the end is empty."""
    page = account.list_keys("?page_size=100&page_number=20000000")
    holds = page.item.get("items") == []
    _judge(ledger, page, "list.past-end-empty", holds, "an empty page")


@dataclass(frozen=True)
class Filter:
    """A query parameter, the field that it filters by, and how the two compare."""

    rule: str
    parameter: str
    field: str
    compare: Callable[[Any, Any], bool] = eq

    def value(self, key: Key) -> Any:
        """The value of a key that the filter compares."""
        text = key.get(self.field)
        return parse_instant(text) if self.field == "created_at" else text

    def matches(self, key: Key, text: str) -> bool:
        """Whether a key matches the filter with a given value."""
        seen, bound = self.value(key), self.value({self.field: text})
        return seen is not None and self.compare(seen, bound)


STATUS = Filter("list.filter.status", "status", "status")
PRODUCT = Filter("list.filter.product", "product_id", "product_id")
CUSTOMER = Filter("list.filter.customer", "customer_id", "customer_id")
SOURCE = Filter("list.filter.source", "source", "source")
CREATED_GTE = Filter("list.filter.created-gte", "created_at_gte", "created_at", ge)
CREATED_LTE = Filter("list.filter.created-lte", "created_at_lte", "created_at", le)
FILTERS = (STATUS, PRODUCT, CUSTOMER, SOURCE, CREATED_GTE, CREATED_LTE)


@pytest.mark.rules(*(each.rule for each in FILTERS if each is not STATUS))
@pytest.mark.parametrize(
    "filters",
    [(PRODUCT, CUSTOMER, SOURCE), (CREATED_GTE, CREATED_LTE)],
    ids=["product, customer, source", "created"],
)
def test_filters_together(account: Account, ledger: Ledger, filters: tuple[Filter, ...]) -> None:
    """Combined filters return the keys that match all of them."""
    keys = _keys_with(account, filters)
    wanted = max(
        ({each: key[each.field] for each in filters} for key in keys),
        key=lambda wanted: sum(
            _matching_ids(keys, wanted) != _matching_ids(keys, _without(wanted, each))
            for each in filters
        ),
    )
    if CREATED_GTE in filters:
        ordered = sorted(keys, key=CREATED_GTE.value)
        quarter = len(ordered) // 4
        bounds = ordered[quarter], ordered[-1 - quarter]
        wanted = {each: key["created_at"] for each, key in zip(filters, bounds, strict=True)}
    page = _filtered(account, wanted)
    expected = _matching_ids(keys, wanted)
    without = {each: _matching_ids(keys, _without(wanted, each)) for each in filters}
    effective = [each for each in filters if without[each] != expected]
    # The ignored filter is the one without which the response would be correct.
    ignored = [each for each in effective if without[each] == _sorted(page)]
    for each in ignored or effective:
        _judge_filtered(ledger, page, each.rule, expected)


@pytest.mark.rules(STATUS.rule)
@pytest.mark.parametrize(
    "status", ["expired", "active", pytest.param("disabled", marks=pytest.mark.exhaustive)]
)
def test_status(account: Account, ledger: Ledger, status: str) -> None:
    """The status filter returns the keys with that status, even if there are none."""
    keys = _keys_with(account, (STATUS,))
    page = _filtered(account, {STATUS: status})
    _judge_filtered(ledger, page, STATUS.rule, _matching_ids(keys, {STATUS: status}))


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "each",
    [pytest.param(each, marks=pytest.mark.rules(each.rule), id=each.rule) for each in FILTERS],
)
def test_filter(account: Account, ledger: Ledger, each: Filter) -> None:
    """A filter returns exactly the keys that match it."""
    keys = _keys_with(account, (each,))
    wanted = {each: keys[len(keys) // 2][each.field]}
    _judge_filtered(ledger, _filtered(account, wanted), each.rule, _matching_ids(keys, wanted))


def _keys_with(account: Account, filters: tuple[Filter, ...]) -> list[Key]:
    """Every key of the account that has the filtered fields."""
    everything = account.listing()
    keys = [key for key in everything.items if all(each.value(key) is not None for each in filters)]
    if not keys or len(everything.items) >= LARGEST_PAGE:
        fields = ", ".join({each.field for each in filters})
        raise UnavailableError(f"requires an account with 1 to 99 keys, at least one with {fields}")
    return keys


def _matching_ids(keys: list[Key], wanted: dict[Filter, str]) -> list[str]:
    """The sorted ids of the keys that match every filter."""
    matching = (
        key for key in keys if all(each.matches(key, text) for each, text in wanted.items())
    )
    return sorted(str(key.get("id")) for key in matching)


def _without(wanted: dict[Filter, str], ignored: Filter) -> dict[Filter, str]:
    return {each: text for each, text in wanted.items() if each is not ignored}


def _filtered(account: Account, wanted: dict[Filter, str]) -> Exchange:
    query = "&".join(f"{each.parameter}={quote(text, safe='')}" for each, text in wanted.items())
    return account.list_keys(f"?page_size={LARGEST_PAGE}&{query}")


def _judge_filtered(ledger: Ledger, page: Exchange, rule: str, expected: list[str]) -> None:
    holds = _sorted(page) == expected
    _judge(ledger, page, rule, holds, f"the {len(expected)} matching keys")


def _sorted(page: Exchange) -> list[str]:
    return sorted(map(str, _ids(page)))


@pytest.mark.rules("list.bad-query-refused", "list.bad-query-code")
@pytest.mark.parametrize(
    "query",
    [
        pytest.param(query, marks=[pytest.mark.exhaustive] if number else [])
        for number, query in enumerate(_BAD_QUERIES)
    ],
)
def test_invalid_query_is_rejected(account: Account, ledger: Ledger, query: str) -> None:
    """A query parameter that does not match its schema is rejected."""
    exchange = account.send("GET", f"/license_keys?{query}")
    rejected = exchange.status in (400, 422)
    ledger.judge("list.bad-query-refused", exchange, rejected, "400 or 422")
    if rejected:
        right = exchange.item.get("code") == "INVALID_QUERY_PARAMS"
        ledger.judge("list.bad-query-code", exchange, right, "INVALID_QUERY_PARAMS")


def _ids(exchange: Exchange) -> list[object]:
    return [each.get("id") for each in exchange.items]


def _judge(ledger: Ledger, page: Exchange, rule: str, holds: bool, expected: str) -> None:
    ledger.judge(rule, page, page.status == 200 and holds, expected)
