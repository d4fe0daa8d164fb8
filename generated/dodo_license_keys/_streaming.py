# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Context managers for the methods under `with_streaming_response`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from types import TracebackType
from typing import Generic, ParamSpec, TypeVar

from ._raw import AsyncRawResponse, RawResponse, async_raw, raw

T = TypeVar("T")
P = ParamSpec("P")


class StreamedCall(Generic[T]):
    """A call that is sent when its `with` block begins.

    Args:
        send: Sends the request.
    """

    def __init__(self, send: Callable[[], RawResponse[T]]) -> None:
        self._send = send

    def __enter__(self) -> RawResponse[T]:
        self._response = self._send()
        self._response.is_closed = False
        return self._response

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._response.close()


class AsyncStreamedCall(Generic[T]):
    """A call that is sent when its `async with` block begins.

    Args:
        send: Sends the request.
    """

    def __init__(self, send: Callable[[], Awaitable[AsyncRawResponse[T]]]) -> None:
        self._send = send

    async def __aenter__(self) -> AsyncRawResponse[T]:
        self._response = await self._send()
        self._response.is_closed = False
        return self._response

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._response.close()


def streamed(method: Callable[P, T]) -> Callable[P, StreamedCall[T]]:
    """Convert a method of a raw resource to one that returns a context manager."""

    def call(*args: P.args, **kwargs: P.kwargs) -> StreamedCall[T]:
        return StreamedCall(partial(raw(method), *args, **kwargs))

    return call


def async_streamed(method: Callable[P, Awaitable[T]]) -> Callable[P, AsyncStreamedCall[T]]:
    """Convert an asynchronous method of a raw resource to one that returns a context manager."""

    def call(*args: P.args, **kwargs: P.kwargs) -> AsyncStreamedCall[T]:
        return AsyncStreamedCall(partial(async_raw(method), *args, **kwargs))

    return call
