"""When each check last ran: the checks of a small budget add up over several runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Seen = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class CheckRun:
    """The last run of a check.

    Attributes:
        name: The name of the check, such as `test_lists.py::test_past_the_end`.
        at: When it ran, RFC 3339 in UTC.
        requests: How many requests it sent, retries included.
        violated: Whether it found a violation.
        answers: Rule to status and code of the responses that the check judged it by.
        observed: Topic to what the contract leaves open and the check has seen.
    """

    name: str
    at: str
    requests: int
    violated: bool
    answers: Seen = field(default_factory=dict)
    observed: Seen = field(default_factory=dict)

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "CheckRun":
        """Read a member of `checks` in a verdict.json."""
        return cls(
            str(item["name"]),
            str(item["at"]),
            int(item["requests"]),
            bool(item["violated"]),
            _seen(item.get("answers", {})),
            _seen(item.get("observed", {})),
        )


def _seen(values: Mapping[str, list[str]]) -> Seen:
    return {name: tuple(seen) for name, seen in values.items()}


History = Mapping[str, CheckRun]


def position(name: str, is_core: bool, place: int, history: History) -> tuple[int, str, int]:
    """What the checks of a run with a budget are sorted by.

    First comes what found a violation last time, then the core, then what was never tested, then
    what was tested longest ago.

    Args:
        name: The name of the check.
        is_core: Whether the check runs every time.
        place: Its place among the checks by the faults that it detects for its requests.
        history: The last run of every check.
    """
    last = history.get(name)
    if last is not None and last.violated:
        return 0, "", place
    if is_core:
        return 1, "", place
    return 2, "" if last is None else last.at, place
