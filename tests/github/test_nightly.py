"""Nightly runs: the steps of the action, executed in order against a stand-in and a mock."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from dodo_license_mock import LicenseMock

from contract_tests.account.journal import Journal
from contract_tests.account.saved_key import SavedKey
from tests.contract_suite.runs import snapshot
from tests.github.runner import Loss, Runner
from tests.github.stand_in import GitHubStandIn
from tests.tools.conftest import make_clone

SEED = {
    "license_keys": [
        {"id": "lic_plain", "activations_limit": 5, "expires_at": "2031-05-06T07:08:09Z"},
        {"id": "lic_subscription", "subscription_id": "sub_1"},
        {"id": "lic_in_use", "activations_limit": 3, "instances": [{"name": "Laptop"}]},
    ]
}


@contextmanager
def api() -> Iterator[tuple[LicenseMock, dict[str, str]]]:
    """Serve a mock and yield it with the inputs of the action."""
    mock = LicenseMock(seed=SEED)
    with mock.serve() as url:
        yield (
            mock,
            {"target": url, "token": mock.token, "key-ids": ",".join(mock.key_ids)},
        )


def state(mock: LicenseMock) -> list[object]:
    """What a run must restore: every key, and how many instances there are."""
    keys, instances = snapshot(mock)
    return [keys, instances]


def test_a_night_writes_summary_outputs_and_artifacts(github: GitHubStandIn) -> None:
    with api() as (mock, inputs):
        before = state(mock)
        first = Runner(github, inputs).run()
        assert state(mock) == before
    assert first.failed == []
    assert first.summary.startswith("## ✅ Conforms\n")
    assert first.outputs["verdict"] == "conforms"
    assert (first.outputs["violated"], first.outputs["not-restored"]) == ("0", "")
    assert int(first.outputs["holds"]) > 50
    assert set(first.run.artifacts) == {"contract-journal-1", "contract-verdict-1"}
    assert github.open_issues == {}


@pytest.mark.weekly
def test_the_next_night_reports_drift_and_keeps_one_issue(github: GitHubStandIn) -> None:
    with api() as (mock, inputs):
        Runner(github, inputs).run()
        # The API now returns 500 for every list: violations, and another behaviour than before.
        mock.fail(times=10_000, method="GET", path="/license_keys", status=500)
        nights = [Runner(github, inputs).run() for _ in range(2)]
        (issue,) = github.open_issues.values()
        assert issue["title"] == "The License Keys API violates the contract"
        for night in nights:
            assert night.failed == ["Run the contract suite"]
            assert night.outputs["verdict"] == "violates"
            assert "::error title=response.no-server-error::" in night.log
        assert "### Changes since the last run" in nights[0].summary
        assert "response.no-server-error: holds before, violated now" in nights[0].summary
        assert "curl -i " in issue["body"]
        assert nights[1].run.id != nights[0].run.id
        assert f"/actions/runs/{nights[1].run.id}" in issue["body"]
        changes = [
            each["body"].partition(" Run: ")[0] for each in github.comments.get(issue["number"], ())
        ]
        assert len(set(changes)) == len(changes)  # the same violations need no second notification
        httpx.delete(f"{inputs['target']}/_mock/faults").raise_for_status()
        Runner(github, inputs).run()
    assert github.open_issues == {}
    assert "Recovered" in github.comments[issue["number"]][-1]["body"]


@pytest.mark.weekly
def test_two_inconclusive_nights_open_an_issue(github: GitHubStandIn) -> None:
    with api() as (_, inputs):
        expired = {**inputs, "token": "expired"}
        first = Runner(github, expired).run()
        assert first.outputs["verdict"] == "inconclusive"
        assert "rejects the token: check DODO" in first.summary
        assert "::error title=Inconclusive::" in first.log
        assert github.open_issues == {}
        Runner(github, expired).run()
        assert list(github.open_issues) == ["The nightly contract run is inconclusive"]
        Runner(github, expired).run()
        assert len(github.issues) == 1
        Runner(github, inputs).run()
    assert github.open_issues == {}


@pytest.mark.weekly
def test_an_api_that_is_down_is_inconclusive(github: GitHubStandIn) -> None:
    inputs = {"target": "http://127.0.0.1:9", "token": "token", "key-ids": "lic_1"}
    night = Runner(github, inputs).run()
    assert (night.outputs["verdict"], night.outputs["not-restored"]) == ("inconclusive", "")
    assert "does not respond" in night.summary


@pytest.mark.weekly
def test_keys_that_cannot_be_restored_open_an_issue_at_once(github: GitHubStandIn) -> None:
    with api() as (mock, inputs):
        before = state(mock)
        killed = Runner(github, inputs).run(kill_when=lambda: True, loss="runner")
        assert "contract-journal-1" in killed.run.artifacts
        # As if the run had been killed after its first change.
        headers = {"Authorization": f"Bearer {mock.token}"}
        with httpx.Client(base_url=inputs["target"], headers=headers) as client:
            client.patch("/license_keys/lic_plain", json={"activations_limit": 9})
        mock.fail(times=10_000, method="PATCH", status=503)
        night = Runner(github, inputs).run()
        assert night.outputs["not-restored"] == "lic_plain"
        issue = github.open_issues["License keys are not restored"]
        assert "could not restore them: `lic_plain`." in issue["body"]
        assert "::error title=License keys not restored::lic_plain" in night.log
        httpx.delete(f"{inputs['target']}/_mock/faults").raise_for_status()
        recovered = Runner(github, inputs).run()
        assert recovered.outputs["verdict"] == "conforms"
        assert state(mock) == before
    assert github.open_issues == {}


@pytest.mark.weekly
def test_thirty_killed_runs_lose_nothing(github: GitHubStandIn) -> None:
    """Kill each run after a random request; after the next run every key is back."""
    chance = random.Random(7)
    changed = 0
    with api() as (mock, inputs):
        before = state(mock)
        runner = Runner(github, inputs)
        for _ in range(30):
            httpx.delete(f"{inputs['target']}/_mock/journal").raise_for_status()
            last = chance.randint(1, 115)
            loss: Loss = chance.choice(["step", "runner"])
            # The requests of the other steps count too: restoring may be what is killed.
            step = chance.choice(["Run the contract suite"] * 4 + ["Restore what is left"])
            runner.run(
                kill_when=lambda: len(mock.journal()) >= last,  # noqa: B023 - called at once
                loss=loss,
                kill_step=step,
            )
            changed += state(mock) != before
            night = runner.run()
            assert night.outputs["verdict"] == "conforms", night.summary
            assert state(mock) == before
    # Where the runner is lost, the keys remain changed until the next run.
    assert changed > 5


@pytest.mark.weekly
def test_the_action_runs_from_a_fresh_clone(github: GitHubStandIn, tmp_path: Path) -> None:
    """Every step in order, with the suite installed as on a runner."""
    clone = make_clone(tmp_path / "clone")
    action = clone.path / ".github" / "actions" / "contract"
    with api() as (_, inputs):
        night = Runner(github, inputs, installed=True, action=action).run()
    if night.failed[:1] == ["Install the suite"]:
        pytest.skip("no package registry is reachable")
    assert (night.failed, night.outputs["verdict"]) == ([], "conforms")


def journal_of(folder: Path, base_url: str, token: str) -> bytes:
    """The content of a journal with one key to restore."""
    path = folder / "journal.jsonl"
    Journal(path, token).save([SavedKey(base_url, "lic_plain", "m", 1, None, "active", False)])
    return path.read_bytes()


@pytest.mark.weekly
def test_a_journal_from_elsewhere_is_not_used(github: GitHubStandIn, tmp_path: Path) -> None:
    with api() as (mock, inputs):
        journal = {"journal.jsonl": journal_of(tmp_path, "http://evil.example", mock.token)}
        # From a fork, from a pull request, and from another branch: all are ignored.
        for settings in (
            {"repository": "evil/licenses"},
            {"event": "pull_request"},
            {"branch": "other"},
        ):
            github.upload(github.start_run(**settings), "contract-journal-1", journal)
        assert Runner(github, inputs).run().outputs["verdict"] == "conforms"
        # From this workflow but about another target, which is not sent the token.
        github.upload(github.start_run(), "contract-journal-1", journal)
        night = Runner(github, inputs).run()
    assert night.outputs["verdict"] == "inconclusive"
    assert "the journal of the previous run is not of" in night.summary


@pytest.mark.weekly
def test_without_github_no_key_is_changed(github: GitHubStandIn) -> None:
    with api() as (mock, inputs):
        github.fail_with = 503
        night = Runner(github, {**inputs, "issues": "false"}).run()
        assert night.outputs["verdict"] == "inconclusive"
        assert not [each for each in mock.journal() if each.method != "GET"]
