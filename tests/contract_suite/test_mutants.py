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


def _killed_live() -> list[str]:
    """The faults that the page of the last `make mutants` shows as detected in the first night."""
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    return [fault for fault, _, sent in rows if fault in FAULTS and int(sent) <= BUDGET]


def test_faults_are_many_and_of_every_kind() -> None:
    areas = Counter(fault.area for fault in FAULTS.values())
    assert len(FAULTS) >= 500
    assert len(VARIATIONS) >= 80
    assert min(areas.values()) >= 3
    assert all(each.statement.endswith(".") for each in (*FAULTS.values(), *VARIATIONS.values()))


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
    row = next(line for line in page.splitlines() if line.startswith("| `patch-"))
    fault = row.split("`")[1]
    without = page.replace(f"{row}\n", "")
    listed = with_unscored(without)
    assert f"\n- `{fault}`\n" in listed
    assert listed.partition("\n## Not")[0] == without.partition("\n## Not")[0]
    assert with_unscored(page) == page, "run python -m mutants --list-unscored"
