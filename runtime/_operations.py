"""The operations of the OpenAPI specification, and calls of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from ._types import Options

T = TypeVar("T")


class Operation(Generic[T]):
    """One operation of the OpenAPI specification.

    Attributes:
        name: Its operationId.
        method: Its HTTP method.
        path: Its path, with the parameters in braces.
        authenticated: Whether it takes the bearer token.
        idempotent: Whether sending a request twice has the same effect as sending it once.
        model: The model of the response; None if the response has no body, `object` if the body
            is not read.
        read: Converts the HTTP response, given whether to be strict and the name of its source, if
            that is not the JSON of a model; it replaces `model`.
    """

    __slots__ = ("authenticated", "idempotent", "method", "model", "name", "path", "read")

    def __init__(
        self,
        name: str,
        method: str,
        path: str,
        *,
        authenticated: bool,
        idempotent: bool,
        model: type[T] | None,
        read: Callable[[Any, bool, str], T] | None = None,
    ) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.authenticated = authenticated
        self.idempotent = idempotent
        self.model: Any = model
        self.read = read


class Call(NamedTuple):
    """One call of an operation.

    Attributes:
        operation: The operation.
        path: Its path, with the parameters filled in and encoded.
        query: Its query parameters; each value is encoded.
        body: Its body as JSON types or as bytes, or None for no body.
        options: The options of the caller.
    """

    operation: Operation[Any]
    path: str
    query: Mapping[str, Any] | None
    body: Any
    options: Options
