"""What mutmut runs on each mutation: the suite must judge as it does without the mutation.

The faster a test, the earlier mutmut runs it. Most mutations already raise an alarm on the server
as it is.
"""

import os
from pathlib import Path

import pytest

from mutants.catalogue import VARIATIONS
from mutants.sample import NOT_ALONE, SAMPLE, in_full_only, servers
from mutants.scoring.trial import FAULTLESS, attempt, attempt_together

_SERVERS = [rules for rules in servers() if not in_full_only(rules[0])]

# The statuses that HTTP itself permits, what differs in form, and what differs in time.
_CORRECT = [
    [name for name in VARIATIONS if any(word in name for word in words)]
    for words in (
        ("-413", "-414", "-411", "-415", "-406", "-501", "head-405", "options-204"),
        ("instants-with-zero-offset", "more-fields", "errors-with-details", "messages-empty"),
        ("null-disabled-rejected", "past-expiry-rejected", "unknown-fields-rejected"),
    )
]


@pytest.fixture(autouse=True)
def locks_of_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutations are tested side by side, on mocks whose keys have the same ids."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / str(os.getpid())))


def test_correct_server_conforms() -> None:
    """The server as it is violates no rule, and every rule but those of `full` is checked."""
    made = attempt(FAULTLESS, "quick")
    assert (made.outcome, made.ended_early) == ("conforms", None)
    assert all(in_full_only(rule) for rule in set(made.skipped) - {"sequence.matches-oracle"})


@pytest.mark.parametrize("variations", _CORRECT, ids=lambda variations: variations[0])
def test_correct_but_different_server_violates_no_published_rule(variations: list[str]) -> None:
    """A server that differs in several ways raises no alarm."""
    made = attempt_together(variations, "quick")
    assert (made.contract_rules, made.ended_early) == ((), None)


@pytest.mark.parametrize("rules", _SERVERS, ids=lambda rules: rules[0])
def test_faults_violate_their_rules_alone(rules: list[str]) -> None:
    """The faults of a server violate the rules that they belong to, and no other rule."""
    made = attempt_together([SAMPLE[rule] for rule in rules], "quick")
    assert set(made.rules) == set(rules)
    assert made.ended_early is None


@pytest.mark.parametrize("rule", NOT_ALONE)
def test_fault_violates_its_rule(rule: str) -> None:
    """A fault that several rules detect violates the one that it stands for."""
    assert rule in attempt(NOT_ALONE[rule], "quick").rules
