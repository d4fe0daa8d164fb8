"""Compare the schemas of two documents, each pair once, including recursive schemas."""

from typing import Any

from specification import Document
from tools.diff.change import Side
from tools.diff.constraints import compare_constraints
from tools.diff.keywords import (
    compare_bounds,
    compare_documentation,
    compare_enum,
    compare_format,
    compare_types,
    text,
)
from tools.diff.objects import compare_objects
from tools.diff.pair import Pair, component
from tools.diff.shape import NEVER, Shape, shape_of
from tools.diff.unions import (
    compare_exclusiveness,
    compare_union_with_plain,
    compare_variants,
)


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
            compare_union_with_plain(self, pair, before, after)
            return pair
        if compare_types(pair, before, after):
            self.compare_keywords(pair, before, after)
            compare_variants(self, pair, before.variants, after.variants)
            compare_exclusiveness(self, pair, before, after)
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
        compare_constraints(self, pair, old, new)
        compare_objects(self, pair, old, new)
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


ANYTHING: dict[str, Any] = {}


def as_object(schema: Any) -> Any:
    """Return a schema as an object, including the schemas `true` and `false`."""
    if isinstance(schema, bool):
        return ANYTHING if schema else NEVER
    return schema


def combined(schema: Any) -> bool:
    """Return whether a schema combines others, whose names are compared on their own."""
    return bool({"allOf", "oneOf", "anyOf"} & schema.keys())


def plain(schema: dict[str, Any]) -> bool:
    """Return whether a reference has no sibling keywords that change its meaning."""
    return schema.keys() <= {"$ref", "description", "summary", "title"}
