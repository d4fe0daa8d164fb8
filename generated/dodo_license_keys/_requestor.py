# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Requestors carry out the flow of a call, blocking or asynchronously."""

from __future__ import annotations

import inspect
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from functools import cached_property
from types import FrameType
from typing import Any, Generic, Protocol, TypeVar

from ._flow import Result, Wait, call_flow
from ._page import AsyncPage, AsyncPager, Page
from ._raw import AsyncRawResponse, RawResponse
from ._requests import Call, HTTPClient, Operation, RequestFactory
from ._settings import Settings
from ._types import Options, Self
from .errors import DodoError

T = TypeVar("T")
Client = TypeVar("Client", bound=HTTPClient)


class SyncHTTPClient(HTTPClient, Protocol):
    """`httpx.Client`, or a class with the same interface."""

    def send(self, request: Any, *, follow_redirects: bool) -> Any:
        """Send a request and return its response, whose body has been read."""
        ...

    def close(self) -> None:
        """Close the connections."""


class AsyncHTTPClient(HTTPClient, Protocol):
    """`httpx.AsyncClient`, or a class with the same interface."""

    async def send(self, request: Any, *, follow_redirects: bool) -> Any:
        """Send a request and return its response, whose body has been read."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""


class SharedHTTPClient(Generic[Client]):
    """The HTTP client that a client and its copies share, created on first use.

    Args:
        client: The HTTP client that the user passed, or None.
        create: Creates an HTTP client.

    Attributes:
        is_closed: Whether the client or a copy has been closed.
    """

    def __init__(self, client: Client | None, create: Callable[[], Client]) -> None:
        self._client = client
        self._create = create
        self._lock = threading.Lock()
        self._is_given = client is not None
        self.is_closed = False

    @property
    def client(self) -> Client:
        """The HTTP client.

        Raises:
            DodoError: The client has been closed.
        """
        client = self._client
        if client is None:
            with self._lock:
                if self.is_closed:
                    raise DodoError("the client is closed")
                if self._client is None:
                    self._client = self._create()
                client = self._client
        return client

    def close(self) -> Client | None:
        """Allow no further calls, and return the HTTP client if it has to be closed."""
        with self._lock:
            client, self._client, self.is_closed = self._client, None, True
        return None if self._is_given else client


class _Requestor(Generic[Client]):
    """The common part of both requestors.

    Args:
        http: The HTTP client that sends the requests.
        settings: The settings of the client.
        raw: Whether to return a `RawResponse` instead of the parsed model.
    """

    def __init__(
        self, http: SharedHTTPClient[Client], settings: Settings, *, raw: bool = False
    ) -> None:
        self._http = http
        self._settings = settings
        self._raw = raw

    @cached_property
    def _factory(self) -> RequestFactory:
        return RequestFactory(self._http.client, self._settings)

    def raw(self) -> Self:
        """Return a requestor with the same settings that returns raw responses."""
        return type(self)(self._http, self._settings, raw=True)


class SyncRequestor(_Requestor[SyncHTTPClient]):
    """Carries out calls and blocks until they end. Safe for threads."""

    def call(
        self,
        operation: Operation[T],
        path: str,
        options: Options,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """Call an operation and return its parsed model."""
        result = self.run(Call(operation, path, query, body, options))
        value: T = self._wrap(result, result.parsed)
        return value

    def page(
        self, operation: Operation[Any], path: str, options: Options, query: Mapping[str, Any]
    ) -> Page[Any]:
        """Call a list operation and return its page."""

        def fetch(query: Mapping[str, Any]) -> Page[Any]:
            result = self.run(Call(operation, path, query, None, options))
            return Page(result.parsed, query, fetch)

        result = self.run(Call(operation, path, query, None, options))
        page: Page[Any] = self._wrap(result, Page(result.parsed, query, fetch))
        return page

    def _wrap(self, result: Result, parsed: Any) -> Any:
        return RawResponse(result, parsed) if self._raw else parsed

    def run(self, call: Call) -> Result:
        """Carry out a call.

        Raises:
            DodoError: The call failed.
        """
        client, request_errors = self._http.client, self._factory.request_errors
        flow = call_flow(self._factory, self._settings, call)
        outcome = None
        while True:
            try:
                step = flow.send(outcome)
            except StopIteration as end:
                result: Result = end.value
                return result
            if isinstance(step, Wait):
                time.sleep(step.seconds)
                outcome = None
                continue
            try:
                outcome = client.send(step.request, follow_redirects=False)
            except request_errors as error:
                outcome = error


class AsyncRequestor(_Requestor[AsyncHTTPClient]):
    """Carries out calls in asyncio tasks."""

    async def call(
        self,
        operation: Operation[T],
        path: str,
        options: Options,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """Call an operation and return its parsed model."""
        result = await self.run(Call(operation, path, query, body, options))
        value: T = self._wrap(result, result.parsed)
        return value

    def page(
        self, operation: Operation[Any], path: str, options: Options, query: Mapping[str, Any]
    ) -> AsyncPager[Any]:
        """Return a pager over the pages of a list operation. No request is sent yet."""

        async def fetch(query: Mapping[str, Any]) -> AsyncPage[Any]:
            result = await self.run(Call(operation, path, query, None, options))
            return AsyncPage(result.parsed, query, fetch)

        async def fetch_first() -> AsyncPage[Any]:
            result = await self.run(Call(operation, path, query, None, options))
            page: AsyncPage[Any] = self._wrap(result, AsyncPage(result.parsed, query, fetch))
            return page

        return AsyncPager(fetch_first)

    def _wrap(self, result: Result, parsed: Any) -> Any:
        return AsyncRawResponse(result, parsed) if self._raw else parsed

    async def run(self, call: Call) -> Result:
        client, request_errors = self._http.client, self._factory.request_errors
        flow = call_flow(self._factory, self._settings, call)
        outcome = None
        while True:
            try:
                step = flow.send(outcome)
            except StopIteration as end:
                result: Result = end.value
                return result
            if isinstance(step, Wait):
                # Imported here because blocking clients do not need it and few calls wait.
                import asyncio

                await asyncio.sleep(step.seconds)
                outcome = None
                continue
            try:
                outcome = await client.send(step.request, follow_redirects=False)
            except request_errors as error:
                outcome = error


def _is_own(frame: FrameType) -> bool:
    name: str = frame.f_globals.get("__name__", "")
    return name.startswith(f"{__package__}.")


def warn_deprecated(method: Callable[..., Any]) -> None:
    """Warn the first caller outside this package that `method` is deprecated."""
    frame = inspect.currentframe()
    level = 0
    while frame is not None and _is_own(frame):
        frame = frame.f_back
        level += 1
    warnings.warn(
        f"Deprecated by Dodo Payments: {method.__qualname__} calls an operation that will be"
        " removed in a future release. Entitlement grants, its successor, do not replace it fully:"
        " they cannot update the expiry or the activations limit of a single key.",
        DeprecationWarning,
        stacklevel=level + 1,
    )
