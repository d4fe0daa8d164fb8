"""The HTTP clients that this package makes for itself.

They go straight to httpx's transport: no cookies, redirects, hooks or authentication flows, which
the API has no use for and which cost a third of a call. Where the environment names a proxy,
httpx's own clients, which know what to do with it, take their place.
"""

from __future__ import annotations

from typing import Any
from urllib.request import getproxies

import httpx

CONNECTIONS = 100
# What an asynchronous pool costs grows with the square of its requests in flight, so there are
# many small ones.
ASYNC_POOLS = 16


class _Direct:
    """What both have in common with an HTTP client."""

    params = None
    cookies = None
    auth = None

    def __init__(self, user_agent: str) -> None:
        self.headers = httpx.Headers({"Accept-Encoding": "gzip", "User-Agent": user_agent})

    def build_request(self, method: str, url: str) -> httpx.Request:
        return httpx.Request(method, url, headers=self.headers)


class DirectClient(_Direct):
    """Sends requests, and blocks meanwhile. Safe for threads."""

    def __init__(self, user_agent: str) -> None:
        super().__init__(user_agent)
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self._transport = httpx.HTTPTransport(limits=limits)

    def send(self, request: Any, *, follow_redirects: bool) -> httpx.Response:  # noqa: ARG002
        """Send a request and read its response to the end; redirects are never followed."""
        response = self._transport.handle_request(request)
        response.request = request
        response.read()
        return response

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


class AsyncDirectClient(_Direct):
    """Sends requests in tasks of one event loop, and stays fast with many in flight."""

    def __init__(self, user_agent: str) -> None:
        super().__init__(user_agent)
        connections = -(-CONNECTIONS // ASYNC_POOLS)
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        context = httpx.create_ssl_context()
        self._pools = [
            httpx.AsyncHTTPTransport(verify=context, limits=limits) for _ in range(ASYNC_POOLS)
        ]
        self._in_flight = [0] * ASYNC_POOLS

    async def send(self, request: Any, *, follow_redirects: bool) -> httpx.Response:  # noqa: ARG002
        """Send a request and read its response to the end; redirects are never followed."""
        # The first of the least busy, so that a quiet client needs one connection only.
        index = self._in_flight.index(min(self._in_flight))
        self._in_flight[index] += 1
        try:
            response = await self._pools[index].handle_async_request(request)
            response.request = request
            await response.aread()
        finally:
            self._in_flight[index] -= 1
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        for pool in self._pools:
            await pool.aclose()


def sync_client(user_agent: str) -> DirectClient | httpx.Client:
    """Make a client that sends requests and blocks meanwhile."""
    if getproxies():
        return httpx.Client(headers={"User-Agent": user_agent})
    return DirectClient(user_agent)


def async_client(user_agent: str) -> AsyncDirectClient | httpx.AsyncClient:
    """Make a client that sends requests in tasks."""
    if getproxies():
        return httpx.AsyncClient(headers={"User-Agent": user_agent})
    return AsyncDirectClient(user_agent)
