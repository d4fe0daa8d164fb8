"""Measure the client beside raw httpx, the official SDK and the stock generator's output.

Every contender does the same work against the same mock, which runs in its own process. Each
measurement is a fresh process, and rounds rotate the order. The result is the ratio to the peer in
the same round, as the median over the rounds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

Samples = dict[tuple[str, str], list[dict[str, float]]]

ROOT = Path(__file__).parents[2]
CLIENT_CPU, SERVER_CPU = 0, 1


@dataclass(frozen=True)
class Row:
    """One line of the table: a contender's figure as a ratio to its peer's.

    Attributes:
        work: The work that is measured.
        figure: The figure of the measurement that is compared.
        contender: The client that does the work.
        peer: The client that it is compared with.
        aim: The ratio to stay below, or None for a line without an aim.
    """

    work: str
    figure: str
    contender: str
    peer: str
    aim: float | None


ROWS = (
    Row("sync", "cpu", "ours", "httpx", 0.7),
    Row("sync", "cpu", "ours on pyreqwest", "httpx", 0.45),
    Row("sync", "cpu", "pyreqwest", "httpx", None),
    Row("sync", "cpu", "ours given httpx", "httpx", None),
    Row("sync", "cpu", "official SDK", "httpx", None),
    Row("sync", "cpu", "stock", "httpx", None),
    Row("sync", "wall", "ours", "httpx", None),
    Row("async", "cpu", "ours", "official SDK", 0.2),
    Row("async", "cpu", "ours on pyreqwest", "official SDK", 0.1),
    Row("async", "cpu", "pyreqwest", "official SDK", None),
    Row("async", "cpu", "ours given httpx2", "official SDK", 0.25),
    Row("async", "cpu", "httpx", "official SDK", None),
    Row("async", "cpu", "stock", "official SDK", None),
    Row("async", "wall", "ours", "official SDK", None),
    Row("threads", "wall", "ours", "official SDK", 1.0),
    Row("threads", "cpu", "ours", "official SDK", None),
    Row("model", "ns", "ours", "official SDK", 0.04),
    Row("model", "ns", "stock", "official SDK", None),
    Row("start", "cpu", "ours", "official SDK", 0.45),
    Row("start", "cpu", "httpx", "official SDK", None),
    Row("start", "memory", "ours", "official SDK", 0.65),
    Row("start", "memory", "httpx", "official SDK", None),
    Row("first call", "cpu", "ours", "official SDK", 0.35),
    Row("first call", "memory", "ours", "official SDK", None),
)
TITLES = {
    "sync": "PATCH, blocking",
    "async": "PATCH, 32 in flight",
    "threads": "PATCH, 128 threads",
    "model": "one key from a dict",
    "start": "import, client, first resource",
    "first call": "the same and one response",
    "import": "import alone",
}
UNITS = {"cpu": "CPU, us", "wall": "wall, us", "memory": "memory, KiB", "ns": "CPU, ns"}
IMPORT_LIMIT_MS = 15.0


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 if every aim is reached, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.client", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=7, help="measurements per contender (%(default)s)"
    )
    parser.add_argument(
        "--calls", type=int, default=1600, help="calls per measurement (%(default)s)"
    )
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.calls < 32:
        parser.error("--rounds must be 1 or more, --calls 32 or more")
    with tempfile.TemporaryDirectory() as folder, mock() as server:
        generate_stock(Path(folder))
        environment = {
            **os.environ,
            "BENCH_STOCK": folder,
            "BENCH_SERVER": json.dumps(server),
            "BENCH_CALLS": str(options.calls),
        }
        return report(measure(options.rounds, environment))


@contextmanager
def mock() -> Iterator[dict[str, Any]]:
    """Run the mock in its own process, on one CPU where the system allows it."""
    command = [sys.executable, "-m", "dodo_license_mock", "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        pin(process.pid, SERVER_CPU)
        if process.stdout is None:
            raise RuntimeError("the mock has no output")
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def pin(process: int, cpu: int) -> None:
    """Keep a process on one CPU, if the system can do that and has both CPUs."""
    if hasattr(os, "sched_setaffinity") and {CLIENT_CPU, SERVER_CPU} <= os.sched_getaffinity(0):
        os.sched_setaffinity(process, {cpu})


def generate_stock(folder: Path) -> None:
    """Generate the package `stock` from openapi.yaml with the generator's own templates."""
    subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
            *("--path", str(ROOT / "openapi.yaml"), "--output-path", str(folder / "stock")),
        ],
        check=True,
        capture_output=True,
    )


def measure(rounds: int, environment: dict[str, str]) -> Samples:
    """Measure every contender in every kind of work, in rounds that rotate the order.

    Returns:
        The figures of each round by work and contender: `cpu` and `wall` in us, `ns` in ns,
        `memory` in KiB.
    """
    pairs = list(dict.fromkeys(pair for row in ROWS for pair in contenders(row)))
    pairs += [("import", "bare Python"), ("import", "ours")]
    samples: Samples = {pair: [] for pair in pairs}
    for round_ in range(rounds):
        start = round_ * len(pairs) // rounds
        for work, contender in pairs[start:] + pairs[:start]:
            print(f"\rround {round_ + 1} of {rounds}: {TITLES[work]}, {contender:24}", end="")
            samples[work, contender].append(run(work, contender, environment))
    print("\r" + " " * 78 + "\r", end="")
    return samples


def contenders(row: Row) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the two measurements that a row compares."""
    return (row.work, row.contender), (row.work, row.peer)


def run(work: str, contender: str, environment: dict[str, str]) -> dict[str, float]:
    """Take one measurement in a fresh process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.client.work", work, contender],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    pin(process.pid, CLIENT_CPU)
    output, _ = process.communicate(timeout=300)
    if process.returncode:
        raise RuntimeError(f"{contender} failed at {work}")
    figures: dict[str, float] = json.loads(output)
    return figures


def report(samples: Samples) -> int:
    """Print the table and return 0 if every aim is reached, else 1."""
    print("| work | figure | contender | peer | ratio | aim |")
    print("|---|---|---|---|---|---|")
    missed = 0
    for row in ROWS:
        ours, peers = ([each[row.figure] for each in samples[pair]] for pair in contenders(row))
        ratio = median(mine / theirs for mine, theirs in zip(ours, peers, strict=True))
        aim = "" if row.aim is None else f"{row.aim:g}"
        if row.aim is not None and ratio > row.aim:
            missed += 1
            aim += " missed"
        print(
            f"| {TITLES[row.work]} | {UNITS[row.figure]} | {row.contender} {median(ours):,.0f}"
            f" | {row.peer} {median(peers):,.0f} | {ratio:.3f} | {aim} |"
        )
    mine, bare = (
        median(each["cpu"] / 1000 for each in samples["import", contender])
        for contender in ("ours", "bare Python")
    )
    verdict = "" if mine - bare <= IMPORT_LIMIT_MS else " missed"
    missed += bool(verdict)
    print(
        f"| {TITLES['import']} | CPU, ms | ours {mine:.1f} | bare Python {bare:.1f}"
        f" | {mine - bare:+.1f} ms | {IMPORT_LIMIT_MS:g} ms{verdict} |"
    )
    print(f"\nPython {sys.version.split()[0]}, {os.cpu_count()} CPUs")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
