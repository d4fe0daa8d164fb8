"""The process of the proxy: it passes traffic on and sends the exchanges to the judge.

Judging has a process of its own, so that it never delays the traffic.
"""

import asyncio
import contextlib
import itertools
import signal
import socket
import time
from typing import TYPE_CHECKING

import uvicorn
from dodo_license_recording import Recorded

from .joining import JoiningProtocol
from .messages import Batch, Page, PageRequest, Unpacker, packed
from .proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable

_FLUSH_SECONDS = 0.05
_LARGEST_BATCH = 200
# Bytes that wait for the judge. It reads all the time, so they are few unless the machine is busy.
_MOST_WAITING = 50_000_000


def serve(listener: socket.socket, channel: socket.socket, upstream: str) -> None:
    """Serve until the other end closes the channel.

    Args:
        listener: The socket that accepts connections.
        channel: The connection to the process that judges.
        upstream: Scheme, host and port of the API.
    """
    # An interrupt from the terminal reaches both processes; the other one ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    judge = JudgeConnection(channel)
    proxy = Proxy(upstream, judge)
    server = uvicorn.Server(
        uvicorn.Config(
            proxy,
            access_log=False,
            date_header=False,
            http=JoiningProtocol,
            log_level="error",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]

    def stop() -> None:
        server.should_exit = True

    judge.when_closed = stop
    server.run([listener])


class JudgeConnection(asyncio.Protocol):
    """Sends exchanges to the process that judges, and asks it for pages.

    Args:
        channel: The connection.

    Attributes:
        when_closed: Called when the other end closes the connection for sending.
        in_progress: The start of every exchange in progress, by its number.
    """

    def __init__(self, channel: socket.socket) -> None:
        self.when_closed: Callable[[], None] = lambda: None
        self.in_progress: dict[int, float] = {}
        self._channel = channel
        self._ended: list[Recorded] = []
        self._dropped = 0
        self._unpacker = Unpacker()
        self._numbers = itertools.count()
        self._pages: dict[int, asyncio.Future[Page]] = {}

    async def open(self) -> None:
        """Start to send and to receive."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_connection(lambda: self, sock=self._channel)
        self._flush_regularly()

    def close(self) -> None:
        """Send what is left and close the connection."""
        self._timer.cancel()
        self._flush()
        self._transport.close()

    def record(self, recorded: Recorded) -> None:
        """Send an exchange with the next batch, or drop it if too much waits."""
        self._ended.append(recorded)
        if len(self._ended) >= _LARGEST_BATCH:
            self._flush()

    async def page(self, path: str) -> Page:
        """Ask for a page about the session."""
        self._flush()
        number = next(self._numbers)
        reply: asyncio.Future[Page] = asyncio.get_running_loop().create_future()
        self._pages[number] = reply
        self._transport.write(packed(PageRequest(number, path)))
        return await reply

    def data_received(self, data: bytes) -> None:
        """Take the pages that were asked for."""
        for message in self._unpacker.feed(data):
            if isinstance(message, Page):
                self._pages.pop(message.number).set_result(message)

    def eof_received(self) -> bool:
        """End the server; what is left is sent before the connection closes."""
        self.when_closed()
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """End the server if the other process is gone."""
        self.when_closed()

    def _flush_regularly(self) -> None:
        self._flush()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(_FLUSH_SECONDS, self._flush_regularly)

    def _flush(self) -> None:
        if self._transport.get_write_buffer_size() > _MOST_WAITING:
            self._dropped += len(self._ended)
        else:
            settled = min(self.in_progress.values(), default=time.time())
            self._transport.write(packed(Batch(self._ended, self._dropped, settled)))
        self._ended = []
