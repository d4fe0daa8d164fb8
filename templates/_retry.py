"""When to try again, and after how long."""

from __future__ import annotations

import random
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

RETRIED_STATUSES = frozenset({408, 409, 429})
# The server says with these that it has not taken the request on.
REFUSED_STATUSES = frozenset({429, 503})
FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
LONGEST_RETRY_AFTER = 60.0


def is_retried(status_code: int, *, repeatable: bool) -> bool:
    """Tell whether a response with this status is worth another request.

    Args:
        status_code: The HTTP status.
        repeatable: Whether sending the request twice does no more than sending it once.
    """
    if repeatable:
        return status_code >= 500 or status_code in RETRIED_STATUSES
    return status_code in REFUSED_STATUSES


def delay(attempt: int, retry_after: str | None = None) -> float:
    """Choose how many seconds to wait before the next request.

    Args:
        attempt: How many requests were sent so far, from 1.
        retry_after: The response's `Retry-After`, in either form of RFC 9110, section 10.2.3.

    Returns:
        What the server asks for, at most a minute; else an exponential backoff, from half of it to
        all of it by chance, so that many clients do not come back at once.
    """
    asked = None if retry_after is None else _seconds(retry_after)
    if asked is not None:
        return min(asked, LONGEST_RETRY_AFTER)
    longest = min(FIRST_DELAY * 2.0 ** (attempt - 1), LONGEST_DELAY)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret hangs on it


def _seconds(retry_after: str) -> float | None:
    """Read a `Retry-After` header: seconds from now, not negative; None for nonsense."""
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
