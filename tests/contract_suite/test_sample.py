"""Every rule of the suite has a fault that this rule detects."""

from collections.abc import Callable

import pytest

from contract_tests.contract.rules import CATALOGUE
from contract_tests.options import Profile
from mutants.sample import NOT_ISOLATED, SAMPLE
from mutants.scoring.trial import Trial

_IN_FULL_ONLY = ("client", "schema")


def test_sample_covers_every_rule() -> None:
    assert SAMPLE.keys() | NOT_ISOLATED.keys() == {rule.id for rule in CATALOGUE}
    assert not SAMPLE.keys() & NOT_ISOLATED.keys()


def test_no_fault_is_sampled_twice() -> None:
    assert len(set(SAMPLE.values())) == len(SAMPLE)


@pytest.mark.parametrize("rule", SAMPLE)
def test_rule_detects_its_fault(trial: Callable[[str, Profile], Trial], rule: str) -> None:
    profile: Profile = "full" if rule.partition(".")[0] in _IN_FULL_ONLY else "quick"
    made = trial(SAMPLE[rule], profile)
    assert made.outcome == "violates"
    assert rule in made.rules
    assert made.ended_early is None
