"""Our comparison on every pair of the table in `agreement`, beside oasdiff and Redocly."""

from pathlib import Path

import pytest

from tests.tools.agreement.pairs import PAIRS
from tests.tools.agreement.reasons import REASONS
from tests.tools.agreement.record import (
    TABLE,
    as_csv,
    disagreements,
    figures,
    recorded,
    verdicts,
)
from tests.tools.documents import ROOT, rules
from tests.tools.redocly import Redocly, UnavailableError
from tools.diff.rules import RULES

REDOCLY = recorded()


def test_every_pair_is_judged_as_expected() -> None:
    wrong = {
        pair.name: (pair.ours, found)
        for pair in PAIRS
        if (found := tuple(rules(pair.old, pair.new))) != pair.ours
    }
    assert wrong == {}


def test_the_table_has_every_rule_in_each_direction_of_data() -> None:
    assert len(PAIRS) >= 300
    assert {rule for pair in PAIRS for rule in pair.ours} == RULES.keys()


def test_the_table_is_current_and_explains_every_disagreement() -> None:
    assert as_csv(REDOCLY) == TABLE.read_text(encoding="utf-8")


def test_no_explanation_is_stale() -> None:
    used = {
        (tool, pair.change) for pair in PAIRS for tool in disagreements(pair, REDOCLY[pair.name])
    }
    assert used == REASONS.keys()


def test_the_decision_states_the_figures_of_the_table() -> None:
    text = (ROOT / "docs" / "decisions" / "own-diff.md").read_text(encoding="utf-8")
    for row in figures(REDOCLY):
        assert f"| {' | '.join(map(str, row))} |" in text


@pytest.mark.weekly
def test_redocly_says_what_the_table_records(tmp_path: Path) -> None:
    try:
        redocly = Redocly(tmp_path)
    except UnavailableError as error:
        pytest.skip(str(error))
    assert verdicts(redocly, tmp_path) == REDOCLY
