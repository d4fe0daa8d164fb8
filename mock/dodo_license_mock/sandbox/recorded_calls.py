"""Recorded requests: which of them match, and how they are shown."""

import fnmatch
from collections.abc import Sequence
from typing import Any

from .request_log import Entry


def is_call(
    entry: Entry, method: str | None, path: str | None, status: int | None, body: Any
) -> bool:
    """Return whether a request matches; None matches any value, `...` any body."""
    return (
        method in (None, entry.method)
        and (path is None or fnmatch.fnmatchcase(entry.path, path))
        and status in (None, entry.status)
        and (body is ... or entry.body == body)
    )


def table(entries: Sequence[Entry]) -> str:
    """Return one line for each request."""
    return "\n".join(map(_line, entries)) or "no requests"


def _line(entry: Entry) -> str:
    query = f"?{entry.query}" if entry.query else ""
    outcome = f"{entry.status or 'reset'}{' (fault)' if entry.fault else ''}"
    parts = [f"{entry.number:4} {entry.method} {entry.path}{query}", outcome]
    parts += [str(part) for part in (entry.problem, entry.body) if part]
    return "  ".join(parts)
