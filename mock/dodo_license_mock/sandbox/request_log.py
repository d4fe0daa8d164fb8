"""The request log: the most recent requests and why they were rejected."""

import re
from collections import deque
from datetime import datetime
from threading import Lock

import msgspec

MAX_ENTRIES = 1000

_ID = re.compile(r"(lic|lki)_[A-Za-z0-9_-]{1,40}")
_KNOWN = re.compile(r"/(license_keys|license_key_instances|licenses/[a-z]{1,20})?")
_MEMBER = re.compile(r"/(license_keys|license_key_instances)/")


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
    """

    number: int
    at: datetime
    method: str
    path: str
    status: int
    problem: str
    fault: bool


class RequestLog:
    """The last `MAX_ENTRIES` requests.

    Attributes:
        last: The number of the last entry, 0 if the log is empty.
    """

    def __init__(self) -> None:
        self._entries: deque[tuple[int, datetime, str, str, int, str, bool]] = deque(
            maxlen=MAX_ENTRIES
        )
        self.last = 0
        self._lock = Lock()

    def record(
        self, at: datetime, method: str, path: str, status: int, problem: str, *, fault: bool
    ) -> None:
        """Add an entry. It is redacted when it is read, which is rarer."""
        with self._lock:
            self.last += 1
            self._entries.append((self.last, at, method, path, status, problem, fault))

    def entries(self, after: int = 0) -> list[Entry]:
        """Return the entries with a number above `after`, the oldest first."""
        with self._lock:
            kept = list(self._entries)
        return [
            Entry(number, at, _redact_method(method), _redact_path(path), status, problem, fault)
            for number, at, method, path, status, problem, fault in kept
            if number > after
        ]

    def clear(self) -> None:
        """Remove all entries and restart the numbers at 1."""
        with self._lock:
            self._entries.clear()
            self.last = 0


def _redact_path(path: str) -> str:
    if _KNOWN.fullmatch(path):
        return path
    member = _MEMBER.match(path)
    if member is None:
        return "/{redacted}"
    rest = path[member.end() :]
    return member.group() + (rest if _ID.fullmatch(rest) else "{redacted}")


def _redact_method(method: str) -> str:
    return method if method.isascii() and method.isalpha() else "{redacted}"
