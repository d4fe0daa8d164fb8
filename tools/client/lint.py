"""Validate and lint an OpenAPI document."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from specification import DocumentError, parse

ROOT = Path(__file__).parents[2]
RULES = ROOT / "openapi-rules.yml"
DOCUMENT_URI = "urn:the-document"
# A message of openapi-spec-validator whose error has no path.
UNDECLARED = re.compile(r"Path parameter '(.*)' for '(.*)' operation in '(.*)' was not resolved")


def violations(document: dict[str, Any], *, rules: Path = RULES) -> list[str]:
    """Return the violations of an OpenAPI 3.1 document.

    Args:
        document: The document.
        rules: The lint rules, as a JSON Schema, which go beyond the OpenAPI standard.

    Returns:
        One sentence for each violation. A document that violates the standard is not linted.
    """
    try:
        parse("the document", document)
    except DocumentError as error:
        return [str(error)]
    found = invalid(document)
    if found:
        return found
    schema = yaml.safe_load(rules.read_text(encoding="utf-8"))
    linted = [
        describe(error) for error in jsonschema.Draft202012Validator(schema).iter_errors(document)
    ]
    return sorted([*linted, *repeated_operation_ids(document), *invalid_examples(document)])


def invalid(document: dict[str, Any]) -> list[str]:
    """Return the violations of the OpenAPI standard, one sentence for each."""
    return [describe(error) for error in OpenAPIV31SpecValidator(document).iter_errors()]


def describe(error: Any) -> str:
    """Return the place and the text of a validation error."""
    if undeclared := UNDECLARED.fullmatch(error.message):
        name, method, path = undeclared.groups()
        place = f"#/paths/{path.replace('/', '~1')}/{method}"
        return f"{place}: the path parameter {name} is not declared; add it to the parameters"
    place = "/".join(str(part).replace("/", "~1") for part in error.absolute_path)
    reason = error.schema.get("description") if isinstance(error.schema, dict) else None
    return f"#/{place}: {' '.join(error.message.split())}{f' ({reason})' if reason else ''}"


def repeated_operation_ids(document: dict[str, Any]) -> Iterator[str]:
    """Yield a violation for every operationId that an earlier operation uses."""
    seen: set[str] = set()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            name = operation.get("operationId") if isinstance(operation, dict) else None
            if name in seen:
                yield f"#/paths/{path.replace('/', '~1')}/{method}: {name} is already used"
            if name:
                seen.add(name)


def invalid_examples(document: dict[str, Any]) -> Iterator[str]:
    """Yield a violation for every example of a schema that is not valid against the schema."""
    resource = DRAFT202012.create_resource(document)
    registry: Registry[Any] = Registry().with_resource(DOCUMENT_URI, resource)
    for pointer, schema in schemas(document.get("components", {}), "/components"):
        examples = list(schema.get("examples", ()))
        if "example" in schema:
            examples.append(schema["example"])
        validator = jsonschema.Draft202012Validator(
            {"$ref": f"{DOCUMENT_URI}#{pointer}"},
            registry=registry,
            format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
        )
        for example in examples:
            for error in validator.iter_errors(example):
                yield f"#{pointer}: the example is not valid: {error.message}"


def schemas(node: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the schemas below a node that have an example, each with its JSON pointer."""
    if isinstance(node, list):
        node = dict(enumerate(node))
    if not isinstance(node, dict):
        return
    if isinstance(node.get("type"), (str, list)) and ({"example", "examples"} & node.keys()):
        yield pointer, node
    for key, value in node.items():
        if key not in {"example", "examples"}:
            yield from schemas(value, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
