"""The ASGI application: reads a request, lets the mock answer it, sends the answer."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from ..core.messages import FORWARDED_HEADERS, MAX_BODY_BYTES, Request, Response

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Application:
    """An ASGI 3 application over a function from request to response.

    Args:
        respond: The function.
        in_thread: Whether the function waits for something and so must not run in the event loop.
    """

    def __init__(self, respond: Callable[[Request], Response], *, in_thread: bool) -> None:
        self.respond = respond
        self.in_thread = in_thread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"the mock speaks HTTP, not {scope['type']}")
        try:
            body = b"" if scope["method"] == "GET" else await _read_body(receive)
        except _DisconnectedError:
            return
        request = _request(scope, body)
        if self.in_thread:
            response = await asyncio.to_thread(self.respond, request)
        else:
            response = self.respond(request)
        if response.latency:
            await asyncio.sleep(response.latency)
        if response.reset:
            raise ConnectionResetError("the mock resets the connection on demand")
        length = (b"content-length", str(len(response.body)).encode())
        await send(
            {
                "type": "http.response.start",
                "status": response.status,
                "headers": [*response.headers, length],
            }
        )
        await send({"type": "http.response.body", "body": response.body})


class _DisconnectedError(Exception):
    """The client is gone."""


def _request(scope: Scope, body: bytes | None) -> Request:
    authorization = content_type = None
    client = scope.get("client")
    peer = client[0] if client else None
    for name, value in scope["headers"]:
        if name == b"authorization":
            # Two of them are refused, for which one counts is anyone's guess.
            authorization = value if authorization is None else b""
        elif name == b"content-type":
            content_type = value
        elif name in FORWARDED_HEADERS:
            peer = "forwarded"
    raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
    return Request(
        scope["method"],
        raw_path.decode("ascii", "replace"),
        scope["query_string"],
        authorization,
        content_type,
        body,
        peer,
    )


async def _read_body(receive: Receive) -> bytes | None:
    """Return the body, None if it is too large; the server discards what is left of it."""
    message = await receive()
    body = bytearray(message.get("body", b""))
    while message.get("more_body", False) and len(body) <= MAX_BODY_BYTES:
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise _DisconnectedError
    return bytes(body) if len(body) <= MAX_BODY_BYTES else None


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
