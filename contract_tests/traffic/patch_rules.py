"""Finds the rule that a PATCH body tests, as the table of PATCH cases does for the suite."""

import re
from typing import Any

from ..contract import oracle
from ..contract.oracle import INT32_MAX, INT32_MIN, parse_instant
from ..judge.patch_checks import Key, state_of

_FIELDS = ("activations_limit", "expires_at", "disabled")
_NO_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?")


def rule_of(before: Key, body: Any) -> str | None:
    """Return the id of the rule that a PATCH body tests.

    Args:
        before: The key before the PATCH.
        body: The parsed JSON body.

    Returns:
        The id, None if the rule follows from the state of the key.
    """
    if not isinstance(body, dict):
        return "body.not-an-object-refused"
    refusals = oracle.predict(state_of(before), body).refusals
    if oracle.INVALID_BODY in refusals:
        invalid = list(filter(None, (_invalid(name, body.get(name)) for name in _FIELDS)))
        return invalid[0] if len(invalid) == 1 else "patch.refused-as-a-whole"
    return None if refusals else _valid(before, body)


def is_ambiguous(body: Any) -> bool:
    """Whether implementations of JSON differ on a body: 5.0 can be an integer."""
    limit = body.get("activations_limit") if isinstance(body, dict) else None
    return isinstance(limit, float) and limit.is_integer() and INT32_MIN <= limit <= INT32_MAX


def _invalid(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name == "activations_limit":
        return _invalid_limit(value)
    if name == "expires_at":
        return _invalid_expiry(value)
    if isinstance(value, bool):
        return None
    kind = "string" if isinstance(value, str) else "number"
    return f"patch.disabled.{kind}-refused"


def _invalid_limit(value: Any) -> str | None:
    if isinstance(value, bool):
        return "patch.limit.boolean-refused"
    if isinstance(value, str):
        return "patch.limit.string-refused"
    if not isinstance(value, int | float):
        return "patch.limit.structure-refused"
    if not INT32_MIN <= value <= INT32_MAX:
        return "patch.limit.beyond-int32-refused"
    if isinstance(value, float):
        return "patch.limit.fraction-refused"
    return "patch.limit.negative-refused" if value < 0 else None


def _invalid_expiry(value: Any) -> str | None:
    if not isinstance(value, str):
        return "patch.expiry.wrong-type-refused"
    if parse_instant(value) is not None:
        return None
    form = "no-offset" if _NO_OFFSET.fullmatch(value) else "not-a-time"
    return f"patch.expiry.{form}-refused"


def _valid(before: Key, body: dict[str, Any]) -> str:
    expires_at = body.get("expires_at")
    if isinstance(expires_at, str) and "." in expires_at:
        return "patch.expiry.microseconds"
    if body.keys() - set(_FIELDS):
        return "patch.unknown-fields"
    given = [name for name in _FIELDS if name in body]
    if not given:
        return "patch.empty"
    if len(given) == len(_FIELDS):
        return "patch.all-fields"
    if "activations_limit" in body:
        limit = body["activations_limit"]
        if limit and limit == before.get("instances_count"):
            return "patch.limit.equal-to-instances"
        return _valid_limit(limit)
    if "expires_at" in body:
        if before.get("subscription_id"):
            return "patch.expiry.subscription-null"
        if expires_at is None:
            return "patch.expiry.null-removes"
        is_utc = str(expires_at).endswith(("Z", "z"))
        return "patch.expiry.value-sets" if is_utc else "patch.expiry.offset"
    forms = {True: "true-disables", False: "false-enables", None: "null-keeps"}
    return f"patch.disabled.{forms[body['disabled']]}"


def _valid_limit(limit: int | None) -> str:
    if limit is None:
        return "patch.limit.null-removes"
    if limit == 0:
        return "patch.limit.zero"
    return "patch.limit.largest" if limit == INT32_MAX else "patch.limit.value-sets"
