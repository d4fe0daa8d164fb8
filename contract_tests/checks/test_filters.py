"""The filters of the list of keys: alone, together, with values that are nearly right."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations
from typing import Any

import pytest

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..judge.patch_checks import Key
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
from .patch_cases import above

pytestmark = pytest.mark.priority(52)

_BEFORE_1970 = "1969-12-31T23:59:58.5Z"
_EXPIRY = "2034-05-06T07:08:09Z"

_NEARLY: dict[str, Callable[[str], str]] = {
    "its beginning": lambda text: text[:-2],
    "a part of it": lambda text: text[2:-2],
    "in other case": str.swapcase,
    "a percent sign": lambda text: text[:-2] + "%",
    "an asterisk": lambda _text: "*",
}


@pytest.mark.rules(*(each.rule for each in FILTERS if each is not STATUS))
@pytest.mark.parametrize(
    "filters",
    [(PRODUCT, CUSTOMER, SOURCE), (CREATED_GTE, CREATED_LTE)],
    ids=["product, customer, source", "created"],
)
def test_filters_together(account: Account, ledger: Ledger, filters: tuple[Filter, ...]) -> None:
    """Combined filters return the keys that match all of them."""
    keys = keys_with(account, filters)
    if CREATED_GTE in filters:
        ordered = sorted(keys, key=CREATED_GTE.value)
        quarter = len(ordered) // 4
        bounds = ordered[quarter], ordered[-1 - quarter]
        wanted = {each: key["created_at"] for each, key in zip(filters, bounds, strict=True)}
    else:
        wanted = _most_telling(keys, filters)
    _judge_together(account, ledger, wanted)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(pair, id=" and ".join(each.parameter for each in pair))
        for pair in combinations((STATUS, PRODUCT, CUSTOMER, SOURCE, CREATED_LTE), 2)
    ],
)
@pytest.mark.rules(*(each.rule for each in FILTERS if each is not CREATED_GTE))
def test_two_filters(account: Account, ledger: Ledger, pair: tuple[Filter, ...]) -> None:
    """Two filters return the keys that match both."""
    _judge_together(account, ledger, _most_telling(keys_with(account, pair), pair))


@pytest.mark.rules(STATUS.rule)
@pytest.mark.parametrize(
    "status", ["expired", "active", pytest.param("disabled", marks=pytest.mark.exhaustive)]
)
def test_status(account: Account, ledger: Ledger, status: str) -> None:
    """The status filter returns the keys with that status, even if there are none."""
    keys_with(account, (STATUS,))
    _judge(account, ledger, {STATUS: status})


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "each",
    [pytest.param(each, marks=pytest.mark.rules(each.rule), id=each.rule) for each in FILTERS],
)
def test_filter(account: Account, ledger: Ledger, each: Filter) -> None:
    """A filter returns exactly the keys that match it."""
    keys = keys_with(account, (each,))
    _judge(account, ledger, {each: keys[len(keys) // 2][each.field]})


@pytest.mark.exhaustive
@pytest.mark.parametrize("form", _NEARLY)
@pytest.mark.parametrize(
    "each",
    [
        pytest.param(each, marks=pytest.mark.rules(each.rule), id=each.rule)
        for each in (CUSTOMER, PRODUCT)
    ],
)
def test_nearly_matching_value(account: Account, ledger: Ledger, each: Filter, form: str) -> None:
    """A value that is nearly that of a key matches no key."""
    value = str(keys_with(account, (each,))[0][each.field])
    _judge(account, ledger, {each: _NEARLY[form](value) or "*"})


@pytest.mark.exhaustive
@pytest.mark.rules(CUSTOMER.rule, PRODUCT.rule)
def test_value_of_another_filter(account: Account, ledger: Ledger) -> None:
    """A product is not a customer, and a customer is not a product."""
    key = keys_with(account, (CUSTOMER, PRODUCT))[0]
    _judge(account, ledger, {CUSTOMER: key["product_id"]})
    _judge(account, ledger, {PRODUCT: key["customer_id"]})


@pytest.mark.exhaustive
@pytest.mark.rules(CREATED_GTE.rule, CREATED_LTE.rule)
@pytest.mark.parametrize("each", [CREATED_GTE, CREATED_LTE], ids=["gte", "lte"])
def test_created_bounds(account: Account, ledger: Ledger, each: Filter) -> None:
    """Creation times are compared to the microsecond, whatever offset the bound has."""
    keys = sorted(keys_with(account, (each,)), key=each.value)
    instant: datetime = each.value(keys[len(keys) // 2])
    step = timedelta(microseconds=1 if each is CREATED_GTE else -1)
    india = timezone(timedelta(hours=5, minutes=30))
    for bound in (instant + step, instant.astimezone(india), instant + 3 * step):
        _judge(account, ledger, {each: bound.isoformat()})
    distant = datetime(2099 if each is CREATED_GTE else 1971, 1, 1, tzinfo=UTC)
    _judge(account, ledger, {each: distant.isoformat().replace("+00:00", "Z")})


@pytest.mark.exhaustive
@pytest.mark.rules("list.pages-follow")
def test_pages_of_a_filtered_list(account: Account, ledger: Ledger) -> None:
    """The pages of a filtered list have the matching keys, one after the other."""
    keys = keys_with(account, (CUSTOMER,))
    customers = [key["customer_id"] for key in keys]
    wanted = max(customers, key=customers.count)
    count = customers.count(wanted)
    if count < 2:
        raise UnavailableError("requires two keys of one customer")
    seen: list[str] = []
    for number in range(min(count, 3) + 1):
        query = f"?customer_id={wanted}&page_size=1&page_number={number}"
        page = account.list_keys(query)
        seen += ids_of(page)
        right = len(page.items) == (number < count) and all(
            item.get("customer_id") == wanted for item in page.items
        )
        ledger.judge("list.pages-follow", page, right, f"a key of {wanted} for each page")
    ledger.judge("list.pages-follow", page, len(seen) == len(set(seen)), "every key once")


@pytest.mark.exhaustive
@pytest.mark.rules("patch.stored.list")
def test_filtered_list_after_a_change(account: Account) -> None:
    """A filtered list shows a key as it is after a PATCH, also if it was requested before."""
    key_id = account.pick()
    customer = account.keys[key_id].get("customer_id")
    for number in (14, 15):
        account.list_keys(f"?customer_id={customer}&page_size=100")
        account.patch(key_id, {"activations_limit": above(number)(account.keys[key_id])})
    account.list_keys(f"?customer_id={customer}&page_size=100")


@pytest.mark.combined
@pytest.mark.priority(54)
@pytest.mark.rules(CUSTOMER.rule, STATUS.rule, "patch.stored.list", "patch.all-fields")
def test_filtered_list_before_and_after(account: Account, ledger: Ledger) -> None:
    """A key that is disabled leaves the list of its customer's active keys."""
    active = (key_id for key_id, key in account.keys.items() if key.get("status") == "active")
    key_id = next(active, None) or account.pick()
    account.ensure(key_id, {"disabled": False})
    key = account.keys[key_id]
    if key.get("status") != "active" or not key.get("customer_id"):
        raise UnavailableError("requires an allowed key that is active, with a customer")
    wanted = {CUSTOMER: str(key["customer_id"]), STATUS: "active"}
    keys_with(account, tuple(wanted))
    _judge_together(account, ledger, wanted)
    body: dict[str, Any] = {"disabled": True, "activations_limit": above(16)(key)}
    if not key.get("subscription_id"):
        body["expires_at"] = _EXPIRY
    account.patch(key_id, body, rule_id="patch.all-fields")
    page = account.list_keys("?" + "&".join([*query_of(wanted), "page_size=100"]))
    holds = key_id not in ids_of(page)
    judged = page.status == 200 and holds
    ledger.judge(STATUS.rule, page, judged, "a list without the disabled key")


