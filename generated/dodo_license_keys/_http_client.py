# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The HTTP clients that this package creates when none is given.

They call httpx's transports directly: no cookies, redirects, hooks or authentication flows, which
the API does not need and which take a third of the time of a call. If the environment sets a
proxy, `httpx.Client` or `httpx.AsyncClient` is used instead, because they support proxies.
"""

from __future__ import annotations

import threading
from typing import Any
from urllib.request import getproxies

import httpx

# The cost of a connection pool grows with its connections and the requests that wait for one, so
# the connections are split over several small pools, each created when it is needed. Short-lived
# threads take the pools in turn, so they open fewer connections if there are fewer pools.
CONNECTIONS = 1024
THREAD_POOLS = 16
TASK_POOLS = 64


class _DirectHTTPClient:
    """The attributes that a requestor reads from an HTTP client."""

    is_direct = True
    params = None
    cookies = None
    auth = None

    def __init__(self, user_agent: str) -> None:
        self.headers = httpx.Headers({"Accept-Encoding": "gzip", "User-Agent": user_agent})

    def build_request(self, method: str, url: str) -> httpx.Request:
        return httpx.Request(method, url, headers=self.headers)


def _pool_options(pools: int) -> dict[str, Any]:
    each = CONNECTIONS // pools
    limits = httpx.Limits(max_connections=each, max_keepalive_connections=each)
    return {"verify": httpx.create_ssl_context(), "limits": limits}


class SyncDirectHTTPClient(_DirectHTTPClient):
    """A blocking, thread-safe HTTP client on transports of httpx.

    Args:
        user_agent: The `User-Agent` that it sends.
        transport: The only transport, or None for instances of `httpx.HTTPTransport`.
    """

    def __init__(self, user_agent: str, transport: httpx.BaseTransport | None = None) -> None:
        super().__init__(user_agent)
        self._pool_options = None if transport is not None else _pool_options(THREAD_POOLS)
        self._transports: list[httpx.BaseTransport] = [] if transport is None else [transport]
        # Each thread keeps to one transport, so that its calls share a connection.
        self._thread = threading.local()
        self._lock = threading.Lock()
        self._threads = 0

    def send(self, request: Any, **_: Any) -> httpx.Response:
        """Send a request. Its redirects are not followed, and the body is left to be read."""
        try:
            transport = self._thread.transport
        except AttributeError:
            transport = self._thread.transport = self._choose()
        response: httpx.Response = transport.handle_request(request)
        response.request = request
        return response

    def _choose(self) -> httpx.BaseTransport:
        """Return the transport of a new thread."""
        with self._lock:
            if self._pool_options is not None and len(self._transports) < THREAD_POOLS:
                self._transports.append(httpx.HTTPTransport(**self._pool_options))
            self._threads += 1
            return self._transports[(self._threads - 1) % len(self._transports)]

    def close(self) -> None:
        """Close the connections."""
        for transport in self._transports:
            transport.close()


class AsyncDirectHTTPClient(_DirectHTTPClient):
    """An HTTP client for one event loop on transports of httpx.

    Args:
        user_agent: The `User-Agent` that it sends.
        transport: The only transport, or None for instances of `httpx.AsyncHTTPTransport`.
    """

    def __init__(self, user_agent: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        super().__init__(user_agent)
        self._pool_options = None if transport is not None else _pool_options(TASK_POOLS)
        self._transports: list[httpx.AsyncBaseTransport] = [] if transport is None else [transport]
        self._in_flight = [0] * len(self._transports)

    async def send(self, request: Any, **_: Any) -> httpx.Response:
        """Send a request. Its redirects are not followed, and the body is left to be read."""
        least = min(self._in_flight, default=1)
        if least and self._pool_options is not None and len(self._transports) < TASK_POOLS:
            self._transports.append(httpx.AsyncHTTPTransport(**self._pool_options))
            self._in_flight.append(0)
            least = 0
        # index() finds the first of the least busy, so sequential calls share one connection.
        index = self._in_flight.index(least)
        self._in_flight[index] += 1
        try:
            response = await self._transports[index].handle_async_request(request)
        finally:
            self._in_flight[index] -= 1
        response.request = request
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        for transport in self._transports:
            await transport.aclose()


def sync_http_client(
    user_agent: str, transport: httpx.BaseTransport | None
) -> SyncDirectHTTPClient | httpx.Client:
    """Create a blocking HTTP client that sends a `User-Agent`."""
    if transport is None and getproxies():
        return httpx.Client(headers={"User-Agent": user_agent})
    return SyncDirectHTTPClient(user_agent, transport)


def async_http_client(
    user_agent: str, transport: httpx.AsyncBaseTransport | None
) -> AsyncDirectHTTPClient | httpx.AsyncClient:
    """Create an asynchronous HTTP client that sends a `User-Agent`."""
    if transport is None and getproxies():
        return httpx.AsyncClient(headers={"User-Agent": user_agent})
    return AsyncDirectHTTPClient(user_agent, transport)
