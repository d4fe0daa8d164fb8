"""What makes the judge fast changes no finding."""

import json
from pathlib import Path
from typing import Any

import pytest
from dodo_license_mock import LicenseMock
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.contract.specification import Specification
from contract_tests.judge import conformance
from contract_tests.judge.verdict import Verdict
from contract_tests.traffic.har import HarFile
from contract_tests.traffic.headers import HeaderBlock
from contract_tests.traffic.recorded import RecordedExchange
from contract_tests.traffic.repeated import ConformingResponses
from mutants.catalogue import FAULTS
from mutants.sample import SAMPLE
from tests.traffic.clients import recorded_client, use_everything, verdict_on
from tests.traffic.test_judge import recorded_run

SPECIFICATION = Specification.load()
INSTANCE = {
    "id": "lki_1",
    "business_id": "bus_1",
    "created_at": "2026-01-02T03:04:05.678901Z",
    "license_key_id": "lic_1",
    "name": "a",
}
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    ["a", 'a"b', "\\", '":', "\ud83d", "é", None, 5, "2026-01-02", [{"a": 1}], {}]
)
FORMS: list[Any] = [
    (",", ":"),
    (", ", ": "),
    (",", " :"),
    (" ,\n", ":\t"),
]


def exchange_with(body: bytes, status: int, media_type: str | None) -> RecordedExchange:
    pairs = [] if media_type is None else [("Content-Type", media_type)]
    return RecordedExchange(
        method="GET",
        url="http://mock.invalid/license_key_instances/lki_1",
        path="/license_key_instances/lki_1",
        query="",
        request_block=HeaderBlock([("accept", "*/*")]),
        request_body=b"",
        status=status,
        response_block=HeaderBlock(pairs),
        body=body,
        seconds=0.1,
        started=None,
    )


@given(
    st.dictionaries(st.sampled_from([*INSTANCE, "new"]), VALUES, max_size=2),
    st.sampled_from(FORMS),
    st.booleans(),
    st.booleans(),
    st.sampled_from([b"", b'"name":"b",', b'"n\\u0061me": "b",', b'"new":1, "new":1,']),
    st.sampled_from([200, 200, 200, 201, 404, 503]),
    st.sampled_from(["application/json", "application/json; charset=latin1", "text/html", None]),
)
def test_a_response_that_is_as_documented_keeps_every_rule(
    changes: dict[str, Any],
    form: Any,
    plain: bool,
    empty: bool,
    repeated: bytes,
    status: int,
    media_type: str | None,
) -> None:
    text = json.dumps({**INSTANCE, **changes}, separators=form, ensure_ascii=plain)
    body = text.encode("utf-8", "surrogatepass").replace(b"{", b"{" + repeated, 1)
    exchange = exchange_with(b"" if empty else body, status, media_type)
    quick = conformance.judge(exchange, SPECIFICATION, 5.0)
    slow = conformance._judge(exchange, SPECIFICATION, 5.0, ())
    assert {(each.rule_id, each.holds) for each in quick} == {
        (each.rule_id, each.holds) for each in slow
    }


def findings(verdict: Verdict) -> dict[str, Any]:
    found: dict[str, Any] = {
        each.rule.id: (each.status, each.checked, each.violations, each.answers)
        for each in verdict.entries
    }
    return found | {"observed": verdict.observed, "caller": verdict.caller}


def assert_same_without_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = [verdict_on(path, complete=complete) for complete in (False, True)]
    with monkeypatch.context() as patched:
        patched.setattr(ConformingResponses, "contains", lambda *_: False)
        patched.setattr(conformance, "_is_as_documented", lambda *_: False)
        slow = [verdict_on(path, complete=complete) for complete in (False, True)]
    assert list(map(findings, verdicts)) == list(map(findings, slow))


def test_responses_that_repeat_are_judged_as_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "recording.har"
    mock = LicenseMock()
    with recorded_client(mock, path) as client:
        for key_id in mock.key_ids[:2]:
            use_everything(client, key_id)
            client.get(f"/license_keys/{key_id}")
            client.get(f"/license_keys/{key_id}")
    assert_same_without_memory(path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant", [each for each in dict.fromkeys(SAMPLE.values()) if each in FAULTS][::40]
)
def test_faults_are_judged_the_same(
    mutant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.har"
    recorded_run(mutant, path)
    assert_same_without_memory(path, monkeypatch)


def test_headers_that_repeat_are_decoded_once(tmp_path: Path) -> None:
    path = tmp_path / "recording.har"
    mock = LicenseMock()
    with recorded_client(mock, path) as client:
        for _ in range(3):
            client.get(f"/license_keys/{mock.key_ids[0]}")
    read = list(HarFile(path).entries())
    assert len({id(each.request_block) for each in read}) == 1
    assert read[0].request_header("authorization") == "Bearer [redacted]"
