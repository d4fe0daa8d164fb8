"""Shows the progress and the verdict of a run on the terminal."""

import os
import shutil
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TextIO

from ..judge.ledger import Entry
from ..judge.verdict import Verdict
from ..options import Format
from . import github, markdown
from .curl import curl
from .document import document
from .duration import duration
from .reason import why
from .redaction import Redactor

_SECONDS_BETWEEN_LINES = 5.0
_BAR = 20
_LONGEST_CURL = 1500
_LONGEST_TEXT = 500
_WORDS = {"holds": "hold", "violated": "violated", "skipped": "skipped"}
_CODES = {
    "holds": "32",
    "conforms": "1;32",
    "violated": "31",
    "violates": "1;31",
    "skipped": "33",
    "inconclusive": "1;33",
    "faint": "2",
}


class TerminalProgress:
    """Updates one line on a terminal; elsewhere, prints a line every few seconds."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._started = self._shown_at = time.monotonic()

    def step(self, done: int, total: int, what: str) -> None:
        """Show how many checks are done and the name of the next check."""
        now = time.monotonic()
        line = f"{done}/{total} checks, {now - self._started:.0f} s: {_readable(what)}"
        if self._live:
            filled = "#" * (_BAR * done // max(total, 1))
            width = shutil.get_terminal_size().columns
            self._stream.write(f"\r\x1b[K{f'[{filled:-<{_BAR}}] {line}'[: width - 1]}")
        elif now - self._shown_at > _SECONDS_BETWEEN_LINES:
            self._stream.write(f"{line}\n")
            self._shown_at = now
        self._stream.flush()

    def note(self, text: str) -> None:
        """Write a line that stays."""
        self.close()
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def close(self) -> None:
        """Clear the line."""
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


@dataclass(frozen=True)
class Style:
    """The layout of terminal output.

    Attributes:
        width: The column to wrap text at. None disables wrapping.
        colour: Whether statuses are coloured.
    """

    width: int | None = None
    colour: bool = False

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str] = os.environ) -> "Style":
        """Choose the style for a stream: plain text unless the stream is a terminal."""
        if not stream.isatty():
            return cls()
        plain = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
        return cls(shutil.get_terminal_size().columns, not plain)

    def paint(self, status: str, text: str) -> str:
        """Colour a text by a rule status or a verdict."""
        return f"\x1b[{_CODES[status]}m{text}\x1b[0m" if self.colour else text

    def fold(self, text: str, indent: str = "", hanging: str | None = None) -> str:
        """Wrap a text between words. `hanging` indents the lines after the first."""
        if self.width is None:
            return indent + text
        return textwrap.fill(
            text,
            self.width,
            initial_indent=indent,
            subsequent_indent=" " * len(indent) if hanging is None else hanging,
            break_on_hyphens=False,
        )


def show(verdict: Verdict, redactor: Redactor, stream: TextIO, style: Format = "text") -> None:
    """Print a verdict and escape the characters that the stream cannot encode."""
    if style == "markdown":
        text = markdown.render(document(verdict, redactor))
    else:
        text = render(verdict, redactor, Style.of(stream))
    if style == "github":
        text = github.render(document(verdict, redactor), text)
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()


def render(verdict: Verdict, redactor: Redactor, style: Style) -> str:
    """Render a verdict as text: rules by area, violations with curl commands, and the outcome."""
    target = style.fold(f"{redactor.text(verdict.target)}, contract {verdict.specification[0]}")
    lines = [target, *_areas(verdict.entries, style)]
    for entry in verdict.violated:
        lines += ["", *_violated(entry, redactor, style, verdict)]
    skipped = list(_skipped(verdict.entries, redactor, style))
    lines += ["", *skipped, ""] if skipped else [""]
    lines += [style.fold(f"changed {redactor.text(each)}", "") for each in verdict.drift]
    lines += list(_caller(verdict, style))
    outcome = verdict.outcome.upper()
    counts = f" ({verdict.requests:,} requests, {verdict.seconds:.1f} s)"
    reason = style.fold(f"{outcome}: {redactor.text(verdict.reason, _LONGEST_TEXT)}{counts}")
    lines.append(reason.replace(outcome, style.paint(verdict.outcome, outcome), 1))
    return "\n".join(lines)


def _areas(entries: Iterable[Entry], style: Style) -> Iterator[str]:
    by_area: dict[str, list[str]] = {}
    for entry in entries:
        by_area.setdefault(entry.rule.area, []).append(entry.status)
    for area, statuses in by_area.items():
        counts = [
            style.paint(status, f"{statuses.count(status):>3} {word}")
            for status, word in _WORDS.items()
            if status in statuses
        ]
        yield f"  {area:<11}{'  '.join(counts)}"


def _violated(entry: Entry, redactor: Redactor, style: Style, verdict: Verdict) -> Iterator[str]:
    rule, evidence = entry.rule, entry.broken[0]
    counts, state = verdict.fails(entry), verdict.known_state(entry)
    word = "VIOLATED" if counts else "DEVIATES" if state is None else "KNOWN"
    yield f"{style.paint('violated' if counts else 'skipped', word)} {rule.id} ({rule.level})"
    if state is not None:
        known, _ = state
        text = f"Known since {known.since}, accepted until {known.until}: {known.reason}"
        yield style.fold(" ".join(text.split()), "  ")
    yield style.fold(f"{rule.statement} Source: {rule.source_text}.", "  ")
    if evidence.exchange is not None:
        status = evidence.exchange.status or "no response"
        target = redactor.text(evidence.exchange.url.raw_path.decode("ascii"), _LONGEST_TEXT)
        took = f"{status} after {duration(evidence.exchange.seconds)}"
        yield style.fold(f"{evidence.exchange.method} {target}: {took}", "  ")
    for name in ("expected", "seen"):
        said = redactor.text(getattr(evidence.finding, name), _LONGEST_TEXT)
        yield style.fold(" ".join(said.split()), f"  {name:<9} ")
    if evidence.exchange is not None:
        # Not wrapped, so that the command can be copied.
        command = curl(evidence.exchange, redactor)
        if len(command) > _LONGEST_CURL:
            command = f"curl command omitted ({len(command):,} characters): use --report to save it"
        yield style.paint("faint", f"  {command}")


def _skipped(entries: Iterable[Entry], redactor: Redactor, style: Style) -> Iterator[str]:
    """The skipped rules, grouped by reason."""
    by_reason: dict[str, list[str]] = {}
    for entry in entries:
        if entry.status == "skipped":
            by_reason.setdefault(why(entry, redactor), []).append(entry.rule.id)
    for reason, rules in by_reason.items():
        word = style.paint("skipped", "skipped")
        line = style.fold(f"skipped {', '.join(rules)}: {reason}", hanging="  ")
        yield line.replace("skipped", word, 1)


def _caller(verdict: Verdict, style: Style) -> Iterator[str]:
    """The mistakes of the caller, and what was not judged."""
    for each in verdict.caller:
        named = f"{each.operation} {each.detail}".strip()
        times = f"{each.count:,} times, first in exchange {each.first:,}"
        yield style.fold(f"caller  {named}: {each.statement} ({times})", hanging="  ")
    if verdict.ignored:
        counts = ", ".join(f"{count:,} {why}" for why, count in sorted(verdict.ignored.items()))
        yield style.fold(f"ignored {counts}", hanging="  ")


def _readable(check: str) -> str:
    """A readable name of a check, from its name in pytest."""
    name, _, parameters = check.partition("[")
    return parameters.removesuffix("]") or name.removeprefix("test_").replace("_", " ")
