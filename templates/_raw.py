"""The answer together with its status and headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    import httpx

T = TypeVar("T")
P = ParamSpec("P")


class RawResponse(Generic[T]):
    """What `with_raw_response` returns.

    Attributes:
        http_response: The response as the HTTP client gave it.
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
        """Return what the call returns without `with_raw_response`."""
        return self._parsed

    def __repr__(self) -> str:
        return f"RawResponse(status_code={self.status_code})"


def raw(method: Callable[P, T]) -> Callable[P, RawResponse[T]]:
    """Give a method of a raw resource its true type."""
    return cast("Callable[P, RawResponse[T]]", method)


def async_raw(
    method: Callable[P, Awaitable[T]],
) -> Callable[P, Coroutine[Any, Any, RawResponse[T]]]:
    """Give an asynchronous method of a raw resource its true type."""
    return cast("Callable[P, Coroutine[Any, Any, RawResponse[T]]]", method)
