"""Observes the exchanges of a run and keeps all that is learned from them."""

from collections.abc import Collection

from ..contract.specification import Specification
from ..judge import conformance
from ..judge.ledger import Ledger
from ..judge.observations import Observations
from ..judge.verdict import Timing
from ..report.redaction import Redactor
from ..transport.exchange import Exchange


class Recorder:
    """Judges and records every exchange, whether it was just sent or read from a recording.

    Args:
        specification: The contract.
        max_response_time: Seconds that a response may take.
        token: The bearer token, which must not be written anywhere.
        excluded: Ids of the rules that the verdict leaves out.

    Attributes:
        redactor: Knows every secret in the exchanges.
        ledger: The findings by rule.
        observations: What the contract leaves open.
        timings: How long each exchange took, in the order of the responses.
    """

    def __init__(
        self,
        specification: Specification,
        max_response_time: float,
        token: str = "",
        excluded: Collection[str] = (),
    ) -> None:
        self.redactor = Redactor(token)
        self.ledger = Ledger(excluded)
        self.observations = Observations(specification)
        self.timings: list[Timing] = []
        self._license_keys: set[str] = set()
        self._specification = specification
        self._max_response_time = max_response_time

    def record(self, exchange: Exchange) -> None:
        """Learn from an exchange and check it against the contract."""
        self.redactor.learn(exchange.json)
        keys = (each.get("key") for each in (exchange.item, *exchange.items))
        self._license_keys.update(each for each in keys if isinstance(each, str))
        self.observations.add(exchange)
        operation = self._specification.find(exchange.method, exchange.path)
        name = operation.id if operation else "other"
        self.timings.append(Timing(name, exchange.seconds, exchange.status))
        self.ledger.count_requests(exchange.attempts)
        findings = conformance.judge(
            exchange, self._specification, self._max_response_time, self._license_keys
        )
        self.ledger.add(findings, exchange)
