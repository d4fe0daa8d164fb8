"""Requestors carry out the flow of a call, blocking or asynchronously."""

from __future__ import annotations

import inspect
import time
import warnings
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, Generic, TypeVar

from . import _body
from ._event_loop import sleep
from ._flow import Result, Wait, call_flow
from ._operations import Call, Operation
from ._page import AsyncPage, AsyncPager, Page
from ._raw import AsyncRawResponse, RawResponse
from ._requests import HTTPClient, RequestFactory
from ._settings import Settings
from ._sharing import AsyncHTTPClient, SharedHTTPClient, SyncHTTPClient
from ._types import Options, Self

T = TypeVar("T")
Client = TypeVar("Client", bound=HTTPClient)


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
        body: Any = None,
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
        streams, stream_class = factory.streams, factory.stream_class
        options, request_errors = factory.send_options, factory.failures.request_errors
        flow = call_flow(factory, self._settings, call)
        outcome: _body.Reply | Exception | None = None
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
                response = client.send(step.request, **options)
                outcome = (
                    _body.read(response, step.deadline, stream_class)
                    if streams
                    else _body.Reply(response, response.content)
                )
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
        body: Any = None,
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
        streams, stream_class = factory.streams, factory.stream_class
        options, request_errors = factory.send_options, factory.failures.request_errors
        flow = call_flow(factory, self._settings, call)
        outcome: _body.Reply | Exception | None = None
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
                response = await client.send(step.request, **options)
                outcome = (
                    await _body.aread(response, step.deadline, stream_class)
                    if streams
                    else _body.Reply(response, response.content)
                )
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
