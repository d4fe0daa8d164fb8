"""The normal form of a JSON Schema, equal for schemas with the same meaning."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from specification import Document, DocumentError

# A discriminator does not change which values are valid (OpenAPI 3.1.1, 4.8.25).
DOCUMENTATION = frozenset(
    {"title", "description", "example", "examples", "externalDocs", "discriminator"}
)
LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
# Keywords with values that have the same meaning as no keyword.
NO_EFFECT: dict[str, tuple[Any, ...]] = {
    "additionalProperties": (True, {}),
    "deprecated": (False,),
    "items": (True, {}),
    "minItems": (0,),
    "minLength": (0,),
    "minProperties": (0,),
    "properties": ({},),
    "readOnly": (False,),
    "required": ([],),
    "uniqueItems": (False,),
    "writeOnly": (False,),
}
NEVER: dict[str, Any] = {"not": {}}


class MergeError(Exception):
    """The members of an `allOf` cannot be merged into one schema."""


@dataclass(frozen=True)
class Shape:
    """The normal form of a schema.

    Attributes:
        types: The allowed types without null; None if every JSON value is allowed.
        nullable: Whether null is allowed.
        variants: The schemas of `oneOf` or `anyOf`, without null, one of which must match.
        exclusive: Whether exactly one of the variants must match, as with `oneOf`.
        keywords: Every other keyword that has an effect.
        documentation: The documentation keywords.
    """

    types: frozenset[str] | None
    nullable: bool
    variants: tuple[Any, ...]
    keywords: dict[str, Any]
    documentation: dict[str, Any]
    exclusive: bool = False

    @property
    def required(self) -> frozenset[str]:
        """The names of the required properties."""
        return frozenset(self.keywords.get("required", ()))

    def describe(self) -> str:
        """Return the type to display, such as `string or null`."""
        if self.types is None:
            names = ["any"] if not self.variants else [f"one of {len(self.variants)}"]
        else:
            names = sorted(self.types)
        null = ["null"] if self.nullable and names != ["any"] else []
        return " or ".join(names + null) or "nothing"


def shape_of(document: Document, schema: Any) -> Shape:
    """Return the normal form of a schema.

    Raises:
        DocumentError: The value is not a schema, or refers to itself without end.
    """
    flat = flatten(document, schema, ())
    documentation = {
        key: value for key, value in flat.items() if key in DOCUMENTATION or key.startswith("x-")
    }
    keywords = {
        key: value
        for key, value in flat.items()
        if key not in documentation and value not in NO_EFFECT.get(key, ())
    }
    nullable = True
    variants: tuple[Any, ...] = ()
    unions = [key for key in ("oneOf", "anyOf") if key in keywords]
    if len(unions) == 1:
        members = keywords.pop(unions[0])
        variants = tuple(member for member in members if not is_null(document, member))
        nullable = len(variants) < len(members) or any(
            shape_of(document, variant).nullable for variant in variants
        )
        if len(variants) == 1 and not keywords:
            only = shape_of(document, variants[0])
            documentation = only.documentation | documentation
            return Shape(
                only.types,
                nullable,
                only.variants,
                only.keywords,
                documentation,
                only.exclusive,
            )
    values = keywords.pop("enum", None)
    if "const" in keywords:
        values = [keywords.pop("const")]
    types = keywords.pop("type", None)
    if types is None and values is not None:
        types = [type_of(value) for value in values]
    if isinstance(types, str):
        types = [types]
    if types is not None:
        nullable = nullable and "null" in types and (values is None or None in values)
    if values is not None:
        keywords["enum"] = [value for value in values if value is not None]
    kinds = None if types is None else frozenset(types) - {"null"}
    if kinds is not None and "number" in kinds:
        kinds -= {"integer"}
    return Shape(kinds, nullable, variants, keywords, documentation, unions == ["oneOf"])


def flatten(document: Document, schema: Any, seen: tuple[str, ...]) -> dict[str, Any]:
    """Resolve the references of a schema and merge the members of its `allOf` if that is exact.

    Members with conflicting keywords stay an `allOf`.
    """
    if isinstance(schema, bool):
        return {} if schema else NEVER
    if not isinstance(schema, dict):
        raise DocumentError(f"{document.name}: {json.dumps(schema, default=str)} is not a schema")
    own = {key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}
    members = [(member, seen) for member in schema.get("allOf", ())]
    if "$ref" in schema:
        reference = schema["$ref"]
        if reference in seen:
            raise DocumentError(f"{document.name}: {reference} contains itself")
        members.append((document.at(reference), (*seen, reference)))
    flat = own
    try:
        for member, path in members:
            flat = merge(document, flat, flatten(document, member, path))
    except MergeError:
        return own | {"allOf": [member for member, _ in members]}
    return flat


def merge(document: Document, schema: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Merge two flat schemas into one that allows only the values that both allow.

    Raises:
        MergeError: There is no such schema without `allOf`.
    """
    merged = dict(schema)
    for key, value in other.items():
        if key in DOCUMENTATION or key.startswith("x-") or key not in merged:
            merged.setdefault(key, value)
        elif merged[key] == value:
            continue
        elif key == "required":
            merged[key] = [*merged[key], *(name for name in value if name not in merged[key])]
        elif key == "properties":
            shared = {
                name: both(document, merged[key][name], value[name])
                for name in merged[key].keys() & value.keys()
                if merged[key][name] != value[name]
            }
            merged[key] = merged[key] | value | shared
        elif key in LOWER_BOUNDS:
            merged[key] = max(merged[key], value)
        elif key in UPPER_BOUNDS:
            merged[key] = min(merged[key], value)
        else:
            raise MergeError
    # These keywords depend on the properties of their own schema object only.
    if merged.keys() & {"additionalProperties", "patternProperties"} and (
        {"properties", "additionalProperties", "patternProperties"} & schema.keys()
        and {"properties", "additionalProperties", "patternProperties"} & other.keys()
    ):
        raise MergeError
    return merged


