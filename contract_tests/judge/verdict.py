"""The outcome of a run."""

from dataclasses import dataclass, field
from typing import Literal

from .advice import Advice
from .ledger import Entry

Outcome = Literal["conforms", "violates", "inconclusive"]
EXIT_CODES: dict[Outcome, int] = {"conforms": 0, "violates": 1, "inconclusive": 2}


@dataclass(frozen=True)
class Timing:
    """How long one exchange took.

    Attributes:
        operation: Id of the operation, `other` if the contract has none.
        seconds: From sending the request to the last byte of the response.
        status: Status of the response, 0 if none came.
    """

    operation: str
    seconds: float
    status: int


@dataclass(frozen=True)
class Verdict:
    """The result of a run, by rule.

    Attributes:
        target: What was tested.
        specification: Version and SHA-256 of the contract.
        requests: How many requests were sent.
        seconds: How long the run took.
        keys: How many keys the run was allowed to change.
        entries: The findings about each rule, in the order of the catalogue.
        ended_early: Why the run did not finish, None if it did.
        not_restored: Ids of the keys that could not be put back.
        strict: Whether a deviation from our own policy counts as a violation.
        timings: How long each exchange took, in the order of the responses.
        observed: What the contract leaves open: topic to the values seen.
        drift: What changed since an earlier verdict, a line for each change.
        caller: The mistakes of the caller in a recording.
        ignored: How many exchanges of a recording were not judged, by reason.
    """

    target: str
    specification: tuple[str, str]
    requests: int
    seconds: float
    keys: int
    entries: tuple[Entry, ...]
    ended_early: str | None = None
    not_restored: tuple[str, ...] = ()
    strict: bool = True
    timings: tuple[Timing, ...] = ()
    observed: dict[str, set[str]] = field(default_factory=dict)
    drift: tuple[str, ...] = ()
    caller: tuple[Advice, ...] = ()
    ignored: dict[str, int] = field(default_factory=dict)

    @property
    def violated(self) -> tuple[Entry, ...]:
        """The entries of the broken rules."""
        return tuple(each for each in self.entries if each.status == "violated")

    @property
    def outcome(self) -> Outcome:
        """`violates` when a rule is broken, `inconclusive` when too little was tested."""
        if any(self.strict or each.rule.level == "contract" for each in self.violated):
            return "violates"
        if self.ended_early or self.not_restored or not self.keys:
            return "inconclusive"
        return "conforms"

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        return EXIT_CODES[self.outcome]

    @property
    def reason(self) -> str:
        """One sentence that says why the outcome is what it is."""
        count = {
            status: sum(each.status == status for each in self.entries)
            for status in ("holds", "violated", "skipped")
        }
        if self.not_restored:
            lost = ", ".join(self.not_restored)
            return f"these keys could not be put back: {lost}; try the command restore"
        if self.outcome == "inconclusive":
            return self.ended_early or "no key may be changed, so no PATCH was sent: use --key-id"
        text = f"{count['holds']} rules hold, {count['violated']} are violated"
        if count["skipped"]:
            text += f", {count['skipped']} were skipped"
        return f"{text}; {self.ended_early}" if self.ended_early else text
