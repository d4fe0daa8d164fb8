"""State in memory: fast, and gone with the process."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from itertools import islice
from threading import RLock
from types import TracebackType
from typing import TypeVar

from ..core.models import Customer, Instance, LicenseKey, Product, State
from ..core.rules import status
from ..core.settings import Settings
from . import InstanceFilter, KeyFilter, Page

T = TypeVar("T")


class MemoryStorage:
    """The state in dictionaries; a transaction holds the one lock.

    Operations check everything before their first write, so nothing needs to be rolled back.
    """

    waits = False
    durable = False

    def __init__(self) -> None:
        self._transaction = _Transaction()

    def reading(self) -> AbstractContextManager["_Transaction"]:
        """Open a transaction that writes nothing."""
        return self._transaction

    def writing(self) -> AbstractContextManager["_Transaction"]:
        """Open a transaction that writes."""
        return self._transaction

    def close(self) -> None:
        """Keep nothing open."""


class _Transaction:
    def __init__(self) -> None:
        self._lock = RLock()
        self._seed: State | None = None
        self._settings = Settings()
        self.load(State())

    def __enter__(self) -> "_Transaction":
        self._lock.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lock.release()

    def key(self, key_id: str) -> LicenseKey | None:
        return self._keys.get(key_id)

    def key_by_secret(self, secret: str) -> LicenseKey | None:
        key_id = self._ids_by_secret.get(secret)
        return None if key_id is None else self._keys[key_id]

    def keys(self, wanted: KeyFilter, page: Page) -> list[LicenseKey]:
        matching = (key for key in reversed(self._keys.values()) if _matches(key, wanted))
        return _cut(matching, page)

    def add_key(self, key: LicenseKey) -> bool:
        if key.key in self._ids_by_secret:
            return False
        self._keys[key.id] = key
        self._ids_by_secret[key.key] = key.id
        return True

    def replace_key(self, key: LicenseKey) -> None:
        self._keys[key.id] = key

    def instance(self, instance_id: str) -> Instance | None:
        return self._instances.get(instance_id)

    def instances(self, wanted: InstanceFilter, page: Page) -> list[Instance]:
        matching = (
            instance
            for instance in reversed(self._instances.values())
            if wanted.license_key_id in (None, instance.license_key_id)
            and wanted.grant_id in (None, self._keys[instance.license_key_id].grant_id)
        )
        return _cut(matching, page)

    def add_instance(self, instance: Instance) -> None:
        self._instances[instance.id] = instance

    def replace_instance(self, instance: Instance) -> None:
        self._instances[instance.id] = instance

    def remove_instance(self, instance_id: str) -> None:
        del self._instances[instance_id]

    def customer(self, customer_id: str) -> Customer | None:
        return self._customers.get(customer_id)

    def product(self, product_id: str) -> Product | None:
        return self._products.get(product_id)

    def load(self, state: State) -> None:
        self._keys = {key.id: key for key in state.license_keys}
        self._ids_by_secret = {key.key: key.id for key in state.license_keys}
        self._instances = {instance.id: instance for instance in state.instances}
        self._customers = {customer.customer_id: customer for customer in state.customers}
        self._products = {product.product_id: product for product in state.products}

    def seed(self) -> State | None:
        return self._seed

    def set_seed(self, state: State) -> None:
        self._seed = state

    def settings(self) -> Settings:
        return self._settings

    def set_settings(self, settings: Settings) -> None:
        self._settings = settings


def _matches(key: LicenseKey, wanted: KeyFilter) -> bool:
    return (
        wanted.customer_id in (None, key.customer_id)
        and wanted.product_id in (None, key.product_id)
        and wanted.source in (None, key.source)
        and (wanted.created_from is None or wanted.created_from <= key.created_at)
        and (wanted.created_to is None or key.created_at <= wanted.created_to)
        and (wanted.status is None or wanted.status is status(key, wanted.now))
    )


def _cut(items: Iterable[T], page: Page) -> list[T]:
    first = page.size * page.number
    return list(islice(items, first, first + page.size))
