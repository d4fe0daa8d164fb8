"""Every rule of the suite has a fault that this rule detects, alone where that is possible."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

import pytest

from contract_tests.contract.rules import CATALOGUE
from contract_tests.options import Profile
from mutants.catalogue import ALL
from mutants.sample import NOT_ALONE, NOT_ISOLATED, SAMPLE, in_full_only, servers
from mutants.scoring.trial import Trial, attempt_together


def _profile(rule: str) -> Profile:
    return "full" if in_full_only(rule) else "quick"


def test_sample_covers_every_rule() -> None:
    assert SAMPLE.keys() | NOT_ISOLATED.keys() == {rule.id for rule in CATALOGUE}
    assert not SAMPLE.keys() & NOT_ISOLATED.keys()
    assert NOT_ALONE.keys() == NOT_ISOLATED.keys()


def test_no_fault_is_sampled_twice() -> None:
    faults = [*SAMPLE.values(), *NOT_ALONE.values()]
    assert len(set(faults)) == len(faults)
    assert not any(ALL[fault].seed for fault in faults)


@pytest.mark.parametrize("rules", servers(), ids=lambda rules: rules[0])
def test_each_fault_of_a_server_is_detected_by_its_rule_and_no_other_rule_is_violated(
    pool: ProcessPoolExecutor, rules: Sequence[str]
) -> None:
    faults = [SAMPLE[rule] for rule in rules]
    made = pool.submit(attempt_together, faults, _profile(rules[0])).result()
    assert set(made.rules) == set(rules)
    assert made.ended_early is None


@pytest.mark.slow
@pytest.mark.parametrize("rule", SAMPLE)
def test_rule_alone_detects_its_fault(trial: Callable[[str, Profile], Trial], rule: str) -> None:
    made = trial(SAMPLE[rule], _profile(rule))
    assert made.outcome == "violates"
    assert made.rules == (rule,)
    assert made.ended_early is None


@pytest.mark.parametrize(
    "rules",
    [
        ["error.code-and-message", "patch.all-fields", "list.first-page-is-0"],
        ["auth.not-needed"],
        ["list.has-own-keys"],
        ["activate.refused-changes-nothing"],
        ["patch.limit.equal-to-instances", "list.page-size", "validate.counts-nothing"],
    ],
    ids=lambda rules: rules[0],
)
def test_faults_of_a_server_are_detected_by_their_rules(
    pool: ProcessPoolExecutor, rules: Sequence[str]
) -> None:
    made = pool.submit(attempt_together, [NOT_ALONE[rule] for rule in rules], "quick").result()
    assert set(made.rules) >= set(rules)
    assert made.ended_early is None


@pytest.mark.slow
@pytest.mark.parametrize("rule", NOT_ALONE)
def test_rule_detects_its_fault(trial: Callable[[str, Profile], Trial], rule: str) -> None:
    made = trial(NOT_ALONE[rule], _profile(rule))
    assert made.outcome == "violates"
    assert rule in made.rules
    assert made.ended_early is None
