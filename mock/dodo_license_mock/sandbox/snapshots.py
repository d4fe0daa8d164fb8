"""Snapshots: all records and settings at one time, to return to."""

import msgspec

from ..domain.models import State
from ..storage.interface import Transaction
from .settings import Settings


class Snapshot(msgspec.Struct, frozen=True):
    """All records and settings.

    Attributes:
        loaded: The records that a reset restores.
        state: The records.
        settings: The settings.
    """

    loaded: State
    state: State
    settings: Settings

    def __repr__(self) -> str:
        """Return the size, without the key strings."""
        return f"<Snapshot of {len(self.state.license_keys)} keys>"


class Snapshots(msgspec.Struct, frozen=True):
    """Snapshots by name."""

    by_name: dict[str, Snapshot] = {}

    def with_one(self, name: str, snapshot: Snapshot) -> "Snapshots":
        """Return the snapshots with one more, or with another one under the same name."""
        return Snapshots(self.by_name | {name: snapshot})


def take_snapshot(transaction: Transaction, settings: Settings) -> Snapshot:
    """Return all records and the settings."""
    return Snapshot(transaction.loaded_state(), transaction.state(), settings)


def restore_snapshot(transaction: Transaction, snapshot: Snapshot) -> None:
    """Return to the records of a snapshot, and to those that a reset restores."""
    transaction.load(snapshot.loaded)
    keys = {key.id: key for key in snapshot.loaded.license_keys}
    for key in snapshot.state.license_keys:
        if key.id not in keys:
            transaction.add_key(key)
        elif key != keys[key.id]:
            transaction.replace_key(key)
    instances = {instance.id: instance for instance in snapshot.loaded.instances}
    kept = {instance.id for instance in snapshot.state.instances}
    for instance_id in instances.keys() - kept:
        transaction.remove_instance(instance_id)
    for instance in snapshot.state.instances:
        if instance.id not in instances:
            transaction.add_instance(instance)
        elif instance != instances[instance.id]:
            transaction.replace_instance(instance)
