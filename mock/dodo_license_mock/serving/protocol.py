"""The HTTP/1.1 of one connection, straight from the parser to the mock and back.

What is no HTTP, too much of it or too slow is refused as JSON.
"""

import asyncio
import socket
import struct
from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httptools
from uvicorn import Config
from uvicorn.server import ServerState

from ..core.errors import ApiError
from ..core.messages import FORWARDED_HEADERS, MAX_BODY_BYTES, Request, Response, error_response

if TYPE_CHECKING:
    from .asgi import Application

MAX_HEAD_BYTES = 64 * 1024
"""How much may arrive before the body or after it."""
MAX_REQUEST_BYTES = 64 * 1024 * 1024
"""How much is read of a body that is too large to be taken."""
REQUEST_SECONDS = 15
"""How long a request may take to arrive in full, and how often a connection is looked at."""
IDLE_SECONDS = 75
"""How long a connection is kept without a request."""
LINGER_SECONDS = 1
"""How long a refused client may go on sending before the connection is closed."""

_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Protocol(asyncio.Protocol):
    """One connection; uvicorn makes one for each."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],  # noqa: ARG002 - uvicorn names it
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._loop = _loop or asyncio.get_running_loop()
        self._app: Application = config.loaded_app
        self._connections: set[Any] = server_state.connections
        self._state = server_state
        self._parser = httptools.HttpRequestParser(self)
        self._transport: Any = None
        self._peer: str | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._is_answering = False
        self._is_reading = True
        self._is_writing = True
        self._is_closing = False
        self._is_refused = False
        self._is_arriving = True
        self._since = self._loop.time()
        self._start_request()

    def _start_request(self) -> None:
        self._head_bytes = 0
        self._body_bytes = 0
        self._target = b""
        self._authorization: bytes | None = None
        self._content_type: bytes | None = None
        self._is_forwarded = False
        self._body = bytearray()

    # What asyncio and uvicorn call.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start to wait for a request."""
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if peer else None
        self._connections.add(self)
        self._look_after()

    def connection_lost(self, _: Exception | None) -> None:
        """Forget the connection."""
        self._is_closing = True
        self._waiting.clear()
        self._connections.discard(self)
        if self._watch is not None:
            self._watch.cancel()

    def shutdown(self) -> None:
        """End the connection as soon as nothing is being answered on it."""
        self._is_closing = True
        if not self._is_answering:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take in a part of a request."""
        if self._is_closing:
            return
        body_bytes = self._body_bytes
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.shutdown()
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST, "This is no HTTP request.")
            return
        if not self._is_arriving:
            return
        self._head_bytes = self._head_bytes + len(data) if self._body_bytes == body_bytes else 0
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large.")
        elif self._body_bytes > MAX_REQUEST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is far too large.")

    def eof_received(self) -> bool:
        """Keep the connection for the answers that are still to come, if any."""
        self._is_closing = True
        return self._is_answering or bool(self._waiting)

    def pause_writing(self) -> None:
        """Answer no more to a client that does not read."""
        self._is_writing = False

    def resume_writing(self) -> None:
        """Go on answering."""
        self._is_writing = True
        self._answer_next()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._is_arriving = True
        self._since = self._loop.time()
        self._start_request()

    def on_url(self, target: bytes) -> None:
        """Take in a part of the request target."""
        self._target += target

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header."""
        name = name.lower()
        if name == b"authorization":
            # Two of them are refused, for which one counts is anyone's guess.
            self._authorization = value if self._authorization is None else b""
        elif name == b"content-type":
            self._content_type = value
        elif name in FORWARDED_HEADERS:
            self._is_forwarded = True
        elif name == b"expect" and value.lower() == b"100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Take in a part of the body, and no more once it is too large."""
        self._body_bytes += len(body)
        if len(self._body) <= MAX_BODY_BYTES:
            self._body += body

    def on_message_complete(self) -> None:
        """Answer the request, after those before it."""
        self._is_arriving = False
        self._since = self._loop.time()
        target = self._target
        if not target.startswith(b"/"):
            url = httptools.parse_url(target)
            target = (url.path or b"/") + b"?" + (url.query or b"")
        path, _, query = target.partition(b"?")
        request = Request(
            self._parser.get_method().decode("ascii"),
            path.decode("ascii", "replace"),
            query,
            self._authorization,
            self._content_type,
            bytes(self._body) if len(self._body) <= MAX_BODY_BYTES else None,
            "forwarded" if self._is_forwarded else self._peer,
        )
        self._waiting.append((request, self._parser.should_keep_alive()))
        self._answer_next()

    # The answers.

    def _answer_next(self) -> None:
        """Answer what waits, one request after the other, and read more once nothing does."""
        while self._waiting and self._is_writing and not self._is_answering:
            self._answer(*self._waiting.popleft())
        reads = self._is_writing and not self._waiting
        if reads is not self._is_reading and not self._transport.is_closing():
            self._is_reading = reads
            if reads:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    def _answer(self, request: Request, keep_alive: bool) -> None:
        is_head = request.method == "HEAD"
        if not self._app.in_thread:
            self._deliver(is_head, keep_alive, self._app.respond(request))
            return
        self._is_answering = True
        answered = self._loop.run_in_executor(None, self._app.respond, request)
        answered.add_done_callback(lambda done: self._deliver(is_head, keep_alive, done.result()))

    def _deliver(self, is_head: bool, keep_alive: bool, response: Response) -> None:
        if response.latency:
            self._is_answering = True
            self._loop.call_later(
                response.latency, self._send_and_go_on, is_head, keep_alive, response
            )
        elif self._is_answering:
            self._send_and_go_on(is_head, keep_alive, response)
        else:
            self._send(is_head, keep_alive, response)

    def _send_and_go_on(self, is_head: bool, keep_alive: bool, response: Response) -> None:
        self._is_answering = False
        self._send(is_head, keep_alive, response)
        self._answer_next()

    def _send(self, is_head: bool, keep_alive: bool, response: Response) -> None:
        if self._is_refused or self._transport.is_closing():
            return
        if response.reset:
            self._cut()
            return
        keep_alive = keep_alive and (bool(self._waiting) or not self._is_closing)
        self._transport.write(
            _encode(response, self._state.default_headers, is_head=is_head, keep_alive=keep_alive)
        )
        self._state.total_requests += 1
        self._since = self._loop.time()
        if not keep_alive:
            self._is_closing = True
            self._waiting.clear()
            self._transport.close()

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        if self._is_refused or self._transport.is_closing():
            return
        self._is_closing = self._is_refused = True
        self._waiting.clear()
        response = error_response(ApiError(status, status.name, message))
        self._transport.write(
            _encode(response, self._state.default_headers, is_head=False, keep_alive=False)
        )
        # Closed at once, with bytes unread, the connection would be reset and the answer lost.
        self._transport.write_eof()
        self._loop.call_later(LINGER_SECONDS, self._transport.close)

    def _cut(self) -> None:
        connection: Any = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    def _look_after(self) -> None:
        """End the connection if it is slow or idle for too long; look again later if not."""
        limit = REQUEST_SECONDS if self._is_arriving else IDLE_SECONDS
        left = self._since + limit - self._loop.time()
        if left <= 0 and not self._is_answering:
            if self._is_arriving:
                self._refuse(HTTPStatus.REQUEST_TIMEOUT, "The request did not arrive in time.")
            else:
                self._transport.close()
            return
        wait = left if 0 < left < REQUEST_SECONDS else REQUEST_SECONDS
        self._watch = self._loop.call_later(wait, self._look_after)


def _encode(
    response: Response,
    default_headers: list[tuple[bytes, bytes]],
    *,
    is_head: bool,
    keep_alive: bool,
) -> bytes:
    """Return a response as HTTP/1.1."""
    status = int(response.status)
    parts = [_STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status]
    for name, value in (*default_headers, *response.headers):
        parts += (name, b": ", value, b"\r\n")
    parts.append(b"content-length: %d\r\n" % len(response.body))
    parts.append(b"\r\n" if keep_alive else b"connection: close\r\n\r\n")
    if not is_head:
        parts.append(response.body)
    return b"".join(parts)
