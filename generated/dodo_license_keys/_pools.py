# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change the specification or the templates and run `make generate`.
"""The HTTP clients that this package makes for itself."""

from __future__ import annotations

from urllib.request import getproxies

import httpx

CONNECTIONS = 100
POOLS = 16


def sync_client(user_agent: str) -> httpx.Client:
    """Make a client that keeps its connections."""
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    return httpx.Client(headers={"User-Agent": user_agent}, limits=limits)


def async_client(user_agent: str) -> httpx.AsyncClient:
    """Make an asynchronous client that stays fast with many requests in flight."""
    headers = {"User-Agent": user_agent}
    # A client with a transport of its own leaves the environment's proxies aside.
    if getproxies():
        return httpx.AsyncClient(headers=headers)
    return httpx.AsyncClient(headers=headers, transport=SpreadTransport())


class SpreadTransport(httpx.AsyncBaseTransport):
    """Spreads requests over small pools, because a pool costs the square of its requests."""

    def __init__(self) -> None:
        limits = httpx.Limits(
            max_connections=-(-CONNECTIONS // POOLS),
            max_keepalive_connections=-(-CONNECTIONS // POOLS),
        )
        context = httpx.create_ssl_context()
        self._pools = [httpx.AsyncHTTPTransport(context, limits=limits) for _ in range(POOLS)]
        self._in_flight = [0] * POOLS

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request through the pool that has the fewest in flight."""
        index = self._in_flight.index(min(self._in_flight))
        self._in_flight[index] += 1
        try:
            response = await self._pools[index].handle_async_request(request)
            await response.aread()
        finally:
            self._in_flight[index] -= 1
        return response

    async def aclose(self) -> None:
        """Close every pool."""
        for pool in self._pools:
            await pool.aclose()
