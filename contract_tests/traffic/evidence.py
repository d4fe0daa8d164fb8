"""A ledger that learns the secrets of what it keeps, and of nothing else."""

from ..judge.conformance import CONFORMING
from ..judge.ledger import Ledger
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
        self._conforming = [self.entries[each.rule_id] for each in CONFORMING]

    def add_conforming(self) -> None:
        """Add that a response is as documented."""
        for entry in self._conforming:
            entry.checked += 1

    def _keep(self, exchange: Exchange | None) -> None:
        if isinstance(exchange, RecordedExchange):
            self._learn(exchange)

    def _learn(self, exchange: RecordedExchange) -> None:
        self._redactor.learn(exchange.json)
        self._redactor.learn(exchange.sent[1])
        self._redactor.learn(exchange.parameters)
        scheme, _, token = (exchange.authorization or "").partition(" ")
        if MASK not in token and scheme != MASK:
            self._redactor.learn({"key": token or scheme})
