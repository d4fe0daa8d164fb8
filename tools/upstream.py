"""Compare openapi.yaml with the published specification; every difference needs an explanation."""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from specification import Document, DocumentError, load
from tools.diff.change import Change, Impact
from tools.diff.compare import compare
from tools.diff.operations import Operation
from tools.diff.rules import RULES

ROOT = Path(__file__).parent.parent
SPECIFICATION = ROOT / "openapi.yaml"
# The two documents may name their schemas differently.
NOT_ON_THE_WIRE = frozenset({"schema-renamed"})
DIFFERENCES = ROOT / "upstream-differences.yml"


@dataclass(frozen=True)
class Explanation:
    """The reason for a kind of intended difference.

    Attributes:
        rule: The id of the rule of the comparison.
        where: The place; `*` matches any text.
        reason: The reason.
    """

    rule: str
    where: str
    reason: str

    def covers(self, change: Change) -> bool:
        """Return whether this explanation applies to a difference."""
        pattern = ".*".join(map(re.escape, self.where.split("*")))
        return change.rule.id == self.rule and re.fullmatch(pattern, change.where) is not None


@dataclass(frozen=True)
class Drift:
    """The differences between two documents, except in documentation.

    Attributes:
        explained: The differences that are intended, each with the explanations that cover it.
        unexplained: The other differences.
        stale: The explanations that apply to no difference.
    """

    explained: dict[Change, list[Explanation]]
    unexplained: list[Change]
    stale: list[Explanation]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 no drift, 1 drift, 2 comparison failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.upstream", description=__doc__)
    parser.add_argument("upstream", help="the published specification: a file or a URL")
    options = parser.parse_args(arguments)
    try:
        tags, explanations = read_explanations(DIFFERENCES)
        published = load(options.upstream)
        drift = find_drift(published, load(str(SPECIFICATION)), tags, explanations)
    except DocumentError as error:
        print(f"upstream: {error}", file=sys.stderr)
        return 2
    for change in drift.unexplained:
        detail = f": {change.detail}" if change.detail else ""
        print(f"unexplained: {change.where}{detail}: {change.rule.id}")
    for explanation in drift.stale:
        print(f"stale explanation: {explanation.rule} at {explanation.where}")
    print(
        f"{published.name} {published.version}: {len(drift.explained)} differences explained,"
        f" {len(drift.unexplained)} unexplained, {len(drift.stale)} stale explanations."
    )
    if drift.unexplained or drift.stale:
        print(f"Change {SPECIFICATION.name} or explain the difference in {DIFFERENCES.name}.")
        return 1
    return 0


def find_drift(
    published: Document, ours: Document, tags: frozenset[str], explanations: list[Explanation]
) -> Drift:
    """Compare the published document with ours.

    Args:
        published: The published document.
        ours: Our document, every operation of which is compared.
        tags: The published operations with one of these tags are compared as well.
        explanations: The intended differences.

    Raises:
        DocumentError: A document is malformed.
    """

    def selected(operation: Operation) -> bool:
        return operation.document is ours or not operation.tags.isdisjoint(tags)

    differences = {
        change: [each for each in explanations if each.covers(change)]
        for change in compare(published, ours, selected)
        if change.rule.impact is not Impact.DOCUMENTATION and change.rule.id not in NOT_ON_THE_WIRE
    }
    used = {each for covering in differences.values() for each in covering}
    return Drift(
        explained={change: covering for change, covering in differences.items() if covering},
        unexplained=[change for change, covering in differences.items() if not covering],
        stale=[each for each in explanations if each not in used],
    )


def read_explanations(path: Path) -> tuple[frozenset[str], list[Explanation]]:
    """Read the tags and the explanations.

    Raises:
        DocumentError: The file is missing or malformed, or names an unknown rule.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        explanations = [
            Explanation(entry["rule"], where, entry["reason"])
            for entry in content["differences"]
            for where in ([entry["where"]] if isinstance(entry["where"], str) else entry["where"])
        ]
        tags = frozenset(content["tags"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise DocumentError(f"{path.name} cannot be read: {error!r}") from error
    for explanation in explanations:
        if explanation.rule not in RULES:
            raise DocumentError(f"{path.name} names {explanation.rule}, which is not a rule")
    return tags, explanations


if __name__ == "__main__":
    sys.exit(main())
