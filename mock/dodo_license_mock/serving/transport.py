"""The mock as an in-process httpx transport, without a port or a thread."""

import asyncio
import time
from collections.abc import Callable

import httpx

from ..http.errors import HttpError, error_response
from ..http.messages import Request, Response
from ..http.request_builder import build_request


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Responds to the requests of an `httpx.Client` or an `httpx.AsyncClient` in process.

    Args:
        respond: The function from request to response.
    """

    def __init__(self, respond: Callable[[Request], Response]) -> None:
        self._respond = respond

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response to a request.

        Raises:
            httpx.ReadError: A fault reset the connection.
            httpx.RemoteProtocolError: A fault closed the connection in the middle of the body.
            httpx.ReadTimeout: The response is later than the read timeout of the client.
        """
        response = self._response_to(request, request.read())
        if response.latency or response.slow:
            time.sleep(_delay(request, response))
        return _to_httpx(request, response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response to a request.

        Raises:
            httpx.ReadError: A fault reset the connection.
            httpx.RemoteProtocolError: A fault closed the connection in the middle of the body.
            httpx.ReadTimeout: The response is later than the read timeout of the client.
        """
        response = self._response_to(request, await request.aread())
        if response.latency or response.slow:
            await asyncio.sleep(_delay(request, response))
        return _to_httpx(request, response)

    def _response_to(self, request: httpx.Request, body: bytes) -> Response:
        # httpx sends the target of this extension in place of the URL's.
        target = request.extensions.get("target", request.url.raw_path)
        try:
            built = build_request(request.method, target, request.headers.raw, body)
        except HttpError as error:
            return error_response(error)
        return self._respond(built)


def _read_timeout(request: httpx.Request) -> float | None:
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    return timeout


def _delay(request: httpx.Request, response: Response) -> float:
    """Return the seconds until the response arrives or the client stops waiting."""
    timeout = _read_timeout(request)
    latency = response.latency if timeout is None else min(response.latency, timeout)
    return latency + response.slow


def _to_httpx(request: httpx.Request, response: Response) -> httpx.Response:
    timeout = _read_timeout(request)
    if timeout is not None and response.latency > timeout:
        raise httpx.ReadTimeout("a fault delays the response", request=request)
    if response.reset:
        raise httpx.ReadError("a fault resets the connection", request=request)
    if response.truncated:
        raise httpx.RemoteProtocolError("a fault closes the connection", request=request)
    length = (b"content-length", b"%d" % len(response.body))
    # httpx handles a stream eight times as fast as content.
    return httpx.Response(
        int(response.status),
        headers=[*response.headers, length],
        stream=httpx.ByteStream(b"" if request.method == "HEAD" else response.body),
    )
