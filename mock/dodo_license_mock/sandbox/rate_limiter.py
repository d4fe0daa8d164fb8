"""The published rate limit: 100 requests a minute and 10 a second for one bearer token."""

from datetime import datetime, timedelta

import msgspec

from ..http.errors import too_many_requests
from ..storage.interface import Storage

WINDOWS = ((timedelta(seconds=1), 10), (timedelta(minutes=1), 100))

_NAME = "admitted"
_SKEW = timedelta(seconds=5)
"""By how much the clocks of replicas may differ."""


class Admitted(msgspec.Struct, frozen=True):
    """The times of the admitted requests that still count, the oldest first."""

    times: tuple[datetime, ...] = ()

    def admit(self, now: datetime) -> tuple["Admitted", int]:
        """Count a request; return it with the others, and how many more are admitted now.

        Raises:
            HttpError: 429 with `Retry-After` and `X-RateLimit-Remaining`. The request is not
                counted.
        """
        times = self.times
        if times and times[-1] > now:
            if times[-1] - now > _SKEW:  # the clock was set back
                times = ()
            else:
                now = times[-1]
        times = tuple(time for time in times if now - time < WINDOWS[-1][0])
        left = []
        waits = []
        for window, limit in WINDOWS:
            recent = [time for time in times if now - time < window]
            left.append(limit - len(recent))
            if len(recent) >= limit:
                waits.append(recent[-limit] + window - now)
        if waits:
            raise too_many_requests(max(waits))
        return Admitted((*times, now)), min(left) - 1


class RateLimiter:
    """Counts requests in sliding windows of the mock's clock, together with all replicas.

    Args:
        storage: The storage that the replicas share.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def admit(self, now: datetime) -> int:
        """Count a request and return how many more are admitted at the same instant.

        Raises:
            HttpError: 429 with `Retry-After` and `X-RateLimit-Remaining`. The request is not
                counted.
        """
        with self._storage.writing() as transaction:
            admitted = transaction.document(_NAME, Admitted) or Admitted()
            admitted, remaining = admitted.admit(now)
            transaction.set_document(_NAME, admitted)
        return remaining

    def clear(self) -> None:
        """Discard all counted requests."""
        with self._storage.writing() as transaction:
            transaction.set_document(_NAME, Admitted())
