"""A real HTTP server on a loopback port that answers by a script, however bad."""

import contextlib
import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY: dict[str, Any] = {
    "id": "lic_123",
    "business_id": "bus_123",
    "customer_id": "cus_123",
    "product_id": "pdt_123",
    "payment_id": None,
    "subscription_id": None,
    "key": "7d5f0b6e-3a55-4f0e-9d0b-2c4a7f1e8b90",
    "status": "active",
    "activations_limit": 5,
    "instances_count": 1,
    "expires_at": None,
    "created_at": "2024-01-01T00:00:00Z",
}


@dataclass(frozen=True)
class Received:
    """A request as the server saw it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = Callable[["Handler"], None]


@dataclass
class Server:
    """What the server was asked, and its script: each answer in turn, then the last for good."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    script: list[Answer] = field(default_factory=list)

    def next_answer(self) -> Answer:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    @property
    def last(self) -> Received:
        return self.received[-1]


def reply(status: int, body: object = None, **headers: str) -> Answer:
    """Answer with JSON, or with the bytes or nothing given."""
    content = (
        body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    )

    def answer(handler: "Handler") -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def refusal(status: int, code: str = "SOME_CODE", message: str = "no", **headers: str) -> Answer:
    return reply(status, {"code": code, "message": message}, **headers)


def hang_up(handler: "Handler") -> None:
    """Close the connection without an answer."""
    handler.close_connection = True
    with contextlib.suppress(OSError):
        handler.connection.shutdown(socket.SHUT_RDWR)


def stop_halfway(handler: "Handler") -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"id": ')
    handler.wfile.flush()
    hang_up(handler)


def stall(handler: "Handler") -> None:
    """Say nothing until the client has gone."""
    handler.connection.settimeout(10)
    with contextlib.suppress(OSError):
        handler.connection.recv(1)
    handler.close_connection = True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_HTTPServer"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base names it
        pass

    def handle_one(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        received = Received(self.command, self.path, dict(self.headers), body)
        self.server.state.received.append(received)
        self.server.state.next_answer()(self)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_one  # noqa: N815 - the base looks for these names


class _HTTPServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    state: Server

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that go away; that is what the tests are about."""


@contextlib.contextmanager
def serve(*script: Answer) -> Iterator[Server]:
    """Run a server that answers by a script, and stop it at the end."""
    socketserver.TCPServer.allow_reuse_address = True
    server = _HTTPServer(("127.0.0.1", 0), Handler)
    server.state = Server(f"http://127.0.0.1:{server.server_port}", script=list(script))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
