"""A client-side rate limiter for the published limits: 100 requests a minute and 10 a second."""

from __future__ import annotations

import threading
import time
from collections import deque

# Requests reach the server at other intervals than they were sent at, because a connection has to
# be opened or a thread is late. So the limits are kept with a margin: 8 a second, 95 a minute.
SPACING = 0.125
WINDOW_REQUESTS, WINDOW_SECONDS = 95, 61.0


class RateLimiter:
    """Spaces the requests so that no limit is exceeded. Safe for threads and tasks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: deque[float] = deque(maxlen=WINDOW_REQUESTS)
        self._started: deque[float] = deque(maxlen=WINDOW_REQUESTS)

    def reserve(self) -> float:
        """Plan the next request after all planned ones.

        Returns:
            The number of seconds from now until its time.
        """
        with self._lock:
            now = time.monotonic()
            start = max(now, _earliest(self._planned))
            self._planned.append(start)
        return start - now

    def start(self) -> float:
        """Start a planned request, unless the requests before it were late and are too close.

        Returns:
            0 if the request may be sent now, else the number of seconds to wait.
        """
        with self._lock:
            now = time.monotonic()
            wait = _earliest(self._started) - now
            if wait > 0:
                return wait
            self._started.append(now)
        return 0.0


def _earliest(times: deque[float]) -> float:
    """Return the earliest time of the next request after those at the given times."""
    if not times:
        return 0.0
    earliest = times[-1] + SPACING
    if len(times) == WINDOW_REQUESTS:
        earliest = max(earliest, times[0] + WINDOW_SECONDS)
    return earliest
