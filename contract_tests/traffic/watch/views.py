"""Shows a session on the terminal and on a page."""

import html
import json
from collections.abc import Iterator

from rich.table import Table

from ...judge.verdict import Verdict
from ...report.document import document
from ...report.duration import duration
from ...report.reason import why
from .session import WatchSession

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>watch: {outcome}</title>
<style>body{{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}th,td{{text-align:left;padding:.3rem .6rem;
border-bottom:1px solid #8884}}.n{{text-align:right}}h1{{text-transform:capitalize}}</style></head>
<body><h1>{outcome}</h1><p>{summary}</p>
<table><thead><tr><th>Operation<th class="n">Exchanges<th>Statuses<th class="n">Median</thead>
<tbody>{rows}</tbody></table><h2>Violated</h2><ul>{violated}</ul>
<p><a href="/_watch/verdict.json">verdict.json</a></p></body></html>
"""


class Views:
    """Renders a session.

    Args:
        session: The session.
        target: The name of the upstream.
        strict: Whether a violated policy rule counts.
    """

    def __init__(self, session: WatchSession, target: str, *, strict: bool) -> None:
        self._session = session
        self._target = target
        self._strict = strict

    def verdict(self) -> Verdict:
        """The verdict so far."""
        ended = None
        if self._session.dropped:
            ended = f"{self._session.dropped:,} exchanges were not judged: judging fell behind"
        return self._session.judge.verdict(self._target, strict=self._strict, ended_early=ended)

    def table(self) -> Table:
        """The table for the terminal."""
        with self._session.lock:
            table = Table(title=self._summary(), title_justify="left", expand=True)
            for name in ("operation", "exchanges", "statuses", "median"):
                table.add_column(
                    name, justify="right" if name in ("exchanges", "median") else "left"
                )
            for row in self._rows():
                table.add_row(*row)
            for rule, reason in self._violated():
                table.add_row(f"[red]violated[/] {rule}", "", reason.replace("[", "\\["), "")
        return table

    def page(self, path: str) -> tuple[int, bytes, bytes]:
        """Render a page: its status, media type and content."""
        with self._session.lock:
            if path == "/verdict.json":
                content = json.dumps(document(self.verdict(), self._session.judge.redactor))
                return 200, b"application/json", content.encode()
            if path in ("", "/"):
                return 200, b"text/html; charset=utf-8", self._html().encode()
        return 404, b"text/plain", b"not found\n"

    def _html(self) -> str:
        rows = "".join(
            "<tr><td>{}<td class=n>{}<td>{}<td class=n>{}".format(*map(html.escape, row))
            for row in self._rows()
        )
        violated = "".join(
            f"<li><code>{html.escape(rule)}</code> {html.escape(reason)}"
            for rule, reason in self._violated()
        )
        return _PAGE.format(
            outcome=self.verdict().outcome,
            summary=html.escape(self._summary()),
            rows=rows,
            violated=violated or "<li>nothing",
        )

    def _summary(self) -> str:
        session = self._session
        text = f"{self._target}: {session.passed:,} exchanges, {session.judge.judged:,} judged"
        return f"{text}, {session.dropped:,} dropped" if session.dropped else text

    def _rows(self) -> Iterator[tuple[str, str, str, str]]:
        for name, counts in sorted(self._session.operations.items()):
            statuses = ", ".join(
                f"{count:,} of {status or 'no response'}"
                for status, count in sorted(counts.statuses.items())
            )
            total = sum(counts.statuses.values())
            yield name, f"{total:,}", statuses, duration(counts.median)

    def _violated(self) -> Iterator[tuple[str, str]]:
        for entry in self.verdict().violated:
            yield entry.rule.id, why(entry, self._session.judge.redactor)
