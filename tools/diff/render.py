"""Render a report as text, Markdown or JSON."""

import json

from tools.diff.change import Change, release
from tools.diff.consequences import consequences
from tools.diff.report import Report
from tools.diff.rules import PAGE, page_of

SHOWN_OPERATIONS = 4


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
            if effects := consequences(change):
                lines += [f"    {party}: {effect}" for party, effect in effects.items()]
            if change.services:
                lines.append(f"    affects {', '.join(change.services)}")
    where = [f"{PAGE} describes every rule."] if report.changes else []
    return "\n".join([*lines, "", *where, report.summary()]) + "\n"


def as_markdown(report: Report) -> str:
    """Render for a comment on a pull request."""
    lines = ["## API changes", "", escape(f"{report.versions()}: {report.summary()}")]
    for impact, changes in report.shown():
        lines += ["", f"### {impact.value.capitalize()}", ""]
        lines += [
            "| location | change | rule | advice | operations | effects |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for change in changes:
            what = f"{change.rule.statement} {change.detail}".strip()
            reached = operations(change)
            if change.services:
                reached = f"{reached}; affects {', '.join(change.services)}"
            rule = f"[{change.rule.id}]({page_of(change.rule)})"
            found = consequences(change)
            effects = [f"{party}: {effect}" for party, effect in found.items()] if found else []
            cells = (escape(change.where), escape(what), rule, change.rule.advice, escape(reached))
            lines.append(f"| {' | '.join((*cells, '<br>'.join(effects)))} |")
    return "\n".join(lines) + "\n"


def as_json(report: Report) -> str:
    """Render for a program: every change, including documentation."""
    return (
        json.dumps(
            {
                "old": {"name": report.old.name, "version": report.old.version},
                "new": {"name": report.new.name, "version": report.new.version},
                "release": release(report.changes),
                "version_change": report.version_change(),
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
                        "page": page_of(change.rule),
                        "consequences": dict(effects.items() if effects else ()),
                    }
                    for change in report.changes
                    for effects in [consequences(change)]
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
