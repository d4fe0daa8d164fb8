"""What the templates render: the contract seen as resources, operations, fields and models.

The generator parses the document and resolves its types, names and references; this module adds
what its own templates never see (security, servers, deprecation) and how the client is laid out.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import AnyProperty, LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import (
    in_double_quote_literal,
    safe_for_docstring,
    snake_case,
)

from tools.client_parts import Field, Model, Operation, Resource, UnsupportedError

METHODS = ("get", "post", "put", "patch", "delete")
PAGE_PARAMETER = "page_number"
PARAMETER = re.compile(r"\{[^}]*\}")
SCALARS: dict[type, tuple[str, str]] = {
    StringProperty: ("string", "str"),
    IntProperty: ("integer", "int"),
    FloatProperty: ("number", "float"),
    BooleanProperty: ("boolean", "bool"),
    DateTimeProperty: ("datetime", "datetime"),
    AnyProperty: ("any", "Any"),
}


class ClientView:
    """The whole contract, seen as the client.

    Args:
        data: The document as the generator parsed it.
        document: The document as it stands.

    Raises:
        UnsupportedError: The document holds what the templates do not render.
    """

    def __init__(self, data: GeneratorData, document: Mapping[str, Any]) -> None:
        self._document = document
        self._models = {str(model.class_info.name): model for model in data.models}
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
        self.models = tuple(self._answers())
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
        """Name of each environment, such as `test_mode`, to its address."""
        urls = [server["url"].rstrip("/") for server in self._document["servers"]]
        return {
            f"{snake_case((urlsplit(url).hostname or '').split('.')[0])}_mode": (
                in_double_quote_literal(url)
            )
            for url in urls
        }

    @property
    def type_names(self) -> list[str]:
        """Names of the models and enumerations."""
        return sorted([*(model.name for model in self.models), *self._enums])

    def _describe_resource(self, name: str) -> str:
        tags = {
            snake_case(tag["name"]): tag.get("description", "")
            for tag in self._document.get("tags", [])
        }
        return prose(tags.get(name) or f"The operations on {name.replace('_', ' ')}.")

    def _operation(self, endpoint: Endpoint) -> Operation:
        if endpoint.header_parameters or endpoint.cookie_parameters or len(endpoint.bodies) > 1:
            raise UnsupportedError(f"{endpoint.name} takes a header, a cookie or several bodies")
        path_item = self._path_item(endpoint)
        raw = path_item[endpoint.method]
        body = endpoint.bodies[0].prop if endpoint.bodies else None
        if body is not None and (endpoint.query_parameters or not isinstance(body, ModelProperty)):
            raise UnsupportedError(f"{endpoint.name} takes a body beside a query, or no object")
        described = {
            parameter["name"]: parameter.get("description")
            for parameter in map(
                self._resolve, [*path_item.get("parameters", []), *raw.get("parameters", [])]
            )
        }
        fields = (
            [self._field(each, described) for each in endpoint.query_parameters]
            if body is None
            else [self._field(each) for each in properties(body)]
        )
        status, answer = success(endpoint)
        return Operation(
            id=str(endpoint.name),
            method=endpoint.method.upper(),
            path=endpoint.path.get_untrusted_value(),
            summary=prose(endpoint.summary) or str(endpoint.name).replace("_", " ").capitalize(),
            description=prose(endpoint.description),
            segments=tuple(self._field(each, described) for each in endpoint.path_parameters),
            fields=tuple(sorted(fields, key=lambda field: not field.required)),
            carrier="query" if body is None else "body",
            answer=answer,
            item=self._item(answer, fields),
            authenticated=bool(raw.get("security", self._document.get("security"))),
            # A POST that answers 201 makes something new each time.
            repeatable=not (endpoint.method == "post" and status == 201),
            deprecated=bool(raw.get("deprecated")),
        )

    def _path_item(self, endpoint: Endpoint) -> Mapping[str, Any]:
        """Find the path item of an endpoint, whose parameters may have Python names by now."""
        path = PARAMETER.sub("{}", endpoint.path.get_untrusted_value())
        items: dict[str, Mapping[str, Any]] = {
            PARAMETER.sub("{}", each): item for each, item in self._document["paths"].items()
        }
        return items[path]

    def _resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """Follow a local reference, if it is one."""
        reference = node.get("$ref")
        if reference is None:
            return node
        found: dict[str, Any] = functools.reduce(
            lambda at, key: at[key], reference.removeprefix("#/").split("/"), dict(self._document)
        )
        return found

    def _item(self, answer: str, fields: list[Field]) -> str:
        """Name the model that an operation lists, page by page, if it does."""
        if answer == "None" or PAGE_PARAMETER not in {field.wire_name for field in fields}:
            return ""
        items = [self._field(each) for each in properties(self._models[answer])]
        return next((field.item for field in items if field.wire_name == "items"), "")

    def _answers(self) -> Iterator[Model]:
        """Go through the models that an answer can hold, each once and after its parts."""
        wanted = [
            operation.answer
            for resource in self.resources
            for operation in resource.operations
            if operation.answer != "None"
        ]
        found: dict[str, Model] = {}

        def find(name: str) -> None:
            if name in found:
                return
            declared = self._models[name]
            fields = tuple(self._field(each) for each in properties(declared))
            for field in fields:
                if field.kind in {"model", "models"}:
                    find(field.item or field.python)
            found[name] = Model(name, described(name, declared.description), fields)

        for name in wanted:
            find(name)
        return iter(found.values())

    def _field(
        self, declared: PropertyProtocol, descriptions: Mapping[str, str | None] | None = None
    ) -> Field:
        nullable, inner = without_null(declared)
        kind, python, item = self._type(inner)
        if str(declared.python_name) != declared.name.get_untrusted_value():
            raise UnsupportedError(f"{declared.python_name} is spelled otherwise in the document")
        name = declared.name.get_untrusted_value()
        if descriptions is None:
            description = prose(declared.description or inner.description)
        else:
            description = prose(descriptions.get(name))
        return Field(
            name=str(declared.python_name),
            wire_name=in_double_quote_literal(declared.name),
            kind=kind,
            python=python,
            item=item,
            choices=tuple(literals(inner)) if isinstance(inner, LiteralEnumProperty) else (),
            nullable=nullable,
            required=declared.required,
            description=description,
        )

    def _type(self, declared: PropertyProtocol) -> tuple[str, str, str]:
        """Tell the kind, the Python type and the item model of a property."""
        if isinstance(declared, LiteralEnumProperty):
            return "string", str(declared.class_info.name), ""
        if isinstance(declared, ModelProperty):
            # What a property refers to may have been parsed after it.
            declared = self._models[str(declared.class_info.name)]
            if not properties(declared) and declared.additional_properties is not None:
                _, value, _ = self._type(declared.additional_properties)
                return "map", f"dict[str, {value}]", ""
            return "model", str(declared.class_info.name), ""
        if isinstance(declared, ListProperty):
            kind, python, _ = self._type(declared.inner_property)
            if kind == "model":
                return "models", f"list[{python}]", python
            return "array", f"list[{python}]", ""
        if isinstance(declared, UnionProperty):
            alternatives = [self._type(each)[1] for each in declared.inner_properties]
            return "any", " | ".join(dict.fromkeys(alternatives)), ""
        if type(declared) not in SCALARS:
            name = declared.name.get_untrusted_value()
            raise UnsupportedError(f"{name} is of a type that the templates do not render")
        return *SCALARS[type(declared)], ""


def properties(model: ModelProperty) -> list[PropertyProtocol]:
    """List the properties of a model, required ones first."""
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def without_null(declared: PropertyProtocol) -> tuple[bool, PropertyProtocol]:
    """Tell whether null is allowed, and the property apart from that."""
    if not isinstance(declared, UnionProperty):
        return False, declared
    others = [each for each in declared.inner_properties if not isinstance(each, NoneProperty)]
    nullable = len(others) < len(declared.inner_properties)
    return nullable, others[0] if len(others) == 1 else declared


def success(endpoint: Endpoint) -> tuple[int, str]:
    """Find the status of an endpoint's success and the name of its model, or `None`.

    Raises:
        UnsupportedError: There is not exactly one success, or it is no object.
    """
    found = [
        (pattern.status_code.range[0], pattern.prop)
        for pattern in endpoint.responses.patterns
        if pattern.status_code.range is not None and 200 <= pattern.status_code.range[0] < 300
    ]
    if len(found) != 1:
        raise UnsupportedError(f"{endpoint.name} has {len(found)} successful responses")
    status, answer = found[0]
    if isinstance(answer, AnyProperty):
        return status, "None"
    if not isinstance(answer, ModelProperty):
        raise UnsupportedError(f"{endpoint.name} answers with something that is no object")
    return status, str(answer.class_info.name)


def literals(enum: PropertyProtocol) -> list[str]:
    """List the values of an enumeration as Python literals.

    Raises:
        UnsupportedError: They are no strings.
    """
    if not isinstance(enum, LiteralEnumProperty) or enum.value_type is not str:
        raise UnsupportedError(f"{enum.name.get_untrusted_value()} is no enumeration of strings")
    return [f'"{in_double_quote_literal(str(value))}"' for value in sorted(enum.values)]


def prose(text: UntrustedString | str | None) -> str:
    """Make a description safe for a docstring, in one line."""
    return " ".join(safe_for_docstring(text or "").split())


def described(name: str, description: UntrustedString | str | None) -> str:
    """Make a docstring for a schema, whether or not the document describes it."""
    return prose(description) or f"The schema {name}."
