"""Parsed responses with their status, headers and body."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from datetime import timedelta
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    ParamSpec,
    TypeVar,
    cast,
    get_origin,
    overload,
)

from ._codec import MalformedError
from ._flow import Result
from ._types import LazyModule
from .errors import APIResponseValidationError

if TYPE_CHECKING:
    import httpx
else:
    httpx = LazyModule("httpx")

T = TypeVar("T")
To = TypeVar("To")
P = ParamSpec("P")


class _Response(Generic[T]):
    """The common part of all responses.

    Attributes:
        http_response: The response of the HTTP client.
        retries_taken: The number of requests before the last.
        elapsed: The time from sending the last request until its response was read.
        is_closed: Whether the response is closed. Under `with_streaming_response`, it is open
            until the end of the block.
    """

    __slots__ = ("_parsed", "elapsed", "http_response", "is_closed", "retries_taken")

    def __init__(self, result: Result, parsed: T) -> None:
        self.http_response: httpx.Response = result.reply.response
        self.retries_taken = result.retries
        self.elapsed = timedelta(seconds=result.seconds)
        self._parsed = parsed
        self.is_closed = True

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.http_response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The headers of the response."""
        return self.http_response.headers

    @property
    def http_request(self) -> httpx.Request:
        """The request. It contains the bearer token."""
        return self.http_response.request

    @property
    def url(self) -> httpx.URL:
        """The URL of the request."""
        return self.http_request.url

    @property
    def method(self) -> str:
        """The HTTP method of the request."""
        return self.http_request.method

    @property
    def http_version(self) -> str:
        """The HTTP version, such as `HTTP/1.1`."""
        return self.http_response.http_version

    @property
    def content(self) -> bytes:
        """The body."""
        return self.http_response.content

    def _parse(self, to: Any) -> Any:
        return self._parsed if to is None else convert(self.http_response, to)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(status_code={self.status_code})"


class RawResponse(_Response[T]):
    """The return value of the methods under `with_raw_response`. The body has been read."""

    __slots__ = ()

    @overload
    def parse(self) -> T: ...

    @overload
    def parse(self, *, to: type[To]) -> To: ...

    def parse(self, *, to: Any = None) -> Any:
        """Return the value that the call returns without `with_raw_response`.

        Args:
            to: Another type to convert the body to; see `convert`.

        Raises:
            APIResponseValidationError: The body cannot be converted to `to`.
        """
        return self._parse(to)

    def read(self) -> bytes:
        """Return the body."""
        return self.content

    def text(self) -> str:
        """Return the decoded body."""
        return self.http_response.text

    def json(self) -> Any:
        """Return the body as decoded JSON.

        Raises:
            ValueError: The body is not JSON.
        """
        return json.loads(self.content)

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Iterate over the body in chunks of at most `chunk_size` bytes."""
        return self.http_response.iter_bytes(chunk_size)

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        """Iterate over the decoded body in chunks of at most `chunk_size` characters."""
        return self.http_response.iter_text(chunk_size)

    def iter_lines(self) -> Iterator[str]:
        """Iterate over the lines of the decoded body."""
        return self.http_response.iter_lines()

    def close(self) -> None:
        """Close the response."""
        self.is_closed = True


class AsyncRawResponse(_Response[T]):
    """The return value of the asynchronous methods under `with_raw_response`."""

    __slots__ = ()

    @overload
    async def parse(self) -> T: ...

    @overload
    async def parse(self, *, to: type[To]) -> To: ...

    async def parse(self, *, to: Any = None) -> Any:
        """Return the value that the call returns without `with_raw_response`.

        Args:
            to: Another type to convert the body to; see `convert`.

        Raises:
            APIResponseValidationError: The body cannot be converted to `to`.
        """
        return self._parse(to)

    async def read(self) -> bytes:
        """Return the body."""
        return self.content

    async def text(self) -> str:
        """Return the decoded body."""
        return self.http_response.text

    async def json(self) -> Any:
        """Return the body as decoded JSON.

        Raises:
            ValueError: The body is not JSON.
        """
        return json.loads(self.content)

    def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Iterate over the body in chunks of at most `chunk_size` bytes."""
        return self.http_response.aiter_bytes(chunk_size)

    def iter_text(self, chunk_size: int | None = None) -> AsyncIterator[str]:
        """Iterate over the decoded body in chunks of at most `chunk_size` characters."""
        return self.http_response.aiter_text(chunk_size)

    def iter_lines(self) -> AsyncIterator[str]:
        """Iterate over the lines of the decoded body."""
        return self.http_response.aiter_lines()

    async def close(self) -> None:
        """Close the response."""
        self.is_closed = True


# The names of the official SDK.
APIResponse = RawResponse
AsyncAPIResponse = AsyncRawResponse


def raw(method: Callable[P, T]) -> Callable[P, RawResponse[T]]:
    """Declare the return type of a method of a raw resource."""
    return cast("Callable[P, RawResponse[T]]", method)


def async_raw(
    method: Callable[P, Awaitable[T]],
) -> Callable[P, Coroutine[Any, Any, AsyncRawResponse[T]]]:
    """Declare the return type of an asynchronous method of a raw resource."""
    return cast("Callable[P, Coroutine[Any, Any, AsyncRawResponse[T]]]", method)


def convert(response: httpx.Response, to: Any) -> Any:
    """Convert the body of a response.

    Args:
        response: The response.
        to: The class of the response, which returns it unchanged; `str` or `bytes`; a model; or
            the type of decoded JSON, such as `dict[str, Any]` or `object` for any.

    Raises:
        APIResponseValidationError: The body cannot be converted.
    """
    expected: Any = get_origin(to) or to
    if expected is not object and isinstance(response, expected):
        return response
    if expected in (None, type(None)):
        return None
    if expected is str:
        return response.text
    if expected is bytes:
        return response.content
    from_dict: Any = getattr(expected, "from_dict", None)
    try:
        data = json.loads(response.content)
        if from_dict is not None:
            return from_dict(data)
        if isinstance(data, expected):
            return data
        reason = f"the body is not of type {expected.__name__}"
    except MalformedError as error:
        reason = str(error)
    except (ValueError, RecursionError):
        reason = "the body is not JSON"
    raise APIResponseValidationError(
        f"the response violates the expected type: {reason}",
        request=response.request,
        response=response,
    )
