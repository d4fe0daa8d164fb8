"""Scores of shards merge into the page and the curve."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mutants.catalogue import FAULTS, VARIATIONS
from mutants.scoring import curve, page, score, stock
from mutants.scoring.score import Score, Scores
from mutants.scoring.trial import Trial

KNOWN = [*FAULTS, *VARIATIONS]
USUAL: dict[stock.Setting, stock.Failures] = {
    "stock": {("noise", "GET /license_keys"): 3},
    "best": {},
}


def _trial(mutant: str, requests: int | None) -> Trial:
    rules = ("get.known-200",) if requests else ()
    return Trial(
        mutant, "live", "violates" if requests else "conforms", rules, rules, (), requests, 100, 0.5
        , None
    )  # fmt: skip


def _score(number: int, mutant: str) -> Score:
    """A fault is detected by full; every second one in the third night of live."""
    if mutant in VARIATIONS:
        return Score(mutant, _trial(mutant, None), (_trial(mutant, None),), is_safe=False)
    third = (_trial(mutant, None), _trial(mutant, None), _trial(mutant, 7))
    nights = third if number % 2 else (_trial(mutant, None),)
    made = Score(mutant, _trial(mutant, number + 1), nights, is_safe=bool(number % 2))
    failure = ("found", "GET /license_keys")
    found: dict[stock.Setting, stock.Failures] = {"stock": USUAL["stock"], "best": {failure: 9}}
    return replace(made, schemathesis=found) if mutant in score.COMPARED else made


@pytest.fixture(name="scores", scope="module")
def scores_fixture() -> Scores:
    return Scores(tuple(_score(*each) for each in enumerate(KNOWN)), USUAL)


def test_shards_merge_into_what_one_run_would_have_made(scores: Scores, tmp_path: Path) -> None:
    paths = []
    for first in range(8):
        paths.append(tmp_path / f"{first}.json")
        score.save(paths[-1], replace(scores, each=scores.each[first::8]))
    merged = score.load(paths)
    assert page.document(merged) == page.document(scores)
    assert curve.picture(merged) == curve.picture(scores)
    with pytest.raises(ValueError, match="a mutant has several scores"):
        score.load([*paths, paths[0]])


def test_mutants_without_a_score_are_listed(scores: Scores, tmp_path: Path) -> None:
    score.save(tmp_path / "1.json", replace(scores, each=scores.each[::2]))
    text = page.with_unscored(page.document(score.load([tmp_path / "1.json"])))
    scored, _, unscored = text.partition("\n## Not yet scored\n")
    assert f"\n| `{KNOWN[0]}` |" in scored
    assert f"\n- `{KNOWN[1]}`\n" in unscored


def test_page_counts_what_each_profile_detects(scores: Scores) -> None:
    text = page.document(scores)
    faults, half = len(FAULTS), len(FAULTS) // 2
    assert f"| full | {faults} | {faults} | 100.0 | 0 | {len(VARIATIONS)} |" in text
    assert f"| live, first night | 0 | {faults} | 0.0 | 0 |" in text
    assert f"| live, 7 nights, safe faults | {half} | {half} | 100.0 |" in text
    compared = len(scores.compared)
    assert f"hooks that use existing ids | {compared} | 100.0 |" in text
    assert "| `schemathesis run --max-examples 5 --no-shrink --continue-on-failure` | 0 |" in text
    assert page.survivors(scores)["full"] == []


def test_curve_shows_each_profile_and_both_settings_of_schemathesis(scores: Scores) -> None:
    image = ElementTree.fromstring(curve.picture(scores))  # noqa: S314 - our own
    texts = {each.text for each in image.iter() if each.text}
    for name in ("full", "live, 100 requests a night", "Schemathesis, many examples and hooks"):
        assert name in texts
    lines = [each.get("points", "") for each in image.iter() if each.tag.endswith("polyline")]
    assert len(lines) == 4
    for line in lines:
        heights = [float(point.partition(",")[2]) for point in line.split()]
        assert heights == sorted(heights, reverse=True)


def test_committed_curve_is_an_image() -> None:
    assert page.CURVE.read_text(encoding="utf-8").startswith("<svg ")


@pytest.mark.slow
def test_schemathesis_with_hooks_detects_a_fault_and_counts_the_requests() -> None:
    found = stock.failures("patch-limit-ignored", "best")
    assert found
    assert min(found.values()) >= 1
