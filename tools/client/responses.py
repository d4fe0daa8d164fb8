"""Converts the successful responses of an operation into what a method returns."""

from typing import Any

from specification import Document
from specification.errors import pointer
from tools.client.naming import class_name
from tools.client.parts import Result, UnsupportedError
from tools.client.schemas import SchemaReader
from tools.client.values import Type

Path = tuple[object, ...]
NOTHING = Type("None", "None", "None", "")
TEXT = Type("str", "str", "TEXT", "")
BYTES = Type("bytes", "bytes", "BYTES", "")


def read_result(
    document: Document,
    schemas: SchemaReader,
    operation: dict[str, Any],
    path: Path,
    name: str,
) -> tuple[Result, list[str]]:
    """Convert the successful responses of an operation.

    Returns:
        What the method returns, and the statuses.

    Raises:
        UnsupportedError: The client cannot express a response.
    """
    declared = operation.get("responses", {})
    statuses = [status for status in declared if status[0] == "2"]
    if not statuses and not any(status[0] in "13" for status in declared):
        statuses = [status for status in declared if status == "default"]
    types = {
        status: read_response(
            schemas,
            document.resolve(declared[status]),
            (*path, "responses", status),
            class_name(f"{name}_response" if len(statuses) == 1 else f"{name}_response_{status}"),
        )
        for status in statuses
    }
    unique = list(dict.fromkeys(types.values()))
    if not unique or unique == [NOTHING]:
        return Result(), statuses
    if len(unique) == 1:
        return one_result(unique[0], schemas), statuses
    python = " | ".join(dict.fromkeys(each.full_response for each in unique))
    cases = ", ".join(f'"{status}": {reader(each)}' for status, each in types.items())
    return Result(
        "Any" if "Any" in python.split(" | ") else python, read=f"by_status({{{cases}}})"
    ), statuses


def one_result(declared: Type, schemas: SchemaReader) -> Result:
    """Return what a method returns that has one type of response."""
    python = declared.full_response
    if declared in (TEXT, BYTES):
        return Result(python, read="read_text" if declared is TEXT else "read_bytes")
    if declared.model and not declared.nullable:
        model = schemas.at_runtime(declared.model)
        if model == declared.model:
            return Result(model, model, model=model)
        return Result(declared.model, read=f"read_model(lambda: {model})", model=declared.model)
    return Result(python, read=f"read_json({declared.full_kind})")


def reader(declared: Type) -> str:
    """Return the expression of the function that reads a response."""
    special = {"None": "read_nothing", "TEXT": "read_text", "BYTES": "read_bytes"}
    return special.get(declared.kind, f"read_json({declared.full_kind})")


def read_response(schemas: SchemaReader, response: dict[str, Any], path: Path, name: str) -> Type:
    """Convert one response. JSON is preferred to other media types."""
    content = response.get("content", {})
    if not content:
        return NOTHING
    for media_type, media in content.items():
        essence = media_type.partition(";")[0].strip().lower()
        if essence in {"application/json", "*/*"} or essence.endswith("+json"):
            if "schema" not in media and essence == "*/*":
                continue
            place = (*path, "content", media_type, "schema")
            return schemas.read(media.get("schema", True), place, name)
    essence = next(iter(content)).partition(";")[0].strip().lower()
    if essence == "text/event-stream":
        raise UnsupportedError(
            f"{pointer((*path, 'content', 'text/event-stream'))} is a stream of events, which the"
            " client does not support; remove the operation"
        )
    return TEXT if essence.startswith("text/") else BYTES
