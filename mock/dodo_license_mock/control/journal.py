"""The journal: what was asked of the mock lately and what was wrong with it."""

import re
from collections import deque
from datetime import datetime
from threading import Lock

import msgspec

LENGTH = 1000

_ID = re.compile(r"(lic|lki)_[A-Za-z0-9_-]{1,40}")
_KNOWN = re.compile(r"/(license_keys|license_key_instances|licenses/[a-z]{1,20})?")
_MEMBER = re.compile(r"/(license_keys|license_key_instances)/")


class Entry(msgspec.Struct, frozen=True):
    """One request and its outcome, without anything secret.

    Attributes:
        number: Counts the requests since the last reset, from 1.
        at: What the mock's clock showed.
        method: The HTTP method.
        path: The path without its query; what is no id of the API is shown as `{redacted}`.
        status: The HTTP status of the answer, 0 if the connection was cut instead.
        problem: What was wrong with the request, empty if nothing was.
        fault: Whether the outcome was a fault on demand.
    """

    number: int
    at: datetime
    method: str
    path: str
    status: int
    problem: str
    fault: bool


class Journal:
    """The last `LENGTH` requests.

    Attributes:
        last: The number of the last entry, 0 if there is none.
    """

    def __init__(self) -> None:
        self._entries: deque[tuple[int, datetime, str, str, int, str, bool]] = deque(maxlen=LENGTH)
        self.last = 0
        self._lock = Lock()

    def record(
        self, at: datetime, method: str, path: str, status: int, problem: str, *, fault: bool
    ) -> None:
        """Add an entry; redaction waits until someone looks."""
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
        """Forget all entries and count from 1 again."""
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
