"""The mock as an httpx transport: no port, no event loop of its own, no thread."""

import asyncio
import time
from collections.abc import Callable

import httpx

from ..core.messages import MAX_BODY_BYTES, Request, Response


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers the requests of an `httpx.Client` or an `httpx.AsyncClient` in process.

    Args:
        respond: The function from request to response.
    """

    def __init__(self, respond: Callable[[Request], Response]) -> None:
        self._respond = respond

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request.

        Raises:
            httpx.ReadError: A fault on demand cut the connection.
            httpx.ReadTimeout: The answer took longer than the client waits.
        """
        response = self._respond(_incoming(request, request.read()))
        if response.latency:
            time.sleep(_patience(request, response))
        return _outgoing(request, response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request.

        Raises:
            httpx.ReadError: A fault on demand cut the connection.
            httpx.ReadTimeout: The answer took longer than the client waits.
        """
        response = self._respond(_incoming(request, await request.aread()))
        if response.latency:
            await asyncio.sleep(_patience(request, response))
        return _outgoing(request, response)


def _incoming(request: httpx.Request, body: bytes) -> Request:
    path, _, query = request.url.raw_path.partition(b"?")
    headers = {name.lower(): value for name, value in request.headers.raw}
    return Request(
        request.method,
        path.decode("ascii"),
        query,
        headers.get(b"authorization"),
        headers.get(b"content-type"),
        body if len(body) <= MAX_BODY_BYTES else None,
    )


def _read_timeout(request: httpx.Request) -> float | None:
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    return timeout


def _patience(request: httpx.Request, response: Response) -> float:
    """Return for how many seconds a client waits for a late response."""
    timeout = _read_timeout(request)
    return response.latency if timeout is None else min(response.latency, timeout)


def _outgoing(request: httpx.Request, response: Response) -> httpx.Response:
    timeout = _read_timeout(request)
    if timeout is not None and response.latency > timeout:
        raise httpx.ReadTimeout("the mock answers later on demand", request=request)
    if response.reset:
        raise httpx.ReadError("the mock reset the connection on demand", request=request)
    length = (b"content-length", b"%d" % len(response.body))
    # A stream costs httpx an eighth of what content does.
    return httpx.Response(
        int(response.status),
        headers=[*response.headers, length],
        stream=httpx.ByteStream(response.body),
    )
