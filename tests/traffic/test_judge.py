"""Recordings are judged by the rules of the suite, and nothing is concluded that is not certain."""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock

from contract_tests.contract.rules import CATALOGUE
from contract_tests.judge.verdict import Verdict
from contract_tests.options import Options, Profile
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


def recorded_run(mutant: str, path: Path, profile: Profile = "quick") -> Verdict:
    """Run the suite on a mutant and record it."""
    fault = ALL[mutant]
    mock = LicenseMock(seed=fault.seed)
    options = Options(profile=profile, record=path)
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


def test_id_that_is_sent_as_a_license_key_stays_known(tmp_path: Path) -> None:
    path = tmp_path / "id.har"
    mock = LicenseMock()
    key_id = mock.key_ids[0]
    with recorded_client(mock, path) as client:
        key = client.get(f"/license_keys/{key_id}").json()
        made = client.post("/licenses/activate", json={"license_key": key["key"], "name": "a"})
        client.post("/licenses/validate", json={"license_key": key_id})
        client.get(f"/license_key_instances/{made.json()['id']}")
        client.get("/license_key_instances", params={"license_key_id": key_id})
        client.patch(f"/license_keys/{key_id}", json={"disabled": True})
        client.get("/license_keys", params={"status": "active", "page_size": 100})
    assert violated(verdict_on(path)) == []
    assert entries(path)[-2]["request"]["url"].endswith(key_id)


def test_id_that_is_hidden_from_the_start_proves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "hidden.har"
    mock = LicenseMock()
    key_id = mock.key_ids[0]
    with recorded_client(mock, path) as client:
        client.post("/licenses/validate", json={"license_key": key_id})
        key = client.get(f"/license_keys/{key_id}").json()
        made = client.post("/licenses/activate", json={"license_key": key["key"], "name": "a"})
        client.get(f"/license_key_instances/{made.json()['id']}")
        used = {"license_key": key["key"], "license_key_instance_id": made.json()["id"]}
        client.post("/licenses/validate", json=used)
        client.post("/licenses/deactivate", json=used)
    assert key_id not in path.read_text()
    assert violated(verdict_on(path)) == []


@pytest.mark.parametrize(
    ("mutant", "rule"),
    [
        ("auth-any-token-accepted", "auth.other-scheme-401"),
        ("creation-past-expiry-active", "create.answer"),
        ("license-activate-key-in-other-case", "activate.unknown-404"),
        ("license-validate-null-instance-422", "validate.active"),
        ("list-created-gte-excludes", "list.filter.created-gte"),
        ("methods-delete-501", "method.not-allowed-405"),
        ("wire-leak-sql-state", "error.no-internals"),
        ("wire-limit-twice", "response.unambiguous"),
    ],
)
@pytest.mark.slow
def test_judge_finds_by_a_rule_what_the_run_finds(mutant: str, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    assert rule in violated(recorded_run(mutant, path))
    assert rule in violated(verdict_on(path))


@pytest.mark.parametrize("by_others", [True, False])
def test_page_that_differs_counts_if_no_key_was_created(tmp_path: Path, by_others: bool) -> None:
    path = tmp_path / "pages.har"
    mock = LicenseMock()
    whole = {"page_size": 100}
    with recorded_client(mock, path) as client:
        client.get("/license_keys", params=whole)
        if by_others:
            seed = mock.key(mock.key_ids[0])
            with httpx.Client(
                transport=mock.transport(), base_url="http://mock.invalid", headers=client.headers
            ) as other:
                made = {
                    "key": "new",
                    "customer_id": seed.customer_id,
                    "product_id": seed.product_id,
                }
                assert other.post("/license_keys", json=made).status_code == 201
        client.get("/license_keys", params={"page_size": 2, "page_number": 1})
        client.get("/license_keys", params=whole)
    pages = entries(path)
    if not by_others:
        # The page is that of another place in the list.
        content = pages[1]["response"]["content"]
        content["text"] = json.dumps(
            {"items": json.loads(pages[0]["response"]["content"]["text"])["items"][:2]}
        )
    assert violated(verdict_on(with_entries(path, pages[:2]), complete=True)) == []
    rules = [] if by_others else ["list.pages-follow"]
    assert violated(verdict_on(with_entries(path, pages), complete=True)) == rules


@pytest.mark.weekly
@pytest.mark.parametrize(
    "variation",
    ["benign-single-key", "unusual-hostile-ids-400", "unusual-sizes-above-100-rejected"],
)
def test_full_run_on_a_variation_raises_no_alarm(variation: str, tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    recorded_run(variation, path, profile="full")
    assert verdict_on(path, strict=False).outcome == "conforms"


def test_recordings_keep_every_sign_of_internals() -> None:
    from dodo_license_recording import pseudonyms

    from contract_tests.judge import conformance

    assert pseudonyms._INTERNALS.pattern == conformance._INTERNALS.pattern


@pytest.mark.parametrize("status", [200, 400])
def test_member_that_is_sent_twice_may_be_rejected_or_not(tmp_path: Path, status: int) -> None:
    path = tmp_path / "twice.har"
    mock = LicenseMock()
    key = f"/license_keys/{mock.key_ids[0]}"
    with recorded_client(mock, path) as client:
        client.get(key)
        sent = '{"activations_limit":7,"activations_limit":9}'
        client.patch(key, content=sent, headers={"content-type": "application/json"})
    made = entries(path)
    if status == 400:
        made[1]["response"] = made[0]["response"] | {"status": status}
        body = '{"code":"INVALID_REQUEST_BODY","message":"two"}'
        made[1]["response"]["content"] = {"size": len(body), "text": body}
    assert violated(verdict_on(with_entries(path, made), complete=True)) == []


def test_body_that_a_tool_decoded_as_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "mitmproxy.har"
    mock = LicenseMock()
    token = {"Authorization": f"Bearer {mock.token}"}
    transport = mock.transport()
    with httpx.Client(transport=transport, base_url="http://mock.invalid", headers=token) as client:
        key = client.get(f"/license_keys/{mock.key_ids[0]}").json()["key"]
        sent = {"license_key": key, "name": "Zoë 名前"}
        body = client.post("/licenses/activate", json=sent).content
    entry = {
        "startedDateTime": "2026-01-02T03:04:05.678901Z",
        "time": 3,
        "request": {
            "method": "POST",
            "url": "https://test.dodopayments.com/licenses/activate",
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "bodySize": len(json.dumps(sent)),
            "postData": {"mimeType": "application/json", "text": json.dumps(sent)},
        },
        "response": {
            "status": 201,
            "headers": [{"name": "Content-Type", "value": "Application/JSON"}],
            "content": {"size": len(body), "text": body.decode("latin-1")},
        },
    }
    log = {"version": "1.2", "creator": {"name": "mitmproxy", "version": "11"}, "entries": [entry]}
    path.write_text(json.dumps({"log": log}))
    judged = verdict_on(path)
    assert status_of(judged, "activate.answer") == "holds"
    assert violated(judged) == []
