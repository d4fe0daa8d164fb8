"""Keeps one open issue for each problem of the nightly runs, and closes it on recovery."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.report import markdown
from tools.github.api import GitHub
from tools.github.night import Night

LABEL = "contract-suite"
# GitHub accepts 65,536 characters.
_LONGEST_BODY = 60_000


@dataclass(frozen=True)
class Problem:
    """What one issue is about.

    Attributes:
        kind: Part of the marker by which the issue is found again.
        title: The title of the issue.
        open: Whether the problem exists; None if this run does not say.
        body: The text of the issue.
        detail: What a comment announces when it changes.
    """

    kind: str
    title: str
    open: bool | None
    body: str = ""
    detail: str = ""


def problems(
    night: Night, previous: Night | None, summary: str, document: dict[str, Any] | None
) -> Iterator[Problem]:
    """Yield each problem that an issue can be about, and whether it exists after a run."""
    failing = [rule["id"] for rule in (document or {"rules": []})["rules"] if rule["fails"]]
    yield Problem(
        "violations",
        "The License Keys API violates the contract",
        night.verdict == "violates" if night.is_conclusive else None,
        summary,
        ", ".join(map(markdown.code, failing)),
    )
    twice = previous is not None and not previous.is_conclusive
    yield Problem(
        "inconclusive",
        "The nightly contract run is inconclusive",
        False if night.is_conclusive else (True if twice else None),
        f"At least two runs in a row were inconclusive.\n\n{summary}",
        markdown.plain(night.reason),
    )
    ids = ", ".join(map(markdown.code, night.not_restored))
    yield Problem(
        "not-restored",
        "License keys are not restored",
        bool(night.not_restored) if night.knows_journal or night.not_restored else None,
        f"The nightly run changed these license keys and could not restore them: {ids}.\n\n"
        "The next run restores them first. To restore them now, download the artifact with the "
        "journal from the run, set `DODO_PAYMENTS_API_KEY`, and run "
        f"`dodo-contract restore --journal journal.jsonl`.\n\n{summary}",
        ids,
    )


def keep_issues(
    github: GitHub,
    name: str,
    night: Night,
    previous: Night | None,
    summary: str,
    document: dict[str, Any] | None,
) -> Iterator[str]:
    """Open, update and close issues, and yield one line for each change.

    Args:
        github: The repository.
        name: The name of the nightly run.
        night: The run.
        previous: The run before it, None without one.
        summary: The verdict as Markdown.
        document: The verdict document, None without one.

    Raises:
        GitHubError: GitHub rejects a request.
    """
    # Only people with write access set labels, so nobody else can make an issue look like one.
    issues = [
        each
        for each in github.items("/issues", state="open", labels=LABEL)
        if "pull_request" not in each
    ]
    for problem in problems(night, previous, summary, document):
        marker = f"<!-- dodo-contract {name} {problem.kind} "
        found = next((each for each in issues if marker in (each.get("body") or "")), None)
        line = _keep(github, problem, marker, found, night.run_url)
        if line:
            yield line


def _keep(
    github: GitHub, problem: Problem, marker: str, issue: dict[str, Any] | None, run_url: str
) -> str | None:
    if issue is None:
        if problem.open is not True:
            return None
        body = _body(problem, marker, run_url)
        content = {"title": problem.title, "body": body, "labels": [LABEL]}
        number = github.send("POST", "/issues", content)["number"]
        return f"opened issue {number}: {problem.title}"
    number = issue["number"]
    if problem.open is False:
        _comment(github, number, f"Recovered: {run_url}")
        closed = {"state": "closed", "state_reason": "completed"}
        github.send("PATCH", f"/issues/{number}", closed)
        return f"closed issue {number}: {problem.title}"
    if problem.open is None:
        return None
    github.send("PATCH", f"/issues/{number}", {"body": _body(problem, marker, run_url)})
    if _digest(problem.detail) not in re.findall(re.escape(marker) + r"(\w+) -->", issue["body"]):
        _comment(github, number, f"Changed: {problem.detail or 'see above'}. Run: {run_url}")
    return f"updated issue {number}: {problem.title}"


def _comment(github: GitHub, number: int, body: str) -> None:
    github.send("POST", f"/issues/{number}/comments", {"body": body})


def _body(problem: Problem, marker: str, run_url: str) -> str:
    text = problem.body
    if len(text) > _LONGEST_BODY:
        # Cut at a line; a block of code may be open there.
        text = text[:_LONGEST_BODY].rpartition("\n")[0] + "\n````\n\nThe rest is in the run."
    return f"{marker}{_digest(problem.detail)} -->\n{text}\n\nRun: {run_url}\n"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
