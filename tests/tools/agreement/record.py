"""Writes table.csv: what our comparison, oasdiff and Redocly report for every pair.

`python -m tests.tools.agreement.record` runs Redocly anew on every pair. A weekly test does so too.
"""

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

from tests.tools.agreement.oasdiff import LEVELS
from tests.tools.agreement.pairs import PAIRS, Pair
from tests.tools.agreement.reasons import REASONS
from tests.tools.redocly import Redocly
from tools.diff.rules import RULES

TABLE = Path(__file__).with_name("table.csv")
COLUMNS = ("change", "place", "ours", "oasdiff", "redocly", "explanation")
IMPACTS = ("major", "minor", "patch")
NOTHING = "nothing"
UNCLEAR = "unclear"


def main() -> None:
    """Run Redocly on every pair and write the table."""
    with tempfile.TemporaryDirectory() as folder:
        TABLE.write_text(as_csv(verdicts(Redocly(Path(folder)), Path(folder))), encoding="utf-8")


def as_csv(redocly: dict[str, str]) -> str:
    """Return the table. Redocly's column is given by the name of the pair."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for pair in PAIRS:
        theirs = redocly[pair.name]
        change = f"{pair.change}{', undone' if pair.back else ''}"
        cells = (change, pair.place, our_cell(pair), oasdiff_cell(pair), theirs)
        writer.writerow((*cells, explanation(pair, theirs)))
    return file.getvalue()


def recorded() -> dict[str, str]:
    """Return the recorded column of Redocly by the name of the pair."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {f"{row['change']} ({row['place']})": row["redocly"] for row in csv.DictReader(file)}


def our_cell(pair: Pair) -> str:
    """Return our rules, each with its impact."""
    return "; ".join(f"{each} ({RULES[each].impact.value})" for each in pair.ours) or NOTHING


def oasdiff_cell(pair: Pair) -> str:
    """Return oasdiff's checks, each with its level."""
    if pair.oasdiff is None:
        return UNCLEAR
    return "; ".join(f"{each} ({LEVELS[each]})" for each in pair.oasdiff) or NOTHING


def explanation(pair: Pair, redocly: str) -> str:
    """Return a sentence for each disagreement about whether the pair breaks the API."""
    tools = disagreements(pair, redocly)
    return " ".join(dict.fromkeys(REASONS[tool, pair.change] for tool in tools))


def disagreements(pair: Pair, redocly: str) -> list[str]:
    """Return the tools that disagree with us on whether the pair breaks the API."""
    theirs = {"oasdiff": pair.breaks_for_oasdiff, "redocly": redocly.startswith("major")}
    return [tool for tool, breaks in theirs.items() if breaks not in (None, pair.breaks)]


def figures(redocly: dict[str, str]) -> list[tuple[str | int, ...]]:
    """Return a row for each tool: its name and four counts of pairs.

    The pairs that the tool judges, those with the same verdict as ours, those that only we call
    breaking, and those that only the tool calls breaking.
    """
    rows: list[tuple[str | int, ...]] = []
    for tool, judged in (
        ("oasdiff", [pair for pair in PAIRS if pair.oasdiff is not None]),
        ("redocly", PAIRS),
    ):
        differing = [pair for pair in judged if tool in disagreements(pair, redocly[pair.name])]
        ours = sum(pair.breaks for pair in differing)
        same = len(judged) - len(differing)
        rows.append((tool, len(judged), same, ours, len(differing) - ours))
    return rows


def verdicts(redocly: Redocly, folder: Path) -> dict[str, str]:
    """Run Redocly on every pair and return its verdict by the name of the pair."""
    together = [pair for pair in PAIRS if differs_in_paths_only(pair)]
    cells = compared(redocly, together, folder)
    found = {pair.name: cell for pair, cell in zip(together, cells, strict=True)}
    for pair in PAIRS:
        if pair.name not in found:
            (found[pair.name],) = compared(redocly, [pair], folder)
    return found


def differs_in_paths_only(pair: Pair) -> bool:
    """Return whether a pair can be compared in one document with others.

    Redocly takes a path that is removed and one that is added for a renamed path.
    """
    common = {"openapi", "info", "components", "paths"}
    return (
        pair.old["paths"].keys() == pair.new["paths"].keys()
        and pair.old.keys() | pair.new.keys() <= common
        and pair.old["info"] == pair.new["info"]
        and all(part.get("components") in (None, {"schemas": {}}) for part in (pair.old, pair.new))
    )


def compared(redocly: Redocly, pairs: list[Pair], folder: Path) -> list[str]:
    """Run Redocly once. The paths of each pair get a prefix, unless there is only one pair."""
    files = folder / "old.json", folder / "new.json"
    sides = ([pair.old for pair in pairs], [pair.new for pair in pairs])
    for file, documents in zip(files, sides, strict=True):
        merged = dict(documents[0])
        if len(pairs) > 1:
            merged["paths"] = {
                f"/{number}{path}": item
                for number, document in enumerate(documents)
                for path, item in document["paths"].items()
            }
        file.write_text(json.dumps(merged))
    changes: list[list[dict[str, Any]]] = [[] for _ in pairs]
    for change in redocly.changes(*files):
        prefix = change["path"].removeprefix("#/paths/~1").partition("~1")[0]
        changes[int(prefix) if len(pairs) > 1 else 0].append(change)
    return [impact(each) for each in changes]


def impact(changes: list[dict[str, Any]]) -> str:
    """Return the highest impact of a list of changes, with the rules that say so."""
    for level in IMPACTS:
        if any(change["impact"] == level for change in changes):
            rules = {each["ruleId"] for change in changes for each in change["verdicts"]}
            return f"{level} ({', '.join(sorted(rules))})" if rules else level
    return NOTHING


if __name__ == "__main__":
    main()
