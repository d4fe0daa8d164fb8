"""The settings of the sandbox. Replicas of one database share them."""

import time
from datetime import datetime, timedelta

import msgspec

from ..domain.instants import Moment
from ..storage.interface import Transaction
from .faults import Pending

SETTINGS = "settings"
"""The name of the settings in a storage."""


class Settings(msgspec.Struct, frozen=True):
    """The settings of the sandbox.

    Attributes:
        clock_offset: How far the mock's clock is ahead of the system clock.
        frozen_at: The instant at which the clock stands still, None while it runs.
        rate_limited: Whether the published rate limit is enforced.
        faults: The pending faults, in the order in which they are matched.
    """

    clock_offset: timedelta = timedelta()
    frozen_at: datetime | None = None
    rate_limited: bool = False
    faults: tuple[Pending, ...] = ()

    def moment(self) -> Moment:
        """Return the mock's time."""
        return Moment(time.time_ns(), self.clock_offset, self.frozen_at)

    def now(self) -> datetime:
        """Return the mock's time in UTC. The clock stops at the ends of the years 1 to 9999."""
        return self.moment().instant()


def read_settings(transaction: Transaction) -> Settings:
    """Return the settings in a storage."""
    return transaction.document(SETTINGS, Settings) or Settings()


def change_settings(transaction: Transaction, **changes: object) -> None:
    """Replace some of the settings in a storage."""
    changed = msgspec.structs.replace(read_settings(transaction), **changes)
    transaction.set_document(SETTINGS, changed)
