"""Rules that one request and its response decide, whatever the state of the account."""

from collections.abc import Iterator
from typing import Any

from ..contract.oracle import parse_instant
from ..judge.ledger import Finding, holding
from .operations import RequestContract
from .recorded import RecordedExchange
from .world import can_expire_between

_INVALID_BODY = "INVALID_REQUEST_BODY"
_BODY_RULES = {
    "activate_license_key": "activate.body-refused",
    "deactivate_license_key": "deactivate.body-refused",
    "validate_license_key": "validate.body-refused",
    "update_license_key_instance": "instance.body-refused",
    "create_license_key": "create.body-refused",
}
# Methods that routers know. A server may not implement TRACE and others.
_ROUTED = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_NOT_IMPLEMENTED = 501
_PASSING = frozenset({401, 403, 404, 405, 411, 413, 414, 417, 429, 431})


def judge_requests(
    exchange: RecordedExchange, request: RequestContract | None
) -> Iterator[Finding]:
    """Check the response to a request against what the request alone requires.

    Args:
        exchange: The exchange, with a response that is not throttled.
        request: The operation, None if the path does not support the method.
    """
    if request is None:
        is_decided = exchange.status < 500 or (
            exchange.status == _NOT_IMPLEMENTED and exchange.method in _ROUTED
        )
        if exchange.status not in (401, 403) and is_decided:
            right = exchange.status == 405
            yield Finding("method.not-allowed-405", right, "405", exchange.summary)
        return
    yield from _judge_authorization(exchange, request)
    if exchange.status == 401:
        return
    if request.body is not None and exchange.has_request_body:
        yield from _judge_body(exchange, request)
    if request.operation.id == "create_license_key" and exchange.status == 201:
        yield from _judge_created(exchange)


def _judge_authorization(exchange: RecordedExchange, request: RequestContract) -> Iterator[Finding]:
    if not request.operation.needs_token:
        if exchange.status != 401:
            yield holding("auth.not-needed")
        else:
            yield Finding("auth.not-needed", False, "any status except 401", "401")
    elif exchange.has_authorization:
        rule = _wrong_authorization(exchange.authorization)
        if rule is not None and exchange.status != 429:
            yield Finding(rule, exchange.status == 401, "401", exchange.summary)
    if exchange.status == 401 and request.operation.needs_token and exchange.has_body:
        code = exchange.item.get("code")
        yield Finding("auth.code", code == "UNAUTHORIZED", "UNAUTHORIZED", exchange.summary)


def _wrong_authorization(authorization: str | None) -> str | None:
    """The rule that a request with this header tests, None if the header may be right."""
    if authorization is None:
        return "auth.missing-token-401"
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() in ("bearer", "") and not token.strip():
        return "auth.empty-token-401"
    is_bearer = scheme.lower() == "bearer" and len(token.split()) == 1
    return None if is_bearer else "auth.other-scheme-401"


def _judge_body(exchange: RecordedExchange, request: RequestContract) -> Iterator[Finding]:
    assert request.body is not None
    is_json, _ = exchange.sent
    if not exchange.request_body or exchange.sends_json is None:
        return
    if not exchange.sends_json:
        yield from _rejected("body.media-type-refused", exchange, (400, 415, 422))
    elif not is_json:
        rule = "body.not-utf-8-refused" if _is_not_utf_8(exchange) else "body.malformed-refused"
        yield from _rejected(rule, exchange, (400, 413, 422))
        yield from _code(exchange)
    elif request.operation.id in _BODY_RULES and not exchange.is_accepted_by(request.body):
        yield from _rejected(_BODY_RULES[request.operation.id], exchange, (400, 422))
        yield from _code(exchange)


def _rejected(
    rule: str, exchange: RecordedExchange, statuses: tuple[int, ...]
) -> Iterator[Finding]:
    if exchange.status not in _PASSING and exchange.status < 500:
        expected = " or ".join(map(str, statuses))
        yield Finding(rule, exchange.status in statuses, expected, exchange.summary)


def _code(exchange: RecordedExchange) -> Iterator[Finding]:
    if exchange.status in (400, 422) and exchange.has_body:
        right = exchange.item.get("code") == _INVALID_BODY
        yield Finding("body.code", right, _INVALID_BODY, exchange.summary)


def _is_not_utf_8(exchange: RecordedExchange) -> bool:
    try:
        exchange.request_body.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _judge_created(exchange: RecordedExchange) -> Iterator[Finding]:
    is_json, body = exchange.sent
    if not is_json or not isinstance(body, dict):
        return
    key = exchange.item
    right = (
        all(key.get(name) == body.get(name) for name in ("key", "customer_id", "product_id"))
        and key.get("activations_limit") == body.get("activations_limit")
        and parse_instant(key.get("expires_at")) == parse_instant(body.get("expires_at"))
        and key.get("instances_count") == 0
    )
    right = right and _has_status(key, exchange.ended)
    optional = body.get("activations_limit") is None and body.get("expires_at") is None
    rule = "create.optional" if optional else "create.answer"
    yield Finding(rule, right, "a key with the requested values", exchange.summary)


def _has_status(key: dict[str, Any], now: float | None) -> bool:
    """Whether the status of a new key follows from its expiry, as far as the clocks show."""
    if now is None or can_expire_between(key, now, now):
        return True
    expires_at = parse_instant(key.get("expires_at"))
    is_past = expires_at is not None and expires_at.timestamp() < now
    return bool(key.get("status") == ("expired" if is_past else "active"))
