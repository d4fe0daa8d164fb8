"""Lists: pages and filters."""

from collections.abc import Callable
from operator import eq, ge, le
from typing import Any
from urllib.parse import quote

import pytest

from contract_tests.account import LARGEST_PAGE, Account
from contract_tests.effects import Key
from contract_tests.errors import UnavailableError
from contract_tests.exchange import Exchange
from contract_tests.ledger import Ledger
from contract_tests.oracle import parse_instant

_BAD_QUERIES = (
    "page_size=ten",
    "page_size=-1",
    "page_number=-1",
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


@pytest.mark.rules("list.default-page-size", "list.first-page-is-0")
def test_default_page(account: Account, ledger: Ledger) -> None:
    """Without parameters come the first ten keys."""
    everything = account.listing()
    page = _list(account)
    expected = min(10, len(everything.items))
    holds = len(page.items) == expected
    _judge(ledger, page, "list.default-page-size", holds, f"{expected} items")
    first = _list(account, "?page_number=0")
    same = _ids(first) == _ids(page)
    _judge(ledger, first, "list.first-page-is-0", same, "the same page as without a number")


@pytest.mark.rules("list.page-size", "list.pages-follow")
def test_pages_follow(account: Account, ledger: Ledger) -> None:
    """Small pages together are the same as one large page."""
    everything = account.listing()
    if len(everything.items) < 2:
        raise UnavailableError("needs an account with two keys or more")
    size = min(len(everything.items) // 2, 7)
    pages = [_list(account, f"?page_size={size}&page_number={number}") for number in (0, 1)]
    for page in pages:
        _judge(ledger, page, "list.page-size", len(page.items) == size, f"{size} items")
    together = _ids(pages[0]) + _ids(pages[1])
    holds = together == _ids(everything)[: 2 * size]
    _judge(ledger, pages[1], "list.pages-follow", holds, "the keys after those of page 0")


@pytest.mark.rules("list.page-size-capped")
def test_page_size_is_capped(account: Account, ledger: Ledger) -> None:
    """More than 100 is 100."""
    everything = account.listing()
    page = _list(account, f"?page_size={LARGEST_PAGE + 1}")
    holds = _ids(page) == _ids(everything)
    _judge(ledger, page, "list.page-size-capped", holds, "the same page as for 100")


@pytest.mark.rules("list.past-end-empty")
def test_past_the_end(account: Account, ledger: Ledger) -> None:
    """A page far behind the last is empty."""
    page = _list(account, "?page_size=100&page_number=20000000")
    holds = page.item.get("items") == []
    _judge(ledger, page, "list.past-end-empty", holds, "an empty page")


FILTERS: dict[str, tuple[str, str, Callable[[Any, Any], bool]]] = {
    "list.filter.status": ("status", "status", eq),
    "list.filter.product": ("product_id", "product_id", eq),
    "list.filter.customer": ("customer_id", "customer_id", eq),
    "list.filter.source": ("source", "source", eq),
    "list.filter.created-gte": ("created_at_gte", "created_at", ge),
    "list.filter.created-lte": ("created_at_lte", "created_at", le),
}


@pytest.mark.parametrize(
    "rule", [pytest.param(rule, marks=pytest.mark.rules(rule)) for rule in FILTERS]
)
def test_filter(account: Account, ledger: Ledger, rule: str) -> None:
    """A filter leaves exactly the keys that fit it."""
    everything = account.listing()
    parameter, field, fits = FILTERS[rule]
    keys = [each for each in everything.items if _comparable(each, field) is not None]
    if not keys or len(everything.items) >= LARGEST_PAGE:
        raise UnavailableError(f"needs an account of 1 to 99 keys that show their {field}")
    value = keys[len(keys) // 2][field]
    bound = _comparable({field: value}, field)
    expected = [each["id"] for each in keys if fits(_comparable(each, field), bound)]
    page = _list(account, f"?page_size={LARGEST_PAGE}&{parameter}={quote(value, safe='')}")
    holds = sorted(map(str, _ids(page))) == sorted(expected)
    _judge(ledger, page, rule, holds, f"the {len(expected)} keys that fit")


@pytest.mark.rules("list.bad-query-refused", "list.bad-query-code")
@pytest.mark.parametrize("query", _BAD_QUERIES)
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


def _comparable(key: Key, field: str) -> Any:
    value = key.get(field)
    return parse_instant(value) if field == "created_at" else value


def _list(account: Account, query: str = "") -> Exchange:
    exchange = account.send("GET", f"/license_keys{query}")
    account.note_listed(exchange)
    return exchange


def _judge(ledger: Ledger, page: Exchange, rule: str, holds: bool, expected: str) -> None:
    ledger.judge(rule, page, page.status == 200 and holds, expected)
