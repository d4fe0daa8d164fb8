"""Positions in a list of which a few items are left out."""

from collections.abc import Iterable

FEW = 1000
"""The number of matches up to which sorting them is faster than walking through all keys."""


def position_below(count: int, highest: int, skipped: Iterable[int]) -> int:
    """Return the position that is a number of positions below the highest one.

    Args:
        count: The number of positions.
        highest: The highest position.
        skipped: Positions that do not count.
    """
    position = highest - count
    for other in sorted(skipped, reverse=True):
        if other < position:
            break
        position -= 1
    return position
