"""The mock over TCP, served by uvicorn."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from .protocol import Protocol

BACKLOG = 2048


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


@contextmanager
def serve_in_background(app: Any, listening: socket.socket) -> Iterator[str]:
    """Serve an application from a background thread and yield the base URL."""
    ready = threading.Event()
    server = Server(app, ready.set)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield base_url(listening)
    finally:
        server.should_exit = True
        thread.join()
