"""Lists: pages and filters."""

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
    """The keys that may be changed are in the list, unless it goes on."""
    everything = account.listing()
    if not account.keys or len(everything.items) >= LARGEST_PAGE:
        raise UnavailableError("needs allowed keys and at most 99 keys in the account")
    missing = account.keys.keys() - _ids(everything)
    _judge(ledger, everything, "list.has-own-keys", not missing, f"a list with all of {missing}")


@pytest.mark.rules("list.default-page-size")
def test_default_page(account: Account, ledger: Ledger) -> None:
    """Without parameters come the first ten keys."""
    everything = account.listing()
    page = account.list_keys()
    holds = _ids(page) == _ids(everything)[:10]
    expected = f"the first {min(10, len(everything.items))} keys"
    _judge(ledger, page, "list.default-page-size", holds, expected)


@pytest.mark.rules("list.first-page-is-0", "list.page-size", "list.pages-follow")
def test_pages_follow(account: Account, ledger: Ledger) -> None:
    """Small pages together are the same as one large page."""
    everything = account.listing()
    if len(everything.items) < 2:
        raise UnavailableError("needs an account with two keys or more")
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
    """More than 100 is 100."""
    everything = account.listing()
    page = account.list_keys(f"?page_size={LARGEST_PAGE + 1}")
    holds = _ids(page) == _ids(everything)
    _judge(ledger, page, "list.page-size-capped", holds, "the same page as for 100")


@pytest.mark.rules("list.past-end-empty")
def test_past_the_end(account: Account, ledger: Ledger) -> None:
    """A page far behind the last is empty."""
    page = account.list_keys("?page_size=100&page_number=20000000")
    holds = page.item.get("items") == []
    _judge(ledger, page, "list.past-end-empty", holds, "an empty page")


@dataclass(frozen=True)
class Filter:
    """A query parameter, the field that it narrows by, and which values fit it."""

    rule: str
    parameter: str
    field: str
    fits: Callable[[Any, Any], bool] = eq

    def value(self, key: Key) -> Any:
        """What is compared of a key."""
        text = key.get(self.field)
        return parse_instant(text) if self.field == "created_at" else text

    def matches(self, key: Key, text: str) -> bool:
        """Whether a key fits the filter with a value."""
        seen, bound = self.value(key), self.value({self.field: text})
        return seen is not None and self.fits(seen, bound)


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
    """Several filters leave the keys that fit all of them, and each of them counts."""
    keys = _filterable(account, filters)
    wanted = max(
        ({each: key[each.field] for each in filters} for key in keys),
        key=lambda wanted: sum(
            _narrowed(keys, wanted) != _narrowed(keys, _but(wanted, each)) for each in filters
        ),
    )
    if CREATED_GTE in filters:
        ordered = sorted(keys, key=CREATED_GTE.value)
        quarter = len(ordered) // 4
        bounds = ordered[quarter], ordered[-1 - quarter]
        wanted = {each: key["created_at"] for each, key in zip(filters, bounds, strict=True)}
    page = _filtered(account, wanted)
    expected = _narrowed(keys, wanted)
    without = {each: _narrowed(keys, _but(wanted, each)) for each in filters}
    counting = [each for each in filters if without[each] != expected]
    # The filter that is to blame is the one without which the answer would be right.
    blamed = [each for each in counting if without[each] == _sorted(page)]
    for each in blamed or counting:
        _judge_filtered(ledger, page, each.rule, expected)


@pytest.mark.rules(STATUS.rule)
@pytest.mark.parametrize(
    "status", ["expired", "active", pytest.param("disabled", marks=pytest.mark.exhaustive)]
)
def test_status(account: Account, ledger: Ledger, status: str) -> None:
    """The keys of one status, also where there is none."""
    keys = _filterable(account, (STATUS,))
    page = _filtered(account, {STATUS: status})
    _judge_filtered(ledger, page, STATUS.rule, _narrowed(keys, {STATUS: status}))


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "each",
    [pytest.param(each, marks=pytest.mark.rules(each.rule), id=each.rule) for each in FILTERS],
)
def test_filter(account: Account, ledger: Ledger, each: Filter) -> None:
    """A filter leaves exactly the keys that fit it."""
    keys = _filterable(account, (each,))
    wanted = {each: keys[len(keys) // 2][each.field]}
    _judge_filtered(ledger, _filtered(account, wanted), each.rule, _narrowed(keys, wanted))


def _filterable(account: Account, filters: tuple[Filter, ...]) -> list[Key]:
    """Every key of the account that shows what is filtered by."""
    everything = account.listing()
    keys = [key for key in everything.items if all(each.value(key) is not None for each in filters)]
    if not keys or len(everything.items) >= LARGEST_PAGE:
        fields = ", ".join({each.field for each in filters})
        raise UnavailableError(f"needs an account of 1 to 99 keys that show their {fields}")
    return keys


def _narrowed(keys: list[Key], wanted: dict[Filter, str]) -> list[str]:
    """The ids of the keys that fit every filter."""
    fitting = (key for key in keys if all(each.matches(key, text) for each, text in wanted.items()))
    return sorted(str(key.get("id")) for key in fitting)


def _but(wanted: dict[Filter, str], ignored: Filter) -> dict[Filter, str]:
    return {each: text for each, text in wanted.items() if each is not ignored}


def _filtered(account: Account, wanted: dict[Filter, str]) -> Exchange:
    query = "&".join(f"{each.parameter}={quote(text, safe='')}" for each, text in wanted.items())
    return account.list_keys(f"?page_size={LARGEST_PAGE}&{query}")


def _judge_filtered(ledger: Ledger, page: Exchange, rule: str, expected: list[str]) -> None:
    holds = _sorted(page) == expected
    _judge(ledger, page, rule, holds, f"the {len(expected)} keys that fit")


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
def test_bad_query_is_refused(account: Account, ledger: Ledger, query: str) -> None:
    """Parameters that do not fit their schema."""
    exchange = account.send("GET", f"/license_keys?{query}")
    refused = exchange.status in (400, 422)
    ledger.judge("list.bad-query-refused", exchange, refused, "400 or 422")
    if refused:
        right = exchange.item.get("code") == "INVALID_QUERY_PARAMS"
        ledger.judge("list.bad-query-code", exchange, right, "INVALID_QUERY_PARAMS")


def _ids(exchange: Exchange) -> list[object]:
    return [each.get("id") for each in exchange.items]


def _judge(ledger: Ledger, page: Exchange, rule: str, holds: bool, expected: str) -> None:
    ledger.judge(rule, page, page.status == 200 and holds, expected)
