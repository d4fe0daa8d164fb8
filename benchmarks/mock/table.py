"""The tables: the best round of each figure, and the ratios between the mock and its peers."""

from typing import NamedTuple

from benchmarks.mock.measure import Figures, Load

PEERS = ("mock, stock uvicorn", "constant, uvloop", "Prism", "Steady", "nginx")


class Best(NamedTuple):
    """The best round of each figure of one server."""

    get: Load
    patch: Load | None
    start: float
    memory: float


def best_of(figures: Figures) -> Best:
    """Return the best rounds; for memory, the worst one.

    Raises:
        ValueError: Every round was discarded.
    """
    get, patch = (
        Load(max(load.rate for load in loads), min(load.cpu for load in loads)) if loads else None
        for loads in (figures.get, figures.patch)
    )
    if get is None:
        raise ValueError("every round was discarded")
    return Best(get, patch, min(figures.start), max(figures.memory))


def print_table(figures: dict[str, Figures]) -> None:
    """Print the best round of each figure, and the ratios to the peers."""
    print(f"| {'server':19} | GET/s | PATCH/s | CPU us GET | CPU us PATCH | start s | MiB |")
    print(f"|{'-' * 21}|------:|--------:|-----------:|-------------:|--------:|----:|")
    best = {name: best_of(each) for name, each in figures.items()}
    for name, (get, patch, start, memory) in best.items():
        patch_rate, patch_cpu = (f"{patch.rate:,.0f}", f"{patch.cpu:.0f}") if patch else ("", "")
        print(
            f"| {name:19} | {get.rate:5,.0f} | {patch_rate:>7} | {get.cpu:10.0f} |"
            f" {patch_cpu:>12} | {start:7.2f} | {memory:3.0f} |"
        )
    print()
    mock, durable = best["mock"], best["mock, SQLite"]
    for name in PEERS:
        if (peer := best.get(name)) is not None:
            print_ratios(f"mock / {name}, GET", mock.get, peer.get)
            print_ratios(f"mock / {name}, PATCH", mock.patch, peer.patch)
            print_ratios(f"mock, SQLite / {name}, PATCH", durable.patch, peer.patch)


def print_ratios(title: str, ours: Load | None, theirs: Load | None) -> None:
    """Print our requests per second, and per second of CPU time, as multiples of theirs."""
    if ours is not None and theirs is not None:
        rate, cpu = ours.rate / theirs.rate, theirs.cpu / ours.cpu
        print(f"{title:41} {rate:5.1f} times per second, {cpu:5.1f} times per CPU second")


def print_in_process(inside: float, outside: float) -> None:
    """Print the us of one call in process and over TCP, and their ratio."""
    print(f"httpx PATCH in process {inside:.0f} us, over TCP {outside:.0f} us,", end=" ")
    print(f"ratio {inside / outside:.2f}")
