"""The mock over TCP, served by uvicorn."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from .protocol import Protocol

try:
    import uvloop
except ImportError:  # it does not exist for Windows
    uvloop = None  # type: ignore[assignment]

BACKLOG = 2048
_SHUTDOWN_SECONDS = 1


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a host and a port, 0 for any free one.

    Raises:
        OSError: The port is in use or the host is not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def base_url(listening: socket.socket) -> str:
    """Return the base URL of a listening socket."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """A server for one application.

    Args:
        app: The ASGI application.
        on_ready: Called once the server accepts requests.
    """

    def __init__(self, app: Any, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=BACKLOG,
                timeout_graceful_shutdown=1,
            )
        )
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to serve on the sockets and call `on_ready`."""
        await super().startup(sockets)
        self._on_ready()


class BackgroundServer:
    """A server in a thread, which starts and stops at once: uvicorn looks only every 100 ms.

    Args:
        app: The ASGI application.
        listening: The socket to serve.
    """

    def __init__(self, app: Any, listening: socket.socket) -> None:
        self._config = uvicorn.Config(app, log_config=None)
        self._config.loaded_app = app
        self._state = ServerState()
        self._listening = listening
        self._loop = uvloop.new_event_loop() if uvloop else asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Start to serve, and return once requests are accepted."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Send the current responses, for at most a second, and stop."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        loop = self._loop
        server = await loop.create_server(
            lambda: Protocol(self._config, self._state, {}, loop), sock=self._listening
        )
        self._update_date()
        self._ready.set()
        await self._stopped.wait()
        server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        deadline = loop.time() + _SHUTDOWN_SECONDS
        while self._state.connections and loop.time() < deadline:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.001)

    def _update_date(self) -> None:
        date = formatdate(usegmt=True).encode()
        self._state.default_headers = [(b"date", date)]
        self._loop.call_later(1, self._update_date)


@contextmanager
def serve_in_background(app: Any, listening: socket.socket) -> Iterator[str]:
    """Serve an application from a background thread and yield the base URL."""
    server = BackgroundServer(app, listening)
    url = base_url(listening)
    server.start()
    try:
        yield url
    finally:
        server.stop()
