"""Predicts the outcome of a PATCH from the key and the request body.

This is an independent implementation of the published rules. It shares no code with the mock or the
client, so a mistake in either of them is detected.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1

INVALID_BODY = "INVALID_REQUEST_BODY"
LIMIT_TOO_LOW = "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT"
NO_EXPIRY = "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS"

# RFC 3339, section 5.6. The UTC offset is required.
_DATE_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?"
    r"(?:([Zz])|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)


@dataclass(frozen=True)
class KeyState:
    """The fields of a key that a PATCH can change or that decide whether it is accepted."""

    activations_limit: int | None
    expires_at: datetime | None
    disabled: bool
    instances_count: int = 0
    on_subscription: bool = False

    def status(self, now: datetime) -> str:
        """The status of the key at a given time. Disabled wins over expired (project policy)."""
        if self.disabled:
            return "disabled"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "active"


@dataclass(frozen=True)
class Prediction:
    """The permitted outcomes of a PATCH.

    Attributes:
        refusals: The permitted statuses for each error code. Empty if the PATCH must be accepted.
        state: The key after the PATCH, unchanged if the PATCH is rejected.
    """

    refusals: dict[str, frozenset[int]]
    state: KeyState

    @property
    def statuses(self) -> frozenset[int]:
        """Every permitted status."""
        return frozenset().union(*self.refusals.values()) if self.refusals else frozenset({200})


def predict(state: KeyState, body: Any) -> Prediction:
    """Predict the outcome of a PATCH.

    Args:
        state: The key before the PATCH.
        body: The parsed JSON body.

    Returns:
        The permitted error codes and statuses, and the key after the PATCH.
    """
    refusals: dict[str, frozenset[int]] = {}
    if not isinstance(body, dict):
        return Prediction({INVALID_BODY: frozenset({400, 422})}, state)
    changes: dict[str, Any] = {}
    if "activations_limit" in body:
        limit = body["activations_limit"]
        if limit is not None and not _is_int32(limit):
            refusals[INVALID_BODY] = frozenset({400, 422})
        elif limit is not None and limit < state.instances_count:
            refusals[LIMIT_TOO_LOW] = frozenset({422})
            if limit < 0:
                refusals[INVALID_BODY] = frozenset({400, 422})
        else:
            changes["activations_limit"] = limit
    if "expires_at" in body:
        expires_at = body["expires_at"]
        instant = parse_instant(expires_at)
        if expires_at is not None and instant is None:
            refusals[INVALID_BODY] = frozenset({400, 422})
        elif expires_at is not None and state.on_subscription:
            refusals[NO_EXPIRY] = frozenset({400})
        elif not state.on_subscription:
            changes["expires_at"] = instant
    if "disabled" in body:
        disabled = body["disabled"]
        if disabled is not None and not isinstance(disabled, bool):
            refusals[INVALID_BODY] = frozenset({400, 422})
        elif disabled is not None:
            changes["disabled"] = disabled
    return Prediction(refusals, state if refusals else replace(state, **changes))


def parse_instant(text: Any) -> datetime | None:
    """Parse an RFC 3339 date-time to a UTC datetime in microseconds, or return None."""
    return _parsed(text) if isinstance(text, str) else None


@lru_cache(maxsize=4096)
def _parsed(text: str) -> datetime | None:
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    date, time, fraction, zulu, sign, hours, minutes = match.groups()
    offset = "+00:00" if zulu else f"{sign}{hours}:{minutes}"
    microseconds = (fraction or "")[:6].ljust(6, "0")
    try:
        return datetime.fromisoformat(f"{date}T{time}.{microseconds}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_int32(value: Any) -> bool:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return is_integer and INT32_MIN <= value <= INT32_MAX
