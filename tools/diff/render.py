"""Render a list of changes as text, Markdown or JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from specification import Document
from tools.diff.change import Change, Impact, release

SHOWN_OPERATIONS = 4


@dataclass(frozen=True)
class Report:
    """The changes between two documents, the most severe first.

    Attributes:
        old: The old document.
        new: The new document.
        changes: The changes.
        prose: Whether text and Markdown list each change of the documentation.
    """

    old: Document
    new: Document
    changes: list[Change]
    prose: bool = False

    def count(self, impact: Impact) -> int:
        """Count the changes of one impact."""
        return sum(change.rule.impact is impact for change in self.changes)

    def shown(self) -> Iterator[tuple[Impact, list[Change]]]:
        """Yield the changes to list, grouped by impact."""
        for impact, changes in groupby(self.changes, key=lambda change: change.rule.impact):
            if self.prose or impact is not Impact.DOCUMENTATION:
                yield impact, list(changes)

    def summary(self) -> str:
        """Return one line with the number of changes and the release that the client needs."""
        if not self.changes:
            return "Nothing changed."
        counts = [f"{self.count(impact)} {impact.value}" for impact in Impact if self.count(impact)]
        return f"{', '.join(counts)}. The client needs a {release(self.changes)} release."

    def versions(self) -> str:
        """Return the names and the versions of the two documents."""
        return f"{self.old.name} {self.old.version} → {self.new.name} {self.new.version}"


def as_text(report: Report) -> str:
    """Render for a terminal."""
    lines = [report.versions()]
    for impact, changes in report.shown():
        lines += ["", impact.value.capitalize()]
        for change in changes:
            lines.append(f"  {change.where}{f': {change.detail}' if change.detail else ''}")
            lines.append(f"    {change.rule.id}: {change.rule.statement} {change.rule.advice}")
            if change.operations and change.operations != (change.where,):
                lines.append(f"    in {operations(change)}")
            if change.services:
                lines.append(f"    affects {', '.join(change.services)}")
    return "\n".join([*lines, "", report.summary()]) + "\n"


def as_markdown(report: Report) -> str:
    """Render for a comment on a pull request."""
    lines = ["## API changes", "", escape(f"{report.versions()}: {report.summary()}")]
    for impact, changes in report.shown():
        lines += ["", f"### {impact.value.capitalize()}", ""]
        lines += [
            "| location | change | rule | advice | operations |",
            "| --- | --- | --- | --- | --- |",
        ]
        for change in changes:
            what = f"{change.rule.statement} {change.detail}".strip()
            reached = operations(change)
            if change.services:
                reached = f"{reached}; affects {', '.join(change.services)}"
            cells = (change.where, what, change.rule.id, change.rule.advice, reached)
            lines.append(f"| {' | '.join(map(escape, cells))} |")
    return "\n".join(lines) + "\n"


def as_json(report: Report) -> str:
    """Render for a program: every change, including documentation."""
    return (
        json.dumps(
            {
                "old": {"name": report.old.name, "version": report.old.version},
                "new": {"name": report.new.name, "version": report.new.version},
                "release": release(report.changes),
                "changes": [
                    {
                        "rule": change.rule.id,
                        "impact": change.rule.impact.value,
                        "where": change.where,
                        "detail": change.detail,
                        "operations": change.operations,
                        "services": change.services,
                        "statement": change.rule.statement,
                        "advice": change.rule.advice,
                    }
                    for change in report.changes
                ],
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


def operations(change: Change) -> str:
    """Return the first operations that a change affects, and the number of the others."""
    more = len(change.operations) - SHOWN_OPERATIONS
    named = ", ".join(change.operations[:SHOWN_OPERATIONS])
    return f"{named} and {more} more" if more > 0 else named


def escape(text: str) -> str:
    """Escape text for Markdown and HTML."""
    for character in "\\`*_{}[]<>#|":
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", " ")


RENDERERS = {"text": as_text, "markdown": as_markdown, "json": as_json}
