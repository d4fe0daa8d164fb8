# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The blocking and the asynchronous base of the client: closing, and calls of any endpoint."""

from __future__ import annotations

import inspect
from functools import cached_property
from types import TracebackType
from typing import TypeVar

from ._base_client import BaseClient, RequestOptions, endpoint_call
from ._raw import convert
from ._requestor import AsyncRequestor, SyncRequestor
from ._sharing import (
    AsyncHTTPClient,
    AsyncSharedHTTPClient,
    SharedHTTPClient,
    SyncHTTPClient,
)
from ._types import Body, Self

T = TypeVar("T")


class SyncBaseClient(BaseClient[SyncHTTPClient]):
    """The base of the blocking client."""

    _shared_class: type[SharedHTTPClient[SyncHTTPClient]] = SharedHTTPClient

    def _check(self, http_client: SyncHTTPClient) -> None:
        if inspect.iscoroutinefunction(http_client.send):
            raise TypeError("http_client must be blocking, such as an httpx.Client")

    @cached_property
    def _requestor(self) -> SyncRequestor:
        return SyncRequestor(self._http, self._settings)

    def _request(
        self,
        method: str,
        path: str,
        cast_to: type[T],
        body: Body | None,
        options: RequestOptions | None,
    ) -> T:
        options = options or {}
        requestor = self._requestor
        if "max_retries" in options:
            requestor = self.with_options(max_retries=options["max_retries"])._requestor
        result = requestor.run(endpoint_call(method, path, body, options))
        converted: T = convert(result.reply.response, cast_to)
        return converted

    def get(self, path: str, *, cast_to: type[T], options: RequestOptions | None = None) -> T:
        """Send GET to an endpoint that has no method.

        Args:
            path: The path, such as `/products?page_size=5`.
            cast_to: What to return: `httpx.Response`, a model, `str`, `bytes`, the type of the
                decoded JSON such as `dict`, or `object` for any JSON.
            options: Headers, query parameters (`params`), timeout and retries.

        Raises:
            DodoError: The call failed.
            ValueError: The path leads outside the API.
        """
        return self._request("GET", path, cast_to, None, options)

    def post(
        self,
        path: str,
        *,
        cast_to: type[T],
        body: Body | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Send POST to an endpoint that has no method; see `get`.

        It is retried only if the server did not process it.

        Args:
            path: The path.
            cast_to: What to return.
            body: The body, as JSON types.
            options: Headers, query parameters, more fields of the body (`extra_json`), timeout
                and retries.
        """
        return self._request("POST", path, cast_to, body, options)

    def put(
        self,
        path: str,
        *,
        cast_to: type[T],
        body: Body | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Send PUT to an endpoint that has no method; the arguments are those of `post`."""
        return self._request("PUT", path, cast_to, body, options)

    def patch(
        self,
        path: str,
        *,
        cast_to: type[T],
        body: Body | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Send PATCH to an endpoint that has no method; the arguments are those of `post`."""
        return self._request("PATCH", path, cast_to, body, options)

    def delete(
        self,
        path: str,
        *,
        cast_to: type[T],
        body: Body | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Send DELETE to an endpoint that has no method; the arguments are those of `post`."""
        return self._request("DELETE", path, cast_to, body, options)

    def close(self) -> None:
        """Close the connections, including those of copies. A given HTTP client stays open.

        Later calls of the client and of its copies raise DodoError.
        """
        for http_client in self._http.close():
            http_client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncBaseClient(BaseClient[AsyncHTTPClient]):
    """The base of the asynchronous client."""

    _shared_class = AsyncSharedHTTPClient

    def _check(self, http_client: AsyncHTTPClient) -> None:
        if not inspect.iscoroutinefunction(http_client.send):
            raise TypeError("http_client must be asynchronous, such as an httpx.AsyncClient")

    @cached_property
    def _requestor(self) -> AsyncRequestor:
        return AsyncRequestor(self._http, self._settings)

    async def _request(
        self,
        method: str,
        path: str,
        cast_to: type[T],
        body: Body | None,
        options: RequestOptions | None,
    ) -> T:
        options = options or {}
        requestor = self._requestor
        if "max_retries" in options:
            requestor = self.with_options(max_retries=options["max_retries"])._requestor
        result = await requestor.run(endpoint_call(method, path, body, options))
        converted: T = convert(result.reply.response, cast_to)
        return converted

    async def get(self, path: str, *, cast_to: type[T], options: RequestOptions | None = None) -> T:
        """Send GET to an endpoint that has no method.

        Args:
            path: The path, such as `/products?page_size=5`.
            cast_to: What to return: `httpx.Response`, a model, `str`, `bytes`, the type of the
                decoded JSON such as `dict`, or `object` for any JSON.
            options: Headers, query parameters (`params`), timeout and retries.

        Raises:
            DodoError: The call failed.
            ValueError: The path leads outside the API.
        """
        return await self._request("GET", path, cast_to, None, options)

    async def post(
        self,
        path: str,
        *,
        cast_to: type[T],
        body: Body | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Send POST to an endpoint that has no method; see `get`.

        It is retried only if the server did not process it.

        Args:
            path: The path.
            cast_to: What to return.
            body: The body, as JSON types.
            options: Headers, query parameters, more fields of the body (`extra_json`), timeout
                and retries.
        """
        return await self._request("POST", path, cast_to, body, options)

    async def put(
        self,
        path: str,
        *,
        cast_to: type[T],
        body: Body | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Send PUT to an endpoint that has no method; the arguments are those of `post`."""
        return await self._request("PUT", path, cast_to, body, options)

    async def patch(
        self,
        path: str,
        *,
        cast_to: type[T],
        body: Body | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Send PATCH to an endpoint that has no method; the arguments are those of `post`."""
        return await self._request("PATCH", path, cast_to, body, options)

    async def delete(
        self,
        path: str,
        *,
        cast_to: type[T],
        body: Body | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Send DELETE to an endpoint that has no method; the arguments are those of `post`."""
        return await self._request("DELETE", path, cast_to, body, options)

    async def close(self) -> None:
        """Close the connections, including those of copies. A given HTTP client stays open.

        Later calls of the client and of its copies raise DodoError.
        """
        for http_client in self._http.close():
            await http_client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
