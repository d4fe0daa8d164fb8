"""The checks are found without a list, under any package name, and not by a bare pytest."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hatch_build import SUITE

ROOT = Path(__file__).parents[2]
NEW_CHECK = """\
import pytest

from ..account.account import Account
from ..judge.ledger import Ledger
{mark}

@pytest.mark.rules("get.unknown-404")
def test_planted(account: Account, ledger: Ledger) -> None:
    exchange = account.send("GET", "/license_keys?page_size=1")
    ledger.judge("get.unknown-404", exchange, False, "a planted failure")
"""


@pytest.mark.parametrize(
    ("mark", "code"),
    [("", 1), ("pytestmark = pytest.mark.full_profile", 0)],
    ids=["every profile", "full"],
)
def test_new_check_is_found_in_a_package_of_another_name(
    mark: str, code: int, tmp_path: Path
) -> None:
    package = tmp_path / "another_name"
    _copy_as_the_wheel_does(package)
    package.joinpath("checks", "test_new.py").write_text(NEW_CHECK.format(mark=mark))
    command = [sys.executable, "-m", "another_name", "--in-process", "--profile", "quick"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == code, run.stdout + run.stderr
    assert ("a planted failure" in run.stdout) is bool(code)


def _copy_as_the_wheel_does(package: Path) -> None:
    """Copy the suite with everything that the wheel puts into its package."""
    for source, shipped in SUITE.items():
        destination = package / Path(shipped).relative_to(SUITE["contract_tests"])
        if (ROOT / source).is_dir():
            shutil.copytree(
                ROOT / source, destination, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / source, destination)


@pytest.mark.parametrize("path", ["contract_tests", "contract_tests/checks/test_keys.py"])
def test_bare_pytest_explains_how_to_run_the_suite(path: str) -> None:
    command = [sys.executable, "-m", "pytest", path]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 4
    assert run.stdout == ""
    assert run.stderr.splitlines() == [
        "Exit: the checks need a target and run with python -m contract_tests [OPTIONS],"
        " not with pytest"
    ]
