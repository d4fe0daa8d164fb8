"""Converts the parameters and the body of an operation into the arguments of a method."""

from collections.abc import Mapping
from typing import Any

from specification import Document
from specification.errors import pointer
from tools.client.merging import flatten
from tools.client.naming import ARGUMENTS, class_name, identifier, prose
from tools.client.naming import in_double_quote_literal as quoted
from tools.client.parts import Request, UnsupportedError
from tools.client.schemas import SchemaReader, is_model
from tools.client.values import Field, Type

Path = tuple[object, ...]
SIMPLE_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
SEPARATORS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
# OpenAPI ignores parameters with these names; other keywords define these headers.
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
# The media type to send, the first that the operation accepts.
PREFERRED = ("application/json", "+json", FORM, MULTIPART)


def read_request(
    document: Document,
    schemas: SchemaReader,
    item: tuple[dict[str, Any], Path],
    operation: tuple[dict[str, Any], Path],
    name: str,
    template: str,
) -> Request:
    """Convert the parameters and the body of an operation.

    Args:
        document: The document.
        schemas: Converts the schemas.
        item: The path item and its place.
        operation: The operation and its place.
        name: The name of the operation in Pascal case, for the classes of inline schemas.
        template: The path template.

    Raises:
        UnsupportedError: The client cannot express a part of the request.
    """
    found: dict[tuple[str, str], tuple[dict[str, Any], Path]] = {}
    for owner, place in (item, operation):
        for index, raw in enumerate(owner.get("parameters", ())):
            parameter = document.resolve(raw)
            found[parameter["in"], parameter["name"]] = parameter, (*place, "parameters", index)
    used: set[str] = set()
    located: dict[str, list[Field]] = {"path": [], "query": [], "header": [], "cookie": []}
    deep: dict[str, str] = {}
    # In the order of the path, then in the order of the document.
    for (location, key), (parameter, place) in sorted(
        found.items(),
        key=lambda each: template.find(f"{{{each[0][1]}}}") if each[0][0] == "path" else 1 << 20,
    ):
        if location not in located:
            raise UnsupportedError(f"{pointer((*place, 'in'))} is {location}, which is not a place")
        if location == "path" and f"{{{key}}}" not in template:
            raise UnsupportedError(
                f"{pointer(place)} is not in the path {template}; add or remove it"
            )
        if location == "header" and key.lower() in IGNORED_HEADERS:
            continue
        argument = identifier(key, ARGUMENTS | {"body"}, used)
        used.add(argument)
        field, style = read_parameter(schemas, parameter, place, argument, name)
        located[location].append(field)
        if style:
            deep[field.key] = style
    missing = [each for each in parameters_of(template) if ("path", each) not in found]
    if missing:
        raise UnsupportedError(
            f"{pointer(operation[1])} does not define the path parameter {missing[0]}; add it"
        )
    body, media_type, whole, required = read_body(document, schemas, operation, name, used)
    query = sorted(located["query"], key=lambda field: not field.required)
    return Request(
        segments=tuple(located["path"]),
        query=tuple(query),
        headers=tuple(located["header"]),
        cookies=tuple(located["cookie"]),
        body=body,
        media_type=media_type,
        whole_body=whole,
        body_required=required,
        deep=deep,
    )


def parameters_of(template: str) -> list[str]:
    """Return the names of the parameters of a path template."""
    return [part.partition("}")[0] for part in template.split("{")[1:]]


def read_parameter(
    schemas: SchemaReader, parameter: Mapping[str, Any], place: Path, argument: str, name: str
) -> tuple[Field, str]:
    """Convert a parameter, and return the style of an object in the query or an empty string."""
    location, key = parameter["in"], parameter["name"]
    content = parameter.get("content")
    inline = class_name(f"{name}_{key}")
    if content:
        media_type, media = next(iter(content.items()))
        declared = schemas.read(media.get("schema"), (*place, "content", media_type), inline)
        if media_type != "application/json":
            raise UnsupportedError(
                f"{pointer((*place, 'content', media_type))} is not supported for a parameter;"
                " use application/json or a schema"
            )
        encoder, style = f"as_json({declared.full_encoder})", ""
    else:
        declared = schemas.read(parameter.get("schema"), (*place, "schema"), inline)
        encoder, style = serialization(declared, parameter, place)
    description = prose(parameter.get("description"))
    required = bool(parameter.get("required")) or location == "path"
    return Field(argument, quoted(key), declared, required, description, encoder), style


