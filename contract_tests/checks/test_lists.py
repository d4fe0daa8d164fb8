"""The list of keys: pages and invalid parameters."""

import pytest

from ..account.account import LARGEST_PAGE, Account
from ..contract.oracle import INT32_MAX
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from .census import compared

pytestmark = pytest.mark.priority(50)

_BAD_QUERIES = (
    "page_number=-1",
    "page_size=ten",
    "page_size=-1",
    "page_number=1.5",
    "page_number=4294967296",
    "status=sleeping",
    "created_at_gte=yesterday",
    "status=ACTIVE",
    "source=carrier-pigeon",
    "page_size=1.5",
    "created_at_lte=2024-13-01T00:00:00Z",
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
    page, holds = compared(
        account,
        lambda _keys: account.list_keys(),
        lambda page: _ids(page) == _ids(account.listing())[:10],
    )
    expected = f"the first {min(10, len(account.listing().items))} keys"
    _judge(ledger, page, "list.default-page-size", holds, expected)


@pytest.mark.rules("list.first-page-is-0", "list.page-size", "list.pages-follow")
def test_pages_follow(account: Account, ledger: Ledger) -> None:
    """Two small pages contain the same keys as one large page."""
    if len(account.listing().items) < 2:
        raise UnavailableError("requires an account with at least two keys")
    size = min(len(account.listing().items) // 2, 7)
    pages = [_page(account, size, number) for number in (0, 1)]
    for page, _ in pages:
        _judge(ledger, page, "list.page-size", len(page.items) == size, f"{size} items")
    (first, is_first), (second, follows) = pages
    _judge(ledger, first, "list.first-page-is-0", is_first, "the first keys of the list")
    holds = is_first and follows
    _judge(ledger, second, "list.pages-follow", holds, "the keys after those of page 0")


@pytest.mark.exhaustive
@pytest.mark.rules("list.pages-follow")
@pytest.mark.parametrize("parts", [1, 3, 5])
def test_every_page(account: Account, ledger: Ledger, parts: int) -> None:
    """Every page up to the end, and the one behind it, has the keys of its place."""
    count = len(account.listing().items)
    if not parts <= count < LARGEST_PAGE:
        raise UnavailableError(f"requires an account with {parts} to 99 keys")
    size = count // parts if parts > 1 else 1
    for number in range(-(-count // size) + 1) if parts > 1 else (0, 1, count - 1):
        page, holds = _page(account, size, number)
        expected = f"the keys at the place of page {number}"
        _judge(ledger, page, "list.pages-follow", holds, expected)


def _page(account: Account, size: int, number: int) -> tuple[Exchange, bool]:
    """A page, and whether it has the keys at its place in the list of all keys."""
    first = size * number
    return compared(
        account,
        lambda _keys: account.list_keys(f"?page_size={size}&page_number={number}"),
        lambda page: _ids(page) == _ids(account.listing())[first : first + size],
    )


@pytest.mark.rules("list.page-size-capped", "list.first-page-is-0")
def test_page_size_is_capped(account: Account, ledger: Ledger) -> None:
    """A page size above 100 is treated as 100, on the first page as on one without a number."""
    page, holds = _whole(account, f"?page_size={LARGEST_PAGE + 1}&page_number=0")
    if page.status != 200 or not holds:
        capped, holds = _whole(account, f"?page_size={LARGEST_PAGE + 1}")
        if capped.status == 200 and holds:
            _judge(ledger, page, "list.first-page-is-0", False, "the same keys as without a number")
            return
        page = capped
    else:
        _judge(ledger, page, "list.first-page-is-0", True, "the first keys")
    _judge(ledger, page, "list.page-size-capped", holds, "the same keys as for page_size=100")


def _whole(account: Account, query: str) -> tuple[Exchange, bool]:
    """A page, and whether it has the first hundred keys."""
    return compared(
        account,
        lambda _keys: account.list_keys(query),
        lambda page: _ids(page) == _ids(account.listing()),
    )


@pytest.mark.rules("list.past-end-empty")
def test_past_the_end(account: Account, ledger: Ledger) -> None:
    """A page past the end is empty, even the last page that can be requested."""
    page = account.list_keys(f"?page_size=100&page_number={INT32_MAX}")
    holds = page.item.get("items") == []
    _judge(ledger, page, "list.past-end-empty", holds, "an empty page")


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
