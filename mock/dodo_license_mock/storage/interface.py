"""The interface of a storage."""

from contextlib import AbstractContextManager
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeVar

import msgspec

from ..domain.deliveries import Delivery
from ..domain.models import Customer, Instance, LicenseKey, Product, Source, State, Status

T = TypeVar("T")


class StorageError(Exception):
    """A database cannot be used. The text is one sentence for the user."""


class StorageUnavailableError(Exception):
    """The database does not respond in time. A later request may succeed."""


class StorageConflictError(Exception):
    """The database ended a transaction in favour of another one. It had no effect."""


class Page(msgspec.Struct, frozen=True):
    """Page `number` of a list, counted from 0, with `size` items."""

    size: int = 10
    number: int = 0


class KeyFilter(msgspec.Struct, frozen=True):
    """Selects license keys at the instant `now`; a field that is None selects all of them."""

    now: datetime
    customer_id: str | None = None
    product_id: str | None = None
    status: Status | None = None
    source: Source | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


class InstanceFilter(msgspec.Struct, frozen=True):
    """Selects instances; a field that is None selects all of them."""

    license_key_id: str | None = None
    grant_id: str | None = None


class Outbox(Protocol):
    """The most recent deliveries of events."""

    def add(self, delivery: Delivery) -> None:
        """Add a delivery, and remove the oldest one if there are more than a thousand."""

    def replace(self, delivery: Delivery) -> None:
        """Replace the delivery with the same id."""

    def delivery(self, message_id: str) -> Delivery | None:
        """Return the delivery with this id, locked in a writing transaction."""

    def deliveries(self) -> list[Delivery]:
        """Return all deliveries, the oldest first."""

    def due(self, now: datetime, unclaimed_at: float | None) -> Delivery | None:
        """Return the oldest delivery whose attempt is due, locked in a writing transaction.

        Args:
            now: The time of the mock's clock.
            unclaimed_at: The system time at which no process may have claimed it, in seconds since
                1970; None to return claimed ones as well.
        """

    def clear(self) -> None:
        """Remove all deliveries."""


class Transaction(Protocol):
    """Reads and writes that take effect together or not at all.

    A record or document that is read by its id, key string or name in a writing transaction is
    locked until the transaction ends; customers and products, which do not change, are not. Lists
    are in reverse order of creation.
    """

    @property
    def outbox(self) -> Outbox:
        """The deliveries of events."""

    def key(self, key_id: str) -> LicenseKey | None:
        """Return the license key with this id."""

    def key_by_secret(self, secret: str) -> LicenseKey | None:
        """Return the license key with this key string."""

    def keys(self, wanted: KeyFilter, page: Page) -> list[LicenseKey]:
        """Return one page of the license keys that match the filter."""

    def add_key(self, key: LicenseKey) -> bool:
        """Add a license key; return False, and add nothing, if its key string exists."""

    def replace_key(self, key: LicenseKey) -> None:
        """Replace the license key with the same id and key string."""

    def instance(self, instance_id: str) -> Instance | None:
        """Return the instance with this id."""

    def instances(self, wanted: InstanceFilter, page: Page) -> list[Instance]:
        """Return one page of the instances that match the filter."""

    def add_instance(self, instance: Instance) -> None:
        """Add an instance with a new id."""

    def replace_instance(self, instance: Instance) -> None:
        """Replace the instance with the same id."""

    def remove_instance(self, instance_id: str) -> None:
        """Remove an instance."""

    def customer(self, customer_id: str) -> Customer | None:
        """Return the customer with this id."""

    def product(self, product_id: str) -> Product | None:
        """Return the product with this id."""

    def load(self, state: State) -> None:
        """Replace all license keys, instances, customers and products; `restore` returns to them.

        The license keys are loaded in the order of their creation.
        """

    def is_loaded(self) -> bool:
        """Return whether a state was ever loaded."""

    def restore(self) -> None:
        """Undo all changes to the records since they were loaded."""

    def state(self) -> State:
        """Return all records, in order of creation."""

    def loaded_state(self) -> State:
        """Return the records that `restore` returns to."""

    def count_loaded_keys(self) -> int:
        """Return the number of license keys that `restore` returns to."""

    def loaded_key_ids(self, limit: int | None = None) -> list[str]:
        """Return the ids of the license keys that `restore` returns to, at most `limit`."""

    def document(self, name: str, kind: type[T]) -> T | None:
        """Return the document with this name and type, None if it was never set."""

    def set_document(self, name: str, content: object) -> None:
        """Set a document: a struct that is stored beside the records, under a short name."""


class Waits(Enum):
    """Which transactions wait for others and so must not run in an event loop."""

    NONE = "none"
    WRITES = "writes"
    ALL = "all"


class Storage(Protocol):
    """Stores the state. Safe to use from several threads.

    A transaction raises StorageUnavailableError if the database does not respond in time, and
    StorageConflictError if it is to be tried again.
    """

    waits: Waits
    """Which transactions wait for another process or machine."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that only reads."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that commits all its writes, or none if it raises."""

    def committed_document(self, name: str, kind: type[T]) -> T | None:
        """Return a document as it was last committed, faster than a transaction does."""

    def committed_key(self, key_id: str) -> LicenseKey | None:
        """Return a license key as it was last committed, faster than a transaction does."""

    def close(self) -> None:
        """Close all files and connections."""
