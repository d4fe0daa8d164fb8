"""The scores as a Markdown page."""

from collections.abc import Callable, Iterable
from pathlib import Path

from mutants.catalogue import FAULTS, VARIATIONS
from mutants.scoring.score import NIGHTS, Score, Scores, is_false_alarm
from mutants.scoring.stock import OPTIONS
from mutants.scoring.trial import BUDGET, Trial

PAGE = Path(__file__).parents[2] / "docs" / "mutation-score.md"
CURVE = PAGE.parent / "mutation-curve.svg"
_MOST_RULES = 3
_UNSCORED = "## Not yet scored"
_INTRODUCTION = f"""# Mutation score

The contract suite runs on servers with one fault each: an ASGI layer in front of the mock adds \
it. A fault is detected when the verdict is `violates`. Made by `make mutants`; do not edit.

`full` may change all keys of the mock. `live` has {BUDGET} requests a night, those to restore the \
keys included, and three keys, one of them on a subscription. Each night gets the verdict of the \
night before. A fault is safe to detect if the checks of `live` detect it, given any number of \
requests; the others need a disposable key (`--create-keys`).
"""


def document(scores: Scores) -> str:
    """Return the page."""
    return "\n".join(
        [
            _INTRODUCTION,
            *summary(scores),
            "",
            f"![Detected faults by requests sent]({CURVE.name})",
            "",
            *_comparison(scores),
            "## Faults",
            "",
            "The number is the count of requests before the first violation, of all nights"
            " together for `live`.",
            "",
            "| fault | what it does | full | live | rules that detect it in full |",
            "|---|---|---|---|---|",
            *(_row(each, FAULTS[each.id].statement) for each in scores.faults),
            "",
            "## Correct servers",
            "",
            "None of them may violate a published rule. A deviation from project policy is named.",
            "",
            "| variation | what it does | full | live | deviations from policy |",
            "|---|---|---|---|---|",
            *(_row(each, VARIATIONS[each.id].statement) for each in scores.variations),
            "",
        ]
    )


def summary(scores: Scores) -> list[str]:
    """The totals as lines of text."""
    faults, variations = scores.faults, scores.variations
    safe = [each for each in faults if each.is_safe]
    first = [each.nights[0] for each in faults]
    return [
        "| | faults detected | of | percent | false alarms | of |",
        "|---|---|---|---|---|---|",
        _total("full", [each.full for each in faults], [each.full for each in variations]),
        _total("live, first night", first, [each.nights[0] for each in variations]),
        _total(
            f"live, {NIGHTS} nights",
            [each.nights[-1] for each in faults],
            [night for each in variations for night in each.nights],
        ),
        _total(f"live, {NIGHTS} nights, safe faults", [each.nights[-1] for each in safe], []),
    ]


def survivors(scores: Scores) -> dict[str, list[str]]:
    """The ids of the faults that each profile misses."""
    return {
        "full": [each.id for each in scores.faults if not each.full.killed],
        "live": [each.id for each in scores.faults if not each.nights[-1].killed and each.is_safe],
    }


def line(score: Score) -> str:
    """One mutant on one line of a terminal."""
    return f"{score.id:<50} {_full(score):<14} {_live(score):<14} {_rules(score.full)}"


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
            f"The totals do not include these {len(unscored)} mutants, which the last run of"
            " `make mutants` left out or did not know.",
            "",
            *(f"- `{each}`" for each in unscored),
            "",
        ]
    )


def _total(name: str, faults: list[Trial], variations: list[Trial]) -> str:
    killed = sum(each.killed for each in faults)
    alarms = sum(map(is_false_alarm, variations)) if variations else ""
    return (
        f"| {name} | {killed} | {len(faults)} | {_percent(killed, len(faults))} | {alarms}"
        f" | {len(variations) or ''} |"
    )


def _comparison(scores: Scores) -> list[str]:
    """What each layer of `full` detects alone, and Schemathesis without the suite."""
    compared = scores.compared
    if not compared:
        return []
    areas = [{rule.partition(".")[0] for rule in each.full.rules} for each in compared]
    rows = [
        ("the rules of the suite, without the layers below", _count(areas, _is_case)),
        ("Schemathesis inside the suite", _count(areas, lambda area: area == "schema")),
        ("random sequences beside the oracle", _count(areas, lambda area: area == "sequence")),
        ("the generated client", _count(areas, lambda area: area == "client")),
    ]
    for setting, options in OPTIONS.items():
        hooks = " and hooks that use existing ids" if setting == "best" else ""
        found = sum(scores.detection(each, setting) is not None for each in compared)
        rows.append((f"`schemathesis run {' '.join(options)}`{hooks}", found))
    noise = ", ".join(f"{len(seen)} ({name})" for name, seen in scores.usual.items())
    return [
        "## Layers and Schemathesis",
        "",
        f"On a sample of {len(compared)} faults, every layer of `full` runs to its end,"
        " and Schemathesis runs without the suite, over TCP and in every phase. Only what it"
        f" reports beyond the failures of the server as it is counts: {noise}.",
        "",
        "| what runs | faults detected | percent |",
        "|---|---|---|",
        *(f"| {name} | {found} | {_percent(found, len(compared))} |" for name, found in rows),
        "",
    ]


def _is_case(area: str) -> bool:
    return area not in ("schema", "sequence", "client")


def _count(areas: Iterable[set[str]], wanted: Callable[[str], bool]) -> int:
    return sum(any(map(wanted, each)) for each in areas)


def _row(score: Score, statement: str) -> str:
    cells = [f"`{score.id}`", statement, _full(score), _live(score), _rules(score.full)]
    return f"| {' | '.join(cells)} |"


def _full(score: Score) -> str:
    if score.id in FAULTS:
        return str(score.full.requests) if score.full.killed else f"**{score.full.outcome}**"
    return "**false alarm**" if is_false_alarm(score.full) else "conforms"


def _live(score: Score) -> str:
    if score.id in VARIATIONS:
        return "**false alarm**" if any(map(is_false_alarm, score.nights)) else "conforms"
    if score.nights[-1].killed:
        return str(score.live_requests)
    return f"**{score.nights[-1].outcome}**" if score.is_safe else "not safe"


def _rules(trial: Trial) -> str:
    shown = ", ".join(trial.rules[:_MOST_RULES])
    more = len(trial.rules) - _MOST_RULES
    return f"{shown} and {more} more" if more > 0 else shown


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else ""
