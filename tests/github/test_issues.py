"""Issues, the history of runs and the comment of a pull request, against the stand-in."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.github.stand_in import REPOSITORY, TOKEN, GitHubStandIn
from tools.github.__main__ import main
from tools.github.api import GitHub, GitHubError
from tools.github.comment import MARKER
from tools.github.history import Workflow, find
from tools.github.issues import keep_issues
from tools.github.night import Night

WORKFLOW = Workflow("nightly.yml", "main", run_id=0, attempt=1)
GOOD = Night("conforms", "all hold", "https://github.example/1")
BAD = Night("violates", "one is violated", "https://github.example/2")
UNKNOWN = Night("inconclusive", "the API is down", "https://github.example/3")
LOST = Night("conforms", "all hold", "https://github.example/4", not_restored=("lic_1", "lic_2"))


def client(github: GitHubStandIn) -> GitHub:
    return GitHub(REPOSITORY, TOKEN, github.url)


def keep(
    github: GitHubStandIn, night: Night, previous: Night | None = None, *failing: str
) -> list[str]:
    document: dict[str, Any] = {"rules": [{"id": each, "fails": True} for each in failing]}
    return list(keep_issues(client(github), "contract", night, previous, "Summary.", document))


def upload(github: GitHubStandIn, night: Night | None, **artifacts: bytes) -> int:
    run = github.start_run()
    if night is not None:
        files = {"night.json": json.dumps(night.__dict__).encode(), "verdict.json": b"{}"}
        github.upload(run, "contract-verdict-1", files)
    for name, content in artifacts.items():
        github.upload(run, f"contract-{name}-1", {f"{name}.jsonl": content})
    return run.id


def test_an_issue_is_opened_updated_and_closed(github: GitHubStandIn) -> None:
    assert keep(github, GOOD) == []
    (line,) = keep(github, BAD, GOOD, "get.known-200")
    assert line.startswith("opened issue ")
    (issue,) = github.open_issues.values()
    keep(github, BAD, BAD, "get.known-200")
    assert github.comments == {}
    keep(github, BAD, BAD, "get.known-200", "patch.limit.zero")
    assert "`patch.limit.zero`" in github.comments[issue["number"]][-1]["body"]
    keep(github, UNKNOWN, BAD)
    assert list(github.open_issues) == [issue["title"]]
    keep(github, GOOD, UNKNOWN)
    assert github.open_issues == {}
    assert issue["state_reason"] == "completed"
    keep(github, BAD, GOOD, "get.known-200")
    assert len(github.issues) == 2


def test_one_inconclusive_night_is_no_issue_and_two_are(github: GitHubStandIn) -> None:
    assert keep(github, UNKNOWN, GOOD) == []
    assert keep(github, UNKNOWN, UNKNOWN) != []
    (issue,) = github.open_issues.values()
    assert "At least two runs in a row were inconclusive." in issue["body"]
    keep(github, BAD, UNKNOWN, "get.known-200")
    assert list(github.open_issues) == ["The License Keys API violates the contract"]


def test_keys_that_are_not_restored_are_an_issue_at_once(github: GitHubStandIn) -> None:
    keep(github, LOST, GOOD)
    (issue,) = github.open_issues.values()
    assert "`lic_1`, `lic_2`" in issue["body"]
    keep(github, GOOD, LOST)
    assert github.open_issues == {}


def test_an_issue_of_another_name_is_left_alone(github: GitHubStandIn) -> None:
    keep(github, BAD, GOOD, "get.known-200")
    lines = list(keep_issues(client(github), "other", GOOD, None, "Summary.", None))
    assert (lines, len(github.open_issues)) == ([], 1)


def test_a_long_summary_fits_an_issue(github: GitHubStandIn) -> None:
    list(keep_issues(client(github), "contract", BAD, None, "line\n" * 50_000, None))
    (issue,) = github.issues
    assert len(issue["body"]) < 65_536


def test_history_starts_empty(github: GitHubStandIn) -> None:
    found = find(client(github), WORKFLOW, "contract")
    assert (found.journal, found.previous, found.baseline) == (None, None, None)


def test_the_last_conclusive_verdict_is_the_baseline(github: GitHubStandIn) -> None:
    upload(github, GOOD)
    upload(github, UNKNOWN)
    upload(github, None)  # a run that was killed at its start
    found = find(client(github), WORKFLOW, "contract")
    assert (found.previous, found.baseline) == (UNKNOWN, b"{}")


def test_the_journal_of_a_lost_runner_is_found(github: GitHubStandIn) -> None:
    upload(github, GOOD, journal=b"old")
    upload(github, None, journal=b"lost")
    upload(github, None)
    assert find(client(github), WORKFLOW, "contract").journal == b"lost"


def test_a_journal_counts_until_a_run_restored_it(github: GitHubStandIn) -> None:
    upload(github, LOST, journal=b"pending")
    # A run that could not ask GitHub says nothing about the keys.
    upload(github, Night("inconclusive", "GitHub is down", knows_journal=False))
    assert find(client(github), WORKFLOW, "contract").journal == b"pending"
    upload(github, GOOD, journal=b"the state before the run")
    assert find(client(github), WORKFLOW, "contract").journal is None


def test_a_lost_journal_stops_the_run(github: GitHubStandIn) -> None:
    upload(github, LOST)
    with pytest.raises(GitHubError, match="the journal of lic_1, lic_2 is missing"):
        find(client(github), WORKFLOW, "contract")


def test_many_runs_and_artifacts_are_read_page_by_page(github: GitHubStandIn) -> None:
    wanted = upload(github, GOOD)
    run = next(each for each in github.runs if each.id == wanted)
    for number in range(120):
        github.upload(run, f"other-{number}", {"file": b""})
    run.artifacts = dict(reversed(run.artifacts.items()))
    for _ in range(120):
        github.start_run(event="pull_request")
    assert find(client(github), WORKFLOW, "contract").previous == GOOD


def test_damaged_artifacts_are_named(github: GitHubStandIn) -> None:
    github.start_run().artifacts["contract-verdict-1"] = b"no archive"
    with pytest.raises(GitHubError, match=r"artifact \d+ is damaged"):
        find(client(github), WORKFLOW, "contract")
    github.fail_with = 503
    with pytest.raises(GitHubError, match="returned 503"):
        find(client(github), WORKFLOW, "contract")


def comment(github: GitHubStandIn, folder: Path, text: str, monkeypatch: Any) -> int:
    monkeypatch.setenv("GITHUB_REPOSITORY", REPOSITORY)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_API_URL", github.url)
    path = folder / "diff.md"
    path.write_text(text)
    return main(["comment", "7", str(path)])


def test_a_comment_is_written_edited_and_never_doubled(
    github: GitHubStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    human = {"id": 999, "body": f"{MARKER}\nquoted", "user": {"login": "eve", "type": "User"}}
    github.comments[7] = [human]
    assert comment(github, tmp_path, "", monkeypatch) == 0
    assert len(github.comments[7]) == 1
    comment(github, tmp_path, "One change.\n", monkeypatch)
    comment(github, tmp_path, "One change.\n", monkeypatch)
    comment(github, tmp_path, "Two changes.\n", monkeypatch)
    assert [each["body"] for each in github.comments[7]] == [
        human["body"],
        f"{MARKER}\nTwo changes.",
    ]
    comment(github, tmp_path, "", monkeypatch)
    assert "does not change any more" in github.comments[7][1]["body"]