def both(document: Document, one: Any, other: Any) -> Any:
    """Return the schema that two schemas allow together, the same object each time."""
    key = id(one), id(other)
    if key not in document.merged:
        # The parts are referenced by the result, so that their `id()` stays unique.
        document.merged[key] = {"allOf": [one, other]}
    return document.merged[key]


def is_null(document: Document, schema: Any) -> bool:
    """Return whether a schema allows null and nothing else."""
    shape = shape_of(document, schema)
    return shape.types == frozenset() and shape.nullable


def type_of(value: Any) -> str:
    """Return the JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def equivalent(old: Document, left: Any, new: Document, right: Any) -> bool:
    """Return whether two schemas are equal except for documentation, with references resolved."""
    assumed: set[tuple[int, int]] = set()

    def same(left: Any, right: Any) -> bool:
        left, right = old.resolve(left), new.resolve(right)
        if isinstance(left, dict) and isinstance(right, dict):
            if (id(left), id(right)) in assumed:
                return True
            assumed.add((id(left), id(right)))
            a, b = without_documentation(left), without_documentation(right)
            return a.keys() == b.keys() and all(
                unordered(a[key]) == unordered(b[key])
                if key in {"required", "type", "enum"}
                else same(a[key], b[key])
                for key in a
            )
        if isinstance(left, list) and isinstance(right, list):
            return len(left) == len(right) and all(map(same, left, right))
        return type(left) is type(right) and bool(left == right)

    return same(left, right)


def without_documentation(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without documentation keywords."""
    return {
        key: value
        for key, value in schema.items()
        # A property may be named `title`; its value is then a schema, not text.
        if not (key.startswith("x-") or (key in DOCUMENTATION and not is_schema(value)))
    }


def is_schema(value: Any) -> bool:
    """Return whether a value is a schema and not documentation, based on its keywords."""
    return isinstance(value, dict) and bool(value.keys() & {"type", "$ref", "oneOf", "anyOf"})


def unordered(values: Any) -> Any:
    """Return a list in a canonical order, so that equal sets compare as equal."""
    if isinstance(values, Iterable) and not isinstance(values, (str, dict)):
        return sorted(json.dumps(value, sort_keys=True) for value in values)
    return values
