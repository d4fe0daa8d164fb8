"""The contract suite passes on every storage, in process and over TCP."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("reached", ["in process", "over TCP"])
def test_the_mock_conforms(database: str | None, reached: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "contract_tests", "--profile", "quick"]
    command += ["--journal", str(tmp_path / "journal.jsonl")]
    if reached == "in process":
        command.append("--in-process")
    if database is not None:
        command += ["--database", database]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "CONFORMS" in done.stdout
