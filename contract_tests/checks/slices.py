"""Pages of filtered lists, chosen so that as many misreadings of the query as possible show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from itertools import pairwise, product
from typing import Any

from ..account.account import LARGEST_PAGE
from ..judge.patch_checks import Key
from .filters import (
    CREATED_GTE,
    CREATED_LTE,
    CUSTOMER,
    PRODUCT,
    SOURCE,
    STATUS,
    Filter,
    Wanted,
    query_of,
)

DEFAULT_SIZE = 10
_MOST_VALUES = 4
_TIMES = (CREATED_GTE, CREATED_LTE)
# A bound in one of these offsets is written with another day, or with a later time of the day.
_OFFSETS = (timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)))
# A list that wrongly leaves out keys often leaves out those with, or without, one of these.
_TRAITS = ("subscription_id", "expires_at", "activations_limit", "instances_count")


@dataclass(frozen=True)
class Slice:
    """A page of a filtered list.

    Attributes:
        wanted: The values of the filters.
        size: The size of the page; None for the default.
        number: The number of the page.
    """

    wanted: Wanted
    size: int | None
    number: int

    @property
    def query(self) -> str:
        """The query with its question mark."""
        size = [] if self.size is None else [f"page_size={self.size}"]
        return "?" + "&".join([*query_of(self.wanted), *size, f"page_number={self.number}"])

    def of(self, keys: Sequence[Key], without: Filter | None = None) -> list[str]:
        """The ids of the keys on the page, in their order; optionally with a filter ignored."""
        wanted = {each: text for each, text in self.wanted.items() if each is not without}
        ids = [
            str(key.get("id"))
            for key in keys
            if all(each.matches(key, text) for each, text in wanted.items())
        ]
        return self.cut(ids)

    def cut(self, ids: list[str]) -> list[str]:
        """The page of a list of ids."""
        size = _effective(self.size)
        return ids[size * self.number : size * (self.number + 1)]


@dataclass(frozen=True)
class Shape:
    """The filters of a slice, the size of its page, and the numbers that the page may have."""

    filters: tuple[Filter, ...]
    size: int | None
    numbers: tuple[int, ...] = (0,)

    @cached_property
    def name(self) -> str:
        """The name of the check."""
        parts = [each.parameter for each in self.filters]
        return f"{' '.join(parts)} in pages of {self.size or 'the default size'}"


# Each shape shows what those before it do not show.
SHAPES = (
    Shape((STATUS, SOURCE, CREATED_GTE, CREATED_LTE), 2, (1, 2)),
    Shape((CUSTOMER, SOURCE, CREATED_LTE), 1, (2, 3, 4)),
    Shape((CREATED_GTE, CREATED_LTE), None, (0, 1)),
    Shape((STATUS, PRODUCT), 3, (0, 1)),
    Shape((PRODUCT, CUSTOMER), 2, (0, 1)),
    Shape((STATUS, CUSTOMER), 2, (0, 1)),
)


def choose(keys: Sequence[Key], shapes: Sequence[Shape]) -> dict[Shape, Slice]:
    """The slice of each shape that shows most misreadings which those before do not show.

    Args:
        keys: Every key of the account.
        shapes: The shapes, the most important first.

    Returns:
        The slices. A shape is missing if no slice of it has a key, or a key lacks a field of it.
    """
    table = _Table(keys)
    shown: set[str] = set()
    chosen: dict[Shape, Slice] = {}
    for shape in shapes:
        told = [(table.told(each), each) for each in _slices(keys, shape)]
        if not told:
            continue
        names, best = max(told, key=lambda each: (len(each[0] - shown), len(each[0])))
        if names:
            shown |= names
            chosen[shape] = best
    return chosen


class _Table:
    """The keys that match each value of a filter, as the bits of a number."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._keys = keys
        self._all = (1 << len(keys)) - 1
        self._masks: dict[tuple[Filter, str], int] = {}
        self._kept = dict(self._subsets())

    def _subsets(self) -> Iterator[tuple[str, int]]:
        """The keys without a trait that a filtered list may wrongly leave out, or depend on."""
        traits = {(name, bool(key.get(name))) for key in self._keys for name in _TRAITS}
        for name, has in traits:
            mask = self._mask(lambda key, n=name, h=has: bool(key.get(n)) != h)
            yield f"lacks {name}: {has}", mask
        values = {(each, each.value(key)) for key in self._keys for each in (STATUS, SOURCE)}
        for each, value in values:
            mask = self._mask(lambda key, e=each, v=value: e.value(key) != v)
            yield f"lacks {each.parameter}: {value}", mask

    def _mask(self, fits: Any) -> int:
        return sum(1 << place for place, key in enumerate(self._keys) if fits(key))

    def _matching(self, wanted: Wanted) -> int:
        mask = self._all
        for each, text in wanted.items():
            if (each, text) not in self._masks:
                self._masks[each, text] = self._mask(lambda key, e=each, t=text: e.matches(key, t))
            mask &= self._masks[each, text]
        return mask

    def told(self, each: Slice) -> set[str]:
        """The names of the misreadings that the slice shows, none if it has no key."""
        mask = self._matching(each.wanted)
        size, number = _effective(each.size), each.number
        right = _page(mask, size, number)
        if not right:
            return set()
        seen = {
            name: _page(self._matching(other), size, number)
            for name, other in _misread(each.wanted)
        }
        seen |= {name: _page(mask & kept, size, number) for name, kept in self._kept.items()}
        seen |= {
            f"page {other}": _page(mask, size, max(number + other, 0)) for other in (-1, 1, -number)
        }
        if STATUS in each.wanted:
            seen[f"no {each.wanted[STATUS]} keys"] = []
        seen["default size"] = _page(mask, DEFAULT_SIZE, number)
        seen["filtered after paging"] = [
            place for place in _page(self._all, size, number) if mask >> place & 1
        ]
        # A database may sort a small page by another algorithm than a large one.
        seen[f"reversed in pages of {size}"] = right[::-1]
        place, kind = "later" if number else "first", "full" if len(right) == size else "last"
        seen[f"{place} {kind} page of {size} cut"] = right[:-1]
        seen |= {f"nothing from page {first} on": [] for first in range(min(number, 3) + 1)}
        return {name for name, page in seen.items() if page != right}


