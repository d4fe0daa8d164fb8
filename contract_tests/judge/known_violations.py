"""Reads known-violations.yml: violations that are reported and do not fail a run until a date."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ..contract.rules import CATALOGUE
from ..errors import CannotRunError

_FIELDS = {"rule": str, "reason": str, "since": date, "until": date}


@dataclass(frozen=True)
class KnownViolation:
    """A violation that does not fail a run.

    Attributes:
        rule: Id of the rule.
        reason: Why the violation is accepted for now.
        since: The day on which it was first seen.
        until: The last day on which it is accepted, in UTC.
    """

    rule: str
    reason: str
    since: date
    until: date


KnownViolations = dict[str, KnownViolation]


def load(path: Path) -> KnownViolations:
    """Read the known violations by rule id.

    Raises:
        CannotRunError: The file cannot be read, or an entry is invalid.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        entries = list(content["violations"])
    except OSError as error:
        raise CannotRunError(
            f"--known-violations {path} cannot be read: {error.strerror}"
        ) from error
    except (yaml.YAMLError, ValueError, KeyError, TypeError) as error:
        raise CannotRunError(f"--known-violations {path} has no list `violations`") from error
    known: KnownViolations = {}
    for number, entry in enumerate(entries, 1):
        problem = _problem(entry) or (
            f"{entry['rule']} is listed twice" if entry["rule"] in known else None
        )
        if problem is not None:
            raise CannotRunError(f"--known-violations {path}: entry {number}: {problem}")
        known[entry["rule"]] = KnownViolation(**entry)
    return known


def _problem(entry: Any) -> str | None:
    if not isinstance(entry, dict) or set(entry) != set(_FIELDS):
        return f"it must have exactly the fields {', '.join(_FIELDS)}"
    for name, kind in _FIELDS.items():
        # A datetime is a date too.
        if type(entry[name]) is not kind:
            wanted = "a date such as 2026-01-31" if kind is date else "text"
            return f"{name} must be {wanted}"
    if entry["rule"] not in {rule.id for rule in CATALOGUE}:
        return f"{entry['rule']} is not a rule; see the command rules"
    if entry["since"] > entry["until"]:
        return "since must not be after until"
    return None
