"""A ledger that learns the secrets of what it keeps, and of nothing else."""

from collections.abc import Iterable

from ..judge.ledger import Finding, Ledger
from ..report.redaction import MASK, Redactor
from ..transport.exchange import Exchange
from .recorded import RecordedExchange


class EvidenceLedger(Ledger):
    """Collects findings about recorded exchanges.

    Args:
        redactor: Learns the secrets in every exchange that is kept as evidence.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def add(self, findings: Iterable[Finding], exchange: Exchange | None = None) -> None:
        """Add findings and the exchange that they come from."""
        findings = list(findings)
        super().add(findings, exchange)
        if isinstance(exchange, RecordedExchange) and any(not each.holds for each in findings):
            kept = any(
                exchange is each.exchange
                for finding in findings
                if not finding.holds
                for each in self.entries[finding.rule_id].broken
            )
            if kept:
                self._learn(exchange)

    def _learn(self, exchange: RecordedExchange) -> None:
        self._redactor.learn(exchange.json)
        self._redactor.learn(exchange.sent[1])
        self._redactor.learn(exchange.parameters)
        scheme, _, token = (exchange.authorization or "").partition(" ")
        if MASK not in (token, scheme):
            self._redactor.learn({"key": token or scheme})
