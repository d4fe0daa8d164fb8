"""Compare the keywords of two schemas that contain no further schemas."""

import json
from typing import Any

from tools.diff.change import Side
from tools.diff.pair import Pair
from tools.diff.shape import LOWER_BOUNDS, UPPER_BOUNDS, Shape

WIDER_FORMATS = {("int32", "int64"), ("float", "double")}


def text(value: Any) -> str:
    """Return a value as JSON."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def compare_documentation(pair: Pair, old: Shape, new: Shape) -> None:
    """Report the documentation keywords that differ."""
    names = old.documentation.keys() | new.documentation.keys()
    differing = [
        name for name in sorted(names) if old.documentation.get(name) != new.documentation.get(name)
    ]
    if differing:
        pair.report("documentation-changed", detail=", ".join(differing))


def compare_types(pair: Pair, old: Shape, new: Shape) -> bool:
    """Compare types and nullability. Return False if other keywords cannot be compared."""
    detail = f"{old.describe()} → {new.describe()}"
    if old.types == new.types:
        if old.nullable != new.nullable:
            pair.report("became-nullable" if new.nullable else "no-longer-nullable", detail=detail)
        return True
    if old.types is not None and new.types is not None and old.nullable != new.nullable:
        pair.report("became-nullable" if new.nullable else "no-longer-nullable", detail=detail)
    if covers(new.types, old.types):
        pair.report("type-widened", detail=detail)
        return True
    if covers(old.types, new.types):
        pair.report("type-narrowed", detail=detail)
        return True
    pair.report("type-changed", detail=detail)
    return False


def covers(wide: frozenset[str] | None, narrow: frozenset[str] | None) -> bool:
    """Return whether one set of types includes another. Every integer is a number."""
    if wide is None or narrow is None:
        return wide is None
    return all(kind in wide or (kind == "integer" and "number" in wide) for kind in narrow)


def compare_bounds(pair: Pair, old: Shape, new: Shape) -> None:
    """Compare the minimum and maximum of numbers, lengths and counts."""
    for keyword in (*LOWER_BOUNDS, *UPPER_BOUNDS):
        compare_bound(pair, keyword, old.keywords.get(keyword), new.keywords.get(keyword))


def compare_bound(pair: Pair, keyword: str, before: Any, after: Any) -> None:
    """Compare the values of one bound, which are None if there is none."""
    if before == after:
        return
    rises = before is not None and after is not None and after > before
    lower = keyword.startswith("min") or keyword == "exclusiveMinimum"
    tighter = before is None or (after is not None and (rises if lower else not rises))
    shown = " → ".join("none" if each is None else str(each) for each in (before, after))
    pair.report("bound-tightened" if tighter else "bound-loosened", detail=f"{keyword} {shown}")


def compare_format(pair: Pair, old: str | None, new: str | None) -> None:
    """Compare formats. A request without a format accepts every value of the type."""
    if old == new:
        return
    if pair.side is Side.REQUEST and ((old, new) in WIDER_FORMATS or new is None):
        rule = "format-widened"
    elif pair.side is Side.RESPONSE and (new, old) in WIDER_FORMATS:
        rule = "format-narrowed"
    else:
        rule = "format-changed"
    pair.report(rule, detail=f"{old or 'none'} → {new or 'none'}")


def compare_enum(pair: Pair, old: list[Any] | None, new: list[Any] | None) -> None:
    """Compare the allowed values, with one change for each value."""
    if old is None or new is None:
        if old is not new:
            rule = "values-restricted" if old is None else "values-freed"
            pair.report(rule, detail=", ".join(map(text, old or new or ())))
        return
    before, after = {text(value) for value in old}, {text(value) for value in new}
    for value in sorted(after - before):
        pair.report("enum-value-added", detail=value)
    for value in sorted(before - after):
        pair.report("enum-value-removed", detail=value)
