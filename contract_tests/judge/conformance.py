"""Checks every exchange against the contract, whatever it was sent for."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import unquote

from ..contract.specification import DocumentedResponse, Operation, Specification
from ..transport.exchange import NO_RESPONSE, Exchange
from .ledger import Finding

# Findings of these rules say nothing if the body of the response is not known.
BODY_RULES = frozenset(
    {
        "response.body-conforms",
        "error.code-and-message",
        "error.router-body",
        "error.no-internals",
        "response.unambiguous",
    }
)
# Statuses that HTTP itself defines for a request, whichever layer of a server sends them.
_HTTP_STATUSES = frozenset({406, 411, 413, 414, 417, 431})
_ROUTER_STATUSES = frozenset({405, 415}) | _HTTP_STATUSES
_CONTRACT_METHODS = frozenset({"GET", "POST", "PATCH"})
_LARGE = 10_000
_LONG = 1_000
_BODILESS_METHODS = frozenset({"HEAD", "OPTIONS", "CONNECT", "TRACE"})
_SEARCHED = 100_000
_INTERNALS = re.compile(
    r"Traceback \(most recent|thread '[^']*' panicked|\bat [\w.$]+\([\w.]+:\d+\)"
    r"|(?<![\w./-])[\w./-]+\.(?:rs|py|js|ts|go|java):\d+"
    r"|/(?:usr|home|app|src|var|opt|root)/[\w./-]+|\b[A-Z]:\\\w+"
    r"|\bSELECT\b.{1,200}\bFROM\b|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b"
    r"|violates \w+(?: key)? constraint|\b[a-z]+://[^\s/@:]+:[^\s/@]+@"
    r"|\b[\w-]+\.(?:svc|internal|cluster\.local)\b"
    r"|\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b"
    r"|\bnode_modules/|\bat Object\.<anonymous>"
)
_SECRET_LENGTH = 8
_CHARSET = re.compile(r"charset=\"?([\w.-]+)", re.IGNORECASE)
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def judge(
    exchange: Exchange,
    specification: Specification,
    max_response_time: float,
    license_keys: Collection[str] = (),
) -> Iterator[Finding]:
    """Check the shape of a response against the contract.

    Args:
        exchange: Any exchange with the target.
        specification: The contract.
        max_response_time: Seconds that a response may take.
        license_keys: Key strings, which no error may contain.
    """
    if not (exchange.method == "POST" and exchange.status == NO_RESPONSE):
        # A POST is not repeated, so a connection that was reset once proves nothing.
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
        exchange.status < 500 or _is_by_http(exchange),
        "a status below 500",
        f"status {exchange.status}",
    )
    if exchange.method in _BODILESS_METHODS:
        return
    if exchange.status >= 400:
        yield from _judge_error(exchange, license_keys)
    yield Finding("response.unambiguous", *_unambiguous(exchange))
    operation = specification.find(exchange.method, exchange.path)
    if operation is not None:
        yield from _judge_response(exchange, operation)


def _judge_error(exchange: Exchange, license_keys: Collection[str]) -> Iterator[Finding]:
    code, message = exchange.item.get("code"), exchange.item.get("message")
    by_router = exchange.status in _ROUTER_STATUSES
    yield Finding(
        "error.router-body" if by_router else "error.code-and-message",
        isinstance(code, str) and isinstance(message, str),
        "a JSON object with the strings code and message",
        _shape(exchange),
    )
    text = exchange.body[:_SEARCHED].decode("utf-8", "replace")
    leak = _INTERNALS.search(text)
    seen = f"an error with {leak.group()!r}" if leak else ""
    if _has_secret(text, exchange, license_keys):
        seen = "an error with a token or a license key"
    expected = "an error without stack trace, path, query, address, token and license key"
    yield Finding("error.no-internals", not seen, expected, seen)


def _has_secret(text: str, exchange: Exchange, license_keys: Collection[str]) -> bool:
    """Whether an error contains the token of the request, or a key string that it did not send."""
    token = exchange.request_headers.get("authorization", "").rpartition(" ")[2]
    if len(token) >= _SECRET_LENGTH and token in text:
        return True
    sent = exchange.request_body.decode("utf-8", "replace") + unquote(exchange.path)
    return any(
        len(key) >= _SECRET_LENGTH and key in text and key not in sent for key in license_keys
    )


def _unambiguous(exchange: Exchange) -> tuple[bool, str, str]:
    expected = "UTF-8, and no member twice"
    charset = _CHARSET.search(exchange.headers.get("content-type", ""))
    if charset and charset[1].lower().replace("-", "") != "utf8":
        return False, expected, f"charset={charset[1]}"
    twice: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice.extend(name for name in names if names.count(name) > 1)
        return dict(pairs)

    try:
        value = json.loads(exchange.body, object_pairs_hook=collect)
        halves = _HALF_PAIR.search(json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError):
        return True, expected, ""
    if twice:
        return False, expected, f"the member {twice[0]} twice"
    return halves is None, expected, "half of a surrogate pair" if halves else ""


def _judge_response(exchange: Exchange, operation: Operation) -> Iterator[Finding]:
    response = operation.responses.get(exchange.status)
    if response is None and _is_by_http(exchange):
        return
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
    if not _is_json(exchange.body):
        return False, expected, "a body that is not JSON in UTF-8"
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


def _is_by_http(exchange: Exchange) -> bool:
    """Whether HTTP itself permits the status of a response to a request with this form."""
    headers = exchange.request_headers
    provoked = {
        400: "%" in exchange.path,
        501: exchange.method not in _CONTRACT_METHODS,
        406: "json" not in headers.get("accept", "") and "*" not in headers.get("accept", ""),
        411: "content-length" not in headers,
        413: len(exchange.request_body) > _LARGE,
        414: len(exchange.url.raw_path) > _LONG,
        417: "expect" in headers,
        431: sum(map(len, headers.values())) > _LONG,
    }
    return provoked.get(exchange.status, False)


def _is_json(body: bytes) -> bool:
    """Whether a body is JSON in UTF-8, without a byte order mark and without NaN."""
    try:
        json.loads(body.decode("utf-8"), parse_constant=_reject)
    except (ValueError, RecursionError):
        return False
    return True


def _reject(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _shape(exchange: Exchange) -> str:
    if not exchange.body:
        return "an empty body"
    if not exchange.item:
        return "a body that is not a JSON object"
    return f"an object with {', '.join(sorted(map(str, exchange.item))) or 'nothing'}"
