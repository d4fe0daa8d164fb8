"""The memory backend: the fastest one. The state is lost when the process ends."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from itertools import islice
from threading import RLock
from types import TracebackType
from typing import Any, TypeVar

from ..domain.key_changes import status
from ..domain.models import Customer, Instance, LicenseKey, Product, State
from .interface import InstanceFilter, KeyFilter, Page

T = TypeVar("T")


class MemoryStorage:
    """Stores the state in dictionaries. A transaction takes the only lock.

    A failed transaction is not rolled back: operations check everything before their first write.
    """

    is_remote = False

    def __init__(self) -> None:
        self._transaction = _Transaction()

    def reading(self) -> AbstractContextManager["_Transaction"]:
        """Open a transaction that only reads."""
        return self._transaction

    def writing(self) -> AbstractContextManager["_Transaction"]:
        """Open a transaction that writes."""
        return self._transaction

    def close(self) -> None:
        """Do nothing: no file or connection is open."""


class _Transaction:
    def __init__(self) -> None:
        self._lock = RLock()
        self._documents: dict[str, Any] = {}
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

    def document(self, name: str, kind: type[T]) -> T | None:  # noqa: ARG002 - it is not encoded
        content: T | None = self._documents.get(name)
        return content

    def set_document(self, name: str, content: object) -> None:
        self._documents[name] = content


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
