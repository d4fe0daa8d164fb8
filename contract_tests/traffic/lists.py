"""Judges lists of license keys: filters, pages and invalid parameters."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import eq, ge, le
from typing import Any

from ..contract.oracle import INT32_MAX, parse_instant
from ..judge.ledger import Finding
from ..judge.patch_checks import Key
from .keys import KeyJudge
from .recorded import RecordedExchange
from .world import World, can_expire_between, is_hidden

LARGEST_PAGE = 100
DEFAULT_PAGE = 10
_MOST_COMPARED = 1000
_MICROSECONDS = re.compile(r"\.\d{6}(?!\d)")
_SECOND = timedelta(seconds=1)
_FAR = 10_000_000
_STATUSES = ("active", "expired", "disabled")
_SOURCES = ("auto", "import", "manual")


@dataclass(frozen=True)
class _Filter:
    rule: str
    parameter: str
    field: str
    compare: Callable[[Any, Any], bool] = eq

    def matches(self, key: Key, wanted: str) -> bool | None:
        """Whether a key matches, None if that cannot be decided."""
        seen: Any = key.get(self.field)
        bound: str | datetime | None = wanted
        if self.field == "created_at":
            seen, bound = parse_instant(seen), parse_instant(wanted)
        if seen is None or bound is None:
            return None
        if isinstance(seen, datetime) and isinstance(bound, datetime):
            # A server may show an instant to the second and compare it to the microsecond.
            is_exact = seen.microsecond % 1000 != 0 and _MICROSECONDS.search(str(key[self.field]))
            if abs(seen - bound) < _SECOND and not is_exact:
                return None
            return bool(self.compare(seen, bound))
        return bool(self.compare(seen, bound))


_FILTERS = (
    _Filter("list.filter.status", "status", "status"),
    _Filter("list.filter.product", "product_id", "product_id"),
    _Filter("list.filter.customer", "customer_id", "customer_id"),
    _Filter("list.filter.source", "source", "source"),
    _Filter("list.filter.created-gte", "created_at_gte", "created_at", ge),
    _Filter("list.filter.created-lte", "created_at_lte", "created_at", le),
)
_PAGE_PARAMETERS = frozenset({"page_size", "page_number"})
_SAME_ORDER = "the same keys in the same order as in the longer list"


@dataclass(frozen=True)
class _FirstPage:
    """The ids on a first page without filters, and its size."""

    ids: list[Any]
    size: int

    @property
    def is_whole(self) -> bool:
        """Whether it contains all keys."""
        return len(self.ids) < self.size


class ListJudge:
    """Judges GET /license_keys.

    Args:
        world: What the exchanges so far establish.
        keys: Takes the state of the keys in a list.
    """

    def __init__(self, world: World, keys: KeyJudge) -> None:
        self._world = world
        self._keys = keys
        self._longest: _FirstPage | None = None
        # The pages that differ from it. They count once a later list shows that no key was created.
        self._differing: list[tuple[str, RecordedExchange]] = []

    def forget(self) -> None:
        """Forget the order of the keys, because a key may have been created."""
        self._longest = None
        self._differing.clear()

    def judge(self, exchange: RecordedExchange, *, alone: bool) -> None:
        """Judge a list and take the state of the keys in it."""
        invalid = is_invalid_query(exchange.parameters)
        if invalid:
            self._judge_invalid(exchange)
        elif exchange.status in (400, 422):
            self._judge_valid(exchange)
        elif exchange.status == 200 and isinstance(exchange.item.get("items"), list):
            self._world.ledger.add(self._findings(exchange), exchange)
            if self._world.is_complete and alone:
                self._judge_complete(exchange)
            for item in exchange.items:
                self._keys.see(item, exchange, alone=alone, stored_rule="patch.stored.list")

    def _judge_invalid(self, exchange: RecordedExchange) -> None:
        if exchange.status in (400, 422):
            right = exchange.item.get("code") == "INVALID_QUERY_PARAMS"
            self._world.check("list.bad-query-code", exchange, right, "INVALID_QUERY_PARAMS")
        if exchange.status < 400 or exchange.status in (400, 422):
            rejected = exchange.status >= 400
            self._world.check("list.bad-query-refused", exchange, rejected, "400 or 422")

    def _judge_valid(self, exchange: RecordedExchange) -> None:
        """A query that the contract permits must not be rejected."""
        given = exchange.parameters
        used = [each.rule for each in _FILTERS if each.parameter in given]
        known = _PAGE_PARAMETERS | {each.parameter for each in _FILTERS}
        if not given.keys() - known:
            rule = _page_size(given)[1]
            if used and rule != "list.page-size-capped":
                rule = used[0]
            self._world.check(rule, exchange, False, "200 with the keys")

    def _findings(self, exchange: RecordedExchange) -> Iterator[Finding]:
        given, items = exchange.parameters, exchange.items
        for each in _FILTERS:
            if each.parameter in given and items:
                wanted = given[each.parameter]
                wrong = [key for key in items if each.matches(key, wanted) is False]
                seen = f"{len(wrong)} others among {len(items)} keys"
                yield Finding(each.rule, not wrong, "only keys that match the filter", seen)
        size, rule = _page_size(given)
        if size > 0:
            expected = f"at most {size} keys"
            yield Finding(rule, len(items) <= size, expected, f"{len(items)} keys")
            if int(given.get("page_number") or 0) * size >= _FAR:
                yield Finding("list.past-end-empty", not items, "an empty page", "keys")
        ids = [str(each.get("id")) for each in items]
        unique = len(set(ids)) == len(ids)
        yield Finding("list.pages-follow", unique, "every key once", "a key twice")

    def _judge_complete(self, exchange: RecordedExchange) -> None:
        given = exchange.parameters
        size, rule = _page_size(given)
        number = int(given.get("page_number") or 0)
        ids = [each.get("id") for each in exchange.items]
        if any(map(is_hidden, ids)):
            # A recording of this project hides an id that a request sent as a license key.
            return
        filters = given.keys() - _PAGE_PARAMETERS
        if number == 0 and size > 0 and len(ids) < size:
            self._judge_missing(exchange, ids)
        if filters or size <= 0:
            return
        known = self._longest
        if known is not None and (known.is_whole or len(known.ids) >= (number + 1) * size):
            if number == 0 and "page_number" in given and "page_size" in given:
                rule = "list.first-page-is-0"
            elif number > 0:
                rule = "list.pages-follow"
            if ids == known.ids[number * size : (number + 1) * size]:
                self._world.check(rule, exchange, True, _SAME_ORDER)
            else:
                self._differing.append((rule, exchange))
        if number == 0 and size >= (known.size if known is not None else DEFAULT_PAGE):
            self._compare_first(_FirstPage(ids, size))

    def _compare_first(self, page: _FirstPage) -> None:
        """Take a first page as the longest; the pages that differ count if it is as before."""
        if self._longest is not None and page.ids[: len(self._longest.ids)] == self._longest.ids:
            for rule, exchange in self._differing:
                self._world.check(rule, exchange, False, _SAME_ORDER)
        self._differing.clear()
        self._longest = page

    def _judge_missing(self, exchange: RecordedExchange, ids: list[Any]) -> None:
        if len(self._world.keys) > _MOST_COMPARED:
            return
        given = exchange.parameters
        used = [each for each in _FILTERS if each.parameter in given]
        if len(used) != len(given.keys() - _PAGE_PARAMETERS):
            return
        present = set(map(str, ids))
        at = exchange.ended or 0.0
        missing = [
            key_id
            for key_id, known in self._world.keys.items()
            if key_id not in present
            and known.is_current
            and not (known.earlier and at < known.earlier[-1][0])
            and not can_expire_between(known.key, known.at, at)
            and all(each.matches(known.key, given[each.parameter]) for each in used)
        ]
        rule = used[0].rule if used else "list.has-own-keys"
        expected = f"a list that contains {', '.join(missing[:3])}"
        self._world.check(rule, exchange, not missing, expected)


def is_invalid_query(parameters: dict[str, str]) -> bool:
    """Whether a query parameter does not match its schema."""
    for name in _PAGE_PARAMETERS & parameters.keys():
        text = parameters[name]
        if not (text.isascii() and text.isdecimal() and int(text[:12]) <= INT32_MAX):
            return True
    for name in ("created_at_gte", "created_at_lte"):
        # A plus sign that is not percent-encoded arrives as a space.
        if name in parameters and parse_instant(parameters[name].replace(" ", "+")) is None:
            return True
    return (
        parameters.get("status", _STATUSES[0]) not in _STATUSES
        or parameters.get("source", _SOURCES[0]) not in _SOURCES
    )


def _page_size(parameters: dict[str, str]) -> tuple[int, str]:
    """The size of the requested page and the rule that a longer page violates."""
    if "page_size" not in parameters:
        return DEFAULT_PAGE, "list.default-page-size"
    size = int(parameters["page_size"])
    if size > LARGEST_PAGE:
        return LARGEST_PAGE, "list.page-size-capped"
    return size, "list.page-size"