def serialization(declared: Type, parameter: Mapping[str, Any], place: Path) -> tuple[str, str]:
    """Return the expression of the encoder of a parameter, and its style if it is an object."""
    location = parameter["in"]
    style = parameter.get("style", SIMPLE_STYLES[location])
    explode = parameter.get("explode", style == "form")
    encoder = declared.full_encoder
    if parameter.get("allowReserved") and location == "query":
        raise UnsupportedError(f"{pointer((*place, 'allowReserved'))} is not supported; remove it")
    if declared.encoder == "encode_any":
        # A parameter of any type is sent as text.
        return ("encode_text" if location != "query" else encoder), ""
    if declared.encoder.startswith("encode_list("):
        if declared.encoder.startswith(("encode_list(encode_list", "encode_list(encode_map")):
            raise UnsupportedError(
                f"{pointer((*place, 'schema'))} is an array of arrays or objects, which a parameter"
                " cannot express; use content with application/json"
            )
        if location == "path" and style != "simple":
            raise UnsupportedError(f"{pointer((*place, 'style'))} {style} is not supported")
        if location == "query" and style == "form" and explode:
            return encoder, ""
        if style not in SEPARATORS:
            raise UnsupportedError(
                f"{pointer(place)} has the style {style}, which is not defined for an array"
            )
        return f"joined({declared.encoder}, {SEPARATORS[style]!r})", ""
    if declared.encoder.startswith(("encode_map(", "encode_model(")):
        if location != "query" or (style, explode) not in {
            ("form", True),
            ("deepObject", True),
            ("deepObject", False),
        }:
            raise UnsupportedError(
                f"{pointer(place)} is an object with the style {style}, which is not supported;"
                " use deepObject in the query, or content with application/json"
            )
        return encoder, style
    if declared.encoder.startswith("encode_one_of(") and any(
        each in declared.encoder for each in ("encode_map", "encode_model", "encode_list")
    ):
        raise UnsupportedError(
            f"{pointer((*place, 'schema'))} is a union with arrays or objects, which is not"
            " supported for a parameter; use content with application/json"
        )
    if location in {"header", "cookie"} and declared.encoder != "encode_string":
        return f"as_text({encoder})", ""
    return encoder, ""


def read_body(
    document: Document,
    schemas: SchemaReader,
    operation: tuple[dict[str, Any], Path],
    name: str,
    used: set[str],
) -> tuple[tuple[Field, ...], str, bool, bool]:
    """Convert the body of a request.

    Returns:
        Its fields, its media type, whether the only field is the whole body, and whether a body is
        required.
    """
    owner, place = operation
    if "requestBody" not in owner:
        return (), "", False, False
    body = document.resolve(owner["requestBody"])
    place = (*place, "requestBody")
    content = body.get("content", {})
    required = bool(body.get("required"))
    if not content:
        return (), "", False, False
    media_type = preferred(content)
    schema = content[media_type].get("schema", True)
    place = (*place, "content", media_type, "schema")
    essence = media_type.partition(";")[0].strip().lower()
    description = prose(body.get("description")) or "The body of the request."
    structured = (
        essence == "application/json" or essence.endswith("+json") or essence in {FORM, MULTIPART}
    )
    if not structured:
        if "*" in essence:
            raise UnsupportedError(
                f"{pointer(place[:-1])} is a range of media types; name the one to send"
            )
        text = essence.startswith("text/")
        whole = (
            Type("str", "str", "STRING", "encode_text_body")
            if text
            else Type("bytes", "bytes", "ANY", "encode_bytes")
        )
        return (Field("body", "body", whole, required, description),), media_type, True, required
    flat = dereferenced(document, schema, place)
    if is_model(flat) and isinstance(schema, dict) and not nullable(flat):
        visible = {
            key: each
            for key, each in flat["properties"].items()
            if not (isinstance(each, dict) and dereferenced(document, each, place).get("readOnly"))
        }
        owner_name = (
            class_name(schema["$ref"].rpartition("/")[2])
            if "$ref" in schema
            else class_name(f"{name}_body")
        )
        at = component_place(schema, place)
        fields = schemas.fields(
            flat | {"properties": visible}, at, owner_name, frozenset(ARGUMENTS | used)
        )
        return fields, media_type, False, required
    if essence in {FORM, MULTIPART}:
        raise UnsupportedError(
            f"{pointer(place)} is a form without named properties; list its properties"
        )
    whole = schemas.read(schema, place, class_name(f"{name}_body"))
    return (Field("body", "body", whole, required, description),), media_type, True, required


def preferred(content: Mapping[str, Any]) -> str:
    """Return the media type to send: JSON if it is accepted, else a form, else the first."""
    for wanted in PREFERRED:
        for media_type in content:
            essence = media_type.partition(";")[0].strip().lower()
            if essence == wanted or (wanted == "+json" and essence.endswith("+json")):
                return media_type
    return next(iter(content))


def dereferenced(document: Document, schema: Any, place: Path) -> dict[str, Any]:
    """Return a schema without references and `allOf` at its top level."""
    seen: list[str] = []
    while isinstance(schema, dict):
        flat = flatten(document, schema, place)
        reference = flat.get("$ref")
        if reference is None:
            return flat
        if reference in seen:
            break
        seen.append(reference)
        schema = document.at(reference)
    return {}


def component_place(schema: dict[str, Any], place: Path) -> Path:
    """Return the place of a referenced schema, or the given place."""
    reference = schema.get("$ref", "")
    return tuple(reference[2:].split("/")) if reference else place


def nullable(schema: dict[str, Any]) -> bool:
    """Return whether a flat schema allows null."""
    return isinstance(schema.get("type"), list) and "null" in schema["type"]
