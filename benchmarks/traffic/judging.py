"""Measures the command `judge`: exchanges per second of CPU time, and memory."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Judged(NamedTuple):
    """The result of one run of `judge`.

    Attributes:
        exchanges: How many exchanges the recording has.
        cpu_seconds: User and system time of the process, its start included.
        mebibytes: The most memory that the process had.
    """

    exchanges: int
    cpu_seconds: float
    mebibytes: float

    @property
    def rate(self) -> float:
        """Exchanges per second of CPU time."""
        return self.exchanges / self.cpu_seconds


def judge(path: Path, exchanges: int) -> Judged:
    """Judge a recording in a process of its own.

    Raises:
        RuntimeError: The verdict is not that all of the exchanges conform.
    """
    command = [sys.executable, "-m", "contract_tests", "judge", str(path)]
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode != 0 or f"({exchanges:,} requests" not in text:
        raise RuntimeError(f"judge ended with {process.returncode}: {text[-500:]}")
    return Judged(exchanges, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
