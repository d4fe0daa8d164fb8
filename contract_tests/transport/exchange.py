"""One request and its response."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

# The status of an exchange without a response.
NO_RESPONSE = 0
_THROTTLED = 429
_PASSING_FAILURES = frozenset({NO_RESPONSE, 502, 503, 504})
# The statuses that say nothing about a rule of the API.
UNTELLING = _PASSING_FAILURES | {_THROTTLED}


@dataclass(frozen=True)
class Exchange:
    """A request as sent and its response, both complete, with every secret still in them.

    Attributes:
        seconds: From sending the request to the last byte of the response.
        problem: Why the response is not complete, None when it is.
        attempts: How many requests were sent, retries included; the last one is shown here.
        started: When the last request was sent, in seconds since 1970, None if that is not known.
    """

    method: str
    url: httpx.URL
    request_headers: httpx.Headers
    request_body: bytes
    status: int
    headers: httpx.Headers
    body: bytes
    seconds: float
    problem: str | None = None
    attempts: int = 1
    started: float | None = None

    @property
    def path(self) -> str:
        """The path as sent, without the query."""
        return self.url.raw_path.decode("ascii").partition("?")[0]

    @property
    def is_throttled(self) -> bool:
        """Whether the response is 429."""
        return self.status == _THROTTLED

    @property
    def failed_on_the_way(self) -> bool:
        """Whether a proxy in front of the API failed, or no response came."""
        return self.status in _PASSING_FAILURES

    @property
    def is_telling(self) -> bool:
        """Whether the response says anything about a rule of the API."""
        return self.problem is None and self.status not in UNTELLING

    @property
    def summary(self) -> str:
        """The response in a few words."""
        if isinstance(self.item.get("code"), str):
            return f"{self.status} with {self.item['code']}"
        if isinstance(self.item.get("items"), list):
            return f"{self.status} with {len(self.items)} items"
        return str(self.status)

    @cached_property
    def json(self) -> Any:
        """The response body parsed as JSON, None if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def is_json(self) -> bool:
        """Whether the response body is JSON in UTF-8, without byte order mark and without NaN."""
        try:
            json.loads(self.body.decode("utf-8"), parse_constant=_reject)
        except (ValueError, RecursionError):
            return False
        return True

    def header(self, name: str) -> str:
        """A header of the response by its name in lower case, empty without one."""
        value: str = self.headers.get(name, "")
        return value

    @property
    def header_names(self) -> Collection[str]:
        """The names of the headers of the response in lower case."""
        return self.headers.keys()

    @property
    def item(self) -> dict[str, Any]:
        """The response body if it is a JSON object, else an empty object."""
        return self.json if isinstance(self.json, dict) else {}

    @property
    def items(self) -> list[dict[str, Any]]:
        """The objects in the `items` of a list response, empty if there are none."""
        items = self.item.get("items")
        return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []


def _reject(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
