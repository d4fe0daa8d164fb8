"""Client-side pacing to the published limits: 100 requests a minute and 10 a second."""

from __future__ import annotations

import threading
import time
from collections import deque

LIMITS = ((10, 1.0), (100, 60.0))  # requests, seconds


class Pacer:
    """Hands out start times so that no limit is broken. Safe for threads and tasks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._starts: deque[float] = deque(maxlen=max(count for count, _ in LIMITS))

    def reserve(self) -> float:
        """Take the next free start time.

        Returns:
            How many seconds from now it lies.
        """
        with self._lock:
            now = start = time.monotonic()
            for count, seconds in LIMITS:
                if len(self._starts) >= count:
                    start = max(start, self._starts[-count] + seconds)
            self._starts.append(start)
        return start - now
