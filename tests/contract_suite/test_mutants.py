"""What the profile for a live account makes of faulty servers, and of merely different ones."""

from collections import Counter
from collections.abc import Callable

import pytest

from contract_tests.options import Profile
from mutants.catalogue import FAULTS, VARIATIONS
from mutants.scoring.score import PAGE, is_false_alarm
from mutants.scoring.trial import BUDGET, FAULTLESS, Trial

Attempt = Callable[[str, Profile], Trial]

# What a hundred requests have no room for; `make mutants` tells whether the list is still right.
SURVIVE_LIVE = frozenset(
    {
        "patch-limit-empty-string-removes",
        "patch-limit-object-ignored",
        "patch-expiry-date-accepted",
        "patch-expiry-empty-removes",
        "patch-expiry-february-rolls-over",
        "patch-locked-while-busy",
        "patch-update-lost",
        "frame-subscription-lost",
        "auth-token-beginning-accepted",
        "auth-token-case-ignored",
        "method-put-of-collection-lists",
        "method-get-of-validate-answers",
        "body-single-quotes-accepted",
        "body-unclosed-object-accepted",
        "body-nan-is-null",
        "body-list-is-empty-object",
        "body-string-is-empty-object",
        "body-number-500",
        "body-form-accepted",
        "body-xml-is-empty-object",
        "list-unknown-status-ignored",
        "list-bad-time-ignored",
        "response-persistent-503",
        "validate-disabled-key-valid",
        "validate-wrong-body-accepted",
        "create-wrong-body-500",
    }
)


def test_faults_are_many_and_of_every_kind() -> None:
    areas = Counter(fault.area for fault in FAULTS.values())
    assert len(FAULTS) >= 80
    assert len(VARIATIONS) >= 15
    assert min(areas.values()) >= 3
    assert all(each.statement.endswith(".") for each in (*FAULTS.values(), *VARIATIONS.values()))


def test_live_misses_no_more_than_a_tenth() -> None:
    assert FAULTS.keys() >= SURVIVE_LIVE
    assert len(SURVIVE_LIVE) <= 0.1 * len(FAULTS)


def test_live_keeps_to_its_budget_and_restores_within_it(trial: Attempt) -> None:
    made = trial(FAULTLESS, "live")
    assert made.outcome == "conforms"
    assert made.sent <= BUDGET


@pytest.mark.slow
@pytest.mark.parametrize("fault", [each for each in FAULTS if each not in SURVIVE_LIVE])
def test_live_kills(trial: Attempt, fault: str) -> None:
    made = trial(fault, "live")
    assert made.killed, made.ended_early
    assert made.requests is not None
    assert made.requests <= BUDGET


@pytest.mark.slow
@pytest.mark.parametrize("variation", VARIATIONS)
def test_live_raises_no_false_alarm(trial: Attempt, variation: str) -> None:
    made = trial(variation, "live")
    assert not is_false_alarm(made), (made.contract_rules, made.ended_early)


def test_score_page_has_a_line_for_every_mutant() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [each for each in (*FAULTS, *VARIATIONS) if f"| `{each}` |" not in page]
    assert not missing, "run make mutants"
