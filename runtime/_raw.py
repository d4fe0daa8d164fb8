"""A parsed response with its status and headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    import httpx

T = TypeVar("T")
P = ParamSpec("P")


class RawResponse(Generic[T]):
    """The return value of the methods under `with_raw_response`.

    Attributes:
        http_response: The response of the HTTP client.
    """

    __slots__ = ("_parsed", "http_response")

    def __init__(self, http_response: httpx.Response, parsed: T) -> None:
        self.http_response = http_response
        self._parsed = parsed

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self.http_response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The headers of the response."""
        return self.http_response.headers

    def parse(self) -> T:
        """Return the value that the call returns without `with_raw_response`."""
        return self._parsed

    def __repr__(self) -> str:
        return f"RawResponse(status_code={self.status_code})"


def raw(method: Callable[P, T]) -> Callable[P, RawResponse[T]]:
    """Declare the return type of a method of a raw resource."""
    return cast("Callable[P, RawResponse[T]]", method)


def async_raw(
    method: Callable[P, Awaitable[T]],
) -> Callable[P, Coroutine[Any, Any, RawResponse[T]]]:
    """Declare the return type of an asynchronous method of a raw resource."""
    return cast("Callable[P, Coroutine[Any, Any, RawResponse[T]]]", method)
