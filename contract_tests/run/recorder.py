"""Observes the exchanges of a run and keeps all that is learned from them."""

from collections.abc import Collection

from dodo_license_recording import HarWriter, Message, Recorded

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
        har: Receives every exchange, None to record nothing.

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
        har: HarWriter | None = None,
    ) -> None:
        self.redactor = Redactor(token)
        self.ledger = Ledger(excluded)
        self.observations = Observations(specification)
        self.timings: list[Timing] = []
        self._license_keys: set[str] = set()
        self._specification = specification
        self._max_response_time = max_response_time
        self._har = har

    def record(self, exchange: Exchange) -> None:
        """Learn from an exchange and check it against the contract."""
        self.redactor.learn(exchange.json)
        if self._har is not None:
            self._har.write(_recorded(exchange))
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


def _recorded(exchange: Exchange) -> Recorded:
    return Recorded(
        started=exchange.started or 0.0,
        seconds=exchange.seconds,
        method=exchange.method,
        url=str(exchange.url),
        request=Message(tuple(exchange.request_headers.multi_items()), exchange.request_body),
        status=exchange.status,
        response=Message(tuple(exchange.headers.multi_items()), exchange.body),
        problem=exchange.problem,
    )
