"""A change between two documents, and what a list of changes asks of the client's version."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Impact(Enum):
    """Whom a change breaks, the gravest first."""

    BREAKS_CALLERS = "breaking for callers"
    BREAKS_READERS = "breaking for readers"
    COMPATIBLE = "compatible"
    DOCUMENTATION = "documentation only"

    @property
    def breaking(self) -> bool:
        """Whether anyone has to change code."""
        return self in {Impact.BREAKS_CALLERS, Impact.BREAKS_READERS}


class Side(Enum):
    """Who has to understand a schema: the server a request, the reader a response."""

    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True)
class Rule:
    """A kind of change: its stable id, whom it breaks, what it says and what to do."""

    id: str
    impact: Impact
    statement: str
    advice: str


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        rule: The kind of change.
        where: The place, such as `LicenseKey.payment_id` or `GET /license_keys query status`.
        detail: The old and the new value where there are any, such as `string → string or null`.
        operations: The operations that it reaches, such as `GET /license_keys`.
    """

    rule: Rule
    where: str
    detail: str = ""
    operations: tuple[str, ...] = ()


def release(changes: Iterable[Change]) -> str:
    """Suggest the release of the client: `major`, `minor`, `patch` or `none`.

    Semantic Versioning 2.0.0, clauses 6 to 8: a break is major, an addition minor.
    """
    impacts = {change.rule.impact for change in changes}
    if any(impact.breaking for impact in impacts):
        return "major"
    if Impact.COMPATIBLE in impacts:
        return "minor"
    return "patch" if impacts else "none"
