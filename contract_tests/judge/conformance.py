"""Checks every exchange against the contract, whatever it was sent for."""

import re
from collections.abc import Iterator

from ..contract.specification import DocumentedResponse, Operation, Specification
from ..transport.exchange import Exchange
from .ledger import Finding

# Findings of these rules say nothing if the body of the response is not known.
BODY_RULES = frozenset(
    {
        "response.body-conforms",
        "error.code-and-message",
        "error.router-body",
        "error.no-internals",
    }
)
_ROUTER_STATUSES = frozenset({405, 415})
_BODILESS_METHODS = frozenset({"HEAD", "OPTIONS", "CONNECT", "TRACE"})
_SEARCHED = 100_000
_INTERNALS = re.compile(
    r"Traceback \(most recent|thread '[^']*' panicked|\bat [\w.$]+\([\w.]+:\d+\)"
    r"|(?<![\w./-])[\w./-]+\.(?:rs|py|js|ts|go|java):\d+"
    r"|/(?:usr|home|app|src|var|opt|root)/[\w./-]+|\b[A-Z]:\\\w+"
)


def judge(
    exchange: Exchange, specification: Specification, max_response_time: float
) -> Iterator[Finding]:
    """Check the shape of a response against the contract.

    Args:
        exchange: Any exchange with the target.
        specification: The contract.
        max_response_time: Seconds that a response may take.
    """
    yield Finding(
        "response.complete",
        exchange.problem is None,
        "a complete response",
        exchange.problem or "",
    )
    if not exchange.is_telling or exchange.problem:
        return
    yield Finding(
        "response.time",
        exchange.seconds <= max_response_time,
        f"a response within {max_response_time:g} s",
        f"{exchange.seconds:.1f} s",
    )
    yield Finding(
        "response.no-server-error",
        exchange.status < 500,
        "a status below 500",
        f"status {exchange.status}",
    )
    if exchange.method in _BODILESS_METHODS:
        return
    if exchange.status >= 400:
        yield from _judge_error(exchange)
    operation = specification.find(exchange.method, exchange.path)
    if operation is not None:
        yield from _judge_response(exchange, operation)


def _judge_error(exchange: Exchange) -> Iterator[Finding]:
    code, message = exchange.item.get("code"), exchange.item.get("message")
    by_router = exchange.status in _ROUTER_STATUSES
    yield Finding(
        "error.router-body" if by_router else "error.code-and-message",
        isinstance(code, str) and isinstance(message, str),
        "a JSON object with the strings code and message",
        _shape(exchange),
    )
    leak = _INTERNALS.search(exchange.body[:_SEARCHED].decode("utf-8", "replace"))
    yield Finding(
        "error.no-internals",
        leak is None,
        "a message without stack trace or path",
        f"a message with {leak.group()!r}" if leak else "",
    )


def _judge_response(exchange: Exchange, operation: Operation) -> Iterator[Finding]:
    response = operation.responses.get(exchange.status)
    yield Finding(
        "response.status-documented",
        response is not None,
        f"one of {', '.join(map(str, operation.responses))} for {operation.id}",
        f"status {exchange.status}",
    )
    if response is None or exchange.status in _ROUTER_STATUSES:
        return
    if response.validator is not None:
        yield from _judge_body(exchange, response)


def _judge_body(exchange: Exchange, response: DocumentedResponse) -> Iterator[Finding]:
    media_type = exchange.headers.get("content-type", "")
    yield Finding(
        "response.media-type",
        re.match(r"application/(?:[\w.-]+\+)?json\s*(;|$)", media_type, re.IGNORECASE) is not None,
        "application/json",
        media_type or "no media type",
    )
    yield Finding(
        "response.body-conforms",
        *_conforms(exchange, response),
    )


def _conforms(exchange: Exchange, response: DocumentedResponse) -> tuple[bool, str, str]:
    expected = "a body that fits its schema"
    if exchange.json is None:
        return False, expected, "a body that is not JSON"
    assert response.validator is not None
    try:
        if response.validator.is_valid(exchange.json):
            return True, expected, ""
        error = next(response.validator.iter_errors(exchange.json), None)
    except ValueError:
        return False, expected, "a body that is nested too deeply"
    if error is None:
        return True, expected, ""
    where = "/".join(map(str, error.instance_path)) or "the body"
    return False, expected, f"{where}: {error.message}"


def _shape(exchange: Exchange) -> str:
    if not exchange.body:
        return "an empty body"
    if not exchange.item:
        return "a body that is not a JSON object"
    return f"an object with {', '.join(sorted(map(str, exchange.item))) or 'nothing'}"
