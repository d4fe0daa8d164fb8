"""The results of all mutants as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutants.catalogue import FAULTS, VARIATIONS
from mutants.scoring import stock
from mutants.scoring.stock import Failures
from mutants.scoring.trial import Trial, attempt, attempt_full

PAGE = Path(__file__).parents[2] / "docs" / "mutation-score.md"
_MOST_RULES = 3
_UNSCORED = "## Not yet scored"


@dataclass(frozen=True)
class Score:
    """The results of one mutant.

    Attributes:
        id: Id of the mutant.
        full: The trial under the profile `full`.
        live: The trial under the profile `live`.
        stock: What Schemathesis reports of it, None where it was not asked.
    """

    id: str
    full: Trial
    live: Trial
    stock: Failures | None = None


def try_out(mutant_id: str, with_stock: bool) -> Score:
    """Hold a mutant to both profiles and, for comparison, to stock Schemathesis."""
    found = stock.failures(mutant_id) if with_stock else None
    return Score(mutant_id, attempt_full(mutant_id), attempt(mutant_id, "live"), found)


def is_false_alarm(trial: Trial) -> bool:
    """Whether a trial of a server that is right breaks a published rule or is inconclusive."""
    return bool(trial.contract_rules) or trial.ended_early is not None


def line(score: Score, usual: Failures) -> str:
    """One mutant on one line of a terminal."""
    columns = [_short(score.full), _short(score.live), _stock(score, usual)]
    return f"{score.id:<44} {columns[0]:<12} {columns[1]:<12} {columns[2]:<8} {_rules(score.full)}"


def document(scores: Sequence[Score], usual: Failures, setting: str) -> str:
    """The scores as a Markdown page.

    Args:
        scores: One for every mutant.
        usual: What Schemathesis reports of the server as it is.
        setting: One sentence on how the scores were made.
    """
    faults = [each for each in scores if each.id in FAULTS]
    benign = [each for each in scores if each.id in VARIATIONS]
    return "\n".join(
        [
            "# Mutation score",
            "",
            "The contract suite runs on servers with one fault each: an ASGI layer in front of the"
            " mock adds the fault. A fault is killed when the verdict is `violates`. Made by"
            " `make mutants`; do not edit.",
            "",
            setting,
            "",
            *_summary(faults, benign, usual),
            "",
            "## Faults",
            "",
            "The number is the count of requests sent before the first violation.",
            "",
            "| fault | what it does | full | live | stock | rules that caught it in full |",
            "|---|---|---|---|---|---|",
            *(_row(each, FAULTS[each.id].statement, usual) for each in faults),
            "",
            "## Servers that differ and are right",
            "",
            "None of them may break a published rule. A deviation from our own policy is named.",
            "",
            "| variation | what it does | full | live | stock | deviations from policy |",
            "|---|---|---|---|---|---|",
            *(_row(each, VARIATIONS[each.id].statement, usual) for each in benign),
            "",
        ]
    )


def with_unscored(page: str) -> str:
    """The page with a list of the mutants that it has no score of; its scores stay as they are.

    Args:
        page: The page as `document` or this function made it.
    """
    scored = page.partition(f"\n{_UNSCORED}\n")[0].rstrip("\n")
    unscored = [each for each in (*FAULTS, *VARIATIONS) if f"\n| `{each}` |" not in scored]
    if not unscored:
        return f"{scored}\n"
    return "\n".join(
        [
            scored,
            "",
            _UNSCORED,
            "",
            f"The totals do not include these {len(unscored)} mutants: they were added after the"
            " last run of `make mutants`. Made by `python -m mutants --list-unscored`.",
            "",
            *(f"- `{each}`" for each in unscored),
            "",
        ]
    )


def summary(scores: Sequence[Score], usual: Failures) -> list[str]:
    """The totals as lines of text."""
    faults = [each for each in scores if each.id in FAULTS]
    benign = [each for each in scores if each.id in VARIATIONS]
    return _summary(faults, benign, usual)


def survivors(scores: Iterable[Score]) -> dict[str, list[str]]:
    """The ids of the faults that each profile lets pass."""
    faults = [each for each in scores if each.id in FAULTS]
    return {
        "full": [each.id for each in faults if not each.full.killed],
        "live": [each.id for each in faults if not each.live.killed],
    }


def _summary(faults: list[Score], benign: list[Score], usual: Failures) -> list[str]:
    rows = [
        ("full", sum(each.full.killed for each in faults), [each.full for each in benign]),
        ("live", sum(each.live.killed for each in faults), [each.live for each in benign]),
    ]
    lines = [
        "| | faults killed | of | percent | false alarms | of |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {killed} | {len(faults)} | {_percent(killed, len(faults))}"
            f" | {sum(map(is_false_alarm, trials))} | {len(benign)} |"
            for name, killed, trials in rows
        ),
    ]
    asked = [each for each in faults if each.stock is not None]
    if asked:
        killed = sum(_is_killed_by_stock(each, usual) for each in asked)
        alarms = sum(bool(each.stock) for each in benign)
        lines += [
            f"| stock `schemathesis run` | {killed} | {len(asked)}"
            f" | {_percent(killed, len(asked))} | {alarms} | {len(benign)} |",
            "",
            f"On the server as it is, stock Schemathesis reports {len(usual)} failures; only what"
            " it reports beyond these counts as a kill, chance finds included. Any failure on a"
            " server that is right is a false alarm.",
        ]
    return lines


def _row(score: Score, statement: str, usual: Failures) -> str:
    cells = [
        f"`{score.id}`",
        statement,
        _short(score.full),
        _short(score.live),
        _stock(score, usual),
        _rules(score.full),
    ]
    return f"| {' | '.join(cells)} |"


def _short(trial: Trial) -> str:
    if trial.mutant in FAULTS:
        return str(trial.requests) if trial.killed else f"**{trial.outcome}**"
    return "**false alarm**" if is_false_alarm(trial) else "conforms"


def _stock(score: Score, usual: Failures) -> str:
    if score.stock is None:
        return ""
    if score.id in FAULTS:
        return "killed" if _is_killed_by_stock(score, usual) else ""
    return f"{len(score.stock)} failures" if score.stock else "conforms"


def _is_killed_by_stock(score: Score, usual: Failures) -> bool:
    return bool((score.stock or frozenset()) - usual)


def _rules(trial: Trial) -> str:
    shown = ", ".join(trial.rules[:_MOST_RULES])
    more = len(trial.rules) - _MOST_RULES
    return f"{shown} and {more} more" if more > 0 else shown


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else ""
