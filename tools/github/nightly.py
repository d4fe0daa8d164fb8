"""The steps of a nightly run: prepare, run, conclude."""

import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import httpx

from contract_tests.account.saved_key import SavedKey
from contract_tests.errors import CannotRunError
from contract_tests.options import KEY_IDS_VARIABLE
from contract_tests.report import github as workflow_commands
from contract_tests.report import markdown
from contract_tests.transport.guard import MARKER
from tools.github.api import GitHub, GitHubError
from tools.github.history import Workflow, find
from tools.github.issues import keep_issues
from tools.github.night import Night, Settings, check_journal, counts, pending_ids

_SECONDS = 30.0


def prepare(settings: Settings, environment: Mapping[str, str]) -> int:
    """Fetch what earlier runs left, restore their keys, and save the state of the keys.

    Returns:
        0, or 2 if keys of an earlier run may still be changed.
    """
    shutil.rmtree(settings.folder, ignore_errors=True)
    settings.journal.path.parent.mkdir(parents=True)
    github = GitHub.from_environment(environment)
    with contextlib.closing(github):
        found = find(github, Workflow.from_environment(environment), settings.name)
    if found.baseline is not None:
        settings.baseline.write_bytes(found.baseline)
    if found.previous is not None:
        found.previous.write(settings.previous)
    if found.journal is not None:
        whole = settings.journal.path.with_suffix(".part")
        whole.write_bytes(found.journal)
        whole.replace(settings.journal.path)
        check_journal(settings.journal, settings.target)
    settings.fetched.touch()
    if pending_ids(settings.journal):
        print("An earlier run left keys changed. Restoring them first.")
        _suite(settings, "restore", "--journal", str(settings.journal.path))
        if pending_ids(settings.journal):
            return 2
    _save_state(settings, environment)
    return 0


def run(settings: Settings) -> int:
    """Run the suite and return its exit code."""
    # The journal contains the state before the run; the suite writes its own.
    settings.journal.path.unlink(missing_ok=True)
    arguments = [f"--base-url={settings.target}", f"--journal={settings.journal.path}"]
    arguments += [f"--report={settings.reports}", "--format=github", *settings.options]
    if settings.baseline.exists():
        arguments.append(f"--baseline={settings.baseline}")
    return _suite(settings, *arguments)


def conclude(settings: Settings, environment: Mapping[str, str]) -> int:
    """Restore what is left to restore, and write the record, the summary, outputs and issues.

    Returns:
        0, or 1 if keys are still changed or the issues could not be updated.
    """
    pending = _restore_rest(settings)
    document = _read_json(settings.reports / "verdict.json")
    night = _record(settings, document, pending, _run_url(environment))
    night.write(settings.reports / "night.json")
    if document is None:
        print(workflow_commands.command("error", night.verdict.capitalize(), night.reason))
    if pending:
        title = "License keys not restored"
        print(workflow_commands.command("error", title, ", ".join(pending)))
    summary = _summary(night, document)
    _append(environment.get("GITHUB_STEP_SUMMARY"), summary)
    _append(environment.get("GITHUB_OUTPUT"), _outputs(night))
    if not settings.issues:
        return int(bool(pending))
    previous = Night.parse(settings.previous.read_bytes()) if settings.previous.exists() else None
    with contextlib.closing(GitHub.from_environment(environment)) as github:
        for line in keep_issues(github, settings.name, night, previous, summary, document):
            print(line)
    return int(bool(pending))


def _save_state(settings: Settings, environment: Mapping[str, str]) -> None:
    """Write the state of the keys, so that the next run can restore them if this runner is lost.

    If the state cannot be read, the suite says why.
    """
    if not settings.token:
        return
    headers = {"Authorization": f"Bearer {settings.token}"}
    ids = [each.strip() for each in environment.get(KEY_IDS_VARIABLE, "").split(",")]
    saved = []
    try:
        with httpx.Client(base_url=settings.target, headers=headers, timeout=_SECONDS) as client:
            for key_id in filter(None, ids):
                key = client.get(f"/license_keys/{key_id}").raise_for_status().json()
                saved.append(SavedKey.of(key, settings.target.rstrip("/"), MARKER))
        settings.journal.save(saved)
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"The state of the keys is not saved before the run: {type(error).__name__}")


