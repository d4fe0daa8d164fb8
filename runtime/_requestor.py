"""Requestors carry out the flow of a call, blocking or asynchronously."""

from __future__ import annotations

import inspect
import os
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from . import _body
from ._event_loop import current_loop, sleep
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

    A forked process creates its own, because two processes that share a connection receive the
    responses of each other.

    Args:
        client: The HTTP client that the user passed, or None.
        create: Creates an HTTP client.

    Attributes:
        is_closed: Whether the client or a copy has been closed.
    """

    def __init__(self, client: Client | None, create: Callable[[], Client]) -> None:
        self._given = client
        self._create = create
        self.is_closed = False
        self.discard()
        _shared_clients.add(self)

    def discard(self) -> None:
        """Forget the created HTTP clients without closing their connections."""
        self._lock = threading.Lock()
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The HTTP client.

        Raises:
            DodoError: The client has been closed.
        """
        client = self._client
        if client is None:
            with self._lock:
                self._check_open()
                if self._client is None:
                    self._client = self._create() if self._given is None else self._given
                client = self._client
        return client

    def _check_open(self) -> None:
        if self.is_closed:
            raise DodoError("the client is closed")

    def close(self) -> list[Client]:
        """Allow no further calls, and return the HTTP clients that have to be closed."""
        with self._lock:
            client, self._client, self.is_closed = self._client, None, True
        return [] if client is None or self._given is not None else [client]


class AsyncSharedHTTPClient(SharedHTTPClient[AsyncHTTPClient]):
    """The HTTP clients of a client and its copies, one for each event loop."""

    def discard(self) -> None:
        """Forget the created HTTP clients without closing their connections."""
        super().discard()
        self._clients: dict[Any, AsyncHTTPClient] = {}

    @property
    def client(self) -> AsyncHTTPClient:
        """The HTTP client of the running event loop.

        Raises:
            DodoError: The client has been closed.
        """
        if self._given is not None:
            return super().client
        loop = current_loop()
        client = self._clients.get(loop)
        if client is None:
            self._check_open()
            self._drop_closed_loops()
            client = self._clients[loop] = self._create()
        return client

    def close(self) -> list[AsyncHTTPClient]:
        """Allow no further calls, and return the HTTP clients that have to be closed."""
        self._drop_closed_loops()
        clients, self._clients = [*self._clients.values()], {}
        return super().close() + clients

    def _drop_closed_loops(self) -> None:
        # Trio does not say whether its loop has ended.
        for loop in [each for each in self._clients if getattr(each, "is_closed", bool)()]:
            del self._clients[loop]


_shared_clients: weakref.WeakSet[SharedHTTPClient[Any]] = weakref.WeakSet()


def _discard_all() -> None:
    for shared in list(_shared_clients):
        shared.discard()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_discard_all)


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
        self._last_factory: RequestFactory | None = None

    def _factory(self, client: Client) -> RequestFactory:
        factory = self._last_factory
        if factory is None or factory.client is not client:
            factory = self._last_factory = RequestFactory(client, self._settings)
        return factory

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
        client = self._http.client
        factory = self._factory(client)
        request_errors, streams = factory.request_errors, factory.streams
        options: dict[str, Any] = {"stream": True} if streams else {}
        flow = call_flow(factory, self._settings, call)
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
                outcome = client.send(step.request, follow_redirects=False, **options)
                if streams:
                    outcome = _body.read(outcome, step.deadline)
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
        """Carry out a call.

        Raises:
            DodoError: The call failed.
        """
        client = self._http.client
        factory = self._factory(client)
        request_errors, streams = factory.request_errors, factory.streams
        options: dict[str, Any] = {"stream": True} if streams else {}
        flow = call_flow(factory, self._settings, call)
        outcome = None
        while True:
            try:
                step = flow.send(outcome)
            except StopIteration as end:
                result: Result = end.value
                return result
            if isinstance(step, Wait):
                await sleep(step.seconds)
                outcome = None
                continue
            try:
                outcome = await client.send(step.request, follow_redirects=False, **options)
                if streams:
                    outcome = await _body.aread(outcome, step.deadline)
            except request_errors as error:
                outcome = error


def warn_deprecated(method: Callable[..., Any]) -> None:
    """Warn the first caller outside this package that `method` is deprecated."""
    frame = inspect.currentframe()
    level = 0
    while frame is not None and frame.f_globals["__name__"].startswith(f"{__package__}."):
        frame = frame.f_back
        level += 1
    warnings.warn(
        f"Deprecated by Dodo Payments: {method.__qualname__} calls an operation that will be"
        " removed in a future release. Entitlement grants, its successor, do not replace it fully:"
        " they cannot update the expiry or the activations limit of a single key.",
        DeprecationWarning,
        stacklevel=level + 1,
    )
