"""Several runs with a small budget add up: what was tested longest ago comes first."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from dodo_license_mock import LicenseMock

from contract_tests.contract.specification import Specification
from contract_tests.judge.history import CheckRun, position
from contract_tests.judge.verdict import Verdict
from contract_tests.options import Options
from contract_tests.report.document import document
from contract_tests.report.redaction import Redactor
from contract_tests.run.order import Order
from contract_tests.run.run import Run
from contract_tests.run.target import in_process
from mutants.scoring import order
from mutants.scoring.trial import Silence
from tests.contract_suite.runs import snapshot


def _run(name: str, at: str, *, violated: bool = False) -> CheckRun:
    return CheckRun(name, at, 1, violated)


def test_violated_then_core_then_never_tested_then_oldest() -> None:
    history = {
        each.name: each
        for each in (
            _run("new", "2026-11-25T00:00:00Z"),
            _run("old", "2026-11-20T00:00:00Z"),
            _run("core", "2026-11-25T00:00:00Z"),
            _run("broken", "2026-11-25T00:00:00Z", violated=True),
        )
    }
    names = ["new", "old", "never", "core", "broken"]
    names.sort(key=lambda name: position(name, name == "core", 0, history))
    assert names == ["broken", "core", "never", "old", "new"]


def test_second_run_tests_other_checks_and_keeps_the_dates_of_the_first(tmp_path: Path) -> None:
    mock = LicenseMock()
    first = _night(mock, tmp_path, None)
    baseline = tmp_path / "verdict.json"
    baseline.write_text(json.dumps(document(first, Redactor(mock.token))), encoding="utf-8")
    # An activation that no longer fits must not keep the last requests from being used.
    assert 98 <= first.requests <= 100
    second = _night(mock, tmp_path, baseline)
    tonight = {each.name for each in first.checks}
    assert len({each.name for each in second.checks} - tonight) >= 20
    assert tonight <= {each.name for each in second.checks}
    skipped = {each.rule.id for each in second.entries if not each.checked}
    carried = {name for name in skipped if name in second.checked_at}
    assert carried
    assert all(second.checked_at[name] == first.checked_at[name] for name in carried)
    shown = document(second, Redactor(mock.token))["rules"]
    assert all(rule["earlier_status"] == "holds" for rule in shown if rule["id"] in carried)
    assert first.drift == second.drift == ()


@pytest.mark.slow
def test_wherever_the_budget_ends_every_key_is_restored_and_the_run_is_conclusive(
    tmp_path: Path,
) -> None:
    for budget in range(40, 101, 4):
        baseline = None
        for _ in range(4):  # each night ends among other checks, also while an instance is active
            mock = LicenseMock()
            before = snapshot(mock)
            verdict = _night(mock, tmp_path, baseline, budget)
            assert verdict.outcome == "conforms", verdict.reason
            assert verdict.requests <= budget
            assert snapshot(mock)[0] == before[0]
            baseline = tmp_path / "verdict.json"
            baseline.write_text(json.dumps(document(verdict, Redactor(mock.token))))


def test_order_prefers_what_detects_most_for_its_requests() -> None:
    costs = {"dear": 4, "cheap": 1, "rest": 1, "idle": 1}
    matrix = {
        "a": frozenset({"dear", "cheap"}),
        "b": frozenset({"dear", "cheap"}),
        "c": frozenset({"dear"}),
        "d": frozenset({"rest"}),
    }
    assert [name for name, _ in order.ranked(costs, matrix)] == ["cheap", "rest", "dear", "idle"]


def test_first_night_drops_a_check_that_later_ones_replace() -> None:
    costs = {"wide": 1, "left": 1, "right": 1}
    matrix = {
        **{f"left {number}": frozenset({"left", "wide"}) for number in range(2)},
        **{f"right {number}": frozenset({"right", "wide"}) for number in range(2)},
        "only left": frozenset({"left"}),
        "only right": frozenset({"right"}),
    }
    names = [name for name, _ in order.ranked(costs, matrix, requests=2)]
    assert names == ["right", "left", "wide"]


def test_check_that_only_reads_is_not_credited_with_the_requests_of_others() -> None:
    reading = "test_authorization.py::test_rejected_requests_change_nothing"
    sending = "test_tokens.py::test_rejected_forms_change_nothing"
    assert order.causes(frozenset({reading, sending, "cause"})) == {"cause"}
    assert order.causes(frozenset({reading, sending})) == {sending}
    assert order.causes(frozenset({reading})) == {reading}


def test_checks_that_detect_nothing_more_are_left_out() -> None:
    def check(name: str, requests: int = 1, rule: str = "rule") -> CheckRun:
        return CheckRun(name, "", requests, violated=False, answers={rule: ()})

    ranking = [
        *(check(name) for name in ("a", "b", "ab", "same as a", "combined idle", "idle")),
        check("dear", 3),
        check("dear but the only one for its rule", 3, "another rule"),
    ]
    matrix = {
        "one": frozenset({"a", "dear", "same as a"}),
        "two": frozenset({"a", "dear", "ab"}),
        "three": frozenset({"b", "dear", "ab"}),
    }
    assert order.spared(ranking, matrix, {"combined idle"}) == {
        "same as a",
        "combined idle",
        "dear",
    }


@pytest.mark.slow
def test_seven_nights_run_every_check_and_judge_every_rule_once(tmp_path: Path) -> None:
    mock = LicenseMock()
    baseline, seen = None, set[str]()
    for _ in range(7):
        verdict = _night(mock, tmp_path, baseline)
        seen |= {each.name for each in verdict.checks}
        baseline = tmp_path / "verdict.json"
        baseline.write_text(json.dumps(document(verdict, Redactor(mock.token))), encoding="utf-8")
    assert Order.load().places.keys() <= seen
    everything = _night(mock, tmp_path, None, budget=100_000)
    judged = {each.rule.id for each in everything.entries if each.checked}
    assert judged <= {*verdict.checked_at, *(e.rule.id for e in verdict.entries if e.checked)}


def _night(mock: LicenseMock, folder: Path, baseline: Path | None, budget: int = 100) -> Verdict:
    with in_process(mock.app, mock.token, tuple(mock.key_ids[2:5])) as target:
        options = Options(
            profile="live", budget=budget, journal=folder / "journal.jsonl", baseline=baseline
        )
        account = replace(target, is_disposable=False)
        return Run(account, Specification.load(), options).verdict(Silence())
