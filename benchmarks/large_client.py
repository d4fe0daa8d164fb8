"""The cost of generating and of starting a client of a complete published document.

`python -m benchmarks.large_client dodo-openapi.json` needs the official SDK, which the environment
for development contains. The figures are CPU time of child processes, median of nine runs, and are
stated in docs/decisions/generator-as-parser.md.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 9
BARE = "pass"
CLIENT = (
    "import {module}; client = {module}.DodoPayments(bearer_token='t', environment='test_mode')"
)
WORKS = {
    "import and client": CLIENT,
    "import, client, first resource": f"{CLIENT}; client.payments",
}
CONTENDERS = {"ours": "dodo_payments", "official SDK": "dodopayments"}


def main() -> None:
    """Generate a client, and print a Markdown table of the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("document", type=Path, help="the published OpenAPI document")
    document = parser.parse_args().document.resolve()
    with tempfile.TemporaryDirectory() as folder:
        options = [f"--spec={document}", f"--dest={folder}", "--name=dodo_payments"]
        generation = cpu([sys.executable, "-m", "tools.client.generate", *options], Path.cwd())
        started = start(Path(folder))
    print("| work | ours | official SDK | ratio |\n|---|---:|---:|---:|")
    print(f"| generate, CPU | {generation:,.1f} s | | |")
    for name in WORKS:
        ours, theirs = (started[name, contender] * 1000 for contender in CONTENDERS)
        print(f"| {name}, CPU | {ours:,.0f} ms | {theirs:,.0f} ms | {ours / theirs:.2f} |")


def start(folder: Path) -> dict[tuple[str, str], float]:
    """Return the CPU time above that of bare Python, in seconds, by work and contender."""
    codes = {
        (work, contender): code.format(module=module)
        for work, code in WORKS.items()
        for contender, module in CONTENDERS.items()
    }
    taken: dict[tuple[str, str], list[float]] = {key: [] for key in codes}
    bare: list[float] = []
    for code in codes.values():  # writes the bytecode
        cpu([sys.executable, "-c", code], folder)
    for _ in range(RUNS):
        bare.append(cpu([sys.executable, "-c", BARE], folder))
        for key, code in codes.items():
            taken[key].append(cpu([sys.executable, "-c", code], folder))
    return {key: statistics.median(times) - statistics.median(bare) for key, times in taken.items()}


def cpu(command: list[str], folder: Path) -> float:
    """Run a command in a folder and return the CPU time that it took, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
