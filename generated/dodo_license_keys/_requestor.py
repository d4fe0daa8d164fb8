# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Requestors carry out the flow of a call, blocking or asynchronously."""

from __future__ import annotations

import os
import threading
import time
import warnings
import weakref
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from . import _body
from ._flow import Wait, call_flow
from ._page import AsyncPage, AsyncPager, Identified, Page
from ._raw import RawResponse
from ._requests import Call, HTTPClient, Operation, RequestFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Self

    from ._flow import Result
    from ._settings import Settings
    from ._types import Options

T = TypeVar("T")
Item = TypeVar("Item", bound=Identified)
Client = TypeVar("Client", bound=HTTPClient)

_warned_operations: set[str] = set()


class SyncHTTPClient(HTTPClient, Protocol):
    """`httpx.Client`, or a class with the same interface."""

    def send(self, request: Any, *, follow_redirects: bool) -> Any:
        """Send a request and return its response, whose body has been read."""

    def close(self) -> None:
        """Close the connections."""


class AsyncHTTPClient(HTTPClient, Protocol):
    """`httpx.AsyncClient`, or a class with the same interface."""

    async def send(self, request: Any, *, follow_redirects: bool) -> Any:
        """Send a request and return its response, whose body has been read."""

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
        is_given: Whether the user passed the HTTP client, and so has to close it.
    """

    def __init__(self, client: Client | None, create: Callable[[], Client]) -> None:
        self._given = client
        self._create = create
        self.is_given = client is not None
        self.discard()
        _shared_clients.add(self)

    def discard(self) -> None:
        """Forget the created HTTP clients without closing their connections."""
        self._lock = threading.Lock()
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The HTTP client."""
        if self._given is not None:
            return self._given
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = self._create()
        return self._client


class AsyncSharedHTTPClient(SharedHTTPClient[AsyncHTTPClient]):
    """The HTTP clients of a client and its copies, one for each event loop."""

    def discard(self) -> None:
        """Forget the created HTTP clients without closing their connections."""
        super().discard()
        self._clients: dict[Any, AsyncHTTPClient] = {}

    @property
    def client(self) -> AsyncHTTPClient:
        """The HTTP client of the running event loop."""
        if self._given is not None:
            return self._given
        # Imported here because blocking clients do not need asyncio.
        from ._event_loop import current_loop

        loop = current_loop()
        client = self._clients.get(loop)
        if client is None:
            for other in [*self._clients]:
                # Trio does not say whether its loop has ended.
                if hasattr(other, "is_closed") and other.is_closed():
                    del self._clients[other]
            client = self._clients[loop] = self._create()
        return client


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
            settings = self._settings
            factory = RequestFactory(client, settings.base_url, settings.bearer_token)
            self._last_factory = factory
        return factory

    def raw(self) -> Self:
        """Return a requestor with the same settings that returns raw responses."""
        return type(self)(self._http, self._settings, raw=True)

    def _wrap(self, response: Any, parsed: Any) -> Any:
        return RawResponse(response, parsed) if self._raw else parsed


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
        result: T = self._wrap(*self._run(Call(operation, path, query, body, options)))
        return result

    def page(
        self, operation: Operation[Any], path: str, options: Options, query: Mapping[str, Any]
    ) -> Page[Any]:
        """Call a list operation and return its page."""

        def fetch(query: Mapping[str, Any]) -> Page[Any]:
            _, parsed = self._run(Call(operation, path, query, None, options))
            return Page(parsed, query, fetch)

        response, parsed = self._run(Call(operation, path, query, None, options))
        page: Page[Any] = self._wrap(response, Page(parsed, query, fetch))
        return page

    def _run(self, call: Call) -> Result:
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
        result: T = self._wrap(*await self._run(Call(operation, path, query, body, options)))
        return result

    def page(
        self, operation: Operation[Any], path: str, options: Options, query: Mapping[str, Any]
    ) -> AsyncPager[Any]:
        """Return a pager over the pages of a list operation. No request is sent yet."""

        async def fetch(query: Mapping[str, Any]) -> AsyncPage[Any]:
            _, parsed = await self._run(Call(operation, path, query, None, options))
            return AsyncPage(parsed, query, fetch)

        async def fetch_first() -> Any:
            call = Call(operation, path, query, None, options)
            response, parsed = await self._run(call)
            return self._wrap(response, AsyncPage(parsed, query, fetch))

        return AsyncPager(fetch_first)

    async def _run(self, call: Call) -> Result:
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
                # Imported here because blocking clients do not need it and few calls wait.
                from ._event_loop import sleep

                await sleep(step.seconds)
                outcome = None
                continue
            try:
                outcome = await client.send(step.request, follow_redirects=False, **options)
                if streams:
                    outcome = await _body.aread(outcome, step.deadline)
            except request_errors as error:
                outcome = error


def warn_deprecated(method: Callable[..., Any], operation: Operation[Any]) -> None:
    """Warn the code that called `method`, once for each operation, that it is deprecated."""
    if operation.name in _warned_operations:
        return
    _warned_operations.add(operation.name)
    warnings.warn(
        f"{method.__qualname__} calls an operation that is deprecated by Dodo Payments and will be"
        " removed in a future release. Entitlement grants, its successor, do not replace it fully:"
        " they cannot update the expiry or the activations limit of a single key.",
        DeprecationWarning,
        stacklevel=3,
    )
