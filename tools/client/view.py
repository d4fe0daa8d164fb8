"""The view of the OpenAPI specification that the templates render.

The generator parses the document and resolves types, names and references. This module adds
security, servers and deprecation, which the generator omits, and the layout of the client.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import AnyProperty, ModelProperty
from openapi_python_client.strings import in_double_quote_literal, snake_case

from tools.client.fields import FieldReader, described, literals, properties, prose
from tools.client.parts import Field, Model, Operation, Resource, UnsupportedError

METHODS = ("get", "post", "put", "patch", "delete")
PAGE_PARAMETER = "page_number"
PARAMETER = re.compile(r"\{[^}]*\}")


class ClientView:
    """The resources, models and enumerations of the client.

    Args:
        data: The document, parsed by the generator.
        document: The document as JSON types.

    Raises:
        UnsupportedError: The templates do not support a part of the document.
    """

    def __init__(self, data: GeneratorData, document: Mapping[str, Any]) -> None:
        self._document = document
        self._models = {str(model.class_info.name): model for model in data.models}
        self._fields = FieldReader(self._models)
        self._enums = {str(enum.class_info.name): enum for enum in data.enums}
        endpoints = [
            endpoint
            for collection in data.endpoint_collections_by_tag.values()
            for endpoint in collection.endpoints
            if endpoint.method in METHODS
        ]
        grouped: dict[str, list[Operation]] = {}
        for endpoint in endpoints:
            name = snake_case(endpoint.path.get_untrusted_value().split("/")[1])
            grouped.setdefault(name, []).append(self._operation(endpoint))
        self.resources = tuple(
            Resource(name, self._describe_resource(name), tuple(operations))
            for name, operations in sorted(grouped.items())
        )
        self.models = tuple(self._response_models())
        self.enums = tuple(
            {
                "name": name,
                "literals": ", ".join(literals(enum)),
                "description": described(name, enum.description),
            }
            for name, enum in sorted(self._enums.items())
        )

    @property
    def title(self) -> str:
        """The title of the document, safe for a docstring."""
        return prose(self._document["info"]["title"])

    @property
    def version(self) -> str:
        """The version of the document, escaped for a double-quoted literal."""
        return in_double_quote_literal(self._document["info"]["version"])

    @property
    def servers(self) -> dict[str, str]:
        """The base URL of each environment, by its name, such as `test_mode`."""
        urls = [server["url"].rstrip("/") for server in self._document["servers"]]
        return {
            f"{snake_case((urlsplit(url).hostname or '').split('.')[0])}_mode": (
                in_double_quote_literal(url)
            )
            for url in urls
        }

    @property
    def type_names(self) -> list[str]:
        """The names of the models and enumerations."""
        return sorted([*(model.name for model in self.models), *self._enums])

    def _describe_resource(self, name: str) -> str:
        tags = {
            snake_case(tag["name"]): tag.get("description", "")
            for tag in self._document.get("tags", [])
        }
        return prose(tags.get(name) or f"The operations under /{name}.")

    def _operation(self, endpoint: Endpoint) -> Operation:
        if endpoint.header_parameters or endpoint.cookie_parameters or len(endpoint.bodies) > 1:
            raise UnsupportedError(f"{endpoint.name} takes a header, a cookie or several bodies")
        path_item = self._path_item(endpoint)
        raw = path_item[endpoint.method]
        body = endpoint.bodies[0].prop if endpoint.bodies else None
        if body is not None and (endpoint.query_parameters or not isinstance(body, ModelProperty)):
            raise UnsupportedError(
                f"{endpoint.name} takes a body with a query or a non-object body"
            )
        described = {
            parameter["name"]: parameter.get("description")
            for parameter in map(
                self._resolve, [*path_item.get("parameters", []), *raw.get("parameters", [])]
            )
        }
        fields = (
            [self._fields.read(each, described) for each in endpoint.query_parameters]
            if body is None
            else [self._fields.read(each) for each in properties(body)]
        )
        status, response_model = success(endpoint)
        return Operation(
            id=str(endpoint.name),
            method=endpoint.method.upper(),
            path=endpoint.path.get_untrusted_value(),
            summary=prose(endpoint.summary) or str(endpoint.name).replace("_", " ").capitalize(),
            description=prose(endpoint.description),
            segments=tuple(self._fields.read(each, described) for each in endpoint.path_parameters),
            fields=tuple(sorted(fields, key=lambda field: not field.required)),
            location="query" if body is None else "body",
            response_model=response_model,
            item=self._item(response_model, fields),
            authenticated=bool(raw.get("security", self._document.get("security"))),
            # A POST that returns 201 creates a new resource each time.
            idempotent=not (endpoint.method == "post" and status == 201),
            deprecated=bool(raw.get("deprecated")),
        )

    def _path_item(self, endpoint: Endpoint) -> Mapping[str, Any]:
        """Return the path item of an endpoint. The generator may have renamed its parameters."""
        path = PARAMETER.sub("{}", endpoint.path.get_untrusted_value())
        items: dict[str, Mapping[str, Any]] = {
            PARAMETER.sub("{}", each): item for each, item in self._document["paths"].items()
        }
        return items[path]

    def _resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """Return the target of a local reference, or the node if it is not a reference."""
        reference = node.get("$ref")
        if reference is None:
            return node
        found: dict[str, Any] = functools.reduce(
            lambda at, key: at[key], reference.removeprefix("#/").split("/"), dict(self._document)
        )
        return found

    def _item(self, response_model: str, fields: list[Field]) -> str:
        """Return the model of the items of a list operation, or an empty string."""
        if response_model == "None" or PAGE_PARAMETER not in {field.key for field in fields}:
            return ""
        items = [self._fields.read(each) for each in properties(self._models[response_model])]
        return next((field.item for field in items if field.key == "items"), "")

    def _response_models(self) -> Iterator[Model]:
        """Yield the models of all responses, each once and after the models it contains."""
        names = [
            operation.response_model
            for resource in self.resources
            for operation in resource.operations
            if operation.response_model != "None"
        ]
        found: dict[str, Model] = {}

        def add(name: str) -> None:
            if name in found:
                return
            declared = self._models[name]
            fields = tuple(self._fields.read(each) for each in properties(declared))
            for field in fields:
                if field.kind in {"model", "models"}:
                    add(field.item or field.python)
            found[name] = Model(name, described(name, declared.description), fields)

        for name in names:
            add(name)
        return iter(found.values())


def success(endpoint: Endpoint) -> tuple[int, str]:
    """Return the status of an endpoint's successful response and its model, or `None`.

    Raises:
        UnsupportedError: There is not exactly one successful response, or it is not an object.
    """
    found = [
        (pattern.status_code.range[0], pattern.prop)
        for pattern in endpoint.responses.patterns
        if pattern.status_code.range is not None and 200 <= pattern.status_code.range[0] < 300
    ]
    if len(found) != 1:
        raise UnsupportedError(f"{endpoint.name} has {len(found)} successful responses")
    status, body = found[0]
    if isinstance(body, AnyProperty):
        return status, "None"
    if not isinstance(body, ModelProperty):
        raise UnsupportedError(f"the response of {endpoint.name} is not an object")
    return status, str(body.class_info.name)
