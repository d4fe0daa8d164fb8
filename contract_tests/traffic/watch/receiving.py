"""Receives the exchanges of the proxy, and shows it the pages about the session."""

import multiprocessing
import socket
import threading
from collections.abc import Callable

from ...errors import CannotRunError
from .messages import Batch, Page, PageRequest, Unpacker, packed
from .serving import serve
from .session import WatchSession

_CHUNK = 1_000_000
_SECONDS_TO_START = 60.0
_PATIENCE = 10.0
Pages = Callable[[str], tuple[int, bytes, bytes]]


class ProxyProcess:
    """The proxy, in a process of its own.

    Args:
        listener: The socket that accepts connections.
        upstream: Scheme, host and port of the API.
        session: Takes the exchanges.
        pages: Renders the pages about the session: path to status, media type and content.

    Raises:
        CannotRunError: The process does not start.
    """

    def __init__(
        self, listener: socket.socket, upstream: str, session: WatchSession, pages: Pages
    ) -> None:
        self._session = session
        self._pages = pages
        self._ready = threading.Event()
        self._channel, other = socket.socketpair()
        # A forked process would inherit the locks of the threads of this one.
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(
            target=serve, args=(listener, other, upstream), name="proxy", daemon=True
        )
        self._process.start()
        other.close()
        self._thread = threading.Thread(target=self._receive, name="receive", daemon=True)
        self._thread.start()
        if not self._ready.wait(_SECONDS_TO_START):
            raise CannotRunError("watch: the process of the proxy does not start: try again")

    def close(self) -> None:
        """End the proxy and take what it still sends."""
        self._channel.shutdown(socket.SHUT_WR)
        self._thread.join(_PATIENCE)
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
        self._channel.close()

    def _receive(self) -> None:
        unpacker = Unpacker()
        while chunk := self._next_chunk():
            self._ready.set()
            for message in unpacker.feed(chunk):
                if isinstance(message, Batch):
                    self._session.take(message)
                elif isinstance(message, PageRequest):
                    page = Page(message.number, *self._pages(message.path))
                    self._channel.sendall(packed(page))

    def _next_chunk(self) -> bytes:
        try:
            return self._channel.recv(_CHUNK)
        except OSError:
            return b""
