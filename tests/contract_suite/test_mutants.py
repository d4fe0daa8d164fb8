"""What the profile for a live account makes of faulty servers, and of merely different ones."""

import re
from collections import Counter
from collections.abc import Callable

import pytest

from contract_tests.options import Profile
from mutants.catalogue import FAULTS, VARIATIONS
from mutants.scoring.page import PAGE, with_unscored
from mutants.scoring.score import is_false_alarm
from mutants.scoring.trial import BUDGET, FAULTLESS, Trial

Attempt = Callable[[str, Profile], Trial]

_ROW = re.compile(r"^\| `([\w-]+)` \| .*? \| ([^|]*) \| (\d+) \| ", re.MULTILINE)


# What a first night of `live` leaves to the nights after it, by the order of the checks.
SURVIVE_LIVE = frozenset(
    {
        "activate-answered-with-200",
        "activate-instance-not-stored",
        "activate-limit-403",
        "activate-limit-code",
        "activate-limit-one-too-low",
        "activate-name-lost",
        "activate-not-counted",
        "activate-unknown-key-403",
        "auth-bare-token-accepted",
        "auth-create-open",
        "auth-empty-token-accepted",
        "auth-get-open",
        "auth-instances-open",
        "auth-refused-patch-stored",
        "auth-schema-before-token",
        "body-deep-500",
        "body-media-type-ignored",
        "create-unknown-customer-422",
        "create-unknown-customer-accepted",
        "deactivate-instance-kept",
        "deactivate-other-keys-instance-422",
        "deactivate-other-keys-instance-accepted",
        "deactivate-seat-not-freed",
        "deactivate-twice-500",
        "deactivate-unknown-instance-accepted",
        "get-unknown-code",
        "instances-key-id-missing",
        "instances-rename-moves-created-at",
        "instances-rename-not-stored",
        "list-created-gte-excludes",
        "list-first-page-is-second",
        "list-page-size-one-short",
        "list-page-size-over-100-is-default",
        "list-page-size-over-100-refused",
        "list-pages-count-from-1",
        "list-pages-overlap",
        "patch-disabled-string-coerced",
        "patch-expiry-without-offset-accepted",
        "patch-negative-limit-loses-sign",
        "patch-negative-limit-means-unlimited",
        "patch-null-disabled-enables",
        "patch-refused-body-half-stored",
        "patch-refused-expiry-stores-limit",
        "patch-status-field-accepted",
        "storage-get-one-behind",
        "storage-list-cached",
        "validate-expired-key-valid",
    }
)


def _killed_live() -> list[str]:
    """The faults that the page of the last `make mutants` shows as detected by `live`."""
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [fault for fault, _, _ in rows if fault in FAULTS and fault not in SURVIVE_LIVE]


def test_faults_are_many_and_of_every_kind() -> None:
    areas = Counter(fault.area for fault in FAULTS.values())
    assert len(FAULTS) >= 500
    assert len(VARIATIONS) >= 80
    assert min(areas.values()) >= 3
    assert all(each.statement.endswith(".") for each in (*FAULTS.values(), *VARIATIONS.values()))


def test_survivors_of_live_are_known_faults() -> None:
    assert FAULTS.keys() >= SURVIVE_LIVE


def test_live_keeps_to_its_budget_and_restores_within_it(trial: Attempt) -> None:
    made = trial(FAULTLESS, "live")
    assert made.outcome == "conforms"
    assert made.sent <= BUDGET


@pytest.mark.weekly
@pytest.mark.parametrize("fault", _killed_live())
def test_live_kills(trial: Attempt, fault: str) -> None:
    made = trial(fault, "live")
    assert made.killed, made.ended_early
    assert made.requests is not None
    assert made.requests <= BUDGET


@pytest.mark.weekly
@pytest.mark.parametrize("variation", VARIATIONS)
def test_live_raises_no_false_alarm(trial: Attempt, variation: str) -> None:
    made = trial(variation, "live")
    assert not is_false_alarm(made), (made.contract_rules, made.ended_early)


@pytest.mark.slow
def test_score_page_has_a_line_for_every_mutant() -> None:
    page = PAGE.read_text(encoding="utf-8")
    scored, _, unscored = page.partition("\n## Not yet scored\n")
    missing = [
        each
        for each in (*FAULTS, *VARIATIONS)
        if f"\n| `{each}` |" not in scored and f"\n- `{each}`\n" not in unscored
    ]
    assert not missing, "run make mutants, or python -m mutants --list-unscored"


def test_list_of_unscored_mutants_keeps_the_scores() -> None:
    page = PAGE.read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{next(iter(FAULTS))}` |"))
    without = page.replace(f"{row}\n", "")
    listed = with_unscored(without)
    assert f"\n- `{next(iter(FAULTS))}`\n" in listed
    assert listed.partition("\n## Not")[0] == without.partition("\n## Not")[0]
    assert with_unscored(page) == page, "run python -m mutants --list-unscored"
