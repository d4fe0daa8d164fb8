"""Checks that the parts of an OpenAPI document that the tools walk through have the right type."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .errors import pointer

Check = Callable[[Any, tuple[object, ...]], Iterator[str]]
NAMES: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def problems(content: dict[str, Any]) -> Iterator[str]:
    """Yield one clause for each part that has the wrong type, such as `#/paths is null`."""
    yield from DOCUMENT(content, ())


def wrong(value: Any, path: tuple[object, ...], expected: str) -> str:
    """Return the clause for a value of the wrong type."""
    return f"{pointer(path)} is {NAMES[type(value)]} but must be {expected}"


def of(expected: type) -> Check:
    """Return the check of a value without parts."""

    def check(value: Any, path: tuple[object, ...]) -> Iterator[str]:
        if type(value) is not expected:
            yield wrong(value, path, NAMES[expected])

    return check


def each(check: Check) -> Check:
    """Return the check of an object whose values all have one kind."""

    def check_each(value: Any, path: tuple[object, ...]) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong(value, path, "an object")
            return
        for key, item in value.items():
            if not (key.startswith("x-") or (key == "$ref" and isinstance(item, str))):
                yield from check(item, (*path, key))

    return check_each


def items(check: Check) -> Check:
    """Return the check of an array."""

    def check_items(value: Any, path: tuple[object, ...]) -> Iterator[str]:
        if not isinstance(value, list):
            yield wrong(value, path, "an array")
            return
        for index, item in enumerate(value):
            yield from check(item, (*path, index))

    return check_items


def parts(checks: Mapping[str, Check], *required: str) -> Check:
    """Return the check of an object with known parts. A reference may lack all of them."""

    def check_parts(value: Any, path: tuple[object, ...]) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong(value, path, "an object")
            return
        for key in required:
            if key not in value and "$ref" not in value:
                yield f"{pointer(path)} has no {key}"
        for key, check in checks.items():
            if key in value:
                yield from check(value[key], (*path, key))

    return check_parts


def schema(value: Any, path: tuple[object, ...]) -> Iterator[str]:
    """Check a schema and the schemas below it."""
    if not isinstance(value, bool):
        yield from SCHEMA(value, path)


def type_names(value: Any, path: tuple[object, ...]) -> Iterator[str]:
    """Check the keyword `type`: one name or several."""
    if not isinstance(value, str):
        yield from items(of(str))(value, path)


TEXT, OBJECT, STRINGS = of(str), of(dict), items(of(str))
SCHEMA = parts(
    dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), items(schema))
    | dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs"), each(schema))
    | dict.fromkeys(
        ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
        schema,
    )
    | {"type": type_names, "required": STRINGS, "enum": of(list), "format": TEXT}
    | {"discriminator": parts({"propertyName": TEXT, "mapping": each(TEXT)}, "propertyName")}
)
CONTENT = each(parts({"schema": schema, "encoding": each(OBJECT)}))
HEADER = parts({"schema": schema, "content": CONTENT})
PARAMETER = parts({"name": TEXT, "in": TEXT, "schema": schema, "content": CONTENT}, "name", "in")
BODY = parts({"content": CONTENT})
RESPONSE = parts({"content": CONTENT, "headers": each(HEADER), "links": each(OBJECT)})
SERVERS = items(parts({"url": TEXT, "variables": each(OBJECT)}, "url"))
SECURITY = items(each(STRINGS))
OPERATION_PARTS: dict[str, Check] = {
    "operationId": TEXT,
    "tags": STRINGS,
    "parameters": items(PARAMETER),
    "requestBody": BODY,
    "responses": each(RESPONSE),
    "security": SECURITY,
    "servers": SERVERS,
}
OPERATION = parts(OPERATION_PARTS)
PATH_ITEM = parts(
    dict.fromkeys(METHODS, OPERATION) | {"parameters": items(PARAMETER), "servers": SERVERS}
)
OPERATION_PARTS["callbacks"] = each(each(PATH_ITEM))
DOCUMENT = parts(
    {
        "info": parts({"title": TEXT}, "version"),
        "servers": SERVERS,
        "security": SECURITY,
        "tags": items(parts({"name": TEXT}, "name")),
        "paths": each(PATH_ITEM),
        "webhooks": each(PATH_ITEM),
        "components": parts(
            {
                "schemas": each(schema),
                "responses": each(RESPONSE),
                "parameters": each(PARAMETER),
                "requestBodies": each(BODY),
                "headers": each(HEADER),
                "securitySchemes": each(parts({"type": TEXT}, "type")),
                "pathItems": each(PATH_ITEM),
            }
        ),
    },
    "info",
)
