"""Judges the client in a recording: what it sends, and how it retries."""

import contextlib
import re
from collections import OrderedDict

from ..contract.oracle import parse_instant
from ..judge.advice import Advice
from .lists import is_invalid_query
from .operations import RequestContract
from .recorded import RecordedExchange

_NAIVE = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")
# A request that is sent again within this time is a retry.
_RETRY_SECONDS = 60.0
_MOST_UNANSWERED = 1000
_MOST_ADVICE = 200


class CallerJudge:
    """Judges requests, whatever the responses to them.

    Attributes:
        advice: The mistakes by kind, operation and detail.
    """

    def __init__(self) -> None:
        self.advice: dict[tuple[str, str, str], Advice] = {}
        self._unanswered: OrderedDict[tuple[str, str, bytes], float] = OrderedDict()
        self._wait_until: dict[str, float] = {}

    def judge(self, exchange: RecordedExchange, request: RequestContract) -> None:
        """Judge one request and remember what matters for the next ones."""
        if request.is_deprecated:
            self._add("deprecated-operation", exchange, request)
        if exchange.query:
            self._judge_query(exchange, request)
        if request.body is not None and exchange.sends_json:
            self._judge_body(exchange, request)
        if exchange.started is not None:
            self._judge_timing(exchange, request, exchange.started)

    def _judge_query(self, exchange: RecordedExchange, request: RequestContract) -> None:
        for name in exchange.parameters.keys() - request.parameters:
            self._add("unknown-field", exchange, request, f"query {_readable(name)}")
        for name in ("created_at_gte", "created_at_lte"):
            if _is_naive(exchange.parameters.get(name)):
                self._add("naive-timestamp", exchange, request, name)
        if request.operation.id.startswith("list_") and is_invalid_query(exchange.parameters):
            self._add("rejected-request", exchange, request, "query")

    def _judge_body(self, exchange: RecordedExchange, request: RequestContract) -> None:
        assert request.body is not None
        is_json, body = exchange.sent
        if not is_json:
            self._add("rejected-request", exchange, request, "body that is not JSON")
            return
        error = None
        if not exchange.is_accepted_by(request.body):
            with contextlib.suppress(ValueError):
                error = next(request.body.iter_errors(body), None)
        naive = False
        if isinstance(body, dict):
            if not request.body_fields.issuperset(body):
                for name in body.keys() - request.body_fields:
                    self._add("unknown-field", exchange, request, _readable(name))
            for name in request.instant_fields & body.keys():
                if _is_naive(body[name]):
                    naive = True
                    self._add("naive-timestamp", exchange, request, name)
        if error is not None and not naive:
            where = "/".join(map(str, error.instance_path)) or "body"
            self._add("rejected-request", exchange, request, _readable(where))

    def _judge_timing(
        self, exchange: RecordedExchange, request: RequestContract, started: float
    ) -> None:
        token = exchange.authorization or ""
        if started < self._wait_until.get(token, 0.0):
            self._add("ignored-rate-limit", exchange, request)
        if exchange.is_throttled:
            wait = _seconds(exchange)
            if wait is not None:
                if len(self._wait_until) > _MOST_UNANSWERED:
                    self._wait_until.clear()
                self._wait_until[token] = (exchange.ended or started) + wait
        if exchange.method == "POST" and not request.operation.id.startswith("validate"):
            call = (exchange.method, exchange.path, exchange.request_body)
            before = self._unanswered.pop(call, None)
            if before is not None and 0 <= started - before < _RETRY_SECONDS:
                self._add("unsafe-retry", exchange, request)
            if exchange.problem is not None or exchange.status >= 500:
                self._unanswered[call] = exchange.ended or started
                if len(self._unanswered) > _MOST_UNANSWERED:
                    self._unanswered.popitem(last=False)

    def _add(
        self, kind: str, exchange: RecordedExchange, request: RequestContract, detail: str = ""
    ) -> None:
        name = (kind, request.operation.id, detail)
        known = self.advice.get(name)
        if known is not None:
            known.count += 1
        elif len(self.advice) < _MOST_ADVICE:
            self.advice[name] = Advice(*name, count=1, first=exchange.number)


def _is_naive(value: object) -> bool:
    return (
        isinstance(value, str)
        and _NAIVE.fullmatch(value) is not None
        and parse_instant(value) is None
    )


def _seconds(exchange: RecordedExchange) -> float | None:
    asked = exchange.headers.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else None


def _readable(name: str) -> str:
    """A field name, unless it can be a secret."""
    return name if re.fullmatch(r"[a-z_/]{1,40}", name) else "a field with an unusual name"
