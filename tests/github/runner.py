"""A runner that executes the steps of the action as GitHub does, and can be killed."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from tests.github.stand_in import REPOSITORY, TOKEN, GitHubStandIn, Run
from tests.tools.documents import ROOT

ACTION = ROOT / ".github" / "actions" / "contract"
Loss = Literal["step", "runner"]


@dataclass
class Result:
    """What a job left.

    Attributes:
        run: The workflow run.
        failed: The names of the steps that failed.
        log: What the steps printed.
        summary: The job summary.
        outputs: The outputs of the step `conclude`.
    """

    run: Run
    failed: list[str] = field(default_factory=list)
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


class Runner:
    """Runs the action in a workspace that is discarded at the end.

    Args:
        github: Keeps the artifacts.
        inputs: The inputs of the action.
        installed: Whether the step that installs the suite runs; otherwise the Python of the tests
            is used.
        action: The folder of the action.
    """

    def __init__(
        self,
        github: GitHubStandIn,
        inputs: Mapping[str, str],
        *,
        installed: bool = False,
        action: Path = ACTION,
    ) -> None:
        self._github = github
        self._action = action
        content: dict[str, Any] = yaml.safe_load((action / "action.yml").read_text())
        self._steps: list[dict[str, Any]] = content["runs"]["steps"]
        defaults = {name: str(each.get("default", "")) for name, each in content["inputs"].items()}
        self._inputs = {**defaults, **inputs, "github-token": TOKEN}
        self._installed = installed

    def run(
        self,
        *,
        kill_after: float | None = None,
        loss: Loss = "step",
        kill_step: str = "Run the contract suite",
        **settings: Any,
    ) -> Result:
        """Run the job once.

        Args:
            kill_after: The seconds after which the step is killed, None for never.
            loss: What is lost: the process of the step, or the runner with its workspace.
            kill_step: The start of the name of the step that is killed.
            settings: The settings of the workflow run.
        """
        result = Result(self._github.start_run(**settings))
        with tempfile.TemporaryDirectory() as workspace:
            temp = Path(workspace)
            if not self._installed:
                (temp / "contract-python" / "bin").mkdir(parents=True)
                python = temp / "contract-python" / "bin" / "python"
                python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
                python.chmod(0o755)
            for step in self._steps:
                name = step.get("name", step.get("uses", ""))
                if result.failed and step.get("if") != "always()":
                    continue
                if "uses" in step:
                    self._use(step, result.run, temp)
                    continue
                if name == "Install the suite" and not self._installed:
                    continue
                is_killed = name.startswith(kill_step) and kill_after is not None
                code = self._execute(step, temp, result, kill_after if is_killed else None)
                if code != 0:
                    result.failed.append(name)
                if is_killed and code == -signal.SIGKILL and loss == "runner":
                    break
            summary, outputs = temp / "summary", temp / "output-conclude"
            result.summary = summary.read_text() if summary.exists() else ""
            if outputs.exists():
                lines = outputs.read_text().splitlines()
                result.outputs = dict(line.split("=", 1) for line in lines)
        return result

    def _use(self, step: dict[str, Any], run: Run, temp: Path) -> None:
        if not step["uses"].startswith("actions/upload-artifact@"):
            return
        path = Path(self._expanded(step["with"]["path"], temp))
        files = {
            str(each.relative_to(path)): each.read_bytes()
            for each in sorted(path.rglob("*"))
            if each.is_file()
        }
        if files:
            self._github.upload(run, self._expanded(step["with"]["name"], temp), files)

    def _execute(
        self, step: dict[str, Any], temp: Path, result: Result, kill_after: float | None
    ) -> int:
        given = step.get("env", {}).items()
        dropped = ("PYTHON", "VIRTUAL_ENV", "COV", "PYTEST", "GITHUB_", "XDG_")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(dropped)}
        environment = {
            **kept,
            "HOME": str(temp),
            "PYTHONDONTWRITEBYTECODE": "1",
            "RUNNER_TEMP": str(temp),
            "GITHUB_ACTION_PATH": str(self._action),
            "GITHUB_API_URL": self._github.url,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_WORKFLOW_REF": f"{REPOSITORY}/.github/workflows/nightly.yml@refs/heads/main",
            "GITHUB_REF_NAME": result.run.branch,
            "GITHUB_RUN_ID": str(result.run.id),
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_STEP_SUMMARY": str(temp / "summary"),
            "GITHUB_OUTPUT": str(temp / f"output-{step.get('id', 'none')}"),
            **{name: self._expanded(str(value), temp) for name, value in given},
        }
        script = temp / "step.sh"
        script.write_text(step["run"])
        bash = shutil.which("bash") or "bash"
        process = subprocess.Popen(
            [bash, "--noprofile", "--norc", "-eo", "pipefail", script],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=temp,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
        result.log += output
        return process.returncode

    def _expanded(self, text: str, temp: Path) -> str:
        def value(match: re.Match[str]) -> str:
            expression = match[1].strip()
            known = {
                "runner.temp": str(temp),
                "github.run_attempt": "1",
                "steps.python.outputs.python-path": sys.executable,
            }
            if expression.startswith("inputs."):
                return self._inputs[expression.removeprefix("inputs.")]
            return known[expression]

        return re.sub(r"\$\{\{(.*?)\}\}", value, text)
