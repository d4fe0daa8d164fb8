"""Keeps the published rate limits: 10 requests a second and 100 requests a minute."""

import threading
import time
from collections import deque

LIMITS = ((10, 1.0), (100, 60.0))


class RateLimiter:
    """Delays callers until one more request fits every window.

    Args:
        limits: Pairs of requests and seconds; empty for no limit.
    """

    def __init__(self, limits: tuple[tuple[int, float], ...] = LIMITS) -> None:
        self._limits = limits
        self._sent: deque[float] = deque(maxlen=max((count for count, _ in limits), default=0))
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when one more request may be sent."""
        with self._lock:
            now = time.monotonic()
            start = max(
                (
                    self._sent[-count] + seconds
                    for count, seconds in self._limits
                    if len(self._sent) >= count
                ),
                default=now,
            )
            if start > now:
                time.sleep(start - now)
            self._sent.append(max(start, now))
