"""The normal form of a JSON Schema: what it says, however it is written."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tools.specification import Document, DocumentError

# A discriminator is a hint: it must not change what validates (OpenAPI 3.1.1, 4.8.25).
DOCUMENTATION = frozenset(
    {"title", "description", "example", "examples", "externalDocs", "discriminator"}
)
LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
# Keywords whose value here says the same as their absence.
IDLE: dict[str, tuple[Any, ...]] = {
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


class InseparableError(Exception):
    """The members of an `allOf` cannot be merged into one schema."""


@dataclass(frozen=True)
class Shape:
    """The normal form of a schema.

    Attributes:
        types: The types that fit, without null; None when every JSON value fits.
        nullable: Whether null fits.
        variants: The schemas of `oneOf` or `anyOf`, without null; one of them has to fit as well.
        keywords: Every other keyword that says something.
        documentation: The keywords for people.
    """

    types: frozenset[str] | None
    nullable: bool
    variants: tuple[Any, ...]
    keywords: dict[str, Any]
    documentation: dict[str, Any]

    @property
    def required(self) -> frozenset[str]:
        """The names of the properties that must be there."""
        return frozenset(self.keywords.get("required", ()))

    def describe(self) -> str:
        """Name the type for a person, such as `string or null`."""
        if self.types is None:
            names = ["any"] if not self.variants else [f"one of {len(self.variants)}"]
        else:
            names = sorted(self.types)
        null = ["null"] if self.nullable and names != ["any"] else []
        return " or ".join(names + null) or "nothing"


def shape_of(document: Document, schema: Any) -> Shape:
    """Bring a schema into its normal form.

    Raises:
        DocumentError: The schema is no schema, or refers to itself without end.
    """
    flat = flatten(document, schema, ())
    documentation = {
        key: value for key, value in flat.items() if key in DOCUMENTATION or key.startswith("x-")
    }
    keywords = {
        key: value
        for key, value in flat.items()
        if key not in documentation and value not in IDLE.get(key, ())
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
            return Shape(only.types, nullable, only.variants, only.keywords, documentation)
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
    return Shape(kinds, nullable, variants, keywords, documentation)


def flatten(document: Document, schema: Any, seen: tuple[str, ...]) -> dict[str, Any]:
    """Follow the references of a schema and merge the members of its `allOf` where that is exact.

    Members that constrain the same thing twice stay an `allOf`.
    """
    if isinstance(schema, bool):
        return {} if schema else NEVER
    if not isinstance(schema, dict):
        raise DocumentError(f"{document.name}: {json.dumps(schema, default=str)} is no schema")
    own = {key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}
    members = [(member, seen) for member in schema.get("allOf", ())]
    if "$ref" in schema:
        reference = schema["$ref"]
        if reference in seen:
            raise DocumentError(f"{document.name}: {reference} is made of itself")
        members.append((document.at(reference), (*seen, reference)))
    flat = own
    try:
        for member, path in members:
            flat = merge(flat, flatten(document, member, path))
    except InseparableError:
        return own | {"allOf": [member for member, _ in members]}
    return flat


def merge(schema: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Write the conjunction of two flat schemas as one.

    Raises:
        InseparableError: It cannot be written so.
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
            if any(merged[key][name] != value[name] for name in merged[key].keys() & value.keys()):
                raise InseparableError
            merged[key] = merged[key] | value
        elif key in LOWER_BOUNDS:
            merged[key] = max(merged[key], value)
        elif key in UPPER_BOUNDS:
            merged[key] = min(merged[key], value)
        else:
            raise InseparableError
    # These two look at the properties of their own schema object alone.
    if merged.keys() & {"additionalProperties", "patternProperties"} and (
        {"properties", "additionalProperties", "patternProperties"} & schema.keys()
        and {"properties", "additionalProperties", "patternProperties"} & other.keys()
    ):
        raise InseparableError
    return merged


def is_null(document: Document, schema: Any) -> bool:
    """Tell whether null and nothing else fits a schema."""
    shape = shape_of(document, schema)
    return shape.types == frozenset() and shape.nullable


def type_of(value: Any) -> str:
    """Name the JSON type of a value."""
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
    """Tell whether two schemas of two documents say the same, prose aside, through references."""
    assumed: set[tuple[int, int]] = set()

    def same(left: Any, right: Any) -> bool:
        left, right = old.resolve(left), new.resolve(right)
        if isinstance(left, dict) and isinstance(right, dict):
            if (id(left), id(right)) in assumed:
                return True
            assumed.add((id(left), id(right)))
            a, b = telling(left), telling(right)
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


def telling(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out the keywords for people."""
    return {
        key: value
        for key, value in schema.items()
        # A property may be called `title`: prose is text, and the schema of a property is not.
        if not (key.startswith("x-") or (key in DOCUMENTATION and not is_schema(value)))
    }


def is_schema(value: Any) -> bool:
    """Tell a schema from prose and examples by its keywords."""
    return isinstance(value, dict) and bool(value.keys() & {"type", "$ref", "oneOf", "anyOf"})


def unordered(values: Any) -> Any:
    """Make lists comparable whatever their order."""
    if isinstance(values, Iterable) and not isinstance(values, (str, dict)):
        return sorted(json.dumps(value, sort_keys=True) for value in values)
    return values
