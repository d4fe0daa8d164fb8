"""The mock's clock. All processes of one storage share it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from ..domain import instants
from ..domain.instants import system_now
from ..storage.interface import Storage, Transaction
from .settings import SETTINGS, Settings, change_settings, read_settings


class Clock:
    """Sets the clock in the settings of a storage.

    Args:
        storage: The storage.
        on_change: Called before every change.
    """

    def __init__(self, storage: Storage, on_change: Callable[[], None]) -> None:
        self._storage = storage
        self._notify = on_change

    def now(self) -> datetime:
        """Return the time of the clock."""
        return (self._storage.committed_document(SETTINGS, Settings) or Settings()).now()

    def set(self, instant: datetime) -> None:
        """Set the clock to an instant, from which it continues to run unless it is frozen."""
        self._notify()
        with self._storage.writing() as transaction:
            _set(transaction, instant)

    def advance(self, duration: timedelta) -> None:
        """Move the clock forward, or back by a negative duration."""
        self._notify()
        with self._storage.writing() as transaction:
            settings = read_settings(transaction)
            if settings.frozen_at is None:
                change_settings(transaction, clock_offset=settings.clock_offset + duration)
            else:
                _set(transaction, instants.moved(settings.frozen_at, duration))

    def freeze(self, instant: datetime | None) -> None:
        """Stop the clock, at an instant or at its current time."""
        self._notify()
        with self._storage.writing() as transaction:
            now = read_settings(transaction).now()
            change_settings(transaction, frozen_at=instant or now)

    def unfreeze(self) -> None:
        """Let the clock run on from where it was stopped."""
        self._notify()
        with self._storage.writing() as transaction:
            frozen_at = read_settings(transaction).frozen_at
            if frozen_at is not None:
                change_settings(transaction, frozen_at=None)
                _set(transaction, frozen_at)

    def reset(self) -> None:
        """Set the clock to the system clock."""
        self._notify()
        with self._storage.writing() as transaction:
            change_settings(transaction, clock_offset=timedelta(), frozen_at=None)


def _set(transaction: Transaction, instant: datetime) -> None:
    if read_settings(transaction).frozen_at is None:
        change_settings(transaction, clock_offset=instant - system_now())
    else:
        change_settings(transaction, frozen_at=instant)
