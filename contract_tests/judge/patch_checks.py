"""Checks the responses to PATCH requests against the oracle, field by field and rule by rule."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..contract import oracle
from ..contract.oracle import KeyState, Prediction, parse_instant
from ..contract.rules import FRAME_FIELDS
from ..transport.exchange import Exchange
from .ledger import Finding, holding

Key = dict[str, Any]

_CODE_RULES = {
    oracle.INVALID_BODY: "body.code",
    oracle.LIMIT_TOO_LOW: "patch.limit.below-instances-code",
    oracle.NO_EXPIRY: "patch.expiry.subscription-code",
}
_STATUS_RULES = {
    oracle.LIMIT_TOO_LOW: "patch.limit.below-instances-422",
    oracle.NO_EXPIRY: "patch.expiry.subscription-400",
}
_FRAME_RULES = tuple((name, f"patch.frame.{name.replace('_', '-')}") for name in FRAME_FIELDS)
_GENERAL_RULE = "sequence.matches-oracle"
# A policy, so what the whole body tests is not broken by it.
_FRACTION = "patch.expiry.microseconds"
_REJECTING = frozenset({400, 422})
_FIELDS = frozenset({"activations_limit", "expires_at", "disabled"})


def state_of(key: Key) -> KeyState:
    """Return the part of a key that the oracle needs."""
    count = key.get("instances_count")
    return KeyState(
        activations_limit=key.get("activations_limit"),
        expires_at=parse_instant(key.get("expires_at")),
        disabled=key.get("status") == "disabled",
        instances_count=count if isinstance(count, int) else 0,
        on_subscription=bool(key.get("subscription_id")),
    )


def judge_patch(
    before: Key, body: Any, exchange: Exchange, now: datetime, rule_id: str | None = None
) -> Iterator[Finding]:
    """Check the response to a PATCH against the prediction of the oracle.

    Args:
        before: The key before the PATCH, as the API returned it.
        body: The JSON body that was sent.
        exchange: The exchange.
        now: The instant of the exchange, UTC.
        rule_id: Id of the rule that the body tests, None if it tests no particular rule.
    """
    if not exchange.is_telling:
        return
    prediction = oracle.predict(state_of(before), body)
    if prediction.refusals and _policy_in(before, body, now) == "patch.expiry.past-expires":
        # A server that rejects any past expiry may say so before it looks at the key.
        invalid = {oracle.INVALID_BODY: frozenset(_REJECTING)}
        prediction = replace(prediction, refusals={**prediction.refusals, **invalid})
    if prediction.refusals:
        yield from _judge_refusal(prediction, exchange, rule_id)
    else:
        yield from _judge_success(before, body, prediction.state, exchange, now, rule_id)


def is_same_state(known: Key, seen: Key) -> bool:
    """Whether a key is shown with the same limit, expiry and status."""
    return not changes(known, seen)


def judge_unchanged(known: Key, seen: Key, rule_id: str) -> Iterator[Finding]:
    """Compare a key with its last known state; a difference violates the rule.

    Args:
        known: The key as last seen.
        seen: The key as it is now.
        rule_id: Id of the rule that a difference violates.
    """
    changed = changes(known, seen)
    if changed:
        expected = ", ".join(f"{name} {known.get(name)!r}" for name in changed)
        shown = ", ".join(f"{name} {seen.get(name)!r}" for name in changed)
        yield Finding(rule_id, False, expected, shown)
    else:
        yield holding(rule_id)
    yield from _judge_frame(known, seen)


def changes(known: Key, seen: Key) -> list[str]:
    """Names of the members with the limit, the expiry and the status that differ."""
    return [
        name
        for name in ("activations_limit", "expires_at", "status")
        if not _same(name, known.get(name), seen.get(name))
    ]


def _judge_refusal(
    prediction: Prediction, exchange: Exchange, rule_id: str | None
) -> Iterator[Finding]:
    code = exchange.item.get("code")
    reasons = ", ".join(prediction.refusals)
    expected = f"{' or '.join(map(str, sorted(prediction.statuses)))} with {reasons}"
    rule = rule_id
    if rule is None and len(prediction.refusals) == 1:
        rule = _STATUS_RULES.get(next(iter(prediction.refusals)))
    refused = exchange.status in prediction.statuses
    yield Finding(rule or _GENERAL_RULE, refused, expected, exchange.summary)
    if refused and len(prediction.refusals) == 1:
        reason = next(iter(prediction.refusals))
        yield Finding(_CODE_RULES[reason], code == reason, expected, exchange.summary)


def _judge_success(
    before: Key,
    body: dict[str, Any],
    after: KeyState,
    exchange: Exchange,
    now: datetime,
    rule_id: str | None,
) -> Iterator[Finding]:
    if exchange.status != 200:
        rule = rule_id or _GENERAL_RULE
        if exchange.status in _REJECTING:
            rule = _policy_in(before, body, now) or rule
        yield Finding(rule, False, "200 with the whole key", exchange.summary)
        return
    seen = exchange.item
    fields = [
        *_judge_limit(body, after, seen, rule_id),
        *_judge_expiry(body, after, seen, rule_id),
        *_judge_status(before, body, after, seen, now, rule_id),
    ]
    yield from fields
    yield from _judge_frame(before, seen)
    if rule_id is not None and rule_id not in [each.rule_id for each in fields]:
        broken = next(
            (each for each in fields if not each.holds and each.rule_id != _FRACTION), None
        )
        yield broken._replace(rule_id=rule_id) if broken else holding(rule_id)


def _policy_in(before: Key, body: Any, now: datetime) -> str | None:
    """The policy without which a server may reject a body, None if it must accept the body."""
    if not isinstance(body, dict):
        return None
    expiry = parse_instant(body.get("expires_at"))
    if body.keys() - _FIELDS:
        return "patch.unknown-fields"
    if "disabled" in body and body["disabled"] is None:
        return "patch.disabled.null-keeps"
    if "expires_at" in body and expiry is None and before.get("subscription_id"):
        return "patch.expiry.subscription-null"
    return "patch.expiry.past-expires" if expiry is not None and expiry <= now else None


def _judge_limit(
    body: dict[str, Any], after: KeyState, seen: Key, rule_id: str | None
) -> Iterator[Finding]:
    rule = _rule("patch.limit", body, "activations_limit", rule_id)
    wanted, limit = after.activations_limit, seen.get("activations_limit")
    if _same("activations_limit", wanted, limit):
        yield holding(rule)
    else:
        yield Finding(rule, False, f"activations_limit {wanted!r}", f"activations_limit {limit!r}")


def _judge_expiry(
    body: dict[str, Any], after: KeyState, seen: Key, rule_id: str | None
) -> Iterator[Finding]:
    rule = _rule("patch.expiry", body, "expires_at", rule_id)
    if after.on_subscription and "expires_at" in body:
        rule = "patch.expiry.subscription-null"
    instant = parse_instant(seen.get("expires_at"))
    holds = instant == after.expires_at and (instant is None) == (seen.get("expires_at") is None)
    if holds:
        yield holding(rule)
        return
    if rule == "patch.expiry.value-sets" and _is_coarser(after.expires_at, instant):
        rule = _FRACTION
    expected = f"expires_at {after.expires_at and after.expires_at.isoformat()!r}"
    yield Finding(rule, False, expected, f"expires_at {seen.get('expires_at')!r}")


def _judge_status(
    before: Key,
    body: dict[str, Any],
    after: KeyState,
    seen: Key,
    now: datetime,
    rule_id: str | None,
) -> Iterator[Finding]:
    touched = isinstance(body.get("disabled"), bool) or (
        "expires_at" in body and not after.on_subscription
    )
    expected = after.status(now) if touched else before.get("status")
    if rule_id is not None and rule_id.startswith("patch.disabled."):
        rule = rule_id
    elif "disabled" in body:
        forms = {True: "true-disables", False: "false-enables", None: "null-keeps"}
        rule = f"patch.disabled.{forms[body['disabled']]}"
    else:
        rule = "patch.disabled.omitted-keeps"
    if rule.endswith(("false-enables", "omitted-keeps")) and touched:
        if expected == "expired":
            rule = "patch.expiry.past-expires"
        elif before.get("status") == "expired" and expected == "active":
            rule = "patch.expiry.future-revives"
    status = seen.get("status")
    if status == expected:
        yield holding(rule)
    else:
        yield Finding(rule, False, f"status {expected!r}", f"status {status!r}")


def _judge_frame(before: Key, seen: Key) -> Iterator[Finding]:
    for name, rule in _FRAME_RULES:
        if name not in before and name not in seen:
            continue
        known, shown = before.get(name), seen.get(name)
        if _same(name, known, shown):
            yield holding(rule)
        elif name == "key":
            yield Finding(rule, False, "key as before", "another key")
        else:
            yield Finding(rule, False, f"{name} {known!r}", f"{name} {shown!r}")


def _rule(area: str, body: dict[str, Any], field: str, rule_id: str | None) -> str:
    """Id of the rule that the form of a field in the body tests."""
    if field not in body:
        return f"{area}.omitted-keeps"
    if rule_id is not None and rule_id.startswith(area):
        return rule_id
    return f"{area}.null-removes" if body[field] is None else f"{area}.value-sets"


def _same(name: str, known: Any, seen: Any) -> bool:
    if name in ("created_at", "expires_at") and known is not None and seen is not None:
        return parse_instant(known) == parse_instant(seen) is not None
    return type(known) is type(seen) and bool(known == seen)


def _is_coarser(expected: datetime | None, seen: datetime | None) -> bool:
    """Whether an instant equals the expected one truncated to milliseconds or seconds."""
    if expected is None or seen is None:
        return False
    milliseconds = expected.microsecond // 1000 * 1000
    return seen in (expected.replace(microsecond=milliseconds), expected.replace(microsecond=0))
