"""The mock as an ASGI application."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Executor
from typing import Any
from urllib.parse import quote

from ..http.errors import HttpError, error_response
from ..http.messages import MAX_BODY_BYTES, Request, Response
from ..http.request_builder import build_request
from .known_requests import KnownRequests

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Application:
    """An ASGI 3 application.

    Args:
        respond: The function from request to response.
        executor: Returns where the function runs for a request, None for the event loop. None if
            the event loop runs all of them.

    Attributes:
        known_requests: The requests that arrived over TCP before.
    """

    def __init__(
        self,
        respond: Callable[[Request], Response],
        executor: Callable[[Request], Executor | None] | None,
    ) -> None:
        self.respond = respond
        self.executor = executor
        self.known_requests = KnownRequests()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request."""
        if scope["type"] == "lifespan":
            await _respond_to_lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"the mock supports HTTP, not {scope['type']}")
        try:
            body = b"" if scope["method"] == "GET" else await _read_body(receive)
        except _DisconnectedError:
            return
        client = scope.get("client")
        peer = client[0] if client else None
        headers = scope["headers"]
        version = scope.get("http_version", "1.1")
        try:
            request = build_request(scope["method"], _target(scope), headers, body, peer, version)
        except HttpError as error:
            response = error_response(error)
        else:
            response = await self._respond(request)
        if response.latency or response.slow:
            await asyncio.sleep(response.latency + response.slow)
        if response.reset:
            raise ConnectionResetError("a fault resets the connection")
        length = (b"content-length", str(len(response.body)).encode())
        await send(
            {
                "type": "http.response.start",
                "status": response.status,
                "headers": [*response.headers, length],
            }
        )
        if response.truncated:
            half = response.body[: len(response.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            raise ConnectionResetError("a fault closes the connection")
        await send({"type": "http.response.body", "body": response.body})

    async def _respond(self, request: Request) -> Response:
        executor = None if self.executor is None else self.executor(request)
        if executor is None:
            return self.respond(request)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(executor, self.respond, request)


class _DisconnectedError(Exception):
    """The client has closed the connection."""


def _target(scope: Scope) -> bytes:
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope["query_string"]
    return path + b"?" + query if query else path


async def _read_body(receive: Receive) -> bytes:
    """Return the body, or its beginning if it is larger than `MAX_BODY_BYTES`."""
    message = await receive()
    body = bytearray(message.get("body", b""))
    while message.get("more_body", False) and len(body) <= MAX_BODY_BYTES:
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise _DisconnectedError
    return bytes(body)


async def _respond_to_lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
