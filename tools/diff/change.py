"""A change between two documents, and the release that a list of changes requires."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Impact(Enum):
    """The impact of a change, the most severe first."""

    BREAKS_CALLERS = "breaking for callers"
    BREAKS_READERS = "breaking for readers"
    COMPATIBLE = "compatible"
    DOCUMENTATION = "documentation only"

    @property
    def breaking(self) -> bool:
        """Whether existing code breaks."""
        return self in {Impact.BREAKS_CALLERS, Impact.BREAKS_READERS}


class Side(Enum):
    """Where a schema is used: in a request, which the server reads, or in a response."""

    REQUEST = "request"
    RESPONSE = "response"


@dataclass(frozen=True)
class Rule:
    """A kind of change: its stable id, its impact, its statement and the advice to users."""

    id: str
    impact: Impact
    statement: str
    advice: str


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        rule: The kind of change.
        where: The location, such as `LicenseKey.payment_id` or `GET /license_keys query status`.
        detail: The old and the new value if there are any, such as `string → string or null`.
        operations: The operations that it affects, such as `GET /license_keys`.
        services: The services that it affects, of those that are known.
    """

    rule: Rule
    where: str
    detail: str = ""
    operations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


def release(changes: Iterable[Change]) -> str:
    """Return the release that the client needs: `major`, `minor`, `patch` or `none`.

    Semantic Versioning 2.0.0, clauses 6 to 8: a breaking change is major, an addition is minor.
    """
    impacts = {change.rule.impact for change in changes}
    if any(impact.breaking for impact in impacts):
        return "major"
    if Impact.COMPATIBLE in impacts:
        return "minor"
    return "patch" if impacts else "none"
