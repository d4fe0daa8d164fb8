"""The query parameters of the lists."""

import re
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl

from ..domain import instants
from ..domain.models import Source, Status
from ..http.errors import invalid_query
from ..storage.interface import InstanceFilter, KeyFilter, Page

MAX_PAGE_SIZE = 100

_INT32_MAX = 2**31 - 1
_DIGITS = re.compile(r"\d+", re.ASCII)
Choice = TypeVar("Choice", bound=StrEnum)


class Query:
    """The parameters of one query string.

    Args:
        text: The query string as sent, percent-encoded.

    Raises:
        HttpError: 400 for a query that is not percent-encoded UTF-8 or repeats a parameter.
    """

    def __init__(self, text: bytes) -> None:
        try:
            pairs = parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict")
        except ValueError as error:
            raise invalid_query("The query is not percent-encoded UTF-8.") from error
        self._values = dict(pairs)
        if len(self._values) < len(pairs):
            raise invalid_query("A query parameter is repeated.")

    def page(self) -> Page:
        """Return the requested page. Larger sizes are reduced to `MAX_PAGE_SIZE`."""
        size = self._count("page_size", 10)
        return Page(min(size, MAX_PAGE_SIZE), self._count("page_number", 0))

    def key_filter(self, now: datetime) -> KeyFilter:
        """Return the filter for license keys at the instant `now`."""
        return KeyFilter(
            now,
            customer_id=self._values.get("customer_id"),
            product_id=self._values.get("product_id"),
            status=self._choice("status", Status),
            source=self._choice("source", Source),
            created_from=self._instant("created_at_gte"),
            created_to=self._instant("created_at_lte"),
        )

    def instance_filter(self) -> InstanceFilter:
        """Return the filter for instances."""
        return InstanceFilter(self._values.get("license_key_id"), self._values.get("grant_id"))

    def _count(self, name: str, default: int) -> int:
        text = self._values.get(name)
        if text is None:
            return default
        if not _DIGITS.fullmatch(text) or len(text) > 10 or int(text) > _INT32_MAX:
            raise invalid_query(f"`{name}` must be a number from 0 to {_INT32_MAX}.")
        return int(text)

    def _choice(self, name: str, choices: type[Choice]) -> Choice | None:
        text = self._values.get(name)
        if text is None:
            return None
        try:
            return choices(text)
        except ValueError as error:
            raise invalid_query(f"`{name}` must be one of {', '.join(choices)}.") from error

    def _instant(self, name: str) -> datetime | None:
        text = self._values.get(name)
        if text is None:
            return None
        try:
            return instants.parse(text)
        except ValueError as error:
            raise invalid_query(f"`{name}` is {error}.") from error
