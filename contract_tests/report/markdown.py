"""Renders a verdict as Markdown: for a job summary, an issue or a merge request."""

import html
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

_MOST_EVIDENCE = 20
_LONGEST_CURL = 1500
_WORDS = {"holds": "Hold", "violated": "Violated", "skipped": "Skipped"}
_MARKS = {"conforms": "✅", "violates": "❌", "inconclusive": "⚠️"}


def render(document: dict[str, Any]) -> str:
    """Render the verdict document: verdict, changes, violations with evidence, rules by area."""
    return "\n".join(
        [
            f"## {_MARKS[document['verdict']]} {document['verdict'].capitalize()}",
            "",
            plain(document["reason"]) + ".",
            "",
            f"{plain(document['target'])}, contract {plain(document['spec']['version'])},"
            f" {document['requests']:,} requests in {document['seconds']:.1f} s.",
            "",
            *_changes(document),
            *violations(document),
            *_areas(document["rules"]),
            *_excluded(document["excluded"]),
        ]
    )


def violations(document: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the rules that fail the run, then of those that do not, with evidence."""
    shown = [each for each in document["rules"] if each["fails"] or each["status"] == "violated"]
    failing = [each for each in shown if each["fails"]]
    tolerated = [each for each in shown if not each["fails"]]
    for title, rules in (("Violations", failing), ("Violations that do not fail", tolerated)):
        if rules:
            yield from (f"### {title}", "")
        for number, rule in enumerate(rules):
            yield from _violation(rule, with_evidence=number < _MOST_EVIDENCE)


def plain(text: str) -> str:
    """Escape a text so that Markdown shows it as it is: no formatting, link, HTML or mention."""
    escaped = html.escape(" ".join(text.split()), quote=False)
    # GitHub reads #1 and @name even where Markdown does not.
    escaped = escaped.replace("#", "&#35;").replace("@", "&#64;")
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", escaped)


def code(text: str) -> str:
    """Show a text as inline code."""
    text = " ".join(text.split()) or " "
    fence = "`" * (_longest_run(text) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def block(text: str, language: str = "") -> str:
    """Show a text as a block of code."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall(r"`+", text)), default=0)


def _violation(rule: dict[str, Any], *, with_evidence: bool) -> Iterator[str]:
    yield f"**{code(rule['id'])}** ({rule['level']}): {plain(rule['statement'])}"
    yield f"Source: {plain(rule['source_text'])}."
    if (known := rule["known"]) is not None:
        accepted = f"accepted until {known['until']}: {plain(known['reason'])}"
        yield f"Known since {known['since']}, {accepted}"
        if known["state"] != "known":
            yield f"**This known violation {_KNOWN_PROBLEMS[known['state']]}.**"
    yield ""
    if not with_evidence or not rule["evidence"]:
        return
    evidence = rule["evidence"][0]
    yield f"- expected: {code(evidence['expected'])}"
    yield f"- seen: {code(evidence['seen'])}"
    yield ""
    if len(evidence.get("curl", "")) > _LONGEST_CURL:
        yield from ("The curl command is long: see the report.", "")
    elif "curl" in evidence:
        yield from (block(evidence["curl"], "sh"), "")


_KNOWN_PROBLEMS = {
    "expired": "is no longer accepted",
    "holds again": "is outdated because the rule holds again: remove it",
}


def _changes(document: dict[str, Any]) -> Iterator[str]:
    if document["drift"]:
        yield from ("### Changes since the last run", "")
        yield from (f"- {code(each)}" for each in document["drift"])
        yield ""


def _areas(rules: list[dict[str, Any]]) -> Iterator[str]:
    yield from ("### Rules by area", "", f"| Area | {' | '.join(_WORDS.values())} |")
    yield "|---|" + "---:|" * len(_WORDS)
    for area, of_area in groupby(rules, key=lambda rule: rule["id"].partition(".")[0]):
        statuses = [each["status"] for each in of_area]
        yield f"| {area} | {' | '.join(str(statuses.count(status)) for status in _WORDS)} |"
    yield ""


def _excluded(ids: list[str]) -> Iterator[str]:
    if ids:
        yield f"Excluded by `--rules`: {', '.join(map(code, ids))}."
