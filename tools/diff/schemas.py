"""Compare the schemas of two documents, each pair once, including recursive schemas."""

from functools import partial
from typing import Any

from specification import Document
from tools.diff.change import Side
from tools.diff.keywords import (
    compare_bounds,
    compare_documentation,
    compare_enum,
    compare_format,
    compare_types,
    text,
)
from tools.diff.pair import Pair
from tools.diff.shape import LOWER_BOUNDS, NEVER, UPPER_BOUNDS, Shape, equivalent, shape_of

# Independent assertions: adding one allows fewer values, removing one allows more.
CONSTRAINTS = frozenset(
    {"pattern", "multipleOf", "uniqueItems", "not", "propertyNames", "contentEncoding"}
    | {"if", "then", "else", "dependentRequired", "dependentSchemas", "contains", "prefixItems"}
    | {"minContains", "maxContains", "patternProperties", "unevaluatedItems"}
    | {"unevaluatedProperties", "contentMediaType", "contentSchema"}
)
# The values of these keywords are schemas whose values shrink and grow with those of the whole.
COVARIANT = frozenset({"prefixItems", "contains", "patternProperties", "dependentSchemas"})
# Patterns that every string matches.
ANY_TEXT = frozenset({"", ".*", "^.*$", "^", "$"})
JUDGED = (
    CONSTRAINTS
    | {*LOWER_BOUNDS, *UPPER_BOUNDS}
    | {"additionalProperties", "default", "deprecated", "enum", "format", "items", "properties"}
    | {"readOnly", "required", "writeOnly"}
)
HIDDEN = {Side.REQUEST: "readOnly", Side.RESPONSE: "writeOnly"}


