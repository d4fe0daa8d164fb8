"""The command line: `python -m mutants.judges`."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
MUTATED = (
    "contract_tests/contract/oracle.py",
    "contract_tests/judge/conformance.py",
    "contract_tests/judge/patch_checks.py",
)
TESTS = ROOT / "tests/contract_suite/judges"
ENOUGH = 0.9
_CONFIGURATION = """[mutmut]
source_paths=contract_tests
only_mutate={mutated}
also_copy=openapi.yaml
pytest_add_cli_args=-p
    no:warnings
    -p
    no:xdist
    -p
    no:cacheprovider
pytest_add_cli_args_test_selection=tests/
"""


def main() -> int:
    """Mutate the oracle and the judges, print what survives, and return 1 below 90 percent."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder)
        _run(folder, "run", *sys.argv[1:])
        results = _run(folder, "results", "--all", "true", is_captured=True)
        statuses = [line.rpartition(": ")[::2] for line in results.splitlines() if ": " in line]
        survivors = [mutation.strip() for mutation, status in statuses if status == "survived"]
        for mutation in survivors:
            print(_run(folder, "show", mutation, is_captured=True))
    tested = [status for _, status in statuses if status not in ("skipped", "not checked")]
    if not tested:
        print("mutmut has tested no mutation: read its output above", file=sys.stderr)
        return 2
    killed = len(tested) - len(survivors) - tested.count("no tests")
    print(f"{killed} of {len(tested)} mutations are detected: {100 * killed / len(tested):.1f} %")
    return 0 if killed >= ENOUGH * len(tested) else 1


def _prepare(folder: Path) -> None:
    """Copy what mutmut needs: it writes into a folder of the name of our package."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "contract_tests", folder / "contract_tests", ignore=ignored)
    shutil.copy(ROOT / "openapi.yaml", folder)
    shutil.copytree(TESTS, folder / "tests" / TESTS.name, ignore=ignored)
    (folder / "tests/__init__.py").touch()
    mutated = "\n    ".join(MUTATED)
    (folder / "setup.cfg").write_text(_CONFIGURATION.format(mutated=mutated), encoding="utf-8")


def _run(folder: Path, *arguments: str, is_captured: bool = False) -> str:
    """Run mutmut and return what it prints, empty if that goes to the terminal."""
    run = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE if is_captured else None,
        text=True,
        check=False,
    )
    return run.stdout or ""


if __name__ == "__main__":
    sys.exit(main())
