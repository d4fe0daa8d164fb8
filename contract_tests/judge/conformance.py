"""Checks every exchange against the contract, whatever it was sent for."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from ..contract.specification import DocumentedResponse, Operation, Specification
from ..transport.exchange import NO_RESPONSE, Exchange
from .ledger import Finding, holding

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
_JSON = re.compile(r"application/(?:[\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)
# White space after a quote: the colon after a name may be apart from it.
_SPACED_QUOTE = re.compile(rb'"\s')
_MEDIA_TYPE = "application/json"
_HALF_PAIR = re.compile("[\ud800-\udfff]")
# The findings about a response that is as documented.
CONFORMING = tuple(
    map(
        holding,
        (
            "response.complete",
            "response.time",
            "response.no-server-error",
            "response.unambiguous",
            "response.status-documented",
            "response.media-type",
            "response.body-conforms",
        ),
    )
)


def judge(
    exchange: Exchange,
    specification: Specification,
    max_response_time: float,
    license_keys: Collection[str] = (),
) -> Iterable[Finding]:
    """Check the shape of a response against the contract.

    Args:
        exchange: Any exchange with the target.
        specification: The contract.
        max_response_time: Seconds that a response may take.
        license_keys: Key strings, which no error may contain.
    """
    if exchange.seconds <= max_response_time and _is_as_documented(exchange, specification):
        return CONFORMING
    return _judge(exchange, specification, max_response_time, license_keys)


def _is_as_documented(exchange: Exchange, specification: Specification) -> bool:
    """Whether a response keeps every rule, which most do: then no rule is judged on its own."""
    if exchange.status >= 400 or not exchange.is_telling:
        return False
    operation = specification.find(exchange.method, exchange.path)
    response = operation.responses.get(exchange.status) if operation is not None else None
    if response is None or response.validator is None or not _is_plain(exchange):
        return False
    try:
        return response.validator.is_valid(exchange.json)
    except ValueError:
        return False


def _judge(
    exchange: Exchange,
    specification: Specification,
    max_response_time: float,
    license_keys: Collection[str],
) -> Iterator[Finding]:
    if exchange.problem is None:
        yield holding("response.complete")
    elif not (exchange.method == "POST" and exchange.status == NO_RESPONSE):
        # A POST is not repeated, so a connection that was reset once proves nothing.
        yield Finding("response.complete", False, "a complete response", exchange.problem)
    if not exchange.is_telling:
        return
    if exchange.seconds <= max_response_time:
        yield holding("response.time")
    else:
        expected = f"a response within {max_response_time:g} s"
        yield Finding("response.time", False, expected, f"{exchange.seconds:.1f} s")
    if exchange.status < 500 or _is_by_http(exchange):
        yield holding("response.no-server-error")
    else:
        seen = f"status {exchange.status}"
        yield Finding("response.no-server-error", False, "a status below 500", seen)
    if exchange.method in _BODILESS_METHODS:
        return
    if exchange.status >= 400:
        yield from _judge_error(exchange, license_keys)
    if _is_plain(exchange) or not (exchange.body or exchange.header("content-type")):
        yield holding("response.unambiguous")
    else:
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


def _is_plain(exchange: Exchange) -> bool:
    """Whether a count shows that a body is unambiguous, which is faster than `_unambiguous`."""
    media_type, body = exchange.header("content-type"), exchange.body
    if media_type != _MEDIA_TYPE or not exchange.is_json:
        return False
    if b"\\" in body:
        if b"\\u" in body:
            return False
        body = body.replace(rb"\\", b"").replace(rb"\"", b"")
    if _SPACED_QUOTE.search(body):
        return False
    value = exchange.json
    # A text can contain the sign that ends a name too; then the slow way decides.
    is_flat = isinstance(value, dict) and body.count(b"{") == 1
    return body.count(b'":') == (len(value) if is_flat else _count_members(value))


def _count_members(value: Any) -> int:
    """The number of members of all objects in a JSON value, each name counted once."""
    count, pending = 0, [value]
    while pending:
        each = pending.pop()
        inner = each
        if type(each) is dict:
            count += len(each)
            inner = each.values()
        elif type(each) is not list:
            continue
        pending += [item for item in inner if type(item) in (dict, list)]
    return count


def _unambiguous(exchange: Exchange) -> tuple[bool, str, str]:
    expected = "UTF-8, and no member twice"
    charset = _CHARSET.search(exchange.header("content-type"))
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
    if response is None:
        expected = f"one of {', '.join(map(str, operation.responses))} for {operation.id}"
        seen = f"status {exchange.status}"
        yield Finding("response.status-documented", False, expected, seen)
        return
    yield holding("response.status-documented")
    if exchange.status in _ROUTER_STATUSES:
        return
    if response.validator is not None:
        yield from _judge_body(exchange, response)


def _judge_body(exchange: Exchange, response: DocumentedResponse) -> Iterator[Finding]:
    media_type = exchange.header("content-type")
    if media_type == _MEDIA_TYPE or _JSON.match(media_type):
        yield holding("response.media-type")
    else:
        seen = media_type or "no media type"
        yield Finding("response.media-type", False, _MEDIA_TYPE, seen)
    yield Finding("response.body-conforms", *_conforms(exchange, response))


def _conforms(exchange: Exchange, response: DocumentedResponse) -> tuple[bool, str, str]:
    expected = "a body that fits its schema"
    if not exchange.is_json:
        return False, expected, "a body that is not JSON in UTF-8"
    assert response.validator is not None
    try:
        if response.validator.is_valid(exchange.json):
            return True, expected, ""
        error = next(response.validator.iter_errors(exchange.json))
    except ValueError:
        return False, expected, "a body that is nested too deeply"
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


def _shape(exchange: Exchange) -> str:
    if not exchange.body:
        return "an empty body"
    if not isinstance(exchange.json, dict):
        return "a body that is not a JSON object"
    return f"an object with {', '.join(sorted(exchange.item)) or 'no members'}"
