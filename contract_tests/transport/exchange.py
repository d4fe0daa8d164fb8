"""One request and the answer that it got."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

# Stands for the status where no answer came.
NO_ANSWER = 0
_THROTTLED = 429
_PASSING_FAILURES = frozenset({NO_ANSWER, 502, 503, 504})


@dataclass(frozen=True)
class Exchange:
    """A request as sent and its answer, both whole, with every secret still in them.

    Attributes:
        seconds: From sending the request to the last byte of the answer.
        problem: Why the answer is not whole, None when it is.
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

    @property
    def path(self) -> str:
        """The path as sent, without the query."""
        return self.url.raw_path.decode("ascii").partition("?")[0]

    @property
    def is_throttled(self) -> bool:
        """Whether the target asked to wait."""
        return self.status == _THROTTLED

    @property
    def failed_on_the_way(self) -> bool:
        """Whether what stands before the API failed, or nothing answered."""
        return self.status in _PASSING_FAILURES

    @property
    def is_telling(self) -> bool:
        """Whether the answer says anything about the rule that it was asked for."""
        return self.problem is None and not self.is_throttled and not self.failed_on_the_way

    @property
    def summary(self) -> str:
        """What was answered, in a few words."""
        if isinstance(self.item.get("code"), str):
            return f"{self.status} with {self.item['code']}"
        if isinstance(self.item.get("items"), list):
            return f"{self.status} with {len(self.items)} items"
        return str(self.status)

    @cached_property
    def json(self) -> Any:
        """The body of the answer parsed as JSON, None where it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def item(self) -> dict[str, Any]:
        """The body of the answer where it is a JSON object, else an empty one."""
        return self.json if isinstance(self.json, dict) else {}

    @property
    def items(self) -> list[dict[str, Any]]:
        """The objects in the `items` of a list answer, empty where there are none."""
        items = self.item.get("items")
        return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
