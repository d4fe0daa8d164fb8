"""The judges of a recording: this project's, and Redocly's `drift` and `proxy`."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from contract_tests.contract.specification import DEFAULT_PATH
from contract_tests.traffic.command import JudgeOptions, judge_files, verdict_of
from mutants.traffic.recording import wait_for
from mutants.traffic.replay import Replay

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
        return _problems(report.read_text(encoding="utf-8"))


def proxy(har: Path, redocly: list[str]) -> Problems:
    """What `redocly proxy` reports when the exchanges of a recording pass through it.

    Args:
        har: The recording.
        redocly: The start of the command line of Redocly.

    Raises:
        RuntimeError: Redocly does not start.
    """
    replay = Replay(har)
    with (
        tempfile.TemporaryDirectory() as folder,
        replay.upstream() as upstream,
        socket.create_server(("127.0.0.1", 0)) as free,
    ):
        port = free.getsockname()[1]
        free.close()
        command = [
            *(*redocly, "proxy", "--target", upstream, "--port", str(port)),
            *("--har", str(Path(folder) / "proxy.har"), "--api", str(DEFAULT_PATH)),
            *("--match-mode", "basepath", "--format", "json"),
        ]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | _QUIET
        ) as process:
            wait_for(port, process)
            replay.send(f"http://127.0.0.1:{port}")
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate()
    return _problems(output.decode("utf-8"))


def _problems(report: str) -> Problems:
    """The problems in a JSON report, which may follow other lines."""
    problems = json.loads(report[report.index("{") :])["problems"]
    return frozenset(
        tuple(_RANDOM.sub("ID", str(each.get(name))) for name in _COMPARED) for each in problems
    )


def server_of(har: Path) -> str:
    """Scheme, host and port of the first request of a recording."""
    log = json.loads(har.read_text(encoding="utf-8"))["log"]
    url: str = log["entries"][0]["request"]["url"]
    return "/".join(url.split("/")[:3])
