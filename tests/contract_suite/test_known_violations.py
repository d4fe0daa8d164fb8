"""Known violations do not fail a run, until they expire or the rule holds again."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from dodo_license_mock import LicenseMock

from contract_tests import report
from contract_tests.contract.selection import excluded_by
from contract_tests.errors import CannotRunError
from contract_tests.judge.known_violations import load
from contract_tests.judge.verdict import Verdict
from contract_tests.options import Options
from contract_tests.report.redaction import Redactor
from mutants.server.messages import Request, Response, error
from tests.contract_suite.runs import Outcome, rewriting, run_in_process, run_rewritten

RULE = "get.unknown-code"
ENTRY = "{{rule: {rule}, reason: Ticket 4711, since: 2026-01-05, until: 2026-06-30}}"


def other_code(_: Request, response: Response) -> Response:
    """Return a code for unknown ids that violates one contract rule."""
    return error(404, "GONE") if response.status == 404 else response


@pytest.fixture(scope="module", name="outcome")
def outcome_fixture() -> Outcome:
    return run_rewritten(other_code)


def known_file(folder: Path, *entries: str) -> Path:
    path = folder / "known-violations.yml"
    path.write_text("violations:\n" + "".join(f"  - {each}\n" for each in entries))
    return path


def with_known(verdict: Verdict, folder: Path, today: str, *rules: str) -> Verdict:
    path = known_file(folder, *(ENTRY.format(rule=rule) for rule in rules))
    return replace(verdict, known=load(path), today=date.fromisoformat(today))


def violated(verdict: Verdict) -> list[str]:
    return [each.rule.id for each in verdict.violated]


def test_a_known_violation_is_reported_and_does_not_fail(outcome: Outcome, tmp_path: Path) -> None:
    rules = violated(outcome.verdict)
    assert outcome.verdict.exit_code == 1
    assert RULE in rules
    verdict = with_known(outcome.verdict, tmp_path, "2026-06-30", *rules)
    assert verdict.exit_code == 0
    assert f"{len(rules)} are violated ({len(rules)} known)" in verdict.reason
    report.write(tmp_path, verdict, Redactor())
    content = json.loads((tmp_path / "verdict.json").read_text())
    (rule,) = (each for each in content["rules"] if each["id"] == RULE)
    assert (rule["status"], rule["fails"]) == ("violated", False)
    assert rule["known"] == {
        "state": "known",
        "reason": "Ticket 4711",
        "since": "2026-01-05",
        "until": "2026-06-30",
    }
    assert rule["evidence"]
    suite = ET.parse(tmp_path / "junit.xml").getroot()[0]  # noqa: S314 - the file is our own
    assert suite.get("failures") == "0"
    assert "Ticket 4711" in (tmp_path / "report.html").read_text()


def test_an_expired_violation_fails_with_its_date(outcome: Outcome, tmp_path: Path) -> None:
    verdict = with_known(outcome.verdict, tmp_path, "2026-07-01", *violated(outcome.verdict))
    assert verdict.exit_code == 1
    assert f"{RULE} is violated and was accepted until 2026-06-30" in verdict.reason


def test_a_violation_that_ended_fails_until_it_is_removed(outcome: Outcome, tmp_path: Path) -> None:
    rules = [*violated(outcome.verdict), "get.known-200"]
    verdict = with_known(outcome.verdict, tmp_path, "2026-02-01", *rules)
    assert verdict.exit_code == 1
    assert "get.known-200 holds again: remove it from the known violations" in verdict.reason
    report.write(tmp_path, verdict, Redactor())
    suite = ET.parse(tmp_path / "junit.xml").getroot()[0]  # noqa: S314 - the file is our own
    (failure,) = suite.iter("failure")
    assert "get.known-200 holds again" in failure.get("message", "")


def test_a_run_that_ended_early_does_not_call_a_known_violation_ended(
    outcome: Outcome, tmp_path: Path
) -> None:
    rules = [*violated(outcome.verdict), "get.known-200"]
    early = replace(outcome.verdict, ended_early="the run was interrupted")
    assert with_known(early, tmp_path, "2026-02-01", *rules).outcome == "inconclusive"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("violations: 5", "has no list `violations`"),
        ("[1", "has no list `violations`"),
        ("violations: [{rule: get.known-200}]", "exactly the fields rule, reason, since, until"),
        ("violations: [" + ENTRY.format(rule="get.nothing") + "]", "get.nothing is not a rule"),
        (
            "violations: [{rule: get.known-200, reason: x, since: 2026-01-02, until: 2026-01-01}]",
            "since must not be after until",
        ),
        (
            "violations: [{rule: get.known-200, reason: x, since: soon, until: 2026-01-01}]",
            "since must be a date",
        ),
        (f"violations: [{', '.join([ENTRY.format(rule=RULE)] * 2)}]", f"{RULE} is listed twice"),
    ],
)
def test_an_invalid_file_is_named(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "known.yml"
    path.write_text(text)
    with pytest.raises(CannotRunError, match=f"--known-violations {path}.*{message}"):
        load(path)


def test_excluded_rules_do_not_fail_and_are_listed(tmp_path: Path) -> None:
    mock = LicenseMock()
    failing = rewriting(mock, other_code)
    excluding = Options(profile="quick", rules="!get.unknown-code")
    verdict = run_in_process(mock, excluding, failing)
    assert RULE not in violated(verdict)
    assert verdict.excluded == (RULE,)
    assert "1 were excluded by --rules" in verdict.reason
    report.write(tmp_path, verdict, Redactor())
    content = json.loads((tmp_path / "verdict.json").read_text())
    assert content["excluded"] == [RULE]
    (rule,) = (each for each in content["rules"] if each["id"] == RULE)
    assert (rule["status"], rule["why"], rule["evidence"]) == ("skipped", "excluded by --rules", [])


def test_patterns_select_rules() -> None:
    excluded = excluded_by("patch.*, !patch.frame.*")
    assert {"patch.frame.id", "get.known-200"} <= excluded
    assert "patch.limit.zero" not in excluded
    assert excluded_by("!client.*") == {"client.reads", "client.updates", "client.errors"}


@pytest.mark.parametrize(
    ("patterns", "message"),
    [("patc.*", "'patc.\\*' matches no rule"), ("get.*,!get.*", "selects no rule")],
)
def test_patterns_that_select_nothing_are_rejected(patterns: str, message: str) -> None:
    with pytest.raises(CannotRunError, match=message):
        excluded_by(patterns)
