"""Finds what earlier runs of a workflow left: journal, record, last conclusive verdict."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath

from tools.github.api import GitHub, GitHubError
from tools.github.night import Night

_MOST_RUNS = 30
_LARGEST_FILE = 20_000_000


@dataclass(frozen=True)
class Workflow:
    """The workflow and the run that is asking.

    Attributes:
        file: The file name of the workflow.
        branch: The branch that it runs on.
        run_id: The id of the run that is asking.
        attempt: The attempt of that run.
    """

    file: str
    branch: str
    run_id: int
    attempt: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Workflow":
        """Read the variables of GitHub Actions."""
        path = environment["GITHUB_WORKFLOW_REF"].partition("@")[0]
        return cls(
            PurePosixPath(path).name,
            environment["GITHUB_REF_NAME"],
            int(environment["GITHUB_RUN_ID"]),
            int(environment["GITHUB_RUN_ATTEMPT"]),
        )


@dataclass(frozen=True)
class Found:
    """What earlier runs left.

    Attributes:
        journal: The journal of keys to restore, None if every key is back.
        previous: The record of the previous run, None without one.
        baseline: The verdict.json of the last conclusive run, None without one.
    """

    journal: bytes | None = None
    previous: Night | None = None
    baseline: bytes | None = None


def find(github: GitHub, workflow: Workflow, name: str) -> Found:
    """Look through the earlier runs, the newest first.

    Only runs of this workflow on this branch count: an artifact from elsewhere, such as a fork,
    could name another target, and the journal decides where the token is sent.

    Args:
        github: The repository.
        workflow: The workflow and the run that is asking.
        name: The name of the nightly run.

    Raises:
        GitHubError: GitHub rejects a request, or an artifact is damaged.
    """
    journal: bytes | None = None
    baseline: bytes | None = None
    previous: Night | None = None
    knows_journal = False
    for artifacts in islice(_runs(github, workflow, name), _MOST_RUNS):
        record = _record(github, artifacts)
        if previous is None and record is not None:
            previous = record
        if not knows_journal:
            journal = _journal(github, artifacts, record)
            knows_journal = journal is not None or (record is not None and record.knows_journal)
        if record is not None and record.is_conclusive:
            baseline = _file(github, artifacts["verdict"], "verdict.json")
        if knows_journal and baseline is not None:
            break
    return Found(journal, previous, baseline)


def _journal(github: GitHub, artifacts: dict[str, int], record: Night | None) -> bytes | None:
    """The journal of a run, None if every key is back.

    A run uploads the state of the keys before it changes them. Without a record, it never ended.
    """
    if record is not None and not record.not_restored:
        return None
    if "journal" in artifacts:
        content = _file(github, artifacts["journal"], "journal.jsonl")
        if content is not None:
            return content
    if record is None:
        return None
    ids = ", ".join(record.not_restored)
    raise GitHubError(f"the journal of {ids} is missing: restore these keys by hand")


def _runs(github: GitHub, workflow: Workflow, name: str) -> Iterator[dict[str, int]]:
    """Yield the ids of the artifacts of each run that left some: kind to id."""
    path = f"/actions/workflows/{workflow.file}/runs"
    for run in github.items(path, "workflow_runs", branch=workflow.branch):
        is_own = (run.get("head_repository") or {}).get("full_name") == github.repository
        is_earlier = run["id"] != workflow.run_id or workflow.attempt > 1
        if is_own and is_earlier and run["event"] != "pull_request":
            artifacts = _artifacts(github, run["id"], name)
            if artifacts:
                yield artifacts


def _artifacts(github: GitHub, run_id: int, name: str) -> dict[str, int]:
    """The artifacts of the last attempt of a run that left some."""
    attempts: dict[int, dict[str, int]] = {}
    for artifact in github.items(f"/actions/runs/{run_id}/artifacts", "artifacts"):
        for kind in ("verdict", "journal"):
            attempt = str(artifact["name"]).removeprefix(f"{name}-{kind}-")
            if attempt.isdecimal() and not artifact["expired"]:
                attempts.setdefault(int(attempt), {})[kind] = artifact["id"]
    return attempts[max(attempts)] if attempts else {}


def _record(github: GitHub, artifacts: dict[str, int]) -> Night | None:
    if "verdict" not in artifacts:
        return None
    content = _file(github, artifacts["verdict"], "night.json")
    try:
        return None if content is None else Night.parse(content)
    except ValueError as error:
        raise GitHubError(f"artifact {artifacts['verdict']}: {error}") from error


def _file(github: GitHub, artifact_id: int, name: str) -> bytes | None:
    """Read one file of an artifact, None if it is missing."""
    try:
        with zipfile.ZipFile(io.BytesIO(github.archive(artifact_id))) as archive:
            if name not in archive.namelist():
                return None
            if archive.getinfo(name).file_size > _LARGEST_FILE:
                raise GitHubError(f"artifact {artifact_id}: {name} is too large")
            return archive.read(name)
    except (zipfile.BadZipFile, json.JSONDecodeError) as error:
        raise GitHubError(f"artifact {artifact_id} is damaged") from error
