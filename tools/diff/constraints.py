"""Compare the keywords of two schemas that restrict values, each on its own."""

from typing import Any

from tools.diff.keywords import compare_bound, text
from tools.diff.pair import Pair, SchemaComparer
from tools.diff.shape import LOWER_BOUNDS, UPPER_BOUNDS, Shape, equivalent

# Independent assertions: adding one allows fewer values, removing one allows more.
CONSTRAINTS = frozenset(
    {"pattern", "multipleOf", "uniqueItems", "not", "propertyNames", "contentEncoding"}
    | {"if", "then", "else", "dependentRequired", "dependentSchemas", "contains", "prefixItems"}
    | {"patternProperties", "unevaluatedItems", "unevaluatedProperties", "contentMediaType"}
    | {"contentSchema"}
)
# The values of these keywords are schemas whose values shrink and grow with those of the whole.
COVARIANT = frozenset(
    {"contains", "then", "else", "propertyNames", "contentSchema"}
    | {"unevaluatedItems", "unevaluatedProperties"}
)
# So are the elements of these.
COVARIANT_ELEMENTS = frozenset({"prefixItems", "patternProperties", "dependentSchemas"})
# They state how to read a value, so that every change concerns every value.
REPRESENTATION = frozenset({"contentEncoding", "contentMediaType"})
# Patterns that every string matches.
ANY_TEXT = frozenset({"", ".*", "^.*$", "^", "$"})
JUDGED = (
    CONSTRAINTS
    | {*LOWER_BOUNDS, *UPPER_BOUNDS, "minContains", "maxContains"}
    | {"additionalProperties", "default", "deprecated", "enum", "format", "items", "properties"}
    | {"readOnly", "required", "writeOnly"}
)


def compare_constraints(comparer: SchemaComparer, pair: Pair, old: Shape, new: Shape) -> None:
    """Compare independent assertions, and report keywords that this tool cannot classify."""
    compare_counts(pair, old, new)
    for keyword in sorted(old.keywords.keys() | new.keywords.keys()):
        if keyword in JUDGED - CONSTRAINTS:
            continue
        before, after = constraint(keyword, old), constraint(keyword, new)
        if equivalent(comparer.old, before, comparer.new, after):
            continue
        if keyword not in CONSTRAINTS or (
            keyword == "patternProperties" and "additionalProperties" in old.keywords
        ):
            pair.report("schema-changed", detail=keyword)
        elif before is None and keyword not in REPRESENTATION:
            pair.report("constraint-added", detail=f"{keyword} {text(after)}")
        elif after is None and keyword not in REPRESENTATION:
            pair.report("constraint-removed", detail=f"{keyword} {text(before)}")
        elif keyword in COVARIANT and is_covariant(keyword, old, new):
            comparer.descend(pair, before, after, f".{keyword}")
        elif keyword in COVARIANT_ELEMENTS:
            compare_elements(comparer, pair, keyword, before, after)
        elif keyword == "dependentRequired":
            compare_dependent_required(pair, before, after)
        else:
            pair.report(
                changed(keyword, before, after),
                detail=f"{keyword} {text(before)} → {text(after)}",
            )


def compare_counts(pair: Pair, old: Shape, new: Shape) -> None:
    """Compare how many items must match `contains`: at least one unless `minContains` is set."""
    if constraint("contains", old) is not None and constraint("contains", new) is not None:
        counts = [shape.keywords.get("minContains", 1) for shape in (old, new)]
        compare_bound(pair, "minContains", *counts)
        counts = [shape.keywords.get("maxContains") for shape in (old, new)]
        compare_bound(pair, "maxContains", *counts)


def compare_elements(
    comparer: SchemaComparer, pair: Pair, keyword: str, old: Any, new: Any
) -> None:
    """Compare the schemas of a keyword one by one."""
    if isinstance(old, list):
        old, new = dict(enumerate(old)), dict(enumerate(new))
    for key in sorted(old.keys() | new.keys()):
        if key in old and key in new:
            comparer.descend(pair, old[key], new[key], f"[{key}]")
        else:
            rule = "constraint-added" if key in new else "constraint-removed"
            pair.report(rule, detail=f"{keyword} {key}")


def compare_dependent_required(
    pair: Pair, old: dict[str, list[str]], new: dict[str, list[str]]
) -> None:
    """Compare the properties that each property requires."""
    for name in sorted(old.keys() | new.keys()):
        before, after = set(old.get(name, ())), set(new.get(name, ()))
        for other in sorted(after - before):
            pair.report("constraint-added", detail=f"{name} requires {other}")
        for other in sorted(before - after):
            pair.report("constraint-removed", detail=f"{name} requires {other}")


def changed(keyword: str, old: Any, new: Any) -> str:
    """Return the rule for another value of a constraint. A multiple of 4 is a multiple of 2."""
    if keyword == "multipleOf" and old and new:
        if old % new == 0:
            return "constraint-removed"
        if new % old == 0:
            return "constraint-added"
    return "constraint-changed"


def is_covariant(keyword: str, old: Shape, new: Shape) -> bool:
    """Return whether a wider schema of a keyword allows more values, beside the other keywords."""
    return keyword != "contains" or not any("maxContains" in each.keywords for each in (old, new))


def constraint(keyword: str, shape: Shape) -> Any:
    """Return the value of a constraint, or None if it allows every value."""
    value = shape.keywords.get(keyword)
    if keyword == "pattern" and value in ANY_TEXT:
        return None
    if keyword.startswith("unevaluated") and value in (True, {}):
        return None
    if keyword == "contains" and shape.keywords.get("minContains") == 0:
        return value if "maxContains" in shape.keywords else None
    return value
