"""Puts recorded exchanges in order and finds those that no other request overlaps."""

from bisect import insort
from collections.abc import Iterator
from typing import NamedTuple

from .recorded import RecordedExchange

_BUFFERED = 256
# The clocks for the start and for the duration differ by some microseconds.
_SLACK = 20e-6
_MILLISECOND = 0.001
_SECOND = 1.0
_KEYS = "/license_keys"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_EVERY_KEY = "*"


class Step(NamedTuple):
    """An exchange in its order.

    Attributes:
        alone: Whether no other request that can change the same key was in progress meanwhile.
        reset: Whether the order before this exchange is uncertain, so that nothing is known.
    """

    exchange: RecordedExchange
    alone: bool
    reset: bool = False


class _Interval(NamedTuple):
    start: float
    number: int  # differs, so that no comparison goes on to the next members
    end: float
    writes: bool
    subject: str
    exchange: RecordedExchange


class OrderedQueue:
    """Puts exchanges in the order in which they started, as far as a bounded buffer permits.

    An exchange without a time, or one that starts before those already yielded, resets the order.
    """

    def __init__(self) -> None:
        self._waiting: list[_Interval] = []
        self._writes: list[_Interval] = []
        self._latest = float("-inf")
        self._count = 0

    def add(self, exchange: RecordedExchange) -> Iterator[Step]:
        """Add an exchange and yield the earliest ones that the buffer has no room for."""
        if exchange.started is None or exchange.ended is None:
            yield from self.drain()
            yield Step(exchange, alone=False, reset=True)
            return
        self._count += 1
        interval = _interval(exchange, exchange.started, exchange.ended, self._count)
        if self._waiting and interval < self._waiting[-1]:
            insort(self._waiting, interval)
        else:
            self._waiting.append(interval)
        while len(self._waiting) > _BUFFERED:
            yield self._next()

    def drain_before(self, instant: float) -> Iterator[Step]:
        """Yield the exchanges that ended before an instant; no earlier ones may follow."""
        while self._waiting and self._waiting[0].end < instant:
            yield self._next()

    def drain(self) -> Iterator[Step]:
        """Yield all exchanges that wait."""
        while self._waiting:
            yield self._next()

    def _next(self) -> Step:
        current = self._waiting.pop(0)
        is_late = current.start < self._latest
        if not is_late:
            self._latest = current.start
        if self._writes:
            self._writes = [each for each in self._writes if each.end > current.start]
        alone = not is_late and not self._is_overlapped(current)
        if current.writes:
            self._writes.append(current)
        return Step(current.exchange, alone, is_late)

    def _is_overlapped(self, current: _Interval) -> bool:
        for each in self._writes:
            if _overlap(current, each):
                return True
        for each in self._waiting:
            if each.start >= current.end:
                return False
            if _overlap(current, each):
                return True
        return False


def _overlap(one: _Interval, other: _Interval) -> bool:
    """Whether the other exchange can change what the one shows, or the reverse."""
    same = one.subject == other.subject or _EVERY_KEY in (one.subject, other.subject)
    return other.writes and same and other.start < one.end and one.start < other.end


def _interval(exchange: RecordedExchange, started: float, ended: float, number: int) -> _Interval:
    folder, _, key_id = exchange.path.rpartition("/")
    subject = key_id if key_id and folder == _KEYS else _EVERY_KEY
    writes = exchange.method not in _READING
    return _Interval(started, number, ended + _margin(started), writes, subject, exchange)


def _margin(started: float) -> float:
    """What to add to the end of an exchange for the resolution of its start."""
    microseconds = round(started * 1_000_000)
    if microseconds % 1000:
        return -_SLACK
    return _MILLISECOND if microseconds % 1_000_000 else _SECOND
