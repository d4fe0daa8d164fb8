"""The mock as an httpx transport: no port, no event loop of its own, no thread."""

from collections.abc import Callable

import httpx

from .bodies import MAX_BODY_BYTES
from .messages import Request, Response


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers the requests of an `httpx.Client` or an `httpx.AsyncClient` in process.

    Args:
        respond: The function from request to response.
    """

    def __init__(self, respond: Callable[[Request], Response]) -> None:
        self._respond = respond

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        return _outgoing(self._respond(_incoming(request, request.read())))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        return _outgoing(self._respond(_incoming(request, await request.aread())))


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


def _outgoing(response: Response) -> httpx.Response:
    return httpx.Response(
        int(response.status), headers=list(response.headers), content=response.body
    )
