"""Measure the mock beside Prism, Steady and nginx, and print one table.

Every server keeps to the first core and wrk to the second. Rounds are interleaved: each of them
measures every server once. The best round counts, for whatever else the machine does can only make
a round worse; of the memory it is the worst one.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
from dodo_license_mock import LicenseMock

ROOT = Path(__file__).parent.parent
PEERS = Path(__file__).parent / "mock_peers"
TOKEN = "benchmark"  # noqa: S105 - it opens nothing
CONNECTIONS = 32
PATCH_BODY = '{"activations_limit": 10, "disabled": false}'


class Server(NamedTuple):
    """A server to measure: how to start it on a port, and what to ask of it."""

    name: str
    command: Callable[[int], list[str]]
    path: str
    patches: bool = True


class Load(NamedTuple):
    """What a server did under load: requests per second, and its CPU microseconds for each."""

    rate: float
    cpu: float


class Figures(NamedTuple):
    """What was measured of one server, round by round."""

    get: list[Load]
    patch: list[Load]
    start: list[float]
    memory: list[float]


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and return 0, or 2 if wrk is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mock", description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="rounds (%(default)s)")
    parser.add_argument("--seconds", type=int, default=2, help="of load each (%(default)s)")
    options = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        print("benchmarks.mock: wrk is missing: apt-get install wrk", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        servers = find_servers(Path(folder))
        figures = {server.name: Figures([], [], [], []) for server in servers}
        for number in range(options.rounds):
            for server in servers:
                report_progress(f"round {number + 1} of {options.rounds}: {server.name}")
                try:
                    measure(server, figures[server.name], options.seconds, Path(folder))
                except RuntimeError as error:
                    print(f"round discarded: {error}", file=sys.stderr)
    report_progress("")
    print_table(figures)
    print_in_process(*measure_in_process(options.rounds))
    return 0


def report_progress(text: str) -> None:
    """Show what is being done where a person watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


def find_servers(folder: Path) -> list[Server]:
    """Return what can be measured on this machine."""
    key_id = LicenseMock().key_ids[0]
    mock = [sys.executable, "-m", "dodo_license_mock", "--token", TOKEN, "--port"]
    database = f"sqlite:///{folder / 'mock.db'}"
    servers = [
        Server("mock", lambda port: [*mock, str(port)], f"/license_keys/{key_id}"),
        Server(
            "mock, SQLite",
            lambda port: [*mock, str(port), "--database", database],
            f"/license_keys/{key_id}",
        ),
    ]
    if (npm := shutil.which("npm")) is None:
        print("npm is missing: Prism and Steady are left out", file=sys.stderr)
    else:
        servers += peers(npm)
    if shutil.which("nginx") is None:
        print("nginx is missing: it is left out", file=sys.stderr)
    else:
        servers.append(Server("nginx", lambda port: nginx(port, folder), "/", patches=False))
    return servers


def peers(npm: str) -> list[Server]:
    """Install Prism and Steady, and return both."""
    subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"],
        cwd=PEERS,
        check=True,
        capture_output=True,
    )
    binaries = PEERS / "node_modules" / ".bin"
    document = str(ROOT / "openapi.yaml")
    return [
        Server(
            "Prism",
            lambda port: [
                str(binaries / "prism"),
                "mock",
                document,
                "-p",
                str(port),
                "-v",
                "fatal",
            ],
            "/license_keys/lic_123",
        ),
        Server(
            "Steady",
            lambda port: [str(binaries / "steady"), "-q", "-p", str(port), document],
            "/license_keys/lic_123",
        ),
    ]


def nginx(port: int, folder: Path) -> list[str]:
    """Return the command of an nginx that answers a constant of the size of a license key."""
    configuration = folder / "nginx.conf"
    body = "x" * 440
    configuration.write_text(
        f"worker_processes 1; daemon off; master_process off; pid {folder}/nginx.pid;"
        f" error_log {folder}/error.log; events {{ worker_connections 1024; }}"
        f" http {{ access_log off; keepalive_requests 100000000;"
        f" server {{ listen 127.0.0.1:{port}; location / {{ return 200 '{body}'; }} }} }}"
    )
    return ["nginx", "-c", str(configuration)]


def measure(server: Server, figures: Figures, seconds: int, folder: Path) -> None:
    """Start a server, measure it once and stop it."""
    with started(server) as (session_id, url, start):

        def load(method: str) -> Load:
            before = usage(session_id).cpu_seconds
            requests, duration = wrk(f"{url}{server.path}", method, seconds, folder)
            spent = usage(session_id).cpu_seconds - before
            return Load(requests / duration, spent / requests * 1e6)

        figures.start.append(start)
        figures.get.append(load("GET"))
        if server.patches:
            figures.patch.append(load("PATCH"))
        figures.memory.append(usage(session_id).mebibytes)


