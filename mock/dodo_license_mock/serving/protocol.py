"""The HTTP/1.1 protocol of one connection, which skips the overhead of ASGI.

A request that is malformed, too large or too slow is rejected with a JSON body.
"""

import asyncio
import socket
import struct
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from uvicorn import Config
from uvicorn.server import ServerState

from ..http.errors import (
    HttpError,
    error_response,
    request_timeout,
)
from ..http.messages import Request, Response
from .encoding import ResponseEncoder
from .reading import RequestReader

if TYPE_CHECKING:
    from .asgi import Application

REQUEST_SECONDS = 15
"""The time for a request to arrive and for a client to read, and the interval of the checks."""
IDLE_SECONDS = 75
"""The time for which a connection is kept open without a request."""
LINGER_SECONDS = 1
"""The time for which a connection stays open after its request was rejected."""

_SLOW_PARTS = 20
"""The number of parts of a response that a fault sends slowly."""
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Protocol(asyncio.Protocol):
    """One connection. uvicorn creates an instance for each."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],  # noqa: ARG002 - uvicorn passes it by name
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._loop = _loop or asyncio.get_running_loop()
        self._app: Application = config.loaded_app
        self._connections: set[Any] = server_state.connections
        self._state = server_state
        self._encoder = ResponseEncoder()
        self._reader = RequestReader(
            self._app.known_requests, self._note_begin, self._accept, self._permit_body
        )
        self._transport: Any = None
        self._timeout_check: asyncio.TimerHandle | None = None
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._is_responding = False
        self._is_reading = True
        self._is_writing = True
        self._is_closing = False
        self._is_rejected = False
        self._since = self._loop.time()

    # Callbacks of asyncio and uvicorn.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start to wait for the first request."""
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._reader.peer = peer[0] if peer else None
        self._connections.add(self)
        self._check_timeout()

    def connection_lost(self, _: Exception | None) -> None:
        """Discard what has not been sent."""
        self._is_closing = True
        self._waiting.clear()
        self._connections.discard(self)
        if self._timeout_check is not None:
            self._timeout_check.cancel()

    def shutdown(self) -> None:
        """Close the connection once the current response is sent."""
        self._is_closing = True
        if not self._is_responding:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Read a part of a request."""
        if self._is_closing:
            return
        request = self._reader.recall(data)
        if request is not None:
            self._accept(request, True)
            return
        try:
            if not self._reader.feed(data):
                self.shutdown()
        except HttpError as error:
            self._reject(error)

    def eof_received(self) -> bool:
        """Keep the connection open for the responses that are not sent yet, if any."""
        self._is_closing = True
        return self._is_responding or bool(self._waiting)

    def pause_writing(self) -> None:
        """Stop responding to a client that does not read."""
        self._is_writing = False
        self._since = self._loop.time()

    def resume_writing(self) -> None:
        """Respond again."""
        self._is_writing = True
        self._respond_next()

    # Callbacks of the reader.

    def _note_begin(self) -> None:
        self._since = self._loop.time()

    def _accept(self, request: Request, keep_alive: bool) -> None:
        """Respond to a request, after those before it."""
        if self._is_writing and not (self._waiting or self._is_responding):
            self._respond(request, keep_alive)
        else:
            self._since = self._loop.time()
            self._waiting.append((request, keep_alive))
            self._respond_next()

    def _permit_body(self) -> None:
        self._loop.call_soon(self._send_continue)

    # Responses.

    def _send_continue(self) -> None:
        """Permit the body, unless it arrives already, once the earlier responses are sent."""
        if self._reader.expects_continue and not (self._waiting or self._is_responding):
            self._reader.expects_continue = False
            if not self._transport.is_closing():
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _respond_next(self) -> None:
        """Respond to the waiting requests in order, and read more once there are none."""
        while self._waiting and self._is_writing and not self._is_responding:
            self._respond(*self._waiting.popleft())
        self._send_continue()
        reads = self._is_writing and not self._waiting
        if reads is not self._is_reading and not self._transport.is_closing():
            self._is_reading = reads
            if reads:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    def _respond(self, request: Request, keep_alive: bool) -> None:
        is_head = request.method == "HEAD"
        app = self._app
        executor = None if app.executor is None else app.executor(request)
        if executor is not None:
            self._is_responding = True
            executor.submit(self._respond_in_thread, request, is_head, keep_alive)
            return
        response = app.respond(request)
        if response.latency:
            self._send_later(is_head, keep_alive, response)
        else:
            self._send(is_head, keep_alive, response)

    def _respond_in_thread(self, request: Request, is_head: bool, keep_alive: bool) -> None:
        response = self._app.respond(request)
        with suppress(RuntimeError):  # the event loop has ended
            self._loop.call_soon_threadsafe(self._send_later, is_head, keep_alive, response)

    def _send_later(self, is_head: bool, keep_alive: bool, response: Response) -> None:
        """Send a response after its latency, and respond to the requests that waited for it."""
        if response.latency:
            self._is_responding = True
            self._loop.call_later(
                response.latency, self._send_and_continue, is_head, keep_alive, response
            )
        else:
            self._send_and_continue(is_head, keep_alive, response)

    def _send_and_continue(self, is_head: bool, keep_alive: bool, response: Response) -> None:
        self._is_responding = False
        self._send(is_head, keep_alive, response)
        self._respond_next()

    def _send(self, is_head: bool, keep_alive: bool, response: Response) -> None:
        transport = self._transport
        if self._is_rejected or transport.is_closing():
            return
        if response.reset:
            self._reset()
            return
        keep_alive = keep_alive and (bool(self._waiting) or not self._is_closing)
        default_headers = self._state.default_headers
        encoded = self._encoder.encode(
            response, default_headers, is_head=is_head, keep_alive=keep_alive
        )
        if response.truncated:
            keep_alive = False
            encoded = encoded[: len(encoded) - len(response.body) // 2 - 1]
        if response.slow:
            self._is_responding = True
            size = max(len(encoded) // _SLOW_PARTS, 1)
            parts = [encoded[start : start + size] for start in range(0, len(encoded), size)]
            self._send_parts(parts, response.slow / len(parts), keep_alive)
            return
        transport.write(encoded)
        self._finish_sending(keep_alive)

    def _send_parts(self, parts: list[bytes], interval: float, keep_alive: bool) -> None:
        """Send one part of a response after the other, at an interval in seconds."""
        if self._transport.is_closing():
            return
        self._transport.write(parts[0])
        if len(parts) > 1:
            self._loop.call_later(interval, self._send_parts, parts[1:], interval, keep_alive)
            return
        self._is_responding = False
        self._finish_sending(keep_alive)
        self._respond_next()

    def _finish_sending(self, keep_alive: bool) -> None:
        self._state.total_requests += 1
        self._since = self._loop.time()
        if not keep_alive:
            self._is_closing = True
            self._waiting.clear()
            self._transport.close()

    def _reject(self, error: HttpError) -> None:
        if self._is_rejected or self._transport.is_closing():
            return
        self._is_closing = self._is_rejected = True
        self._waiting.clear()
        default_headers = self._state.default_headers
        self._transport.write(self._encoder.encode(error_response(error), default_headers))
        # If the connection is closed with unread bytes, it is reset and the response is lost.
        self._transport.write_eof()
        self._loop.call_later(LINGER_SECONDS, self._transport.close)

    def _reset(self) -> None:
        connection: Any = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    def _check_timeout(self) -> None:
        """Close the connection if it is slow or idle for too long, else check again later."""
        is_unread = not self._is_writing or self._transport.is_closing()
        is_slow = self._reader.is_arriving or is_unread
        limit = REQUEST_SECONDS if is_slow else IDLE_SECONDS
        left = self._since + limit - self._loop.time()
        if left <= 0 and is_unread:
            self._transport.abort()
            return
        if left <= 0 and not self._is_responding:
            if self._reader.is_arriving:
                self._reject(request_timeout())
            else:
                self._transport.close()
        wait = left if 0 < left < REQUEST_SECONDS else REQUEST_SECONDS
        self._timeout_check = self._loop.call_later(wait, self._check_timeout)
