"""Records what the contract leaves open, so that a change is visible; nothing here is judged."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ..contract.specification import DocumentedResponse, Specification
from ..transport.exchange import Exchange

_INSTANTS = ("created_at", "expires_at")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)")
OFFSET = "offset of instants of "
# Many instants show the form of a fraction, a single one may end in zeros that are not shown.
FRACTION = "fraction of instants of "
_HEADERS = frozenset({"retry-after", "x-ratelimit-remaining", "x-ratelimit-limit", "allow"})


class Observations:
    """Collects what responses contain beyond the contract.

    Attributes:
        seen: Topic to the values seen.
    """

    def __init__(self, specification: Specification) -> None:
        self.seen: dict[str, set[str]] = defaultdict(set)
        self._seen_by_check: dict[str, set[str]] = defaultdict(set)
        self._specification = specification
        self._digits: dict[str, set[int]] = defaultdict(set)
        self._forms: set[tuple[str, tuple[int, str]]] = set()

    def begin_check(self) -> None:
        """Forget what the check before this one has seen."""
        self._seen_by_check.clear()

    def of_check(self) -> dict[str, tuple[str, ...]]:
        """What was seen since `begin_check`, except for the form of instants."""
        return {topic: tuple(sorted(seen)) for topic, seen in self._seen_by_check.items()}

    def add(self, exchange: Exchange) -> None:
        """Record the rate limit headers, undocumented fields and form of instants of a response."""
        if not _HEADERS.isdisjoint(exchange.header_names):
            for name in _HEADERS & set(exchange.header_names):
                self.note(f"headers of {exchange.status}", name)
        collection = exchange.path.strip("/").partition("/")[0]
        for item in (exchange.item, *exchange.items):
            for name in _INSTANTS:
                if name in item:
                    self._add_instant(collection, item[name])
        operation = self._specification.find(exchange.method, exchange.path)
        response = operation.responses.get(exchange.status) if operation is not None else None
        if operation is not None and response is not None:
            for name in _unknown_fields(response, exchange):
                self.note(f"undocumented fields of {operation.id} {exchange.status}", name)

    def note(self, topic: str, value: str) -> None:
        """Record a value that the contract leaves open."""
        self.seen[topic].add(value)
        self._seen_by_check[topic].add(value)

    def _add_instant(self, collection: str, text: Any) -> None:
        form = _form(text) if isinstance(text, str) else None
        if form is None or (collection, form) in self._forms:
            return
        self._forms.add((collection, form))
        count, offset = form
        self.seen[OFFSET + collection].add(offset)
        digits = self._digits[collection]
        digits.add(count)
        most = max(digits)
        # How many digits a trimmed fraction has differs in every run.
        shown = f"{most} digits" if len(digits) == 1 else f"up to {-(-most // 3) * 3} digits"
        self.seen[FRACTION + collection] = {shown}


@lru_cache(maxsize=1024)
def _form(text: str) -> tuple[int, str] | None:
    """The digits of the fraction and the offset of an instant, None if it is not one."""
    match = _INSTANT.fullmatch(text)
    if match is None:
        return None
    return len(match[1] or ""), "Z" if match[2] in "Zz" else match[2]


def _unknown_fields(response: DocumentedResponse, exchange: Exchange) -> Iterator[str]:
    fields = response.fields
    if not fields.issuperset(exchange.item):
        yield from exchange.item.keys() - fields
    for item in exchange.items:
        if not fields.issuperset(item):
            yield from (f"items/{name}" for name in item.keys() - fields)


def status_and_code(exchange: Exchange) -> str:
    """The part of a response that is the same in every run: its status and error code."""
    code: Any = exchange.item.get("code")
    return f"{exchange.status} {code}" if isinstance(code, str) else str(exchange.status)
