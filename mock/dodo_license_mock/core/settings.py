"""What is set on the sandbox beside its license keys. Replicas of one database share it."""

from datetime import UTC, datetime, timedelta

import msgspec

from .faults import Fault
from .instants import FIRST_INSTANT, LAST_INSTANT


class Settings(msgspec.Struct, frozen=True):
    """The controls of the sandbox.

    Attributes:
        clock_offset: How far the mock's clock is ahead of the machine's.
        rate_limited: Whether the published rate limit holds.
        faults: Failures to come, in the order in which they are looked through.
    """

    clock_offset: timedelta = timedelta()
    rate_limited: bool = False
    faults: tuple[Fault, ...] = ()

    def now(self) -> datetime:
        """Return what the clock shows, in UTC; it stops at the ends of the years 1 to 9999."""
        try:
            return datetime.now(UTC) + self.clock_offset
        except OverflowError:
            return LAST_INSTANT if self.clock_offset > timedelta() else FIRST_INSTANT
