"""Every rule of the suite has a fault that this rule detects, alone where that is possible."""

from collections.abc import Callable

import pytest

from contract_tests.contract.rules import CATALOGUE
from contract_tests.options import Profile
from mutants.sample import NOT_ALONE, NOT_ISOLATED, SAMPLE
from mutants.scoring.trial import Trial

_IN_FULL_ONLY = ("client", "schema")


def _tried(trial: Callable[[str, Profile], Trial], rule: str, fault: str) -> Trial:
    return trial(fault, "full" if rule.partition(".")[0] in _IN_FULL_ONLY else "quick")


def test_sample_covers_every_rule() -> None:
    assert SAMPLE.keys() | NOT_ISOLATED.keys() == {rule.id for rule in CATALOGUE}
    assert not SAMPLE.keys() & NOT_ISOLATED.keys()
    assert NOT_ALONE.keys() == NOT_ISOLATED.keys()


def test_no_fault_is_sampled_twice() -> None:
    faults = [*SAMPLE.values(), *NOT_ALONE.values()]
    assert len(set(faults)) == len(faults)


@pytest.mark.parametrize("rule", SAMPLE)
def test_rule_alone_detects_its_fault(trial: Callable[[str, Profile], Trial], rule: str) -> None:
    made = _tried(trial, rule, SAMPLE[rule])
    assert made.outcome == "violates"
    assert made.rules == (rule,)
    assert made.ended_early is None


@pytest.mark.parametrize("rule", NOT_ALONE)
def test_rule_detects_its_fault(trial: Callable[[str, Profile], Trial], rule: str) -> None:
    made = _tried(trial, rule, NOT_ALONE[rule])
    assert made.outcome == "violates"
    assert rule in made.rules
    assert made.ended_early is None
