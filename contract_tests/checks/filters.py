"""The filters of the list of keys, and what a filtered list must contain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import eq, ge, le
from typing import Any
from urllib.parse import quote

from ..account.account import LARGEST_PAGE, Account
from ..contract.oracle import parse_instant
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..judge.patch_checks import Key
from ..transport.exchange import Exchange
from .census import compared

_MICROSECOND_DIGITS = 6


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
        """Whether a key matches the filter with a given value, going by what is shown."""
        seen, bound = self.value(key), self.value({self.field: text})
        return seen is not None and self.compare(seen, bound)

    def is_open(self, key: Key, text: str) -> bool:
        """Whether what is shown leaves open if the key matches: times can be shown truncated."""
        seen, bound = self.value(key), self.value({self.field: text})
        if not isinstance(seen, datetime) or not isinstance(bound, datetime):
            return False
        return seen <= bound < seen + _shown_unit(str(key[self.field]))


STATUS = Filter("list.filter.status", "status", "status")
PRODUCT = Filter("list.filter.product", "product_id", "product_id")
CUSTOMER = Filter("list.filter.customer", "customer_id", "customer_id")
SOURCE = Filter("list.filter.source", "source", "source")
CREATED_GTE = Filter("list.filter.created-gte", "created_at_gte", "created_at", ge)
CREATED_LTE = Filter("list.filter.created-lte", "created_at_lte", "created_at", le)
FILTERS = (STATUS, PRODUCT, CUSTOMER, SOURCE, CREATED_GTE, CREATED_LTE)

Wanted = Mapping[Filter, str]


def keys_with(account: Account, filters: tuple[Filter, ...]) -> list[Key]:
    """Every key of the account.

    Raises:
        UnavailableError: A key lacks a field that is filtered by, or there are too many keys.
    """
    keys = account.listing().items
    fits = keys and len(keys) < LARGEST_PAGE
    if not fits or any(each.value(key) is None for key in keys for each in filters):
        fields = ", ".join(sorted({each.field for each in filters}))
        raise UnavailableError(f"requires an account with 1 to 99 keys, all of them with {fields}")
    return keys


def matching_ids(keys: list[Key], wanted: Wanted) -> list[str]:
    """The sorted ids of the keys that match every filter."""
    matching = (
        key for key in keys if all(each.matches(key, text) for each, text in wanted.items())
    )
    return sorted(str(key.get("id")) for key in matching)


def query_of(wanted: Wanted) -> list[str]:
    """The parameters of filters, percent-encoded."""
    return [f"{each.parameter}={quote(text, safe='')}" for each, text in wanted.items()]


def filtered(account: Account, wanted: Wanted, query: str = "") -> tuple[Exchange, bool]:
    """A filtered list, and whether it has exactly the matching keys.

    Args:
        account: The account under test.
        wanted: The values of the filters.
        query: Further parameters, by default the largest page size.
    """
    target = "?" + "&".join([*query_of(wanted), query or f"page_size={LARGEST_PAGE}"])

    def fits(page: Exchange) -> bool:
        keys = account.listing().items
        seen = ids_of(page)
        left_open = {
            str(key.get("id"))
            for key in keys
            if any(each.is_open(key, text) for each, text in wanted.items())
        }
        expected = set(matching_ids(keys, wanted))
        return set(seen) - left_open == expected - left_open and len(seen) == len(set(seen))

    return compared(account, lambda _keys: account.list_keys(target), fits)


def judge_filtered(ledger: Ledger, page: Exchange, rule: str, holds: bool, count: int) -> None:
    """Record whether a filtered list has exactly the matching keys."""
    holds = page.status == 200 and holds
    ledger.judge(rule, page, holds, f"the {count} matching keys")


def ids_of(exchange: Exchange) -> list[str]:
    """The ids of the keys in a response, sorted."""
    return sorted(str(each.get("id")) for each in exchange.items)


def _shown_unit(text: str) -> timedelta:
    """The precision in which an instant is shown."""
    fraction = text.partition(".")[2].rstrip("Zz").partition("+")[0].partition("-")[0]
    digits = len(fraction)
    return timedelta(seconds=10.0**-digits) if digits < _MICROSECOND_DIGITS else timedelta(0)
