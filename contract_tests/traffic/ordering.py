"""Puts recorded exchanges in order and finds those that no other request overlaps."""

import re
from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field

from .recorded import RecordedExchange

_BUFFERED = 256
# The clocks for the start and for the duration differ by some microseconds.
_SLACK = 20e-6
_MILLISECOND = 0.001
_SECOND = 1.0
_KEY_PATH = re.compile(r"/license_keys/([^/]+)")
_EVERY_KEY = "*"


@dataclass(frozen=True)
class Step:
    """An exchange in its order.

    Attributes:
        alone: Whether no other request that can change the same key was in progress meanwhile.
        reset: Whether the order before this exchange is uncertain, so that nothing is known.
    """

    exchange: RecordedExchange
    alone: bool
    reset: bool = False


@dataclass(order=True)
class _Interval:
    start: float
    number: int
    end: float = field(compare=False)
    writes: bool = field(compare=False)
    subject: str = field(compare=False)
    exchange: RecordedExchange = field(compare=False)

    def overlaps(self, other: "_Interval") -> bool:
        """Whether another exchange can change what this exchange shows, or the reverse."""
        same = _EVERY_KEY in (self.subject, other.subject) or self.subject == other.subject
        return other.writes and same and other.start < self.end and self.start < other.end


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
        else:
            self._count += 1
            interval = _interval(exchange, self._count)
            if self._waiting and interval < self._waiting[-1]:
                insort(self._waiting, interval)
            else:
                self._waiting.append(interval)
            yield from self.drain(_BUFFERED)

    def drain_before(self, instant: float) -> Iterator[Step]:
        """Yield the exchanges that ended before an instant; no earlier ones may follow."""
        while self._waiting and self._waiting[0].end < instant:
            yield from self.drain(len(self._waiting) - 1)

    def drain(self, kept: int = 0) -> Iterator[Step]:
        """Yield the earliest exchanges until `kept` are left."""
        while len(self._waiting) > kept:
            current = self._waiting.pop(0)
            is_late = current.start < self._latest
            self._latest = max(self._latest, current.start)
            if self._writes:
                self._writes = [each for each in self._writes if each.end > current.start]
            alone = not is_late and not self._is_overlapped(current)
            if current.writes:
                self._writes.append(current)
            yield Step(current.exchange, alone, reset=is_late)

    def _is_overlapped(self, current: _Interval) -> bool:
        if any(current.overlaps(each) for each in self._writes):
            return True
        for each in self._waiting:
            if each.start >= current.end:
                return False
            if current.overlaps(each):
                return True
        return False


def _interval(exchange: RecordedExchange, number: int) -> _Interval:
    assert exchange.started is not None
    assert exchange.ended is not None
    margin = _margin(exchange.started)
    match = _KEY_PATH.fullmatch(exchange.path)
    return _Interval(
        exchange.started,
        number,
        exchange.ended + margin,
        exchange.method not in ("GET", "HEAD", "OPTIONS"),
        match.group(1) if match else _EVERY_KEY,
        exchange,
    )


def _margin(started: float) -> float:
    """What to add to the end of an exchange for the resolution of its start."""
    microseconds = round(started * 1_000_000)
    if microseconds % 1_000_000 == 0:
        return _SECOND
    return _MILLISECOND if microseconds % 1000 == 0 else -_SLACK
