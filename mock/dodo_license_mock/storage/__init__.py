"""Where the state is kept, behind one interface."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

import msgspec

from ..core.models import Customer, Instance, LicenseKey, Product, Source, State, Status
from ..core.settings import Settings


class StorageError(Exception):
    """A database can not be used; the text is one sentence for a person."""


class Page(msgspec.Struct, frozen=True):
    """Which part of a list is asked for: page `number`, counted from 0, of `size` items."""

    size: int = 10
    number: int = 0


class KeyFilter(msgspec.Struct, frozen=True):
    """What a license key must match to be listed at the instant `now`; None matches all."""

    now: datetime
    customer_id: str | None = None
    product_id: str | None = None
    status: Status | None = None
    source: Source | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


class InstanceFilter(msgspec.Struct, frozen=True):
    """What an instance must match to be listed; None matches all."""

    license_key_id: str | None = None
    grant_id: str | None = None


class Transaction(Protocol):
    """Reads and writes that happen together or not at all.

    What is read by its id or key string in a writing transaction is changed by nobody else until it
    ends. Lists are in reverse order of creation.
    """

    def key(self, key_id: str) -> LicenseKey | None:
        """Return the license key with this id."""

    def key_by_secret(self, secret: str) -> LicenseKey | None:
        """Return the license key with this key string."""

    def keys(self, wanted: KeyFilter, page: Page) -> list[LicenseKey]:
        """Return one page of the license keys that match."""

    def add_key(self, key: LicenseKey) -> bool:
        """Keep a new license key; return False, and keep nothing, if its key string is taken."""

    def replace_key(self, key: LicenseKey) -> None:
        """Keep a license key in place of the one with the same id and key string."""

    def instance(self, instance_id: str) -> Instance | None:
        """Return the instance with this id."""

    def instances(self, wanted: InstanceFilter, page: Page) -> list[Instance]:
        """Return one page of the instances that match."""

    def add_instance(self, instance: Instance) -> None:
        """Keep a new instance, whose id is not taken."""

    def replace_instance(self, instance: Instance) -> None:
        """Keep an instance in place of the one with the same id."""

    def remove_instance(self, instance_id: str) -> None:
        """Forget an instance."""

    def customer(self, customer_id: str) -> Customer | None:
        """Return the customer with this id."""

    def product(self, product_id: str) -> Product | None:
        """Return the product with this id."""

    def load(self, state: State) -> None:
        """Replace all license keys, instances, customers and products."""

    def seed(self) -> State | None:
        """Return the state that a reset restores, None if none was ever set."""

    def set_seed(self, state: State) -> None:
        """Remember the state that a reset restores."""

    def settings(self) -> Settings:
        """Return the settings."""

    def set_settings(self, settings: Settings) -> None:
        """Replace the settings."""


class Storage(Protocol):
    """A place that keeps the state. Safe to use from several threads."""

    waits: bool
    """Whether a transaction waits for another machine, so that an event loop should not."""

    durable: bool
    """Whether the state outlives the process and can be shared by several."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that writes nothing."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that ends with everything kept, or nothing if it raises."""

    def close(self) -> None:
        """Let go of files and connections."""
