"""Measure `judge` on long recordings, and `watch` beside nginx as a proxy.

`judge` runs on a recording of 1,000,000 exchanges, on its first tenth, and on a file of another
tool of 500 MB. In each round the mock is measured directly, through nginx and through `watch`: the
proxies run on the first core, wrk and the mock on the second.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.traffic.judging import judge
from benchmarks.traffic.proxying import Passed, measure, missing, upstream
from benchmarks.traffic.stream import write_other, write_own

_WAYS = ("direct", "nginx", "watch")


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and return 0, or 2 if a program is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.traffic", description=__doc__)
    parser.add_argument("--exchanges", type=int, default=1_000_000, help="default: %(default)s")
    parser.add_argument("--megabytes", type=int, default=500, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of proxies (%(default)s)")
    parser.add_argument("--seconds", type=int, default=3, help="of each load (%(default)s)")
    parser.add_argument("--only", choices=("judge", "watch"), help="one of the two parts")
    parser.add_argument("--redocly", help="the file cli.js of @redocly/cli, to measure its proxy")
    options = parser.parse_args(arguments)
    if options.only != "watch":
        print_judged(options.exchanges, options.megabytes * 1_000_000)
    if options.only != "judge":
        if name := missing():
            print(f"benchmarks.traffic: {name} is missing: apt-get install it", file=sys.stderr)
            return 2
        print_passed(measure_rounds(options.rounds, options.seconds, options.redocly))
    return 0


def print_judged(exchanges: int, size: int) -> None:
    """Judge three recordings and print a table."""
    print("| recording | exchanges | MB | exchanges/s per core | MiB |")
    print("|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.har"
        for name, count in (("own", exchanges // 10), ("own", exchanges), ("other tool", 0)):
            if count:
                write_own(path, count)
            else:
                count = write_other(path, size)
            done = judge(path, count)
            megabytes = path.stat().st_size / 1e6
            print(
                f"| {name} | {count:,} | {megabytes:,.0f} | {done.rate:,.0f}"
                f" | {done.mebibytes:.0f} |",
                flush=True,
            )
    print()


def measure_rounds(rounds: int, seconds: int, redocly: str | None) -> dict[str, list[Passed]]:
    """Measure every way once per round."""
    ways = (*_WAYS, "redocly proxy") if redocly else _WAYS
    figures: dict[str, list[Passed]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder, upstream() as (url, path):
        for _ in range(rounds):
            for name in ways:
                passed = measure(name, url, path, seconds, Path(folder), redocly or "")
                figures[name].append(passed)
    return figures


def print_passed(figures: dict[str, list[Passed]]) -> None:
    """Print the medians of the rounds, and the medians of the ratios within each round."""
    print("| way | p50 us | p99 us | added p50 us | added p99 us | responses/s |")
    print("|---|---:|---:|---:|---:|---:|")
    direct = figures["direct"]
    for name, rounds in figures.items():
        added = [
            (each.median - base.median, each.slow - base.slow)
            for each, base in zip(rounds, direct, strict=True)
        ]
        cells = (
            statistics.median(each.median for each in rounds),
            statistics.median(each.slow for each in rounds),
            *(statistics.median(column) for column in zip(*added, strict=True)),
            statistics.median(each.rate for each in rounds),
        )
        print(f"| {name} | {' | '.join(f'{each:,.0f}' for each in cells)} |")
    pairs = list(zip(figures["watch"], figures["nginx"], strict=True))
    ratios = [
        statistics.median(ours[column] / theirs[column] for ours, theirs in pairs)
        for column in range(3)
    ]
    print("\nwatch / nginx: p50 {:.1f} times, p99 {:.1f} times, {:.2f} of the rate".format(*ratios))


if __name__ == "__main__":
    sys.exit(main())
