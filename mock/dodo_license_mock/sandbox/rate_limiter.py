"""The published rate limit: 100 requests a minute and 10 a second for one bearer token."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

from ..http.errors import too_many_requests

WINDOWS = ((timedelta(seconds=1), 10), (timedelta(minutes=1), 100))


class RateLimiter:
    """Counts requests in sliding windows of the mock's clock."""

    def __init__(self) -> None:
        self._times: deque[datetime] = deque()
        self._lock = Lock()

    def admit(self, now: datetime) -> int:
        """Count a request and return how many more are admitted at the same instant.

        Raises:
            HttpError: 429 with `Retry-After` and `X-RateLimit-Remaining`. The request is not
                counted.
        """
        with self._lock:
            self._discard_expired(now)
            left = []
            waits = []
            for window, limit in WINDOWS:
                recent = [time for time in self._times if now - time < window]
                left.append(limit - len(recent))
                if len(recent) >= limit:
                    waits.append(recent[-limit] + window - now)
            if waits:
                raise too_many_requests(max(waits))
            self._times.append(now)
        return min(left) - 1

    def clear(self) -> None:
        """Discard all counted requests."""
        with self._lock:
            self._times.clear()

    def _discard_expired(self, now: datetime) -> None:
        if self._times and self._times[-1] > now:  # the clock was set back
            self._times.clear()
        while self._times and now - self._times[0] >= WINDOWS[-1][0]:
            self._times.popleft()
