"""Recordings are judged by the rules of the suite, and nothing is concluded that is not certain."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dodo_license_mock import LicenseMock

from contract_tests.contract.rules import CATALOGUE
from contract_tests.judge.verdict import Verdict
from contract_tests.options import Options
from contract_tests.traffic import caller, keys, licenses, lists, passive, patch_rules
from mutants.catalogue import ALL, VARIATIONS
from mutants.sample import SAMPLE
from mutants.scoring.trial import Silence
from mutants.server.layer import Layer
from tests.contract_suite.runs import run_in_process
from tests.traffic.clients import (
    entries,
    recorded_client,
    status_of,
    use_everything,
    verdict_on,
    violated,
    with_entries,
)

__all__ = ["Silence"]


AREAS = "auth|get|patch|body|method|list|activate|deactivate|validate|instance|create"


def passive_rules() -> set[str]:
    """The rules that the judge of recordings names, and those of every exchange."""
    named = {rule.id for rule in CATALOGUE if rule.area in ("response", "error")}
    for module in (caller, keys, licenses, lists, passive, patch_rules):
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        named |= set(re.findall(rf'"((?:{AREAS})\.[a-z0-9.-]+[a-z0-9])"', text))
    return named


def test_every_rule_of_the_judge_is_in_the_catalogue() -> None:
    assert passive_rules() <= {rule.id for rule in CATALOGUE}


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clients that take turns with two keys."""
    path = tmp_path_factory.mktemp("recording") / "two.har"
    mock = LicenseMock()
    with recorded_client(mock, path) as client:
        for key_id in mock.key_ids[:2]:
            use_everything(client, key_id)
        for key_id in mock.key_ids[:2]:
            use_everything(client, key_id)
    return path


def test_mock_conforms_and_the_state_is_judged(recording: Path) -> None:
    verdict = verdict_on(recording)
    assert verdict.outcome == "conforms"
    for rule in (
        "patch.limit.null-removes",
        "patch.limit.omitted-keeps",
        "patch.disabled.true-disables",
        "patch.disabled.string-refused",
        "patch.refused-changes-nothing",
        "patch.frame.customer-id",
        "activate.answer",
        "activate.disabled-403",
        "deactivate.instance-gone",
        "instance.rename",
        "instance.count",
        "validate.active",
        "list.filter.status",
    ):
        assert status_of(verdict, rule) in ("holds", "skipped"), rule
    held = [each.rule.id for each in verdict.entries if each.status == "holds"]
    assert {"patch.limit.omitted-keeps", "patch.limit.null-removes", "activate.answer"} <= set(held)


def test_other_tools_recordings_establish_no_state(recording: Path, tmp_path: Path) -> None:
    path = with_entries(tmp_path / "other.har", entries(recording))
    verdict = verdict_on(path)
    assert verdict.outcome == "conforms"
    assert status_of(verdict, "patch.limit.omitted-keeps") == "skipped"
    assert status_of(verdict, "patch.limit.null-removes") == "holds"
    assert status_of(verdict_on(path, complete=True), "patch.limit.omitted-keeps") == "holds"


@pytest.mark.parametrize("seed", range(20))
def test_missing_exchanges_violate_nothing(recording: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    kept = [each for each in entries(recording) if chance.random() < chance.choice((0.5, 0.9))]
    path = with_entries(tmp_path / "gaps.har", kept)
    assert violated(verdict_on(path)) == []


def test_gap_in_an_own_recording_is_noticed(recording: Path, tmp_path: Path) -> None:
    lines = recording.read_bytes().splitlines(keepends=True)
    path = tmp_path / "cut.har"
    path.write_bytes(b"".join(lines[:5] + lines[8:]))
    verdict = verdict_on(path)
    assert violated(verdict) == []
    assert status_of(verdict, "patch.limit.omitted-keeps") == "skipped"


@pytest.mark.parametrize("hours", [-50, -1, 1, 50])
def test_clock_of_the_recorder_does_not_matter(recording: Path, tmp_path: Path, hours: int) -> None:
    from datetime import datetime, timedelta

    made = entries(recording)
    for each in made:
        at = datetime.fromisoformat(each["startedDateTime"]) + timedelta(hours=hours)
        each["startedDateTime"] = at.isoformat()
    path = with_entries(tmp_path / "shifted.har", made)
    assert violated(verdict_on(path, complete=True)) == []


def test_overlapping_requests_violate_nothing(recording: Path, tmp_path: Path) -> None:
    made = entries(recording)
    for each in made:
        each["time"] = 60_000
        each["timings"]["wait"] = 1
    random.Random(1).shuffle(made)
    assert violated(verdict_on(with_entries(tmp_path / "at-once.har", made), complete=True)) == []


Change = Callable[[dict[str, Any]], None]


def _response_json(entry: dict[str, Any], **fields: Any) -> None:
    import json

    content = entry["response"]["content"]
    content["text"] = json.dumps(json.loads(content["text"]) | fields)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("response.status-documented", lambda e: e["response"].update(status=206)),
        ("response.body-conforms", lambda e: _response_json(e, created_at="yesterday")),
        ("get.known-200", lambda e: _response_json(e, id="lic_other")),
        ("response.media-type", lambda e: e["response"]["headers"].clear()),
    ],
)
def test_faulty_response_is_found(
    recording: Path, tmp_path: Path, rule: str, change: Change
) -> None:
    made = entries(recording)
    change(made[0])
    assert rule in violated(verdict_on(with_entries(tmp_path / "faulty.har", made)))


