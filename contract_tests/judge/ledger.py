"""What the exchanges of a run say about each rule."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..contract.rules import CATALOGUE, Rule
from ..transport.exchange import Exchange
from .observations import answer

_MAX_EVIDENCE = 3
# What their exchanges answer says nothing of its own.
_ABOUT_EVERY_EXCHANGE = frozenset({"response", "error"})


@dataclass(frozen=True)
class Finding:
    """What one exchange says about one rule.

    Attributes:
        rule: Id of the rule.
        holds: Whether the exchange keeps to it.
        expected: What the rule asks for here.
        seen: What the server did instead.
    """

    rule: str
    holds: bool
    expected: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Evidence:
    """A broken rule and the exchange that proves it, None where no single one does."""

    finding: Finding
    exchange: Exchange | None


@dataclass
class Entry:
    """All that was found about a rule.

    Attributes:
        checked: How many findings there were.
        broken: The first few findings against it.
        answers: The statuses and codes that the findings come from.
        why_skipped: Why it was not checked.
        requests: How many requests the run had sent when it first broke.
    """

    rule: Rule
    checked: int = 0
    broken: list[Evidence] = field(default_factory=list)
    answers: set[str] = field(default_factory=set)
    why_skipped: str = "no exchange of this run tests it"
    requests: int | None = None

    @property
    def status(self) -> str:
        """`violated`, `holds` or `skipped`."""
        if self.broken:
            return "violated"
        return "holds" if self.checked else "skipped"


class Ledger:
    """Collects findings by rule, from any thread."""

    def __init__(self) -> None:
        self.entries = {rule.id: Entry(rule) for rule in CATALOGUE}
        self.requests = 0
        self._lock = threading.Lock()

    def add(self, findings: Iterable[Finding], exchange: Exchange | None = None) -> None:
        """Enter findings together with the exchange that they come from."""
        with self._lock:
            for finding in findings:
                entry = self.entries[finding.rule]
                entry.checked += 1
                if exchange is not None and entry.rule.area not in _ABOUT_EVERY_EXCHANGE:
                    entry.answers.add(answer(exchange))
                if not finding.holds:
                    if entry.requests is None:
                        entry.requests = self.requests
                    if len(entry.broken) < _MAX_EVIDENCE:
                        entry.broken.append(Evidence(finding, exchange))

    def judge(self, rule: str, exchange: Exchange, holds: bool, expected: str) -> bool:
        """Enter whether an exchange keeps to a rule, unless it tells nothing; return `holds`.

        Args:
            rule: Id of the rule.
            exchange: What the target was asked and answered.
            holds: Whether it keeps to the rule.
            expected: What the rule asks for here.
        """
        if exchange.is_telling:
            self.add([Finding(rule, holds, expected, exchange.summary)], exchange)
        return holds

    def skip(self, rule: str, why: str) -> None:
        """Say why a rule is not checked; forgotten when it is checked after all."""
        self.entries[rule].why_skipped = why
