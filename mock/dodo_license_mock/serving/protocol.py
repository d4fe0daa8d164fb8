"""HTTP below the API: what is no HTTP, too much of it or too slow is refused as JSON."""

import asyncio
import json
import socket
import struct
from asyncio import TimerHandle
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from .asgi import CUT_CONNECTION

MAX_HEAD_BYTES = 64 * 1024
REQUEST_SECONDS = 15
"""How long a request may take to arrive in full."""

LINGER_SECONDS = 1
"""How long a refused client may go on sending before the connection is closed."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Protocol(HttpToolsProtocol):
    """The protocol of one connection."""

    _in_head = True
    _head_bytes = 0
    _arriving = True
    _refused = False
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for a request."""
        super().connection_made(transport)
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop to wait."""
        self._clear_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in a part of a request, and wait for the rest if there is one."""
        if self._refused:
            return
        super().data_received(data)
        if not self._arriving:
            self._clear_deadline()
            return
        if self._deadline is None:
            self._set_deadline()
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(
                    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large."
                )

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer a request that is complete though its client says no more."""
        if self.cycle is None or self.cycle.response_complete or self._arriving:
            return False
        self.cycle.keep_alive = False
        return True

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._in_head = self._arriving = True
        self._head_bytes = 0
        self.scope["extensions"] = {CUT_CONNECTION: {"cut": self._cut}}

    def on_headers_complete(self) -> None:
        """End the headers of a request."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End a request."""
        self._arriving = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST, msg)

    def _set_deadline(self) -> None:
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._refuse(HTTPStatus.REQUEST_TIMEOUT, "The request did not arrive in time.")

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._clear_deadline()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        body = json.dumps({"code": status.name, "message": message}).encode()
        head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head % len(body) + body)
        # Closed at once, with bytes unread, the connection would be reset and the answer lost.
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _cut(self) -> None:
        connection: Any = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.cycle.disconnected = True
        self.transport.abort()