@pytest.mark.parametrize(
    ("seconds", "rules"), [(0.4, ["patch.read-after-write"]), (5.0, ["patch.stored.get"])]
)
def test_read_of_the_state_before_a_patch_is_a_lag_or_a_lost_write(
    tmp_path: Path, seconds: float, rules: list[str]
) -> None:
    from datetime import datetime, timedelta

    path = tmp_path / "lag.har"
    mock = LicenseMock()
    key = f"/license_keys/{mock.key_ids[0]}"
    with recorded_client(mock, path) as client:
        client.get(key)
        client.patch(key, json={"activations_limit": 77})
        client.get(key)
    made = entries(path)
    made[2]["response"] = made[0]["response"]
    written = datetime.fromisoformat(made[1]["startedDateTime"])
    made[2]["startedDateTime"] = (written + timedelta(seconds=seconds)).isoformat()
    assert violated(verdict_on(with_entries(path, made), complete=True)) == rules


def recorded_run(mutant: str, path: Path) -> Verdict:
    """Run the suite on a mutant and record it."""
    fault = ALL[mutant]
    mock = LicenseMock(seed=fault.seed)
    options = Options(profile="quick", record=path)
    layer = Layer(mock.app, fault.behaviour, mock.token)
    return run_in_process(mock, options, layer, mock.key_ids[:20])


@pytest.mark.parametrize(
    "mutant",
    [
        "patch-null-limit-alone-ignored",
        *(
            pytest.param(each, marks=pytest.mark.weekly)
            for each in dict.fromkeys(SAMPLE.values())
            if each != "patch-null-limit-alone-ignored"
        ),
    ],
)
def test_recording_shows_each_fault_that_the_run_detects(mutant: str, tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    run = recorded_run(mutant, path)
    if not passive_rules() & set(violated(run)):
        pytest.skip("the run detects the fault by none of the rules that need no own request")
    assert verdict_on(path).outcome == "violates"


@pytest.mark.weekly
@pytest.mark.parametrize("variation", VARIATIONS)
def test_recording_of_a_variation_raises_no_alarm(variation: str, tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    recorded_run(variation, path)
    assert verdict_on(path, strict=False).outcome == "conforms"


def test_other_hosts_and_paths_are_counted(tmp_path: Path) -> None:
    mock = LicenseMock()
    path = tmp_path / "mixed.har"
    with recorded_client(mock, path) as client:
        client.get("/license_keys")
        client.get("/payments/pay_1")
        client.get("http://elsewhere.invalid/license_keys")
    verdict = verdict_on(path)
    assert (verdict.requests, verdict.ignored) == (1, {"other hosts": 1, "other paths": 1})


def test_nothing_to_judge_is_inconclusive(tmp_path: Path) -> None:
    with recorded_client(LicenseMock(), tmp_path / "empty.har"):
        pass
    verdict = verdict_on(tmp_path / "empty.har")
    assert verdict.outcome == "inconclusive"
    assert "no exchange" in verdict.reason


def test_caller_is_judged(tmp_path: Path) -> None:
    mock = LicenseMock()
    path = tmp_path / "caller.har"
    with recorded_client(mock, path) as client:
        key = f"/license_keys/{mock.key_ids[0]}"
        client.patch(key, json={"expires_at": "2031-01-01T00:00:00", "colour": "red"})
        client.patch(key, json={"activations_limit": "5"})
        mock.fail(status=500)
        for _ in range(2):
            client.post("/licenses/activate", json={"license_key": "LK-1", "name": "a"})
        mock.fail(status=429, retry_after=30)
        for _ in range(2):
            client.get(key)
    found = {(each.kind, each.detail) for each in verdict_on(path, strict=False).caller}
    assert {
        ("naive-timestamp", "expires_at"),
        ("unknown-field", "colour"),
        ("rejected-request", "activations_limit"),
        ("unsafe-retry", ""),
        ("ignored-rate-limit", ""),
        ("deprecated-operation", ""),
    } <= found
