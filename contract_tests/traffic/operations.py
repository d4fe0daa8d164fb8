"""What the contract says about the requests of each operation."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from ..contract.specification import Operation, Specification

# One exchange is looked up several times.
_MOST_PATHS = 1024


@dataclass(frozen=True)
class RequestContract:
    """The request of an operation.

    Attributes:
        operation: The operation.
        is_deprecated: Whether the contract deprecates it.
        parameters: The names of its query parameters.
        body_fields: The fields of its request body.
        instant_fields: Those of them that are date-times.
        body: Validates the request body, None if the operation has none.
    """

    operation: Operation
    is_deprecated: bool
    parameters: frozenset[str]
    body_fields: frozenset[str]
    instant_fields: frozenset[str]
    body: jsonschema_rs.Validator | None


@dataclass(frozen=True)
class Route:
    """A path of the contract, with the operation that each method addresses."""

    path: str
    requests: dict[str, RequestContract]


class Routes:
    """Finds the path and the operation that a request addresses.

    Args:
        specification: The contract.
    """

    def __init__(self, specification: Specification) -> None:
        self._document = specification.document
        by_id = {each.id: each for each in specification.operations}
        routes = [
            Route(path, dict(self._requests(item, by_id)))
            for path, item in self._document["paths"].items()
        ]
        self._literal = {each.path: each for each in routes if "{" not in each.path}
        self._templates = {each.path.partition("{")[0]: each for each in routes if "{" in each.path}
        self.find = lru_cache(_MOST_PATHS)(self._find)

    def _find(self, path: str) -> tuple[Route, str] | None:
        """Find a path of the contract.

        Args:
            path: The path as sent.

        Returns:
            The route and the id in the path, empty if it has none; None if no path matches.
        """
        route = self._literal.get(path)
        if route is not None:
            return route, ""
        folder, _, last = path.rpartition("/")
        route = self._templates.get(f"{folder}/") if last else None
        if route is None:
            return None
        return route, unquote(last) if "%" in last else last

    def _requests(
        self, item: dict[str, Any], operations: dict[str, Operation]
    ) -> Iterator[tuple[str, RequestContract]]:
        shared = item.get("parameters", [])
        for method, definition in item.items():
            if method == "parameters":
                continue
            parameters = [
                self._resolve(each) for each in [*shared, *definition.get("parameters", [])]
            ]
            schema = self._body_schema(definition)
            fields = self._resolve(schema).get("properties", {}) if schema else {}
            yield (
                method.upper(),
                RequestContract(
                    operation=operations[definition["operationId"]],
                    is_deprecated=bool(definition.get("deprecated")),
                    parameters=frozenset(
                        each["name"] for each in parameters if each["in"] == "query"
                    ),
                    body_fields=frozenset(fields),
                    instant_fields=frozenset(
                        name for name, each in fields.items() if each.get("format") == "date-time"
                    ),
                    body=self._validator(schema) if schema else None,
                ),
            )

    def _body_schema(self, definition: dict[str, Any]) -> dict[str, Any] | None:
        content = definition.get("requestBody", {}).get("content", {})
        schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return schema

    def _validator(self, schema: dict[str, Any]) -> jsonschema_rs.Validator:
        rooted = {**schema, "components": self._document["components"]}
        return jsonschema_rs.validator_for(rooted, validate_formats=True)

    def _resolve(self, definition: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in definition:
            return definition
        value: Any = self._document
        for part in definition["$ref"].removeprefix("#/").split("/"):
            value = value[part]
        return self._resolve(value)
