"""Compare the properties of two objects."""

from typing import Any

from specification import Document
from tools.diff.change import Side
from tools.diff.pair import Pair, SchemaComparer
from tools.diff.shape import Shape, shape_of

HIDDEN = {Side.REQUEST: "readOnly", Side.RESPONSE: "writeOnly"}


def compare_objects(comparer: SchemaComparer, pair: Pair, old: Shape, new: Shape) -> None:
    """Compare the properties of an object, the required ones, and the additional ones."""
    before, must_before = visible(comparer.old, old, pair.side)
    after, must_after = visible(comparer.new, new, pair.side)
    for name in sorted(before.keys() | after.keys() | must_before | must_after):
        where = f"{pair.where}.{name}"
        added = name in after and name not in before
        removed = name in before and name not in after
        # `additionalProperties` applies to a property where the object does not list it.
        left = before.get(name, old.keywords.get("additionalProperties"))
        right = after.get(name, new.keywords.get("additionalProperties"))
        if added:
            add_property(pair, old, where, name in must_after)
        elif removed:
            pair.report("property-removed", where)
        listed = name in before and name in after
        if listed or (added and left) or (removed and right):
            comparer.descend(pair, left, right, f".{name}")
        if name in must_before - must_after and not removed:
            pair.report("became-optional", where)
        elif name in must_after - must_before and not added:
            pair.report("became-required", where)
    compare_additional(comparer, pair, old, new)


def add_property(pair: Pair, old: Shape, where: str, required: bool) -> None:
    """Report a new property."""
    closed = old.keywords.get("additionalProperties") is False
    if pair.side is Side.REQUEST:
        pair.report(f"property-added{'-required' if required else ''}", where)
    else:
        rule = "property-added-to-closed" if closed else "property-added"
        pair.report(rule, where, "always present" if required else "optional")


def compare_additional(comparer: SchemaComparer, pair: Pair, old: Shape, new: Shape) -> None:
    """Compare the additional properties that an object allows."""
    before = old.keywords.get("additionalProperties", True)
    after = new.keywords.get("additionalProperties", True)
    if before is False or after is False:
        if before is not after:
            pair.report("closed" if after is False else "opened")
    elif before is not True or after is not True:
        comparer.descend(pair, before, after, ".*")


def visible(document: Document, shape: Shape, side: Side) -> tuple[dict[str, Any], set[str]]:
    """Return the properties on one side, and the names of the required ones.

    A request has no `readOnly` properties, and a response has no `writeOnly` properties.
    """
    properties = dict(shape.keywords.get("properties", {}))
    hidden = {
        name
        for name, schema in properties.items()
        if shape_of(document, schema).keywords.get(HIDDEN[side])
    }
    shown = {name: schema for name, schema in properties.items() if name not in hidden}
    return shown, set(shape.required - hidden)
