"""The pre-commit hooks run what `make check` runs."""

import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
CONFIGURATION = ROOT / ".pre-commit-config.yaml"


def _commands_of_make_check() -> set[str]:
    """Every recipe line that `make check` would run, without options that do not choose a tool."""
    run = subprocess.run(
        ["/usr/bin/env", "make", "--dry-run", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {line for line in run.stdout.splitlines() if line.startswith(".venv/bin/")}


def test_hooks_run_the_commands_of_make_check() -> None:
    hooks = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))["repos"][0]["hooks"]
    # The hook names the files; `make check` names the directory.
    entries = {re.sub(r" --force-exclude$", " .", each["entry"]) for each in hooks}
    installs = {line for line in _commands_of_make_check() if " -m pip " in line}
    assert entries == _commands_of_make_check() - installs


def test_configuration_is_valid() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", str(CONFIGURATION)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