def _misread(wanted: Wanted) -> Iterator[tuple[str, Wanted]]:
    """Filters as a lenient server may understand them instead."""
    for each, text in wanted.items():
        without = {other: value for other, value in wanted.items() if other is not each}
        yield f"{each.parameter} ignored", without
        for other in wanted:
            if other is not each:
                yield f"{each.parameter} ignored beside {other.parameter}", without
        for name, value in _others(each, text):
            yield (
                f"{each.parameter} {text if each is STATUS else ''} {name}",
                {**wanted, each: value},
            )
    if wanted:
        yield "filters ignored", {}
    if all(each in wanted for each in _TIMES):
        low, high = (wanted[each] for each in _TIMES)
        yield "times swapped", {**wanted, CREATED_GTE: high, CREATED_LTE: low}


def _others(each: Filter, text: str) -> Iterator[tuple[str, str]]:
    if each is STATUS:
        others = ("active", "expired", "disabled")
        yield from ((f"{text} means {other}", other) for other in others if other != text)
    elif each is SOURCE:
        others = ("auto", "import", "manual")
        yield from ((f"means {other}", other) for other in others if other != text)
    elif each in _TIMES:
        instant: datetime = each.value({each.field: text})
        step = timedelta(microseconds=1 if each is CREATED_GTE else -1)
        yield "excludes", (instant + step).isoformat()
        yield "without offset", f"{text[:19]}Z"
        yield "cut to the day", f"{text[:10]}T00:00:00Z"
        yield "cut to the second", instant.replace(microsecond=0).isoformat()


def _slices(keys: Sequence[Key], shape: Shape) -> Iterator[Slice]:
    if any(each.value(key) is None for key in keys for each in shape.filters):
        return
    values = [_values(keys, each) for each in shape.filters]
    for texts in product(*values):
        wanted = dict(zip(shape.filters, texts, strict=True))
        yield from (Slice(wanted, shape.size, number) for number in shape.numbers)


def _values(keys: Sequence[Key], each: Filter) -> list[str]:
    """Values that a filter is tested with: some of the keys' own, or times at or between them."""
    if each not in _TIMES:
        return list(dict.fromkeys(str(key[each.field]) for key in keys))[:_MOST_VALUES]
    instants: list[Any] = sorted({each.value(key) for key in keys})
    count = len(instants)
    places = (
        (0, min(1, count - 1), count // 4)
        if each is CREATED_GTE
        else (count - 1, max(0, count - 2), 3 * count // 4)
    )
    bounds = [instants[place] for place in dict.fromkeys(places)]
    if any(each.is_open(key, bound.isoformat()) for key in keys for bound in bounds):
        bounds = [low + (high - low) / 2 for low, high in pairwise(instants)][:: max(1, count // 3)]
    texts = [bound.astimezone(offset).isoformat() for bound in bounds for offset in _OFFSETS]
    return [text for text in texts if not any(each.is_open(key, text) for key in keys)]


def _effective(size: int | None) -> int:
    return min(size or DEFAULT_SIZE, LARGEST_PAGE)


def _page(mask: int, size: int, number: int) -> list[int]:
    places = [place for place in range(mask.bit_length()) if mask >> place & 1]
    return places[size * number : size * (number + 1)]
