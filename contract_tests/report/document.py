"""Converts a verdict to the JSON document that the other report files are rendered from."""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache, partial
from typing import Any

from ..judge.advice import Advice
from ..judge.history import CheckRun, Seen
from ..judge.known_violations import KnownViolation
from ..judge.ledger import Entry, Evidence
from ..judge.verdict import KnownState, Timing, Verdict
from ..transport.exchange import Exchange
from .curl import curl
from .reason import why
from .redaction import Redactor

_LONGEST_TEXT = 2000


def document(verdict: Verdict, redactor: Redactor) -> dict[str, Any]:
    """Convert a verdict to a JSON object with secrets masked and unprintable characters escaped."""
    version, sha256 = verdict.specification
    return {
        "verdict": verdict.outcome,
        "reason": redactor.text(verdict.reason, _LONGEST_TEXT),
        "target": redactor.text(verdict.target),
        "spec": {"version": version, "sha256": sha256},
        "strict": verdict.strict,
        "complete": verdict.ended_early is None and not verdict.not_restored,
        "requests": verdict.requests,
        "seconds": round(verdict.seconds, 3),
        "excluded": list(verdict.excluded),
        "not_restored": [redactor.text(each) for each in verdict.not_restored],
        "drift": [redactor.text(each, _LONGEST_TEXT) for each in verdict.drift],
        "observed": {
            redactor.text(topic, _LONGEST_TEXT): sorted(redactor.text(each) for each in seen)
            for topic, seen in verdict.observed.items()
        },
        "caller": [_advice(each) for each in verdict.caller],
        "ignored": dict(sorted(verdict.ignored.items())),
        "rules": [
            _rule(each, redactor)
            | {"fails": verdict.fails(each), "known": _known(verdict.known_state(each))}
            | _last_check(each, verdict)
            for each in verdict.entries
        ],
        "checks": _checks(verdict.checks, redactor),
        "operations": list(_operations(verdict.timings)),
    }


def _advice(advice: Advice) -> dict[str, Any]:
    return {
        "kind": advice.kind,
        "statement": advice.statement,
        "operation": advice.operation,
        "detail": advice.detail,
        "count": advice.count,
        "first": advice.first,
    }


def _rule(entry: Entry, redactor: Redactor) -> dict[str, Any]:
    return {
        "id": entry.rule.id,
        "statement": entry.rule.statement,
        "level": entry.rule.level,
        "source": entry.rule.source,
        "source_text": entry.rule.source_text,
        "status": entry.status,
        "why": why(entry, redactor),
        "checked": entry.checked,
        "answers": sorted(redactor.text(each) for each in entry.answers),
        "evidence": [] if entry.excluded else [_evidence(each, redactor) for each in entry.broken],
    }


def _known(state: tuple[KnownViolation, KnownState] | None) -> dict[str, str] | None:
    if state is None:
        return None
    known, name = state
    return {
        "state": name,
        "reason": known.reason,
        "since": known.since.isoformat(),
        "until": known.until.isoformat(),
    }


def _last_check(entry: Entry, verdict: Verdict) -> dict[str, Any]:
    """When a rule was last checked; its status then, if this run did not check it."""
    at, status = verdict.checked_at.get(entry.rule.id, (None, None))
    return {"checked_at": at, "earlier_status": None if entry.checked else status}


def _checks(checks: Iterable[CheckRun], redactor: Redactor) -> list[dict[str, Any]]:
    # The same few texts occur in most checks, and masking takes time.
    text = cache(partial(redactor.text, limit=_LONGEST_TEXT))

    def masked(seen: Seen) -> dict[str, list[str]]:
        return {text(name): [text(value) for value in values] for name, values in seen.items()}

    return [
        asdict(each) | {"answers": masked(each.answers), "observed": masked(each.observed)}
        for each in checks
    ]


def _evidence(evidence: Evidence, redactor: Redactor) -> dict[str, Any]:
    finding, exchange = evidence.finding, evidence.exchange
    shown = {
        "expected": redactor.text(finding.expected, _LONGEST_TEXT),
        "seen": redactor.text(finding.seen, _LONGEST_TEXT),
    }
    return shown if exchange is None else shown | _exchange(exchange, redactor)


def _exchange(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    return {
        "request": {
            "method": exchange.method,
            "url": redactor.text(str(exchange.url), _LONGEST_TEXT),
            "headers": redactor.headers(exchange.request_headers),
            "body": redactor.body(exchange.request_body),
        },
        "response": {
            "status": exchange.status,
            "headers": redactor.headers(exchange.headers),
            "body": redactor.body(exchange.body),
            "problem": exchange.problem and redactor.text(exchange.problem, _LONGEST_TEXT),
        },
        "seconds": round(exchange.seconds, 6),
        "curl": curl(exchange, redactor),
    }


def _operations(timings: Iterable[Timing]) -> Iterable[dict[str, Any]]:
    """Response times of each operation in seconds."""
    by_operation: dict[str, list[float]] = defaultdict(list)
    for timing in timings:
        by_operation[timing.operation].append(timing.seconds)
    for operation, seconds in by_operation.items():
        yield {
            "operation": operation,
            "requests": len(seconds),
            "median": round(statistics.median(seconds), 6),
            "longest": round(max(seconds), 6),
        }
