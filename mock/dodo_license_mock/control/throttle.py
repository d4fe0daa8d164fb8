"""The published rate limit: 100 requests a minute and 10 a second for one bearer token."""

import math
from collections import deque
from datetime import datetime, timedelta
from threading import Lock

from ..core.errors import ApiError, Code

WINDOWS = ((timedelta(seconds=1), 10), (timedelta(minutes=1), 100))


class Throttle:
    """Counts requests in sliding windows, by the mock's clock."""

    def __init__(self) -> None:
        self._times: deque[datetime] = deque()
        self._lock = Lock()

    def admit(self, now: datetime) -> int:
        """Count a request and return how many more may follow at once.

        Raises:
            ApiError: 429 with `Retry-After` and `X-RateLimit-Remaining`; it is not counted.
        """
        with self._lock:
            self._forget(now)
            left = []
            waits = []
            for window, limit in WINDOWS:
                recent = [time for time in self._times if now - time < window]
                left.append(limit - len(recent))
                if len(recent) >= limit:
                    waits.append(recent[-limit] + window - now)
            if waits:
                raise _too_many(max(waits))
            self._times.append(now)
        return min(left) - 1

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._times.clear()

    def _forget(self, now: datetime) -> None:
        if self._times and self._times[-1] > now:  # the clock was set back
            self._times.clear()
        while self._times and now - self._times[0] >= WINDOWS[-1][0]:
            self._times.popleft()


def _too_many(wait: timedelta) -> ApiError:
    seconds = math.ceil(wait.total_seconds())
    return ApiError(
        429,
        Code.TOO_MANY_REQUESTS,
        f"Over the rate limit. Wait {seconds} s.",
        ((b"retry-after", str(seconds).encode()), (b"x-ratelimit-remaining", b"0")),
    )
