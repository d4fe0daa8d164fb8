# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""A client-side rate limiter for the published limits: 100 requests a minute and 10 a second."""

from __future__ import annotations

import threading
import time
from collections import deque

LIMITS = ((10, 1.0), (100, 60.0))  # requests, seconds


class RateLimiter:
    """Assigns start times to requests so that no limit is exceeded. Safe for threads and tasks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._starts: deque[float] = deque(maxlen=max(count for count, _ in LIMITS))

    def reserve(self) -> float:
        """Reserve the next free start time.

        Returns:
            The number of seconds from now until that time.
        """
        with self._lock:
            now = start = time.monotonic()
            for count, seconds in LIMITS:
                if len(self._starts) >= count:
                    start = max(start, self._starts[-count] + seconds)
            self._starts.append(start)
        return start - now
