"""Compare the alternatives of two unions."""

from functools import partial
from typing import Any

from specification import Document
from tools.diff.keywords import text
from tools.diff.pair import Pair, SchemaComparer, component
from tools.diff.shape import Shape, shape_of

OBJECT = frozenset({"object"})


def compare_variants(
    comparer: SchemaComparer, pair: Pair, old: tuple[Any, ...], new: tuple[Any, ...]
) -> None:
    """Match the alternatives of two unions and report those without a match.

    Equal alternatives match first, then those with the same name, then those of one type.
    """
    left = [(label(comparer.old, schema), schema) for schema in old]
    right = [(label(comparer.new, schema), schema) for schema in new]

    def inner(one: Any, other: Any) -> Pair:
        return comparer.compare(one[1], other[1], pair.side, f"{pair.where}|{one[0]}")

    def differently_named(one: Any, other: Any) -> bool:
        return not same_name(one, other)

    def equal(one: Any, other: Any) -> bool:
        return not inner(one, other).differs()

    def same_name(one: Any, other: Any) -> bool:
        return bool(one[0] == other[0])

    def same_type(one: Any, other: Any) -> bool:
        types = shape_of(comparer.old, one[1]).types, shape_of(comparer.new, other[1]).types
        return types[0] == types[1] and types[0] not in (None, OBJECT)

    for matches in (equal, same_name, same_type):
        for one in list(left):
            candidates = sorted(right, key=partial(differently_named, one))
            other = next((other for other in candidates if matches(one, other)), None)
            if other is not None:
                pair.children.append(inner(one, other))
                left.remove(one)
                right.remove(other)
    for name, _ in left:
        pair.report("variant-removed", detail=name)
    for name, _ in right:
        pair.report("variant-added", detail=name)


def compare_union_with_plain(comparer: SchemaComparer, pair: Pair, old: Shape, new: Shape) -> None:
    """Compare a union with another schema. A list of types is a union as well."""
    union, plain_side = (old, new) if old.variants else (new, old)
    untyped = plain_side.types is None and plain_side.keywords
    if union.keywords or union.types is not None or untyped:
        pair.report("schema-changed", detail="oneOf, anyOf or allOf beside other keywords")
        return
    if old.nullable != new.nullable:
        pair.report("became-nullable" if new.nullable else "no-longer-nullable")
    if plain_side.types is None:
        pair.report("type-narrowed" if plain_side is old else "type-widened")
        return
    alternatives = tuple(plain_side.keywords | {"type": kind} for kind in sorted(plain_side.types))
    compare_variants(comparer, pair, old.variants or alternatives, new.variants or alternatives)


def compare_exclusiveness(comparer: SchemaComparer, pair: Pair, old: Shape, new: Shape) -> None:
    """Report values that match several alternatives and are accepted by one side only."""
    before = old.exclusive and overlap(comparer.old, old.variants)
    after = new.exclusive and overlap(comparer.new, new.variants)
    if before != after and old.variants and new.variants:
        rule = "constraint-added" if after else "constraint-removed"
        pair.report(rule, detail="exactly one alternative must match")


def overlap(document: Document, variants: tuple[Any, ...]) -> bool:
    """Return whether a value may match several alternatives, as far as types and names show."""
    shapes = [shape_of(document, variant) for variant in variants]
    return any(
        overlapping(one, other) for index, one in enumerate(shapes) for other in shapes[index + 1 :]
    )


def overlapping(one: Shape, other: Shape) -> bool:
    """Return whether a value may match two alternatives."""
    if one.types is not None and other.types is not None and not one.types & other.types:
        return {"integer", "number"} <= one.types | other.types
    values = [
        {text(each) for each in shape.keywords["enum"]}
        for shape in (one, other)
        if "enum" in shape.keywords
    ]
    if len(values) == 2 and values[0].isdisjoint(values[1]):
        return False
    if one.types != OBJECT or other.types != OBJECT:
        return True
    properties = [shape.keywords.get("properties", {}) for shape in (one, other)]
    for name in one.required & other.required & properties[0].keys() & properties[1].keys():
        fixed = [fixed_values(each[name]) for each in properties]
        if all(fixed) and fixed[0].isdisjoint(fixed[1]):
            return False
    return set(one.required) <= set(properties[1]) and set(other.required) <= set(properties[0])


def fixed_values(schema: Any) -> set[str]:
    """Return the values that `const` or `enum` lists, as JSON, or an empty set."""
    if not isinstance(schema, dict):
        return set()
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return {text(value) for value in values}


def label(document: Document, schema: Any) -> str:
    """Return a name for an alternative: its component, its title, its values or its type."""
    shape = shape_of(document, schema)
    values = shape.keywords.get("enum")
    return (
        component(schema)
        or str(shape.documentation.get("title", ""))
        or (text(values) if values else shape.describe())
    )
