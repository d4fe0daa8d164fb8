"""The types of values that need no class, and unions of types."""

from typing import Any

from tools.client.naming import literal
from tools.client.values import Type

# type, format -> type of a value
STRING = Type("str", "str", "STRING", "encode_string")
SCALARS: dict[tuple[str, str], Type] = {
    ("string", ""): STRING,
    ("string", "date-time"): Type(
        "datetime", "datetime | str", "DATETIME", "encode_datetime", converted=True
    ),
    ("string", "date"): Type("date", "date | str", "DATE", "encode_date", converted=True),
    ("string", "uuid"): Type("str", "str | UUID", "STRING", "encode_uuid"),
    ("string", "binary"): Type("str", "bytes", "STRING", "encode_bytes"),
    ("integer", ""): Type("int", "int", "INTEGER", "encode_integer"),
    ("number", ""): Type("float", "float", "NUMBER", "encode_number"),
    ("boolean", ""): Type("bool", "bool", "BOOLEAN", "encode_boolean"),
}
ANY = Type("Any", "Any", "ANY", "encode_any")
NULL = Type("None", "None", "nullable(ANY)", "encode_any")
ALL_TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"]


def implied_type(schema: dict[str, Any]) -> str | list[str]:
    """Return the type that the keywords of a schema without `type` suggest."""
    if {"properties", "additionalProperties", "patternProperties"} & schema.keys():
        return "object"
    if {"items", "prefixItems"} & schema.keys():
        return "array"
    return ALL_TYPES


def union_of(types: list[Type], discriminator: tuple[str, dict[str, str]] | None = None) -> Type:
    """Return the type of a value that has one of several types.

    Args:
        types: The types.
        discriminator: The property that names the type, and the expression of the kind for each of
            its values.
    """
    unique = list(dict.fromkeys(types))
    if len(unique) == 1:
        return unique[0]
    if any(each.kind == "ANY" for each in unique):
        return ANY
    response = " | ".join(dict.fromkeys(each.response for each in unique))
    argument = " | ".join(dict.fromkeys(each.argument for each in unique))
    kinds = ", ".join(dict.fromkeys(each.kind for each in unique))
    encoders = ", ".join(dict.fromkeys(each.encoder for each in unique))
    converted = any(each.converted or each.model for each in unique)
    kind = f"one_of({kinds})" if converted else "ANY"
    if discriminator is not None:
        key, expressions = discriminator
        cases = ", ".join(f"{literal(value)}: {each}" for value, each in expressions.items())
        kind = f"discriminated({literal(key)}, {{{cases}}}, {kinds})"
    return Type(response, argument, kind, f"encode_one_of({encoders})", converted=converted)
