"""Collects, for each rule, what the exchanges of a run show."""

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from ..contract.rules import CATALOGUE, Rule
from ..transport.exchange import Exchange
from .attribution import is_of_the_api_alone
from .observations import status_and_code

EXCLUDED = "excluded by --rules"
_MAX_EVIDENCE = 3
# Rules of these areas apply to every exchange, so the status of one says nothing about them.
_RULES_OF_EVERY_EXCHANGE = frozenset(
    rule.id for rule in CATALOGUE if rule.area in ("response", "error")
)


class Finding(NamedTuple):
    """Whether one exchange keeps one rule.

    Attributes:
        rule_id: Id of the rule.
        holds: Whether the exchange keeps the rule.
        expected: What the rule requires here.
        seen: What the server did.
        is_proven: Whether it is known that no other program has caused a violation.
    """

    rule_id: str
    holds: bool
    expected: str = ""
    seen: str = ""
    is_proven: bool = False


@cache
def holding(rule_id: str) -> Finding:
    """Return the finding that an exchange keeps a rule. It is the same object every time."""
    return Finding(rule_id, holds=True)


@dataclass(frozen=True)
class Evidence:
    """A violation and the exchange that proves it, None if no single exchange does."""

    finding: Finding
    exchange: Exchange | None


@dataclass
class Entry:
    """All findings about a rule.

    Attributes:
        checked: The number of findings.
        broken: The first few violations.
        violations: The number of violations.
        doubtful: How many of them another program in the account could have caused.
        answers: The statuses and codes of the responses that the findings come from.
        why_skipped: Why the rule was not checked.
        requests: How many requests the run had sent at the first violation, None without one.
        excluded: Whether the verdict leaves the rule out.
    """

    rule: Rule
    checked: int = 0
    violations: int = 0
    doubtful: int = 0
    broken: list[Evidence] = field(default_factory=list)
    answers: set[str] = field(default_factory=set)
    why_skipped: str = "no exchange of this run tests it"
    requests: int | None = None
    excluded: bool = False

    @property
    def status(self) -> str:
        """`violated`, `holds` or `skipped`."""
        if self.excluded:
            return "skipped"
        if self.broken:
            return "violated"
        return "holds" if self.checked else "skipped"

    def copy(self) -> "Entry":
        """Return an entry that can change apart from this one."""
        return replace(self, broken=[*self.broken], answers={*self.answers})


class Ledger:
    """Collects findings by rule, from any thread.

    Args:
        excluded: Ids of the rules that the verdict leaves out.
    """

    def __init__(self, excluded: Collection[str] = ()) -> None:
        self.entries = {rule.id: Entry(rule) for rule in CATALOGUE}
        for rule_id in excluded:
            self.entries[rule_id].excluded = True
            self.skip(rule_id, EXCLUDED)
        self._requests = 0
        self._before: dict[str, Entry] | None = None
        self._answers: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    @property
    def violations(self) -> int:
        """How many findings violate their rule."""
        return sum(each.violations for each in self.entries.values())

    def begin_check(self) -> None:
        """From now on remember which status and code belong to which rule."""
        self._answers = {}

    def answers_of_check(self) -> dict[str, tuple[str, ...]]:
        """Rule to status and code of the responses that it was judged by since `begin_check`."""
        with self._lock:
            return {rule_id: tuple(sorted(seen)) for rule_id, seen in self._answers.items()}

    def begin(self) -> None:
        """From now on remember the entries as they are before they change."""
        with self._lock:
            self._before = {}

    def take_back_doubtful(self) -> dict[str, Entry]:
        """Take back the findings since `begin` about every rule with a doubtful violation.

        Returns:
            The entries with these findings, by rule id.
        """
        doubtful = self.doubtful_since()
        with self._lock:
            taken = {rule_id: self.entries[rule_id] for rule_id in doubtful}
            before = self._before or {}
            self.entries.update({rule_id: before.pop(rule_id) for rule_id in doubtful})
            return taken

    def put(self, entries: dict[str, Entry]) -> None:
        """Replace entries."""
        with self._lock:
            self.entries.update(entries)

    def doubtful_since(self) -> set[str]:
        """Ids of the rules with a new doubtful violation since `begin`."""
        before = self._before or {}
        return {
            rule_id
            for rule_id, entry in before.items()
            if self.entries[rule_id].doubtful > entry.doubtful
        }

    def count_requests(self, count: int) -> None:
        """Add to the number of requests that the run has sent."""
        with self._lock:
            self._requests += count

    def add(self, findings: Iterable[Finding], exchange: Exchange | None = None) -> None:
        """Add findings and the exchange that they come from."""
        answer = ""
        with self._lock:
            entries, before = self.entries, self._before
            for finding in findings:
                rule_id = finding.rule_id
                entry = entries[rule_id]
                if before is not None and rule_id not in before:
                    before[rule_id] = entry
                    entry = entries[rule_id] = entry.copy()
                entry.checked += 1
                if exchange is not None and rule_id not in _RULES_OF_EVERY_EXCHANGE:
                    answer = answer or status_and_code(exchange)
                    entry.answers.add(answer)
                    self._answers.setdefault(rule_id, set()).add(answer)
                if not finding.holds:
                    self._add_violation(entry, finding, exchange)

    def _add_violation(self, entry: Entry, finding: Finding, exchange: Exchange | None) -> None:
        entry.violations += 1
        entry.doubtful += not (finding.is_proven or is_of_the_api_alone(finding.rule_id))
        if entry.requests is None:
            entry.requests = self._requests
        if len(entry.broken) < _MAX_EVIDENCE:
            entry.broken.append(Evidence(finding, exchange))
            self._keep(exchange)

    def _keep(self, exchange: Exchange | None) -> None:
        """Called for every exchange that is kept as evidence."""

    def judge(self, rule_id: str, exchange: Exchange, holds: bool, expected: str) -> bool:
        """Add whether an exchange keeps a rule, unless its response is throttled or incomplete.

        Args:
            rule_id: Id of the rule.
            exchange: The request and its response.
            holds: Whether the exchange keeps the rule.
            expected: What the rule requires here.

        Returns:
            `holds`, as given.
        """
        if exchange.is_telling:
            self.add([Finding(rule_id, holds, expected, exchange.summary)], exchange)
        return holds

    def skip(self, rule_id: str, why: str) -> None:
        """Set the reason why a rule is not checked; it has no effect once the rule is checked."""
        entry = self.entries[rule_id]
        entry.why_skipped = EXCLUDED if entry.excluded else why