@contextlib.contextmanager
def started(server: Server) -> Iterator[tuple[int, str, float]]:
    """Run a server; the value is its session, its base URL and the seconds to its first answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    host = "localhost" if server.name == "Steady" else "127.0.0.1"
    command = ["taskset", "--cpu-list", "0", *server.command(port)]
    request = f"GET {server.path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    begin = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            while not answers(host, port, request.encode()):
                if process.poll() is not None or time.perf_counter() - begin > 30:
                    raise RuntimeError(f"{server.name} does not answer")
                time.sleep(0.002)
            yield process.pid, f"http://{host}:{port}", time.perf_counter() - begin
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def answers(host: str, port: int, request: bytes) -> bool:
    """Tell whether a server answers a request with 200."""
    try:
        with socket.create_connection((host, port), timeout=10) as connection:
            connection.sendall(request)
            return connection.recv(16).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def wrk(url: str, method: str, seconds: int, folder: Path) -> tuple[int, float]:
    """Load a URL and return how many requests were answered, and in how many seconds.

    Raises:
        RuntimeError: Some answers were not 2xx.
    """
    script = folder / f"{method}.lua"
    script.write_text(
        f"wrk.method = '{method}'\n"
        f"wrk.headers['Authorization'] = 'Bearer {TOKEN}'\n"
        + (
            f"wrk.headers['Content-Type'] = 'application/json'\nwrk.body = '{PATCH_BODY}'\n"
            if method == "PATCH"
            else ""
        )
        + "function done(summary)\n"
        "  local e = summary.errors\n"
        '  io.write(string.format(\'{"requests": %d, "microseconds": %d, "errors": %d}\\n\','
        " summary.requests, summary.duration,"
        " e.connect + e.read + e.write + e.status + e.timeout))\n"
        "end\n"
    )
    done = subprocess.run(
        [
            "taskset",
            "--cpu-list",
            "1",
            "wrk",
            "--timeout",
            "20s",
            "--threads",
            "1",
            "--connections",
            str(CONNECTIONS),
            "--duration",
            f"{seconds}s",
            "--script",
            str(script),
            url,
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    summary = json.loads(done.stdout.splitlines()[-1])
    if summary["errors"]:
        raise RuntimeError(f"{summary['errors']} errors in {summary['requests']} answers of {url}")
    return summary["requests"], summary["microseconds"] / 1e6


class Usage(NamedTuple):
    """What the processes of a session use together."""

    cpu_seconds: float
    mebibytes: float


def usage(session_id: int) -> Usage:
    """Return what the processes of a session have used, by /proc/PID/stat."""
    ticks = pages = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session_id:
                ticks += int(fields[11]) + int(fields[12])
                pages += int(fields[21])
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024)


def measure_in_process(rounds: int, calls: int = 1000) -> tuple[float, float]:
    """Return the microseconds of one PATCH by httpx: through the transport, and over TCP."""
    mock = LicenseMock()
    path = f"/license_keys/{mock.key_ids[0]}"
    headers = {"authorization": f"Bearer {mock.token}", "content-type": "application/json"}
    figures: tuple[list[float], list[float]] = ([], [])
    with (
        mock.serve() as base_url,
        httpx.Client(transport=mock.transport(), base_url="http://mock", headers=headers) as inside,
        httpx.Client(base_url=base_url, headers=headers) as outside,
    ):
        for _ in range(rounds):
            for client, means in zip((inside, outside), figures, strict=True):
                begin = time.perf_counter()
                for _ in range(calls):
                    client.patch(path, content=PATCH_BODY)
                means.append((time.perf_counter() - begin) / calls * 1e6)
    return min(figures[0]), min(figures[1])


def print_table(figures: dict[str, Figures]) -> None:
    """Print the best round of each figure, and the ratios to the peers."""
    print(f"| {'server':12} | GET/s | PATCH/s | CPU us GET | CPU us PATCH | start s | MiB |")
    print(f"|{'-' * 14}|------:|--------:|-----------:|-------------:|--------:|----:|")
    best = {name: best_of(each) for name, each in figures.items()}
    for name, (get, patch, start, memory) in best.items():
        patch_rate, patch_cpu = (f"{patch.rate:,.0f}", f"{patch.cpu:.0f}") if patch else ("", "")
        print(
            f"| {name:12} | {get.rate:5,.0f} | {patch_rate:>7} | {get.cpu:10.0f} |"
            f" {patch_cpu:>12} | {start:7.2f} | {memory:3.0f} |"
        )
    print()
    mock, durable = best["mock"], best["mock, SQLite"]
    for name in ("Prism", "Steady", "nginx"):
        if (peer := best.get(name)) is not None:
            print_ratios(f"mock / {name}, GET", mock.get, peer.get)
            print_ratios(f"mock / {name}, PATCH", mock.patch, peer.patch)
            print_ratios(f"mock, SQLite / {name}, PATCH", durable.patch, peer.patch)


def print_ratios(title: str, ours: Load | None, theirs: Load | None) -> None:
    """Print how many times as much we answer: in a second, and in a second of CPU."""
    if ours is not None and theirs is not None:
        rate, cpu = ours.rate / theirs.rate, theirs.cpu / ours.cpu
        print(f"{title:28} {rate:5.1f} times per second, {cpu:5.1f} times per CPU second")


class Best(NamedTuple):
    """The best round of each figure of one server."""

    get: Load
    patch: Load | None
    start: float
    memory: float


def best_of(figures: Figures) -> Best:
    """Return the best rounds: whatever else the machine does can only make a round worse."""
    get, patch = (
        Load(max(load.rate for load in loads), min(load.cpu for load in loads)) if loads else None
        for loads in (figures.get, figures.patch)
    )
    if get is None:
        raise ValueError("there was no round")
    return Best(get, patch, min(figures.start), max(figures.memory))


def print_in_process(inside: float, outside: float) -> None:
    """Print what a call costs in process and over TCP."""
    print(f"httpx PATCH in process {inside:.0f} us, over TCP {outside:.0f} us,", end=" ")
    print(f"ratio {inside / outside:.2f}")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
