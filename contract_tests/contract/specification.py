"""Reads openapi.yaml: finds operations by path and validates response bodies."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from ..errors import CannotRunError

if TYPE_CHECKING or find_spec("..specification", __package__) is None:
    from specification import METHODS, DocumentError, decode, parse
else:  # the wheel has the loader in the suite
    from ..specification import METHODS, DocumentError, decode, parse

_SHIPPED = Path(__file__).parents[1] / "openapi.yaml"
# In the repository, the contract is in the root.
DEFAULT_PATH = _SHIPPED if _SHIPPED.exists() else Path(__file__).parents[2] / "openapi.yaml"

# One exchange is looked up several times.
_MOST_PATHS = 1024


@dataclass(frozen=True)
class DocumentedResponse:
    """A response that an operation documents.

    Attributes:
        schema: The JSON Schema of the body. Empty if no body is documented.
        validator: Validates the body. None if no body is documented.
        fields: The names of all properties of the body, including those of list items.
    """

    schema: dict[str, Any]
    validator: jsonschema_rs.Validator | None
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Operation:
    """An operation and its documented responses by status code."""

    id: str
    method: str
    path: str
    needs_token: bool
    responses: dict[int, DocumentedResponse]


@dataclass(frozen=True)
class Specification:
    """An OpenAPI document.

    Attributes:
        document: The parsed document.
        sha256: The SHA-256 of the file in hexadecimal.
    """

    document: dict[str, Any]
    sha256: str

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> "Specification":
        """Read an OpenAPI document from a YAML or JSON file.

        Raises:
            CannotRunError: The file cannot be read or is not a valid OpenAPI document.
        """
        try:
            content = path.read_bytes()
            document = parse(str(path), decode(str(path), content)).content
        except OSError as error:
            raise CannotRunError(f"{path} cannot be read: {error.strerror}") from error
        except DocumentError as error:
            raise CannotRunError(str(error)) from error
        return cls(document, hashlib.sha256(content).hexdigest())

    @property
    def version(self) -> str:
        """The version of the contract, from `info.version`."""
        return str(self.document["info"]["version"])

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation in document order."""
        return tuple(
            self._operation(method, path, definition)
            for path, item in self.document["paths"].items()
            for method, definition in item.items()
            if method in METHODS
        )

    @cached_property
    def _literal(self) -> dict[tuple[str, str], Operation]:
        """The operations without path parameters, by method and path."""
        return {(each.method, each.path): each for each in self.operations if "{" not in each.path}

    @cached_property
    def _patterns(self) -> dict[str, list[tuple[re.Pattern[str], Operation]]]:
        """The operations with path parameters and the patterns of their paths, by method."""
        patterns: dict[str, list[tuple[re.Pattern[str], Operation]]] = {}
        for operation in self.operations:
            if "{" not in operation.path:
                continue
            pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", operation.path))
            patterns.setdefault(operation.method, []).append((pattern, operation))
        return patterns

    def find(self, method: str, path: str) -> Operation | None:
        """Find the operation that a request addresses.

        Args:
            method: The HTTP method in upper case.
            path: The path as sent, without the query string.

        Returns:
            The operation, or None if no operation matches.
        """
        return self._cached_find(method, path)

    @cached_property
    def _cached_find(self) -> Callable[[str, str], Operation | None]:
        return lru_cache(_MOST_PATHS)(self._find)

    def _find(self, method: str, path: str) -> Operation | None:
        literal = self._literal.get((method, path))
        if literal is not None:
            return literal
        for pattern, operation in self._patterns.get(method, ()):
            if pattern.fullmatch(path):
                return operation
        return None

    def _fields(self, schema: Any) -> set[str]:
        """The names of all properties of a schema, including those of list items."""
        if not isinstance(schema, dict):
            return set()
        if "$ref" in schema:
            return self._fields(self.document["components"]["schemas"][_name(schema["$ref"])])
        names = set(schema.get("properties", {}))
        for inner in schema.get("properties", {}).values():
            if isinstance(inner, dict) and "items" in inner:
                names |= self._fields(inner["items"])
        return names

    def _operation(self, method: str, path: str, definition: dict[str, Any]) -> Operation:
        security = definition.get("security", self.document.get("security", []))
        return Operation(
            id=definition["operationId"],
            method=method.upper(),
            path=path,
            needs_token=bool(security),
            responses={
                int(status): self._response(response)
                for status, response in definition["responses"].items()
            },
        )

    def _response(self, response: dict[str, Any]) -> DocumentedResponse:
        if "$ref" in response:
            response = self.document["components"]["responses"][_name(response["$ref"])]
        if "content" not in response:
            return DocumentedResponse({}, None)
        schema = response["content"]["application/json"]["schema"]
        # References in the schema resolve against the whole document.
        rooted = {**schema, "components": self.document["components"]}
        validator = jsonschema_rs.validator_for(rooted, validate_formats=True)
        return DocumentedResponse(schema, validator, frozenset(self._fields(schema)))


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]
