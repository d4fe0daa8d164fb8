"""Converts OpenAPI 3.0 and 3.2 documents to OpenAPI 3.1, or names what cannot be converted."""

from collections.abc import Callable
from typing import Any

from .errors import pointer

# New in OpenAPI 3.2.0 with a meaning that 3.1 cannot express.
NEW_IN_3_2 = frozenset({"itemSchema", "itemEncoding", "prefixEncoding", "additionalOperations"})
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf")
# The values of these keywords are data.
DATA = frozenset({"example", "examples", "enum", "const", "default"})


class ConversionError(Exception):
    """A part of the document has no equivalent in OpenAPI 3.1. The text is a clause."""


def from_3_2(content: dict[str, Any]) -> dict[str, Any]:
    """Convert a document of OpenAPI 3.2.

    Raises:
        ConversionError: The document uses a part of 3.2 that 3.1 cannot express.
    """
    if "$self" in content:
        raise ConversionError("#/$self is new in OpenAPI 3.2; remove it")

    def check(value: dict[str, Any], path: tuple[object, ...]) -> dict[str, Any]:
        named = len(path) > 1 and path[-1] in {"properties", "$defs", "patternProperties"}
        if not named:
            for key in NEW_IN_3_2 & value.keys():
                raise ConversionError(f"{pointer((*path, key))} is new in OpenAPI 3.2; remove it")
            if value.get("in") == "querystring" and "name" in value:
                raise ConversionError(f"{pointer(path)} has in: querystring; list the parameters")
            if "query" in value and path[:1] in {("paths",), ("webhooks",)} and len(path) == 2:
                raise ConversionError(f"{pointer((*path, 'query'))} is new in OpenAPI 3.2")
        return value

    converted: dict[str, Any] = rewrite(content, check)
    return converted | {"openapi": "3.1.1"}


def from_3_0(content: dict[str, Any]) -> dict[str, Any]:
    """Convert a document of OpenAPI 3.0, whose schemas differ from JSON Schema.

    `nullable` becomes the type null, a boolean `exclusiveMinimum` becomes a number, and siblings of
    `$ref`, which 3.0 ignores, are removed.
    """
    converted: dict[str, Any] = rewrite(content, convert_schema)
    return converted | {"openapi": "3.1.1"}


def convert_schema(value: dict[str, Any], path: tuple[object, ...]) -> dict[str, Any]:
    """Convert one object, which need not be a schema: the keywords appear in schemas only."""
    if path and path[-1] in {"properties", "schemas", "mapping", "variables"}:
        return value  # the keys are names
    if isinstance(value.get("$ref"), str):
        return {"$ref": value["$ref"]}
    converted = dict(value)
    nullable = converted.pop("nullable", None)
    for bound in ("Minimum", "Maximum"):
        exclusive = converted.get(f"exclusive{bound}")
        if isinstance(exclusive, bool):
            del converted[f"exclusive{bound}"]
            if exclusive and bound.lower() in converted:
                converted[f"exclusive{bound}"] = converted.pop(bound.lower())
    if nullable is True:
        # Only with a type: OpenAPI 3.0.4, section 4.7.24.2, "nullable".
        if isinstance(converted.get("type"), str):
            converted["type"] = [converted["type"], "null"]
            if isinstance(converted.get("enum"), list) and None not in converted["enum"]:
                converted["enum"] = [*converted["enum"], None]
        elif any(key in converted for key in SCHEMA_LISTS):
            return {"anyOf": [converted, {"type": "null"}]}
    return converted


def rewrite(
    content: Any, convert: Callable[[dict[str, Any], tuple[object, ...]], dict[str, Any]]
) -> Any:
    """Return a copy in which every object is converted, those below it first.

    Each shared object is converted once.
    """
    done: dict[int, Any] = {}

    def visit(value: Any, path: tuple[object, ...]) -> Any:
        if not isinstance(value, (dict, list)):
            return value
        if id(value) not in done:
            if isinstance(value, list):
                done[id(value)] = [visit(item, (*path, index)) for index, item in enumerate(value)]
            else:
                inside = path[-1:] != ("properties",)
                done[id(value)] = convert(
                    {
                        key: item if inside and key in DATA else visit(item, (*path, key))
                        for key, item in value.items()
                    },
                    path,
                )
        return done[id(value)]

    return visit(content, ())
