"""Lays out the response times of each operation as dots on a logarithmic axis."""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..judge.verdict import Timing
from .duration import duration

_COLUMNS = 160
_ROWS = 6
_ROW_HEIGHT = 5
_SHORTEST = 0.0001


@dataclass(frozen=True)
class Dot:
    """One exchange, or several with nearly the same response time.

    Attributes:
        x: The distance from the left, as a percentage of the width.
        y: The distance from the top in pixels.
        kind: `accepted`, `rejected` (a 4xx response) or `failed`.
    """

    x: float
    y: int
    kind: str


@dataclass(frozen=True)
class Lane:
    """The exchanges of one operation.

    Attributes:
        median: The median response time, formatted.
        longest: The longest response time, formatted.
        height: The height of the lane in pixels.
    """

    operation: str
    requests: int
    median: str
    longest: str
    height: int
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Tick:
    """A mark on the axis, at `x` percent of the width."""

    x: float
    label: str


@dataclass(frozen=True)
class Plot:
    """Lanes above a shared axis with a tick at each power of ten."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]


def plot(timings: Sequence[Timing]) -> Plot:
    """Lay out the response times of a run as lanes of dots."""
    by_operation: dict[str, list[Timing]] = defaultdict(list)
    for timing in timings:
        by_operation[timing.operation].append(timing)
    seconds = [max(each.seconds, _SHORTEST) for each in timings] or [_SHORTEST]
    first, last = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    last = max(last, first + 1)

    def position(value: float) -> float:
        return 2 + 96 * (math.log10(max(value, _SHORTEST)) - first) / (last - first)

    lanes = tuple(_lane(name, each, position) for name, each in by_operation.items())
    ticks = tuple(
        Tick(position(10.0**power), duration(10.0**power)) for power in range(first, last + 1)
    )
    return Plot(lanes, ticks)


def _lane(operation: str, timings: Sequence[Timing], position: Callable[[float], float]) -> Lane:
    """Stack the dots of the same column up to the maximum height of a lane."""
    piles: Counter[int] = Counter()
    dots = []
    for timing in sorted(timings, key=lambda each: _kind(each.status)):
        column = round(position(timing.seconds) / 100 * _COLUMNS)
        if piles[column] < _ROWS:
            piles[column] += 1
            dots.append((column, piles[column], _kind(timing.status)))
    height = (max(piles.values()) + 1) * _ROW_HEIGHT
    seconds = [each.seconds for each in timings]
    return Lane(
        operation,
        len(timings),
        duration(statistics.median(seconds)),
        duration(max(seconds)),
        height,
        tuple(
            Dot(100 * column / _COLUMNS, height - row * _ROW_HEIGHT, kind)
            for column, row, kind in dots
        ),
    )


def _kind(status: int) -> str:
    if 200 <= status < 400:
        return "accepted"
    return "rejected" if 400 <= status < 500 else "failed"
