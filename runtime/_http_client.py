"""The HTTP clients that this package creates when none is given.

They call httpx's transports directly: no cookies, redirects, hooks or authentication flows, which
the API does not need and which take a third of the time of a call. If the environment sets a
proxy, `httpx.Client` or `httpx.AsyncClient` is used instead, because they support proxies.
"""

from __future__ import annotations

from typing import Any
from urllib.request import getproxies

import httpx

CONNECTIONS = 100
# The cost of an asynchronous connection pool grows with the square of its requests in flight, so
# the connections are split over several small pools.
ASYNC_POOLS = 16


class _DirectHTTPClient:
    """The attributes that a requestor reads from an HTTP client."""

    params = None
    cookies = None
    auth = None

    def __init__(self, user_agent: str) -> None:
        self.headers = httpx.Headers({"Accept-Encoding": "gzip", "User-Agent": user_agent})

    def build_request(self, method: str, url: str) -> httpx.Request:
        return httpx.Request(method, url, headers=self.headers)


class SyncDirectHTTPClient(_DirectHTTPClient):
    """A blocking, thread-safe HTTP client on `httpx.HTTPTransport`."""

    def __init__(self, user_agent: str) -> None:
        super().__init__(user_agent)
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self._transport = httpx.HTTPTransport(limits=limits)

    def send(self, request: Any, *, follow_redirects: bool) -> httpx.Response:  # noqa: ARG002
        """Send a request and read the whole response. Redirects are never followed."""
        response = self._transport.handle_request(request)
        response.request = request
        response.read()
        return response

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


class AsyncDirectHTTPClient(_DirectHTTPClient):
    """An HTTP client for one event loop on several instances of `httpx.AsyncHTTPTransport`."""

    def __init__(self, user_agent: str) -> None:
        super().__init__(user_agent)
        connections = -(-CONNECTIONS // ASYNC_POOLS)
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        context = httpx.create_ssl_context()
        self._transports = [
            httpx.AsyncHTTPTransport(verify=context, limits=limits) for _ in range(ASYNC_POOLS)
        ]
        self._in_flight = [0] * ASYNC_POOLS

    async def send(self, request: Any, *, follow_redirects: bool) -> httpx.Response:  # noqa: ARG002
        """Send a request and read the whole response. Redirects are never followed."""
        # index() finds the first of the least busy, so sequential calls share one connection.
        index = self._in_flight.index(min(self._in_flight))
        self._in_flight[index] += 1
        try:
            response = await self._transports[index].handle_async_request(request)
            response.request = request
            await response.aread()
        finally:
            self._in_flight[index] -= 1
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        for transport in self._transports:
            await transport.aclose()


def sync_http_client(user_agent: str) -> SyncDirectHTTPClient | httpx.Client:
    """Create a blocking HTTP client that sends a `User-Agent`."""
    if getproxies():
        return httpx.Client(headers={"User-Agent": user_agent})
    return SyncDirectHTTPClient(user_agent)


def async_http_client(user_agent: str) -> AsyncDirectHTTPClient | httpx.AsyncClient:
    """Create an asynchronous HTTP client that sends a `User-Agent`."""
    if getproxies():
        return httpx.AsyncClient(headers={"User-Agent": user_agent})
    return AsyncDirectHTTPClient(user_agent)
