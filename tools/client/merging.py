"""Merges the members of an `allOf` into one schema, as far as types and names need it."""

from typing import Any

from specification import Document
from specification.errors import pointer
from tools.client.parts import UnsupportedError

ANNOTATIONS = frozenset({"title", "description", "example", "examples", "default", "deprecated"})
# These keywords restrict values but change neither types nor names.
RESTRICTIONS = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern"}
    | {"minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties"}
    | {"maxProperties", "propertyNames", "not", "if", "then", "else", "dependentRequired"}
    | {"dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "contains"}
    | {"minContains", "maxContains", "contentMediaType", "contentEncoding", "contentSchema"}
    | {"xml", "externalDocs", "discriminator", "readOnly", "writeOnly", "$comment", "$defs"}
)


def flatten(
    document: Document, schema: dict[str, Any], path: tuple[object, ...], seen: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a schema without `allOf`, and without `$ref` beside other keywords.

    Raises:
        UnsupportedError: Members contradict each other, or a member contains the schema itself.
    """
    own = {key: value for key, value in schema.items() if key not in {"allOf", "$ref"}}
    members = list(schema.get("allOf", ()))
    if "$ref" in schema:
        if not members and own.keys() <= ANNOTATIONS and not seen:
            target = document.at(schema["$ref"])
            description = own.get("description") or (
                target.get("description") if isinstance(target, dict) else None
            )
            return {"$ref": schema["$ref"]} | ({"description": description} if description else {})
        members.insert(0, {"$ref": schema["$ref"]})
    if len(members) == 1 and own.keys() <= ANNOTATIONS | {"nullable"} and not seen:
        return flatten(document, members[0], path, seen) | (
            {"description": own["description"]} if own.get("description") else {}
        )
    merged: dict[str, Any] = {}
    for member in members:
        inner, inside = member, seen
        while (
            isinstance(inner, dict) and "$ref" in inner and inner.keys() <= ANNOTATIONS | {"$ref"}
        ):
            reference = inner["$ref"]
            if reference in inside:
                raise UnsupportedError(
                    f"{pointer(path)} contains {reference} in an allOf, which contains itself"
                )
            inside = (*inside, reference)
            inner = document.at(reference)
        if isinstance(inner, dict):
            flat = flatten(document, inner, path, inside or ("",))
            without = {
                key: value for key, value in flat.items() if key not in {"description", "title"}
            }
            merged = merge(merged, without, path)
        elif inner is False:
            raise UnsupportedError(f"{pointer(path)} allows no value; remove it")
    return merge(merged, own, path)


def merge(one: dict[str, Any], other: dict[str, Any], path: tuple[object, ...]) -> dict[str, Any]:
    """Merge two schemas without `allOf`.

    Raises:
        UnsupportedError: They contradict each other.
    """
    merged = dict(one)
    for key, value in other.items():
        if key not in merged or key in ANNOTATIONS or key in RESTRICTIONS or key.startswith("x-"):
            merged[key] = value
        elif key == "properties":
            merged[key] = {
                name: value[name]
                if name not in merged[key] or name not in value
                else {"allOf": [merged[key][name], value[name]]}
                if merged[key][name] != value[name]
                else value[name]
                for name in {**merged[key], **value}
                if name in value
            } | {name: each for name, each in merged[key].items() if name not in value}
            merged[key] = {name: merged[key][name] for name in {**one[key], **value}}
        elif key == "required":
            merged[key] = [*merged[key], *value]
        elif key == "type":
            merged[key] = common_types(merged[key], value, path)
        elif key == "enum":
            merged[key] = [each for each in merged[key] if each in value]
        elif key == "additionalProperties":
            merged[key] = value if merged[key] in (True, {}) else merged[key]
        elif merged[key] != value:
            raise UnsupportedError(
                f"{pointer(path)} combines two schemas whose {key} differs; write one schema"
            )
    return merged


def common_types(one: Any, other: Any, path: tuple[object, ...]) -> Any:
    """Return the types that two values of `type` have in common."""
    first = [one] if isinstance(one, str) else list(one)
    second = [other] if isinstance(other, str) else list(other)
    common = [each for each in first if each in second]
    if "number" in first and "integer" in second and "integer" not in common:
        common.append("integer")
    if "integer" in first and "number" in second and "integer" not in common:
        common.append("integer")
    if not common:
        raise UnsupportedError(f"{pointer(path)} combines the types {one} and {other}")
    return common[0] if len(common) == 1 else common