def _restore_rest(settings: Settings) -> tuple[str, ...]:
    try:
        if pending_ids(settings.journal):
            check_journal(settings.journal, settings.target)
            _suite(settings, "restore", "--journal", str(settings.journal.path), quiet=True)
        pending = pending_ids(settings.journal)
    except CannotRunError as error:
        print(error, file=sys.stderr)
        return (f"keys of {settings.journal.path.name}",)
    if not pending:
        settings.journal.path.unlink(missing_ok=True)
    return pending


def _record(
    settings: Settings, document: dict[str, Any] | None, pending: tuple[str, ...], run_url: str
) -> Night:
    knows_journal = settings.fetched.exists()
    if document is not None:
        verdict, reason = document["verdict"], document["reason"]
        if document["not_restored"] and not pending:
            reason = "the keys were restored after the run; see the rules for what it tested"
        return Night(verdict, reason, run_url, pending, knows_journal, counts(document))
    _, _, said = _text(settings.outcome).partition("\n")
    reason = said.strip() or "the run was killed before it ended"
    return Night("inconclusive", reason, run_url, pending, knows_journal)


def _summary(night: Night, document: dict[str, Any] | None) -> str:
    if document is None:
        lines = [f"## ⚠️ {night.verdict.capitalize()}", "", markdown.plain(night.reason) + ".", ""]
    else:
        lines = [markdown.render(document)]
    if night.not_restored:
        ids = ", ".join(map(markdown.code, night.not_restored))
        lines += ["### License keys not restored", "", f"{ids}. The next run restores them first."]
    return "\n".join(lines) + "\n"


def _outputs(night: Night) -> str:
    values = {
        "verdict": night.verdict,
        "not-restored": ",".join(night.not_restored),
        **{name: str(night.counts.get(name, 0)) for name in _COUNTS},
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


_COUNTS = ("holds", "violated", "known", "skipped", "requests")


def _run_url(environment: Mapping[str, str]) -> str:
    server, repository = environment["GITHUB_SERVER_URL"], environment["GITHUB_REPOSITORY"]
    return f"{server}/{repository}/actions/runs/{environment['GITHUB_RUN_ID']}"


def _suite(settings: Settings, *arguments: str, quiet: bool = False) -> int:
    """Run the command line of the suite and keep its exit code and what it writes to stderr."""
    from contract_tests.__main__ import main as suite  # slow to import, and not always needed

    with contextlib.redirect_stderr(Tee(sys.stderr)) as tee:
        code = suite(list(arguments))
    if not quiet:
        last = (tee.kept.getvalue().strip().splitlines() or [""])[-1]
        reason = last.removeprefix("contract_tests: ")
        settings.outcome.write_text(f"{code}\n{reason}\n", encoding="utf-8")
    return code


class Tee(io.TextIOBase):
    """Writes to a stream and keeps what was written.

    Attributes:
        kept: What was written.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.kept = io.StringIO()

    def write(self, text: str) -> int:
        """Write a text."""
        self.kept.write(text)
        return self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()


def _append(path: str | None, text: str) -> None:
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _read_json(path: Path) -> dict[str, Any] | None:
    content: dict[str, Any] | None = json.loads(_text(path) or "null")
    return content


def main(command: str, environment: Mapping[str, str] = os.environ) -> int:
    """Run one step: `prepare`, `run` or `conclude`."""
    settings = Settings.from_environment(environment)
    try:
        if command == "prepare":
            return prepare(settings, environment)
        return run(settings) if command == "run" else conclude(settings, environment)
    except (GitHubError, CannotRunError) as error:
        print(f"nightly: {error}", file=sys.stderr)
        if command == "prepare":
            settings.outcome.write_text(f"2\n{error}\n", encoding="utf-8")
        return 2
