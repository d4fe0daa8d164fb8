"""The measurements: wrk's load on a server, the server's CPU time and memory, calls in process."""

import contextlib
import json
import os
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import httpx
from dodo_license_mock import LicenseMock

from benchmarks.mock.servers import TOKEN, Server, started

CONNECTIONS = 32
PATCH_BODY = '{"activations_limit": 10, "disabled": false}'


class Load(NamedTuple):
    """A server under load: requests per second, and CPU time of the server per request in us."""

    rate: float
    cpu: float


class Figures(NamedTuple):
    """The measurements of one server, one item per round: loads, seconds and MiB."""

    get: list[Load]
    patch: list[Load]
    start: list[float]
    memory: list[float]


class Usage(NamedTuple):
    """The CPU time and memory that the processes of one session use together."""

    cpu_seconds: float
    mebibytes: float


def measure(server: Server, figures: Figures, seconds: int, folder: Path) -> None:
    """Start a server, measure it once, append the results to its figures and stop it.

    Raises:
        RuntimeError: The server does not start, or some of its responses are not 2xx.
    """
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


def wrk(url: str, method: str, seconds: int, folder: Path) -> tuple[int, float]:
    """Load a URL from the second core; return the number of responses and the seconds.

    Raises:
        RuntimeError: Some responses are not 2xx.
    """
    script = folder / f"{method}.lua"
    script.write_text(wrk_script(method))
    done = subprocess.run(
        [
            *("taskset", "--cpu-list", "1"),
            *("wrk", "--timeout", "20s", "--threads", "1", "--connections", str(CONNECTIONS)),
            *("--duration", f"{seconds}s", "--script", str(script), url),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    summary = json.loads(done.stdout.splitlines()[-1])
    if summary["errors"]:
        raise RuntimeError(f"{url}: {summary['errors']} of {summary['requests']} requests failed")
    return summary["requests"], summary["microseconds"] / 1e6


def wrk_script(method: str) -> str:
    """Return the Lua script that sends a method and prints the summary as JSON."""
    lines = [f"wrk.method = '{method}'", f"wrk.headers['Authorization'] = 'Bearer {TOKEN}'"]
    if method == "PATCH":
        lines.append("wrk.headers['Content-Type'] = 'application/json'")
        lines.append(f"wrk.body = '{PATCH_BODY}'")
    lines.append("""
function done(summary)
  local e = summary.errors
  io.write(string.format('{"requests": %d, "microseconds": %d, "errors": %d}\\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout))
end
""")
    return "\n".join(lines)


def usage(session_id: int) -> Usage:
    """Return what the processes of a session have used so far, from /proc/PID/stat."""
    ticks = pages = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session_id:
                ticks += int(fields[11]) + int(fields[12])
                pages += int(fields[21])
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024)


def measure_in_process(rounds: int, calls: int = 1000) -> tuple[float, float]:
    """Return the us that one PATCH by httpx takes through the transport, and over TCP."""
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
