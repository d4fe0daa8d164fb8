"""The score of one mutant, and files of scores."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mutants.catalogue import FAULTS, VARIATIONS
from mutants.scoring import stock
from mutants.scoring.stock import OPTIONS, Failures, Setting
from mutants.scoring.trial import (
    FAULTLESS,
    Trial,
    attempt,
    attempt_all_checks,
    attempt_full,
    attempt_nights,
)

NIGHTS = 7
# Schemathesis takes ten times as long as the suite, so it runs on one fault in thirty.
_COMPARED_EVERY = 30
COMPARED = frozenset([*list(FAULTS)[::_COMPARED_EVERY], *list(VARIATIONS)[::_COMPARED_EVERY]])


@dataclass(frozen=True)
class Score:
    """The results of one mutant.

    Attributes:
        id: Id of the mutant.
        full: The trial under the profile `full`.
        nights: The trials under the profile `live`, night after night until a fault is detected.
        is_safe: Whether the checks that are safe on a live account detect it, given any number of
            requests.
        schemathesis: What Schemathesis reports, by its setting; empty where it did not run.
    """

    id: str
    full: Trial
    nights: tuple[Trial, ...]
    is_safe: bool
    schemathesis: Mapping[Setting, Failures] = field(default_factory=dict)

    @property
    def live_requests(self) -> int | None:
        """How many requests of all nights together it took to detect the fault."""
        last = self.nights[-1]
        if last.requests is None:
            return None
        return sum(night.sent for night in self.nights[:-1]) + last.requests


@dataclass(frozen=True)
class Scores:
    """The scores of several mutants.

    Attributes:
        each: One score for each mutant.
        usual: What Schemathesis reports of the server as it is, by its setting.
    """

    each: tuple[Score, ...]
    usual: Mapping[Setting, Failures]

    @property
    def faults(self) -> list[Score]:
        """The scores of the faults."""
        return [each for each in self.each if each.id in FAULTS]

    @property
    def variations(self) -> list[Score]:
        """The scores of the correct servers."""
        return [each for each in self.each if each.id in VARIATIONS]

    @property
    def compared(self) -> list[Score]:
        """The scores of the faults that Schemathesis ran on."""
        return [each for each in self.faults if each.schemathesis]

    def detection(self, score: Score, setting: Setting) -> int | None:
        """How many requests Schemathesis sent before it detected a fault, None if it did not.

        What it reports of the server as it is does not count.
        """
        found = score.schemathesis[setting]
        return min((found[each] for each in found.keys() - self.usual[setting]), default=None)


def try_out(mutant_id: str) -> Score:
    """Run both profiles on a mutant and, on some, Schemathesis for comparison."""
    is_compared = mutant_id in COMPARED
    nights = attempt_nights(mutant_id, NIGHTS)
    killed = nights[-1].killed
    return Score(
        mutant_id,
        # A compared fault runs through every layer, to show what each of them detects.
        attempt(mutant_id, "full") if is_compared else attempt_full(mutant_id),
        nights,
        killed or (mutant_id in FAULTS and _is_detected_by_all_checks(mutant_id)),
        {each: stock.failures(mutant_id, each) for each in OPTIONS} if is_compared else {},
    )


def _is_detected_by_all_checks(mutant_id: str) -> bool:
    return any(check.violated for check in attempt_all_checks(mutant_id))


def usual_failures() -> dict[Setting, Failures]:
    """What Schemathesis reports of the server as it is, with any of several seeds."""
    return {
        setting: {
            failure: requests
            for seed in stock.FAULTLESS_SEEDS
            for failure, requests in stock.failures(FAULTLESS, setting, seed).items()
        }
        for setting in OPTIONS
    }


def is_false_alarm(trial: Trial) -> bool:
    """Whether a trial of a correct server violates a published rule or is inconclusive."""
    return bool(trial.contract_rules) or trial.ended_early is not None


def save(path: Path, scores: Scores) -> None:
    """Write scores to a file."""
    document = {
        "scores": [
            asdict(each)
            | {"schemathesis": {name: _pairs(seen) for name, seen in each.schemathesis.items()}}
            for each in scores.each
        ],
        "usual": {name: _pairs(seen) for name, seen in scores.usual.items()},
    }
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def load(paths: Iterable[Path]) -> Scores:
    """Read and merge files of scores, in the order of the mutants; some may have none.

    Raises:
        ValueError: A mutant has a score in several files, or is not known.
    """
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    read = [_score(each) for document in documents for each in document["scores"]]
    found = {each.id: each for each in read}
    known = [*FAULTS, *VARIATIONS]
    if len(read) != len(found) or not found.keys() <= set(known):
        raise ValueError("a mutant has several scores or is not known")
    usual: dict[Setting, Failures] = {}
    for document in documents:
        for setting, pairs in document["usual"].items():
            usual[setting] = {**usual.get(setting, {}), **_failures(pairs)}
    return Scores(tuple(found[each] for each in known if each in found), usual)


def _score(item: Mapping[str, Any]) -> Score:
    return Score(
        item["id"],
        _trial(item["full"]),
        tuple(_trial(each) for each in item["nights"]),
        item["is_safe"],
        {name: _failures(pairs) for name, pairs in item["schemathesis"].items()},
    )


def _trial(item: Mapping[str, Any]) -> Trial:
    lists = {name: tuple(item[name]) for name in ("rules", "contract_rules", "skipped")}
    return Trial(**{**item, **lists})


def _pairs(failures: Failures) -> list[tuple[str, str, int]]:
    return [(title, operation, requests) for (title, operation), requests in failures.items()]


def _failures(pairs: Sequence[tuple[str, str, int]]) -> Failures:
    return {(title, operation): requests for title, operation, requests in pairs}
