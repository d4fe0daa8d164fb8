"""The two ways to carry a call out: blocking and asynchronous."""

from __future__ import annotations

import threading
import time
import warnings
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ._exchange import exchange
from ._page import AsyncPage, AsyncPager, Identified, Page
from ._raw import RawResponse
from ._requests import Call, HTTPClient, Operation, RequestFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Self

    from ._settings import Settings
    from ._types import Options

T = TypeVar("T")
Item = TypeVar("Item", bound=Identified)
Client = TypeVar("Client", bound=HTTPClient)

_deprecations_told: set[str] = set()


class SyncHTTPClient(HTTPClient, Protocol):
    """An `httpx.Client`, or what is made like one."""

    def send(self, request: Any, *, follow_redirects: bool) -> Any:
        """Send a request and return its response, read to the end."""

    def close(self) -> None:
        """Close its connections."""


class AsyncHTTPClient(HTTPClient, Protocol):
    """An `httpx.AsyncClient`, or what is made like one."""

    async def send(self, request: Any, *, follow_redirects: bool) -> Any:
        """Send a request and return its response, read to the end."""

    async def aclose(self) -> None:
        """Close its connections."""


class Pool(Generic[Client]):
    """The HTTP client behind one or more clients.

    Args:
        client: It, if it was given.
        make: Makes it, when it is first needed.
    """

    def __init__(self, client: Client | None, make: Callable[[], Client]) -> None:
        self._client = client
        self._make = make
        self._lock = threading.Lock()
        self.is_given = client is not None

    @property
    def client(self) -> Client:
        """The HTTP client."""
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = self._make()
        return self._client


class _Core(Generic[Client]):
    """What both ways share.

    Args:
        pool: The HTTP client that sends the requests.
        settings: What the client was told.
        raw: Whether to return a `RawResponse` around each answer.
    """

    def __init__(self, pool: Pool[Client], settings: Settings, *, raw: bool = False) -> None:
        self._pool = pool
        self._settings = settings
        self._raw = raw

    @cached_property
    def _factory(self) -> RequestFactory:
        settings = self._settings
        return RequestFactory(self._pool.client, settings.base_url, settings.bearer_token)

    def raw(self) -> Self:
        """Make a core like this one that returns raw responses."""
        return type(self)(self._pool, self._settings, raw=True)

    def _wrap(self, response: Any, answer: Any) -> Any:
        return RawResponse(response, answer) if self._raw else answer


class SyncCore(_Core[SyncHTTPClient]):
    """Carries calls out and blocks meanwhile. Safe for threads."""

    def call(
        self,
        operation: Operation[T],
        path: str,
        options: Options,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """Carry out one call and return its answer."""
        result: T = self._wrap(*self._exchange(Call(operation, path, query, body, options)))
        return result

    def page(
        self, operation: Operation[Any], path: str, options: Options, query: Mapping[str, Any]
    ) -> Page[Any]:
        """Carry out one call of an operation that lists and return its page."""

        def fetch(query: Mapping[str, Any]) -> Page[Any]:
            _, answer = self._exchange(Call(operation, path, query, None, options))
            return Page(answer, query, fetch)

        response, answer = self._exchange(Call(operation, path, query, None, options))
        page: Page[Any] = self._wrap(response, Page(answer, query, fetch))
        return page

    def _exchange(self, call: Call) -> tuple[Any, Any]:
        client, lost = self._pool.client, self._factory.lost
        steps = exchange(self._factory, self._settings, call)
        outcome = None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                response_and_answer: tuple[Any, Any] = end.value
                return response_and_answer
            if type(step) is float:
                time.sleep(step)
                outcome = None
                continue
            try:
                outcome = client.send(step, follow_redirects=False)
            except lost as error:
                outcome = error


class AsyncCore(_Core[AsyncHTTPClient]):
    """Carries calls out in an asyncio task."""

    async def call(
        self,
        operation: Operation[T],
        path: str,
        options: Options,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """Carry out one call and return its answer."""
        result: T = self._wrap(*await self._exchange(Call(operation, path, query, body, options)))
        return result

    def page(
        self, operation: Operation[Any], path: str, options: Options, query: Mapping[str, Any]
    ) -> AsyncPager[Any]:
        """Return a pager over the pages of an operation that lists; nothing is sent yet."""

        async def fetch(query: Mapping[str, Any]) -> AsyncPage[Any]:
            _, answer = await self._exchange(Call(operation, path, query, None, options))
            return AsyncPage(answer, query, fetch)

        async def fetch_first() -> Any:
            call = Call(operation, path, query, None, options)
            response, answer = await self._exchange(call)
            return self._wrap(response, AsyncPage(answer, query, fetch))

        return AsyncPager(fetch_first)

    async def _exchange(self, call: Call) -> tuple[Any, Any]:
        client, lost = self._pool.client, self._factory.lost
        steps = exchange(self._factory, self._settings, call)
        outcome = None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                response_and_answer: tuple[Any, Any] = end.value
                return response_and_answer
            if type(step) is float:
                # Blocking clients do well without it, and few calls wait.
                import asyncio

                await asyncio.sleep(step)
                outcome = None
                continue
            try:
                outcome = await client.send(step, follow_redirects=False)
            except lost as error:
                outcome = error


def warn_deprecated(method: Callable[..., Any], operation: Operation[Any]) -> None:
    """Warn the caller's caller, once for each operation, that the API is to lose it."""
    if operation.name in _deprecations_told:
        return
    _deprecations_told.add(operation.name)
    warnings.warn(
        f"{method.__qualname__} calls an operation that is deprecated by Dodo Payments and will go"
        " in a future release. The entitlement grants that come after it are no full substitute:"
        " they cannot update the expiry or the limit of one key.",
        DeprecationWarning,
        stacklevel=3,
    )
