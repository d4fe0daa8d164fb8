"""The request log: the most recent requests, what was returned and why some were rejected."""

from collections import deque
from datetime import datetime
from threading import Lock
from typing import Any

import msgspec

from ..domain.instants import Moment
from ..http.messages import Request, Response
from .redaction import MAX_BODY_BYTES, redact_body, redact_method, redact_path, redact_query

MAX_ENTRIES = 1000
_SURPLUS = 100
"""By how many entries more the oldest ones are removed together."""


class Entry(msgspec.Struct, frozen=True):
    """One request and its outcome, without secrets.

    Attributes:
        number: The position of the request since the last reset, counted from 1.
        at: The time of the mock's clock.
        method: The HTTP method.
        path: The path without its query. A part that is not an id of the API is `{redacted}`.
        status: The HTTP status of the response, 0 if the connection was reset.
        problem: Why the request was rejected, empty if it was not.
        fault: Whether a fault was applied.
        query: The query string; a value that may be a secret is `{redacted}`.
        body: The content of the request body; a string that may be a secret is `{redacted}`.
        response: The content of the response body, redacted in the same way.
        duration: The time until the response was ready, in seconds.
    """

    number: int
    at: datetime
    method: str
    path: str
    status: int
    problem: str
    fault: bool
    query: str = ""
    body: Any = None
    response: Any = None
    duration: float = 0


Record = tuple[Moment, Request, Response, float, bool]
"""What an `Entry` is made from: when, the request, the response, `duration` and `fault`."""


class RequestLog:
    """The last `MAX_ENTRIES` requests."""

    def __init__(self) -> None:
        self._records: deque[Record] = deque()
        self._removed = 0
        self._lock = Lock()

    def record(self, record: Record) -> None:
        """Add a request. It is redacted when it is read, which is rarer."""
        self._records.append(record)
        if len(self._records) >= MAX_ENTRIES + _SURPLUS:
            with self._lock:
                while len(self._records) > MAX_ENTRIES:
                    self._records.popleft()
                    self._removed += 1

    def last(self) -> int:
        """Return the number of the last entry, 0 if the log is empty."""
        with self._lock:
            return self._removed + len(self._records)

    def entries(self, after: int = 0) -> list[Entry]:
        """Return the entries with a number above `after`, the oldest first."""
        with self._lock:
            records = list(self._records)
            first = self._removed + 1
        surplus = max(len(records) - MAX_ENTRIES, 0)
        kept = enumerate(records[surplus:], first + surplus)
        return [entry(each, number) for number, each in kept if number > after]

    def clear(self) -> None:
        """Remove all entries and restart the numbers at 1."""
        with self._lock:
            self._records.clear()
            self._removed = 0

    def close(self) -> None:
        """Do nothing: the log ends with the process."""


def entry(record: Record, number: int) -> Entry:
    """Return the entry of a request, without secrets."""
    moment, request, response, duration, fault = record
    return Entry(
        number,
        moment.instant(),
        redact_method(request.method),
        redact_path(request.path),
        0 if response.reset else int(response.status),
        response.problem,
        fault,
        redact_query(request.query),
        redact_body(_limited(request.body)),
        redact_body(_limited(response.body)),
        duration,
    )


def _limited(body: bytes | None) -> bytes | None:
    return None if body is None or len(body) > MAX_BODY_BYTES else body
