"""Where the state is kept, behind one interface."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

import msgspec

from ..models import Customer, Instance, LicenseKey, Product, Source, Status


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that a seed sets and a reset restores, in order of creation."""

    license_keys: tuple[LicenseKey, ...] = ()
    instances: tuple[Instance, ...] = ()
    customers: tuple[Customer, ...] = ()
    products: tuple[Product, ...] = ()


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

    What is read in a writing transaction is not changed by others until it ends. Lists are in
    reverse order of creation.
    """

    def key(self, key_id: str) -> LicenseKey | None:
        """Return the license key with this id."""

    def key_by_secret(self, secret: str) -> LicenseKey | None:
        """Return the license key with this key string."""

    def keys(self, wanted: KeyFilter, page: Page) -> list[LicenseKey]:
        """Return one page of the license keys that match."""

    def add_key(self, key: LicenseKey) -> None:
        """Keep a new license key, whose id and key string are not taken."""

    def replace_key(self, key: LicenseKey) -> None:
        """Keep a license key in place of the one with the same id."""

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


class Storage(Protocol):
    """A place that keeps the state."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that writes nothing."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that ends with everything kept, or nothing if it raises."""

    def load(self, state: State) -> None:
        """Replace the whole state."""

    def close(self) -> None:
        """Let go of files and connections."""
