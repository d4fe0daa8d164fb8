"""The memory backend: the fastest one. The state is lost when the process ends."""

from collections import defaultdict
from contextlib import AbstractContextManager
from threading import RLock
from types import TracebackType
from typing import Any, TypeVar

from sortedcontainers import SortedList

from ..domain.models import Customer, Instance, LicenseKey, Product, State
from .indexes import KeyIndexes
from .interface import InstanceFilter, KeyFilter, Page, Waits
from .outbox import MemoryOutbox

T = TypeVar("T")


class MemoryStorage:
    """Stores the state in dictionaries. A transaction takes the only lock.

    A failed transaction is not rolled back: operations check everything before their first write.
    """

    waits = Waits.NONE

    def __init__(self) -> None:
        self._transaction = _Transaction()
        self.committed_document = self._transaction.document
        self.committed_key = self._transaction.key

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
        self.outbox = MemoryOutbox()
        self._documents: dict[str, Any] = {}
        self._loaded: State | None = None
        self._fill(State())

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
        positions, keys = self._by_id  # without the lock as well
        position = positions.get(key_id)
        return None if position is None else keys[position]

    def key_by_secret(self, secret: str) -> LicenseKey | None:
        position = self._positions_by_secret.get(secret)
        return None if position is None else self._keys[position]

    def keys(self, wanted: KeyFilter, page: Page) -> list[LicenseKey]:
        return [self._keys[position] for position in self._indexes.page(wanted, page)]

    def add_key(self, key: LicenseKey) -> bool:
        if key.key in self._positions_by_secret:
            return False
        position = len(self._keys)
        self._keys.append(key)
        self._positions[key.id] = self._positions_by_secret[key.key] = position
        self._indexes.add(key, position)
        return True

    def replace_key(self, key: LicenseKey) -> None:
        position = self._positions[key.id]
        self._indexes.replace(self._keys[position], key, position)
        self._keys[position] = key

    def instance(self, instance_id: str) -> Instance | None:
        number = self._numbers.get(instance_id)
        return None if number is None else self._instances[number]

    def instances(self, wanted: InstanceFilter, page: Page) -> list[Instance]:
        first = page.size * page.number
        if wanted == InstanceFilter():
            size = len(self._order)
            end = max(size - first, 0)
            chosen = list(self._order.islice(max(end - page.size, 0), end, reverse=True))
        else:
            chosen = sorted(self._matching_instances(wanted), reverse=True)
            chosen = chosen[first : first + page.size]
        return [self._instances[number] for number in chosen]

    def add_instance(self, instance: Instance) -> None:
        number = self._next_number
        self._next_number += 1
        self._instances[number] = instance
        self._numbers[instance.id] = number
        self._numbers_of_key[instance.license_key_id].append(number)
        self._order.add(number)

    def replace_instance(self, instance: Instance) -> None:
        self._instances[self._numbers[instance.id]] = instance

    def remove_instance(self, instance_id: str) -> None:
        number = self._numbers.pop(instance_id)
        instance = self._instances.pop(number)
        self._numbers_of_key[instance.license_key_id].remove(number)
        self._order.remove(number)

    def customer(self, customer_id: str) -> Customer | None:
        return self._customers.get(customer_id)

    def product(self, product_id: str) -> Product | None:
        return self._products.get(product_id)

    def load(self, state: State) -> None:
        self._loaded = state
        self._fill(state)

    def is_loaded(self) -> bool:
        return self._loaded is not None

    def restore(self) -> None:
        self._fill(self._loaded or State())

    def state(self) -> State:
        return State(
            tuple(self._keys),
            tuple(self._instances[number] for number in self._order),
            tuple(self._customers.values()),
            tuple(self._products.values()),
        )

    def loaded_state(self) -> State:
        return self._loaded or State()

    def count_loaded_keys(self) -> int:
        return len(self._loaded.license_keys) if self._loaded else 0

    def loaded_key_ids(self, limit: int | None = None) -> list[str]:
        keys = self._loaded.license_keys if self._loaded else ()
        return [key.id for key in keys[:limit]]

    def document(self, name: str, kind: type[T]) -> T | None:  # noqa: ARG002 - it is not encoded
        content: T | None = self._documents.get(name)
        return content

    def set_document(self, name: str, content: object) -> None:
        self._documents[name] = content

    def _fill(self, state: State) -> None:
        self._keys = sorted(state.license_keys, key=lambda key: key.created_at)
        self._positions = {key.id: position for position, key in enumerate(self._keys)}
        self._by_id = (self._positions, self._keys)
        self._positions_by_secret = {key.key: position for position, key in enumerate(self._keys)}
        self._indexes = KeyIndexes(self._keys)
        self._instances = dict(enumerate(state.instances))
        self._numbers = {instance.id: number for number, instance in self._instances.items()}
        self._numbers_of_key: defaultdict[str, list[int]] = defaultdict(list)
        for number, instance in self._instances.items():
            self._numbers_of_key[instance.license_key_id].append(number)
        self._order = SortedList(self._instances)
        self._next_number = len(self._instances)
        self._customers = {customer.customer_id: customer for customer in state.customers}
        self._products = {product.product_id: product for product in state.products}

    def _matching_instances(self, wanted: InstanceFilter) -> list[int]:
        if wanted.license_key_id is not None:
            key = self.key(wanted.license_key_id)
            if key is None or wanted.grant_id not in (None, key.grant_id):
                return []
            return self._numbers_of_key.get(key.id, [])
        return [
            number
            for position in self._indexes.of_grant(wanted.grant_id or "")
            for number in self._numbers_of_key.get(self._keys[position].id, [])
        ]
