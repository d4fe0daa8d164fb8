"""The outcome of a run."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from .advice import Advice
from .history import CheckRun
from .known_violations import KnownViolation, KnownViolations
from .ledger import Entry

Outcome = Literal["conforms", "violates", "inconclusive"]
KnownState = Literal["known", "expired", "holds again"]
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
        not_restored: Ids of the keys that could not be restored.
        disturbed: How another program disturbed the run, None if none did.
        strict: Whether a deviation from our own policy counts as a violation.
        timings: How long each exchange took, in the order of the responses.
        observed: What the contract leaves open: topic to the values seen.
        drift: What changed since an earlier verdict, a line for each change.
        caller: The mistakes of the caller in a recording.
        ignored: How many exchanges of a recording were not judged, by reason.
        checks: The last run of each check, in this run or in an earlier one.
        checked_at: When each rule was last checked, and its status then.
        known: The known violations, by rule id.
        today: The day of the run, in UTC.
    """

    target: str
    specification: tuple[str, str]
    requests: int
    seconds: float
    keys: int
    entries: tuple[Entry, ...]
    ended_early: str | None = None
    not_restored: tuple[str, ...] = ()
    disturbed: str | None = None
    strict: bool = True
    timings: tuple[Timing, ...] = ()
    observed: dict[str, set[str]] = field(default_factory=dict)
    drift: tuple[str, ...] = ()
    caller: tuple[Advice, ...] = ()
    ignored: dict[str, int] = field(default_factory=dict)
    checks: tuple[CheckRun, ...] = ()
    checked_at: dict[str, tuple[str, str]] = field(default_factory=dict)
    known: KnownViolations = field(default_factory=dict)
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    @property
    def violated(self) -> tuple[Entry, ...]:
        """The entries of the broken rules."""
        return tuple(each for each in self.entries if each.status == "violated")

    @property
    def excluded(self) -> tuple[str, ...]:
        """Ids of the rules that the verdict leaves out."""
        return tuple(each.rule.id for each in self.entries if each.excluded)

    def known_state(self, entry: Entry) -> tuple[KnownViolation, KnownState] | None:
        """The known violation of a rule and its state, None without one or if it was not tested."""
        known = self.known.get(entry.rule.id)
        if known is None or entry.status == "skipped":
            return None
        if entry.status == "violated":
            return known, "known" if self.today <= known.until else "expired"
        # A run that ended early may have missed the violation.
        return None if self.ended_early else (known, "holds again")

    def fails(self, entry: Entry) -> bool:
        """Whether a rule fails the run."""
        state = self.known_state(entry)
        if state is not None:
            return state[1] != "known"
        return entry.status == "violated" and (self.strict or entry.rule.level == "contract")

    @property
    def outcome(self) -> Outcome:
        """`violates` when a rule is broken, `inconclusive` when too little was tested.

        A run that another program disturbed is inconclusive unless it has found a violation: the
        entries have only those that no other program can have caused.
        """
        if any(map(self.fails, self.entries)):
            return "violates"
        if self.disturbed or self.ended_early or self.not_restored or not self.keys:
            return "inconclusive"
        if all(each.status == "skipped" for each in self.entries):
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
            sentence = f"these keys could not be restored: {lost}; try the command restore"
            return f"{self.disturbed}; {sentence}" if self.disturbed else sentence
        if self.outcome == "inconclusive":
            return (
                self.disturbed
                or self.ended_early
                or (
                    "no selected rule was tested: change --rules or --profile"
                    if self.keys
                    else "no key may be changed, so no PATCH was sent: use --key-id"
                )
            )
        text = f"{count['holds']} rules hold, {count['violated']} are violated"
        states = list(filter(None, map(self.known_state, self.entries)))
        if known := sum(state == "known" for _, state in states):
            text += f" ({known} known)"
        if skipped := count["skipped"] - len(self.excluded):
            text += f", {skipped} were skipped"
        if self.excluded:
            text += f", {len(self.excluded)} were excluded by --rules"
        for violation, state in states:
            if state == "expired":
                text += f"; {violation.rule} is violated and was accepted until {violation.until}"
            elif state == "holds again":
                text += f"; {violation.rule} holds again: remove it from the known violations"
        cut_short = self.ended_early or self.disturbed
        return f"{text}; {cut_short}" if cut_short else text
