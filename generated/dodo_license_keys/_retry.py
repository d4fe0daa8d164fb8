# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Which responses to retry, and after how long."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

RETRYABLE_STATUSES = frozenset({408, 409, 429})
# With these statuses the server states that it did not process the request.
UNPROCESSED_STATUSES = frozenset({429, 503})
FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
LONGEST_RETRY_AFTER = 60.0
SHORTEST_RETRY_AFTER = 0.1
# The part of Retry-After by which a retry is delayed further at most, so that the clients that a
# server rejects at the same time do not return at the same time.
SPREAD = 0.25


def is_retryable(status_code: int, requested: str | None = None, *, idempotent: bool) -> bool:
    """Return whether to retry a request after a response with this status.

    Args:
        status_code: The HTTP status.
        requested: The response's `x-should-retry`, with which the server decides.
        idempotent: Whether sending the request twice has the same effect as sending it once.
    """
    if requested in ("true", "false"):
        return requested == "true"
    if idempotent:
        return status_code >= 500 or status_code in RETRYABLE_STATUSES
    return status_code in UNPROCESSED_STATUSES


def retry_after(headers: Mapping[str, str]) -> str | None:
    """Return the value of `retry-after-ms` in seconds, else that of `Retry-After`, else None."""
    try:
        return str(float(headers["retry-after-ms"]) / 1000)
    except (KeyError, ValueError):
        return headers.get("retry-after")


def delay(attempt: int, retry_after: str | None = None) -> float:
    """Return the number of seconds to wait before the next request.

    Args:
        attempt: The number of requests sent so far, from 1.
        retry_after: The response's `Retry-After`, in either form of RFC 9110, section 10.2.3.

    Returns:
        The value of `Retry-After`, from 0.1 seconds to a minute, plus a random part of up to a
        quarter and the first delay. Without one, an exponential backoff with a random factor from
        0.5 to 1. So many clients do not retry at the same time.
    """
    requested = None if retry_after is None else _seconds(retry_after)
    if requested is not None:
        shortest = min(max(requested, SHORTEST_RETRY_AFTER), LONGEST_RETRY_AFTER)
        return shortest + random.uniform(0.0, SPREAD * shortest + FIRST_DELAY)
    longest = min(FIRST_DELAY * 2.0 ** (attempt - 1), LONGEST_DELAY)
    return longest * random.uniform(0.5, 1.0)


def _seconds(retry_after: str) -> float | None:
    """Parse a `Retry-After` header: seconds from now, at least 0; None if it is malformed."""
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            when = parsedate_to_datetime(retry_after)
        except (TypeError, ValueError, OverflowError):
            return None
        if when.tzinfo is None:
            when = when.replace(tzinfo=timezone.utc)
        return max((when - datetime.now(timezone.utc)).total_seconds(), 0.0)
    return seconds if seconds >= 0 else None
