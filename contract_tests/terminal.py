"""Tells a person on the terminal how far the run is and what came of it."""

import shutil
import sys
import time
from typing import TextIO

from contract_tests.redaction import Redactor
from contract_tests.verdict import Verdict, why

_SECONDS_BETWEEN_LINES = 5.0


class TerminalProgress:
    """One line that is rewritten on a terminal, a plain line now and then elsewhere."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._shown_at = time.monotonic()

    def step(self, done: int, total: int, what: str) -> None:
        """Show that so many of all checks are done, and what comes next."""
        line = f"{done}/{total} checks, now {what}"
        if self._live:
            width = shutil.get_terminal_size().columns
            self._stream.write(f"\r\x1b[K{line[: width - 1]}")
        elif time.monotonic() - self._shown_at > _SECONDS_BETWEEN_LINES:
            self._stream.write(f"{line}\n")
            self._shown_at = time.monotonic()
        self._stream.flush()

    def close(self) -> None:
        """Clear the line."""
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def render(verdict: Verdict, redactor: Redactor) -> str:
    """Write a verdict as text: the rules by area, and for each broken one what was seen."""
    lines = [f"{redactor.text(verdict.target)}, contract {verdict.specification[0]}"]
    by_area: dict[str, list[str]] = {}
    for entry in verdict.entries:
        by_area.setdefault(entry.rule.area, []).append(entry.status)
    for area, statuses in by_area.items():
        counts = [
            f"{statuses.count(status)} {status}"
            for status in ("holds", "violated", "skipped")
            if status in statuses
        ]
        lines.append(f"  {area:<10} {', '.join(counts)}")
    for entry in verdict.violated:
        rule = entry.rule
        lines += [
            f"VIOLATED {rule.id} ({rule.level}, {rule.source}): {rule.statement}",
            f"  {why(entry, redactor)}",
        ]
    for entry in verdict.entries:
        if entry.status == "skipped":
            lines.append(f"skipped {entry.rule.id}: {why(entry, redactor)}")
    lines.append(
        f"{verdict.outcome.upper()}: {redactor.text(verdict.reason)}"
        f" ({verdict.requests} requests, {verdict.seconds:.1f} s)"
    )
    return "\n".join(lines)
