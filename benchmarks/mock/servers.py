"""The servers under test: their commands, and how each is started and stopped."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from dodo_license_mock import LicenseMock

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
TOKEN = "benchmark"  # noqa: S105 - no real server accepts it
START_TIMEOUT = 30.0  # seconds


class Server(NamedTuple):
    """A server to measure.

    Attributes:
        name: Its name in the table.
        command: Returns the command that serves on a given port.
        path: The path of one license key.
        patches: Whether it accepts PATCH.
    """

    name: str
    command: Callable[[int], list[str]]
    path: str
    patches: bool = True


def find_servers(folder: Path) -> list[Server]:
    """Return the servers that this machine can run; their files go to a folder."""
    path = f"/license_keys/{LicenseMock().key_ids[0]}"
    mock = [sys.executable, "-m", "dodo_license_mock", "--token", TOKEN, "--port"]
    database = f"sqlite:///{folder / 'mock.db'}"
    servers = [
        Server("mock", lambda port: [*mock, str(port)], path),
        Server("mock, SQLite", lambda port: [*mock, str(port), "--database", database], path),
        Server("mock, stock uvicorn", stock_uvicorn, path),
        Server("constant, uvloop", constant, path),
    ]
    if (npm := shutil.which("npm")) is None:
        print("npm is missing: Prism and Steady are left out", file=sys.stderr)
    else:
        servers += install_peers(npm)
    if shutil.which("nginx") is None:
        print("nginx is missing: it is left out", file=sys.stderr)
    else:
        servers.append(Server("nginx", lambda port: nginx(port, folder), "/", patches=False))
    return servers


def stock_uvicorn(port: int) -> list[str]:
    """Return the command that serves the mock's ASGI application on uvicorn's own protocol."""
    return [
        *(sys.executable, "-m", "uvicorn", "benchmarks.mock.asgi_app:app"),
        *("--http", "httptools", "--loop", "uvloop", "--lifespan", "off", "--no-access-log"),
        *("--no-proxy-headers", "--no-server-header", "--port", str(port)),
    ]


def constant(port: int) -> list[str]:
    """Return the command of a Python server that returns a constant."""
    return [sys.executable, "-m", "benchmarks.mock.constant", str(port)]


def install_peers(npm: str) -> list[Server]:
    """Install Prism and Steady, and return both."""
    subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"],
        cwd=PEERS,
        check=True,
        capture_output=True,
    )
    prism, steady = (str(PEERS / "node_modules" / ".bin" / name) for name in ("prism", "steady"))
    document = str(ROOT / "openapi.yaml")
    path = "/license_keys/lic_123"
    return [
        Server(
            "Prism", lambda port: [prism, "mock", document, "-p", str(port), "-v", "fatal"], path
        ),
        Server("Steady", lambda port: [steady, "-q", "-p", str(port), document], path),
    ]


def nginx(port: int, folder: Path) -> list[str]:
    """Return the command of an nginx that returns a constant of the size of a license key."""
    configuration = folder / "nginx.conf"
    body = "x" * 440
    configuration.write_text(
        f"worker_processes 1; daemon off; master_process off; pid {folder}/nginx.pid;"
        f" error_log {folder}/error.log; events {{ worker_connections 1024; }}"
        f" http {{ access_log off; keepalive_requests 100000000;"
        f" server {{ listen 127.0.0.1:{port}; location / {{ return 200 '{body}'; }} }} }}"
    )
    return ["nginx", "-c", str(configuration)]


@contextlib.contextmanager
def started(server: Server, core: int = 0) -> Iterator[tuple[int, str, float]]:
    """Run a server on one core.

    Args:
        server: The server.
        core: The number of the core.

    Yields:
        The id of its session, its base URL, and the seconds until its first response.

    Raises:
        RuntimeError: It does not respond with 200 in time.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    host = "localhost" if server.name == "Steady" else "127.0.0.1"
    command = ["taskset", "--cpu-list", str(core), *server.command(port)]
    request = f"GET {server.path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    begin = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            while not responds(host, port, request.encode()):
                if process.poll() is not None or time.perf_counter() - begin > START_TIMEOUT:
                    raise RuntimeError(f"{server.name} does not respond")
                time.sleep(0.002)
            yield process.pid, f"http://{host}:{port}", time.perf_counter() - begin
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def responds(host: str, port: int, request: bytes) -> bool:
    """Return whether a server responds to a request with 200."""
    try:
        with socket.create_connection((host, port), timeout=10) as connection:
            connection.sendall(request)
            return connection.recv(16).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False
