"""Judges recorded exchanges one after another, by the rules of the suite, and sends nothing."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from ..contract.specification import Specification
from ..judge import conformance
from ..judge.ledger import Finding, Ledger
from ..judge.observations import Observations
from ..judge.verdict import Verdict
from ..report.redaction import Redactor
from ..transport.exchange import NO_RESPONSE
from .caller import CallerJudge
from .evidence import EvidenceLedger
from .hosts import Hosts
from .keys import KeyJudge
from .licenses import LicenseJudge
from .lists import ListJudge
from .operations import RequestContract, Route, Routes
from .ordering import OrderedQueue, Step
from .passive import judge_requests
from .recorded import RecordedExchange
from .repeated import ConformingResponses
from .usage import UsageCounter
from .world import World

_BODILESS = frozenset({"HEAD", "OPTIONS", "CONNECT"})
_SKIPPED = "it needs requests of its own, or a state that this recording does not establish"
_MOST_HOSTS = 1024


class TrafficJudge:
    """Judges exchanges and collects the findings.

    Args:
        specification: The contract.
        hosts: The hosts of the API.
        max_response_time: Seconds that a response may take.

    Attributes:
        ignored: How many exchanges were not judged, by reason.
        judged: How many exchanges were judged.
        usage: What the service in the recording uses of the API.
    """

    def __init__(
        self, specification: Specification, hosts: Hosts, max_response_time: float = 5.0
    ) -> None:
        self._specification = specification
        self._is_of_the_api = lru_cache(_MOST_HOSTS)(hosts.contain)
        self._max_response_time = max_response_time
        self._routes = Routes(specification)
        self._redactor = Redactor()
        self._ledger = EvidenceLedger(self._redactor)
        self._conforming = ConformingResponses()
        self._observations = Observations(specification)
        self._caller = CallerJudge()
        self.usage = UsageCounter()
        self.start(complete=False)
        self._started = time.monotonic()
        self.ignored: Counter[str] = Counter()
        self.judged = 0
        for entry in self._ledger.entries.values():
            entry.why_skipped = _SKIPPED

    @property
    def redactor(self) -> Redactor:
        """Knows the secrets in the evidence."""
        return self._redactor

    @property
    def ledger(self) -> Ledger:
        """The findings by rule."""
        return self._ledger

    @property
    def caller(self) -> CallerJudge:
        """The mistakes of the caller."""
        return self._caller

    def judge_all(self, exchanges: Iterable[RecordedExchange], *, complete: bool) -> None:
        """Judge the exchanges of one recording.

        Args:
            exchanges: The exchanges in the order of the recording.
            complete: Whether it contains every request to its keys.
        """
        self.start(complete=complete)
        for exchange in exchanges:
            self.add(exchange)
        self.finish()

    def start(self, *, complete: bool) -> None:
        """Start a recording: nothing is known of the state of its keys."""
        self._world = World(self._ledger, self._redactor.learn, is_complete=complete)
        self._keys = KeyJudge(self._world)
        self._lists = ListJudge(self._world, self._keys)
        self._licenses = LicenseJudge(self._world)
        self._last_number = 0
        self._queue = OrderedQueue()

    def add(self, exchange: RecordedExchange) -> None:
        """Add the next exchange of a recording. It is judged once its order is certain."""
        if exchange.is_own:
            if exchange.number != self._last_number + 1:
                # Exchanges are missing, so the recording is not complete.
                self._world.is_complete = False
            self._last_number = exchange.number
        reason = self._reason_to_ignore(exchange)
        if reason is None:
            self._take(self._queue.add(exchange))
        else:
            self.ignored[reason] += 1

    def settle(self, instant: float) -> None:
        """Judge the exchanges that ended before an instant.

        Args:
            instant: Seconds since 1970. Every exchange that started earlier must have been added.
        """
        self._take(self._queue.drain_before(instant))

    def finish(self) -> None:
        """Judge the rest of the recording."""
        self._take(self._queue.drain())

    def _take(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if step.reset:
                self._forget()
            self._judge(step.exchange, alone=step.alone)

    def operation_of(self, exchange: RecordedExchange) -> str:
        """The id of the operation that an exchange addresses, `other` if the contract has none."""
        found = self._routes.find(exchange.path)
        request = found[0].requests.get(exchange.method) if found is not None else None
        return request.operation.id if request is not None else "other"

    def verdict(self, target: str, *, strict: bool, ended_early: str | None = None) -> Verdict:
        """Return the verdict on everything that was judged."""
        if not self.judged and ended_early is None:
            ended_early = "no exchange with the License Keys API was found"
            if self.ignored:
                ended_early += ": name its host with --base-url"
        return Verdict(
            target=target,
            specification=(self._specification.version, self._specification.sha256),
            requests=self.judged,
            seconds=time.monotonic() - self._started,
            keys=self.judged,
            entries=tuple(self._ledger.entries.values()),
            ended_early=ended_early,
            strict=strict,
            observed=dict(self._observations.seen),
            caller=tuple(self._caller.advice.values()),
            ignored=dict(self.ignored),
        )

    def _forget(self) -> None:
        self._world.forget()
        self._lists.forget()

    def _reason_to_ignore(self, exchange: RecordedExchange) -> str | None:
        if not self._is_of_the_api(exchange.host):
            return "other hosts"
        if exchange.method in _BODILESS:
            return "methods without a body"
        if exchange.from_cache:
            return "responses from a cache"
        if exchange.problem is not None and not exchange.is_own:
            # A client can close a connection itself.
            return "no response" if self._routes.find(exchange.path) else "other paths"
        return None if self._routes.find(exchange.path) else "other paths"

    def _judge(self, exchange: RecordedExchange, *, alone: bool) -> None:
        found = self._routes.find(exchange.path)
        assert found is not None
        route, item_id = found
        self.judged += 1
        self._ledger.count_requests(1)
        request = route.requests.get(exchange.method)
        self._judge_response(exchange, request)
        if exchange.is_telling:
            self._ledger.add(judge_requests(exchange, request), exchange)
        if request is not None:
            self._caller.judge(exchange, request)
            self.usage.count(exchange, route.path, request)
            self._judge_state(exchange, route, request, item_id, alone=alone)

    def _judge_response(self, exchange: RecordedExchange, request: RequestContract | None) -> None:
        """Judge what applies to every response, unless an equal one is known to conform."""
        operation = request.operation.id if request is not None else ""
        is_timely = exchange.is_telling and exchange.seconds <= self._max_response_time
        can_conform = is_timely and exchange.has_body
        if can_conform and self._conforming.contains(exchange, operation):
            self._ledger.add_conforming()
            return
        self._observations.add(exchange)
        findings = self._conformance(exchange)
        if can_conform and findings is conformance.CONFORMING:
            self._conforming.add(exchange, operation)
            self._ledger.add_conforming()
        else:
            self._ledger.add(findings, exchange)

    def _conformance(self, exchange: RecordedExchange) -> Iterable[Finding]:
        findings = conformance.judge(exchange, self._specification, self._max_response_time)
        if exchange.has_body and exchange.status != NO_RESPONSE:
            return findings
        return self._certain(findings, exchange)

    @staticmethod
    def _certain(findings: Iterable[Finding], exchange: RecordedExchange) -> Iterator[Finding]:
        for finding in findings:
            if finding.rule_id == "response.complete" and exchange.status == NO_RESPONSE:
                # A client or a network that gives up looks the same as a server that does.
                continue
            needs_body = finding.rule_id in conformance.BODY_RULES
            if exchange.has_body or not needs_body:
                yield finding

    def _judge_state(
        self,
        exchange: RecordedExchange,
        route: Route,
        request: RequestContract,
        item_id: str,
        *,
        alone: bool,
    ) -> None:
        path, method = route.path, exchange.method
        if path == "/license_keys/{id}":
            if method == "PATCH":
                self._keys.judge_patch(exchange, item_id, alone=alone)
            elif exchange.is_telling and exchange.has_body:
                self._keys.judge_get(exchange, item_id, alone=alone)
        elif path == "/license_keys":
            if method == "POST":
                self._judge_created(exchange, alone=alone)
            elif exchange.is_telling and exchange.has_body:
                self._lists.judge(exchange, alone=alone)
        elif path == "/license_key_instances" and exchange.is_telling and exchange.has_body:
            self._licenses.judge_instances(exchange, alone=alone)
        else:
            self._judge_license(exchange, request, item_id, alone=alone)

    def _judge_license(
        self, exchange: RecordedExchange, request: RequestContract, item_id: str, *, alone: bool
    ) -> None:
        is_json, body = exchange.sent
        valid = bool(
            exchange.sends_json
            and is_json
            and request.body is not None
            and exchange.is_accepted_by(request.body)
        )
        operation = request.operation.id
        if operation == "get_license_key_instance" and exchange.is_telling:
            self._licenses.judge_instance(exchange, item_id, None, alone=alone)
        if not valid or not isinstance(body, dict):
            return
        if operation == "activate_license_key":
            self._licenses.judge_activate(exchange, body, alone=alone)
        elif operation == "deactivate_license_key":
            self._licenses.judge_deactivate(exchange, body, alone=alone)
        elif operation == "validate_license_key" and exchange.is_telling:
            self._licenses.judge_validate(exchange, body, alone=alone)
        elif operation == "update_license_key_instance" and exchange.is_telling:
            self._licenses.judge_instance(exchange, item_id, body["name"], alone=alone)

    def _judge_created(self, exchange: RecordedExchange, *, alone: bool) -> None:
        self._lists.forget()
        made: dict[str, Any] = exchange.item
        _, body = exchange.sent
        known = self._world.key_of(body.get("key") if isinstance(body, dict) else None)
        if known is not None and self._world.is_complete and exchange.status in (201, 409, 422):
            taken = exchange.status == 409
            self._world.check("create.duplicate-409", exchange, taken, "409")
        if exchange.status == 201 and isinstance(made.get("id"), str):
            at = exchange.ended or 0.0
            self._keys.remember(made, at, current=alone, patched=True)
