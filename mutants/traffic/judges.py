"""The judges of a recording: this project's, and Redocly's `drift`."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from contract_tests.contract.specification import DEFAULT_PATH
from contract_tests.traffic.command import JudgeOptions, judge_files, verdict_of

Problems = frozenset[tuple[str, ...]]
_COMPARED = ("ruleId", "target", "operationId", "message")
# The suite makes up ids, which differ in each run.
_RANDOM = re.compile(r"\w*contracttest\w*")
_QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def judge(har: Path, *, complete: bool = False, strict: bool = False) -> Problems:
    """The rules that the exchanges violate, if the verdict says so."""
    options = JudgeOptions(files=(har,), complete=complete, strict=strict)
    verdict = verdict_of(judge_files(options), options)
    if verdict.outcome != "violates":
        return frozenset()
    return frozenset((each.rule.id,) for each in verdict.violated)


def drift(har: Path, redocly: list[str]) -> Problems:
    """What `redocly drift` reports, of every severity.

    Args:
        har: The recording.
        redocly: The start of the command line of Redocly.

    Raises:
        OSError: Redocly wrote no report.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            *(*redocly, "drift", str(har), "--api", str(DEFAULT_PATH), "--server", server_of(har)),
            *("--format", "json", "--output", str(report)),
        ]
        # The exit code is 1 if there are problems.
        subprocess.run(command, check=False, capture_output=True, env=os.environ | _QUIET)
        problems = json.loads(report.read_text(encoding="utf-8"))["problems"]
    return frozenset(
        tuple(_RANDOM.sub("ID", str(each.get(name))) for name in _COMPARED) for each in problems
    )


def server_of(har: Path) -> str:
    """Scheme, host and port of the first request of a recording."""
    log = json.loads(har.read_text(encoding="utf-8"))["log"]
    url: str = log["entries"][0]["request"]["url"]
    return "/".join(url.split("/")[:3])