@pytest.mark.combined
@pytest.mark.rules(CUSTOMER.rule, PRODUCT.rule, CREATED_GTE.rule, CREATED_LTE.rule)
@pytest.mark.parametrize("customer", ["the product", "a beginning"])
def test_no_match(account: Account, ledger: Ledger, customer: str) -> None:
    """A customer that no key has leaves nothing, whatever the other filters match."""
    key = keys_with(account, (CUSTOMER, PRODUCT))[0]
    product_id, customer_id = str(key["product_id"]), str(key["customer_id"])
    wanted = {
        CUSTOMER: product_id if customer == "the product" else customer_id[:-2] or "*",
        PRODUCT: product_id,
        CREATED_GTE: _BEFORE_1970,
        CREATED_LTE: "9999-12-31T23:59:59Z",
    }
    page, holds = filtered(account, wanted)
    count = len(matching_ids(account.listing().items, wanted))
    if page.status == 200 and holds:
        judge_filtered(ledger, page, CUSTOMER.rule, holds, count)
        return
    alone = ({each: text} for each, text in wanted.items())
    wrong = next((each for each in alone if not _is_right(account, each)), {CUSTOMER: ""})
    for each in wrong:
        judge_filtered(ledger, page, each.rule, False, count)


@pytest.mark.combined
@pytest.mark.rules(CREATED_LTE.rule)
def test_created_before_1970(account: Account, ledger: Ledger) -> None:
    """No key was created before 1970, when the count of Unix seconds begins."""
    _judge(account, ledger, {CREATED_LTE: _BEFORE_1970})


def _is_right(account: Account, wanted: Wanted) -> bool:
    page, holds = filtered(account, wanted)
    return page.status == 200 and holds


def _most_telling(keys: list[Key], filters: tuple[Filter, ...]) -> dict[Filter, str]:
    """The values of a key for which most filters make a difference."""
    return max(
        ({each: key[each.field] for each in filters} for key in keys),
        key=lambda wanted: sum(
            matching_ids(keys, wanted) != matching_ids(keys, _without(wanted, each))
            for each in filters
        ),
    )


def _without(wanted: Wanted, ignored: Filter) -> dict[Filter, str]:
    return {each: text for each, text in wanted.items() if each is not ignored}


def _judge(account: Account, ledger: Ledger, wanted: Wanted) -> None:
    page, holds = filtered(account, wanted)
    for each in wanted:
        count = len(matching_ids(account.listing().items, wanted))
        judge_filtered(ledger, page, each.rule, holds, count)


def _judge_together(account: Account, ledger: Ledger, wanted: Wanted) -> None:
    """Blame the filter without which the response would be right, if there is one."""
    page, holds = filtered(account, wanted)
    keys = account.listing().items
    expected = matching_ids(keys, wanted)
    without = {each: matching_ids(keys, _without(wanted, each)) for each in wanted}
    effective = [each for each in wanted if without[each] != expected]
    ignored = [each for each in effective if without[each] == ids_of(page)]
    for each in (ignored if not holds else ()) or effective:
        judge_filtered(ledger, page, each.rule, holds, len(expected))
