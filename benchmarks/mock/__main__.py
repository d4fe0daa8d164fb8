"""Measure the mock beside stock uvicorn, Prism, Steady and nginx, and print one table.

Every server runs on the first core and wrk on the second. Rounds are interleaved: each round
measures every server once. The best round counts, because other load on the machine can only make a
round worse. For memory the worst round counts.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.mock.measure import Figures, measure, measure_in_process
from benchmarks.mock.servers import find_servers
from benchmarks.mock.table import print_in_process, print_table


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and return 0, or 2 if wrk is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mock", description=__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="number of rounds (%(default)s)")
    parser.add_argument("--seconds", type=int, default=2, help="seconds of each load (%(default)s)")
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
    """Show what is being measured: in place on a terminal, else on a line."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
