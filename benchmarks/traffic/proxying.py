"""Measures what `watch` and nginx add to the latency of a request, as proxies before the mock."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from dodo_license_mock import LicenseMock

from benchmarks.mock.servers import TOKEN, Server, started

CONNECTIONS = 32


class Passed(NamedTuple):
    """The traffic through one server.

    Attributes:
        median: The median latency with one connection, in microseconds.
        slow: The 99th percentile of it.
        rate: Responses per second with 32 connections.
    """

    median: float
    slow: float
    rate: float


@contextmanager
def upstream() -> Iterator[tuple[str, str]]:
    """Serve the mock on the second core, beside wrk: yield its URL and the path of a key."""
    path = f"/license_keys/{LicenseMock().key_ids[0]}"
    command = [sys.executable, "-m", "dodo_license_mock", "--token", TOKEN, "--port"]
    with started(Server("mock", lambda port: [*command, str(port)], path), core=1) as (_, url, _):
        yield url, path


def measure(
    name: str, url: str, path: str, seconds: int, folder: Path, redocly: str = ""
) -> Passed:
    """Send requests to the upstream directly, or through a proxy on the first core.

    Args:
        name: `direct`, `nginx`, `watch` or `redocly proxy`.
        url: The upstream.
        path: The path to request.
        seconds: The duration of each load.
        folder: A folder for the files of the proxies.
        redocly: The file cli.js of @redocly/cli.

    Raises:
        RuntimeError: The proxy does not start, or some responses are not 200.
    """
    if name == "direct":
        return _load(url + path, seconds, folder)
    commands = {
        "nginx": lambda port: _nginx(port, url, folder),
        "watch": lambda port: [
            *(sys.executable, "-m", "contract_tests", "watch"),
            *("--upstream", url, "--port", str(port)),
        ],
        "redocly proxy": lambda port: [
            *("node", redocly, "proxy", "--target", url, "--port", str(port)),
            *("--har", str(folder / "redocly.har"), "--api", "openapi.yaml"),
        ],
    }
    with started(Server(name, commands[name], path)) as (_, proxy, _):
        return _load(proxy + path, seconds, folder)


def missing() -> str | None:
    """The first program that is needed and missing."""
    return next((each for each in ("wrk", "nginx") if shutil.which(each) is None), None)


def _load(url: str, seconds: int, folder: Path) -> Passed:
    one = _wrk(url, 1, seconds, folder)
    many = _wrk(url, CONNECTIONS, seconds, folder)
    return Passed(one["p50"], one["p99"], many["rate"])


def _wrk(url: str, connections: int, seconds: int, folder: Path) -> dict[str, float]:
    script = folder / "report.lua"
    script.write_text(_SCRIPT)
    done = subprocess.run(
        [
            *("taskset", "--cpu-list", "1", "wrk", "--timeout", "20s", "--threads", "1"),
            *("--connections", str(connections), "--duration", f"{seconds}s"),
            *("--script", str(script), url),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    summary: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if summary["errors"]:
        raise RuntimeError(f"{url}: {summary['errors']:.0f} requests failed")
    return summary


_SCRIPT = f"""
wrk.headers['Authorization'] = 'Bearer {TOKEN}'
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('{{"rate": %f, "p50": %f, "p99": %f, "errors": %d}}\\n',
    summary.requests / summary.duration * 1e6, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def _nginx(port: int, url: str, folder: Path) -> list[str]:
    """The command of an nginx that passes requests on over connections that stay open."""
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"worker_processes 1; daemon off; master_process off; pid {folder}/nginx.pid;"
        f" error_log {folder}/error.log; events {{ worker_connections 1024; }}"
        f" http {{ access_log off; keepalive_requests 100000000;"
        f" upstream api {{ server {url.removeprefix('http://')};"
        f" keepalive {CONNECTIONS}; keepalive_requests 100000000; }}"
        f" server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://api;"
        f" proxy_http_version 1.1; proxy_set_header Connection ''; }} }} }}"
    )
    return ["nginx", "-c", str(configuration)]
