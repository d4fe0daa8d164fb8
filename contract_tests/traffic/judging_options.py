"""The options that `judge` and `watch` share, and how both end."""

import argparse
import sys
from pathlib import Path

from .. import report
from ..judge.verdict import Verdict
from ..options import positive_seconds
from ..report.redaction import Redactor
from ..report.terminal import show


def add_judging(parser: argparse.ArgumentParser, complete: str) -> None:
    """Add the options that say how exchanges are judged and what is written.

    Args:
        parser: The parser of the command.
        complete: What the option --complete states, for its help.
    """
    parser.add_argument(
        "--complete",
        action="store_true",
        help=f"{complete}: also judge what must not have changed",
    )
    parser.add_argument("--strict", action="store_true", help="also fail on violated policy rules")
    parser.add_argument(
        "--max-response-time",
        type=positive_seconds,
        default=5.0,
        metavar="SECONDS",
        help="maximum response time, 5 by default",
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="folder for the report files")


def conclude(verdict: Verdict, redactor: Redactor, folder: Path | None) -> int:
    """Print a verdict and write its reports.

    Args:
        verdict: The verdict.
        redactor: Knows the secrets in the evidence.
        folder: The folder for the report files, None for no reports.

    Returns:
        The exit code of the command.
    """
    show(verdict, redactor, sys.stdout)
    if folder is not None:
        report.write(folder, verdict, redactor)
    return verdict.exit_code