class SchemaComparison:
    """Compares pairs of schemas of two documents and caches each pair."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        self.pairs: dict[tuple[int, int, Side, str], Pair] = {}

    def compare(self, old: Any, new: Any, side: Side, where: str) -> Pair:
        """Compare two schemas.

        Args:
            old: The raw schema of the old document.
            new: The raw schema of the new document.
            side: Where the schemas are used.
            where: The location, used unless the schemas are named components.

        Raises:
            DocumentError: A value is not a schema.
        """
        old, new = as_object(old), as_object(new)
        # These constants represent every `true` and `false`, so their location is part of the key.
        constants = {id(old), id(new)} <= {id(ANYTHING), id(NEVER)}
        key = (id(old), id(new), side, where if constants else "")
        if key in self.pairs:
            return self.pairs[key]
        name = component(new) or component(old)
        pair = self.pairs[key] = Pair((old, new), side, name or where)
        self.compare_names(pair, old, new)
        if component(old) and component(new) and plain(old) and plain(new):
            # Two named schemas form one pair for all references to them.
            pair.children.append(
                self.compare(self.old.at(old["$ref"]), self.new.at(new["$ref"]), side, name)
            )
            return pair
        before, after = shape_of(self.old, old), shape_of(self.new, new)
        compare_documentation(pair, before, after)
        if bool(before.variants) != bool(after.variants):
            self.compare_union_with_plain(pair, before, after)
            return pair
        if compare_types(pair, before, after):
            self.compare_keywords(pair, before, after)
            self.compare_variants(pair, before.variants, after.variants)
            self.compare_exclusiveness(pair, before, after)
        return pair

    def compare_names(self, pair: Pair, old: Any, new: Any) -> None:
        """Report another name of the class that is generated for a schema."""
        before, after = component(old), component(new)
        if before == after or "#/components/schemas/" not in str((old, new)):
            return
        if before and after:
            pair.report("schema-renamed", detail=f"{before} → {after}")
        elif not (combined(old) or combined(new)) and all(
            shape_of(document, schema).keywords.get("properties")
            for document, schema in ((self.old, old), (self.new, new))
        ):
            pair.report("schema-renamed", detail=f"{before or 'inline'} → {after or 'inline'}")

    def compare_keywords(self, pair: Pair, old: Shape, new: Shape) -> None:
        """Compare every keyword except types and variants."""
        compare_bounds(pair, old, new)
        compare_format(pair, old.keywords.get("format"), new.keywords.get("format"))
        compare_enum(pair, old.keywords.get("enum"), new.keywords.get("enum"))
        self.compare_constraints(pair, old, new)
        self.compare_objects(pair, old, new)
        if "items" in old.keywords or "items" in new.keywords:
            self.descend(pair, old.keywords.get("items"), new.keywords.get("items"), "[]")
        before, after = bool(old.keywords.get("deprecated")), bool(new.keywords.get("deprecated"))
        if before != after:
            pair.report("deprecated" if after else "no-longer-deprecated")
        absent = object()
        defaults = old.keywords.get("default", absent), new.keywords.get("default", absent)
        if defaults[0] != defaults[1]:
            pair.report(
                "default-changed",
                detail=" → ".join("none" if each is absent else text(each) for each in defaults),
            )

    def descend(self, pair: Pair, old: Any, new: Any, step: str) -> None:
        """Compare two schemas below a pair. A missing schema allows every value."""
        pair.children.append(
            self.compare(
                ANYTHING if old is None else old,
                ANYTHING if new is None else new,
                pair.side,
                pair.where + step,
            )
        )

    def compare_constraints(self, pair: Pair, old: Shape, new: Shape) -> None:
        """Compare independent assertions, and report keywords that this tool cannot classify."""
        for keyword in sorted(old.keywords.keys() | new.keywords.keys()):
            if keyword in JUDGED - CONSTRAINTS:
                continue
            before, after = constraint(keyword, old), constraint(keyword, new)
            if equivalent(self.old, before, self.new, after):
                continue
            if (
                keyword == "patternProperties" and "additionalProperties" in old.keywords
            ) or keyword not in CONSTRAINTS:
                pair.report("schema-changed", detail=keyword)
            elif keyword in COVARIANT and before is not None and after is not None:
                self.compare_covariant(pair, keyword, before, after)
            elif keyword == "multipleOf" and before and after and before % after == 0:
                pair.report("constraint-removed", detail=f"{keyword} {before} → {after}")
            elif keyword == "multipleOf" and before and after and after % before == 0:
                pair.report("constraint-added", detail=f"{keyword} {before} → {after}")
            elif before is None:
                pair.report("constraint-added", detail=f"{keyword} {text(after)}")
            elif after is None:
                pair.report("constraint-removed", detail=f"{keyword} {text(before)}")
            else:
                pair.report(
                    "constraint-changed", detail=f"{keyword} {text(before)} → {text(after)}"
                )

    def compare_covariant(self, pair: Pair, keyword: str, old: Any, new: Any) -> None:
        """Compare the schemas of a keyword one by one."""
        if keyword == "contains":
            self.descend(pair, old, new, ".contains")
            return
        if isinstance(old, list):
            old, new = dict(enumerate(old)), dict(enumerate(new))
        for key in sorted(old.keys() | new.keys()):
            if key in old and key in new:
                self.descend(pair, old[key], new[key], f"[{key}]")
            else:
                rule = "constraint-added" if key in new else "constraint-removed"
                pair.report(rule, detail=f"{keyword} {key}")

    def compare_exclusiveness(self, pair: Pair, old: Shape, new: Shape) -> None:
        """Report values that match several alternatives and are accepted by one side only."""
        before = old.exclusive and self.overlap(self.old, old.variants)
        after = new.exclusive and self.overlap(self.new, new.variants)
        if before != after and old.variants and new.variants:
            rule = "constraint-added" if after else "constraint-removed"
            pair.report(rule, detail="exactly one alternative must match")

    @staticmethod
    def overlap(document: Document, variants: tuple[Any, ...]) -> bool:
        """Return whether a value may match several alternatives, as far as types and names show."""
        shapes = [shape_of(document, variant) for variant in variants]
        return any(
            overlapping(one, other)
            for index, one in enumerate(shapes)
            for other in shapes[index + 1 :]
        )

    def compare_objects(self, pair: Pair, old: Shape, new: Shape) -> None:
        """Compare the properties of an object, the required ones, and the additional ones."""
        before, must_before = visible(self.old, old, pair.side)
        after, must_after = visible(self.new, new, pair.side)
        for name in sorted(before.keys() | after.keys() | must_before | must_after):
            where = f"{pair.where}.{name}"
            added = name in after and name not in before
            removed = name in before and name not in after
            # `additionalProperties` applies to a property where the object does not list it.
            left = before.get(name, old.keywords.get("additionalProperties"))
            right = after.get(name, new.keywords.get("additionalProperties"))
            if added:
                self.add_property(pair, old, where, name in must_after)
            elif removed:
                pair.report("property-removed", where)
            listed = name in before and name in after
            if listed or (added and left) or (removed and right):
                self.descend(pair, left, right, f".{name}")
            if name in must_before - must_after and not removed:
                pair.report("became-optional", where)
            elif name in must_after - must_before and not added:
                pair.report("became-required", where)
        self.compare_additional(pair, old, new)

    @staticmethod
    def add_property(pair: Pair, old: Shape, where: str, required: bool) -> None:
        """Report a new property."""
        closed = old.keywords.get("additionalProperties") is False
        if pair.side is Side.REQUEST:
            pair.report(f"property-added{'-required' if required else ''}", where)
        else:
            rule = "property-added-to-closed" if closed else "property-added"
            pair.report(rule, where, "always present" if required else "optional")

    def compare_additional(self, pair: Pair, old: Shape, new: Shape) -> None:
        """Compare the additional properties that an object allows."""
        before = old.keywords.get("additionalProperties", True)
        after = new.keywords.get("additionalProperties", True)
        if before is False or after is False:
            if before is not after:
                pair.report("closed" if after is False else "opened")
        elif before is not True or after is not True:
            self.descend(pair, before, after, ".*")

    def compare_variants(self, pair: Pair, old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
        """Match the alternatives of two unions and report those without a match.

        Equal alternatives match first, then those with the same name, then those of one type.
        """
        left = [(label(self.old, schema), schema) for schema in old]
        right = [(label(self.new, schema), schema) for schema in new]

        def inner(one: Any, other: Any) -> Pair:
            return self.compare(one[1], other[1], pair.side, f"{pair.where}|{one[0]}")

        def differently_named(one: Any, other: Any) -> bool:
            return not same_name(one, other)

        def equal(one: Any, other: Any) -> bool:
            return not inner(one, other).differs()

        def same_name(one: Any, other: Any) -> bool:
            return bool(one[0] == other[0])

        def same_type(one: Any, other: Any) -> bool:
            types = shape_of(self.old, one[1]).types, shape_of(self.new, other[1]).types
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

    def compare_union_with_plain(self, pair: Pair, old: Shape, new: Shape) -> None:
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
        alternatives = tuple(
            plain_side.keywords | {"type": kind} for kind in sorted(plain_side.types)
        )
        self.compare_variants(pair, old.variants or alternatives, new.variants or alternatives)


ANYTHING: dict[str, Any] = {}
OBJECT = frozenset({"object"})


def as_object(schema: Any) -> Any:
    """Return a schema as an object, including the schemas `true` and `false`."""
    if isinstance(schema, bool):
        return ANYTHING if schema else NEVER
    return schema


def component(schema: Any) -> str:
    """Return the name of the component that a schema refers to, or an empty string."""
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    return str(reference).rpartition("/")[2] if "/components/" in reference else ""


def combined(schema: Any) -> bool:
    """Return whether a schema combines others, whose names are compared on their own."""
    return bool({"allOf", "oneOf", "anyOf"} & schema.keys())


def constraint(keyword: str, shape: Shape) -> Any:
    """Return the value of a constraint, or None if it allows every value."""
    value = shape.keywords.get(keyword)
    if keyword == "pattern" and value in ANY_TEXT:
        return None
    if keyword.startswith("unevaluated") and value in (True, {}):
        return None
    return value


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


def plain(schema: dict[str, Any]) -> bool:
    """Return whether a reference has no sibling keywords that change its meaning."""
    return schema.keys() <= {"$ref", "description", "summary", "title"}


def label(document: Document, schema: Any) -> str:
    """Return a name for an alternative: its component, its title, its values or its type."""
    shape = shape_of(document, schema)
    values = shape.keywords.get("enum")
    return (
        component(schema)
        or str(shape.documentation.get("title", ""))
        or (text(values) if values else shape.describe())
    )
