# ruff: noqa: D102, S608 - the Transaction protocol says what each method does; names are constants
"""The SQL statements that SQLite and PostgreSQL share."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from ..domain.models import Customer, Instance, LicenseKey, Product, State
from . import tables
from .interface import InstanceFilter, KeyFilter, Page, StorageError
from .lists import Lists
from .numbered_lists import Execute, NumberedLists
from .outbox import SqlOutbox
from .tables import Rows

_SCHEMA_VERSION_NAME = "schema_version"
_LOADED_KEYS_NAME = "loaded_keys"

_ADD_KEY = (
    "INSERT INTO license_keys (sequence, id, secret, customer_id, product_id, grant_id,"
    " source, disabled, expires_at, created_at, document, loaded,"
    " customer_number, product_number, source_number)"
    " VALUES ((SELECT COALESCE(MAX(sequence), 0) + 1 FROM license_keys),"
    " ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0,"
    " (SELECT COALESCE(MAX(customer_number), 0) + 1 FROM license_keys WHERE customer_id = ?3),"
    " (SELECT COALESCE(MAX(product_number), 0) + 1 FROM license_keys WHERE product_id = ?4),"
    " (SELECT COALESCE(MAX(source_number), 0) + 1 FROM license_keys WHERE source = ?6))"
    " ON CONFLICT (secret) DO NOTHING RETURNING id"
)
_REPLACE_KEY = (
    "UPDATE license_keys SET disabled = ?2, expires_at = ?3, document = ?4, original ="
    " CASE WHEN loaded = 1 THEN COALESCE(original, document) END WHERE id = ?1"
)
_REPLACE_DOCUMENT = (
    "UPDATE license_keys SET document = ?4 WHERE id = ?1 AND disabled = ?2 AND expires_at = ?3"
    " AND (loaded = 0 OR original IS NOT NULL) RETURNING 1"
)

_MANY = 10_000
"""The number of loaded keys from which it is faster to create the indexes afterwards."""

T = TypeVar("T")
Insert = Callable[[Rows], None]
"""Inserts many rows."""


class SqlTransaction:
    """A transaction over a function that runs statements.

    Args:
        execute: The function.
        insert: The function that inserts many rows.
        lock: The clause that locks the rows of a SELECT.

    Attributes:
        outbox: The deliveries of events.
    """

    def __init__(self, execute: Execute, insert: Insert, lock: str = "") -> None:
        self._execute = execute
        self._insert = insert
        self._numbered = NumberedLists(execute)
        self._lists = Lists(execute, self._numbered)
        self.outbox = SqlOutbox(execute, lock)
        self._lock = lock

    def key(self, key_id: str) -> LicenseKey | None:
        return self._one(LicenseKey, "license_keys WHERE id = ?1", key_id, self._lock)

    def key_by_secret(self, secret: str) -> LicenseKey | None:
        return self._one(LicenseKey, "license_keys WHERE secret = ?1", secret, self._lock)

    def keys(self, wanted: KeyFilter, page: Page) -> list[LicenseKey]:
        return self._lists.keys(wanted, page)

    def add_key(self, key: LicenseKey) -> bool:
        if self._lock:  # the positions of keys have no gaps
            self._document(_SCHEMA_VERSION_NAME, int)
        self._numbered.note_creation(key.created_at)
        return bool(self._execute(_ADD_KEY, tables.key_values(key)))

    def replace_key(self, key: LicenseKey) -> None:
        id_, document = key.id.encode(), msgspec.json.encode(key)
        values = (id_, int(key.disabled), tables.expiry(key), document)
        # SQLite updates the indexes of all columns that a statement sets, changed or not.
        if self._lock or not self._execute(_REPLACE_DOCUMENT, values):
            self._execute(_REPLACE_KEY, values)

    def instance(self, instance_id: str) -> Instance | None:
        return self._one(Instance, "instances WHERE id = ?1", instance_id, self._lock)

    def instances(self, wanted: InstanceFilter, page: Page) -> list[Instance]:
        return self._lists.instances(wanted, page)

    def add_instance(self, instance: Instance) -> None:
        self._execute(
            "INSERT INTO instances (id, license_key_id, document, loaded) VALUES (?1, ?2, ?3, 0)",
            (instance.id.encode(), instance.license_key_id.encode(), msgspec.json.encode(instance)),
        )

    def replace_instance(self, instance: Instance) -> None:
        self._execute(
            "UPDATE instances SET document = ?2, original ="
            " CASE WHEN loaded = 1 THEN COALESCE(original, document) END WHERE id = ?1",
            (instance.id.encode(), msgspec.json.encode(instance)),
        )

    def remove_instance(self, instance_id: str) -> None:
        self._execute(
            "INSERT INTO removed_instances (sequence, id, license_key_id, document)"
            " SELECT sequence, id, license_key_id, COALESCE(original, document) FROM instances"
            " WHERE id = ?1 AND loaded = 1",
            (instance_id.encode(),),
        )
        self._execute("DELETE FROM instances WHERE id = ?1", (instance_id.encode(),))

    def customer(self, customer_id: str) -> Customer | None:
        return self._one(Customer, "customers WHERE id = ?1", customer_id)

    def product(self, product_id: str) -> Product | None:
        return self._one(Product, "products WHERE id = ?1", product_id)

    def load(self, state: State) -> None:
        for table in ("license_keys", "instances", "removed_instances", "customers", "products"):
            self._execute(f"DELETE FROM {table}", ())
        keys = sorted(state.license_keys, key=lambda key: key.created_at)
        is_large = len(keys) > _MANY
        for statement in tables.DROP_INDEXES if is_large else ():
            self._execute(statement, ())
        self._insert(tables.key_rows(keys))
        self._insert(tables.instance_rows(state.instances))
        self._insert(tables.customer_rows(state.customers))
        self._insert(tables.product_rows(state.products))
        for statement in tables.CREATE_INDEXES if is_large else ():
            self._execute(statement, ())
        self.set_document(_LOADED_KEYS_NAME, len(keys))
        self._numbered.note_order()
        for table in ("license_keys", "instances", "removed_instances"):
            self._execute(f"ANALYZE {table}", ())

    def is_loaded(self) -> bool:
        return self.document(_LOADED_KEYS_NAME, int) is not None

    def restore(self) -> None:
        for table in ("license_keys", "instances"):
            self._execute(f"DELETE FROM {table} WHERE loaded = 0", ())
        changed = "SELECT original FROM license_keys WHERE original IS NOT NULL"
        for (original,) in self._execute(changed, ()):
            self.replace_key(msgspec.json.decode(original, type=LicenseKey))
        self._execute(
            "UPDATE license_keys SET original = NULL WHERE original IS NOT NULL",
            (),
        )
        self._execute(
            "UPDATE instances SET document = original, original = NULL WHERE original IS NOT NULL",
            (),
        )
        self._execute(
            "INSERT INTO instances (sequence, id, license_key_id, document, loaded)"
            " SELECT sequence, id, license_key_id, document, 1 FROM removed_instances",
            (),
        )
        self._execute("DELETE FROM removed_instances", ())
        self._numbered.note_order()

    def state(self) -> State:
        return self._state(
            "SELECT document FROM license_keys ORDER BY sequence",
            "SELECT document FROM instances ORDER BY sequence",
        )

    def loaded_state(self) -> State:
        original = "COALESCE(original, document)"
        return self._state(
            f"SELECT {original} FROM license_keys WHERE loaded = 1 ORDER BY sequence",
            f"SELECT document FROM (SELECT sequence, {original} AS document FROM instances"
            " WHERE loaded = 1 UNION ALL SELECT sequence, document FROM removed_instances)"
            " AS loaded_instances ORDER BY sequence",
        )

    def count_loaded_keys(self) -> int:
        return self._document(_LOADED_KEYS_NAME, int) or 0

    def loaded_key_ids(self, limit: int | None = None) -> list[str]:
        rows = self._execute(
            "SELECT id FROM license_keys WHERE loaded = 1 ORDER BY sequence LIMIT ?1",
            (tables.NEVER if limit is None else limit,),
        )
        return [key_id.decode() for (key_id,) in rows]

    def document(self, name: str, kind: type[T]) -> T | None:
        found = self._document(name, kind)
        if found is None and self._lock:
            # A missing row cannot be locked, but the schema version always exists.
            self._document(_SCHEMA_VERSION_NAME, int)
            found = self._document(name, kind)
        return found

    def set_document(self, name: str, content: object) -> None:
        self._execute(
            "INSERT INTO control (name, document) VALUES (?1, ?2)"
            " ON CONFLICT (name) DO UPDATE SET document = excluded.document",
            (name, msgspec.json.encode(content)),
        )

    def create_tables(self, *, bytes_type: str, integer_key: str, generated_key: str) -> None:
        """Create the tables, with the column types of one database."""
        for statement in tables.STATEMENTS:
            types = {"integer_key": integer_key, "generated_key": generated_key}
            self._execute(statement.format(bytes=bytes_type, **types), ())
        for statement in tables.CREATE_INDEXES:
            self._execute(statement, ())
        self.set_document(_SCHEMA_VERSION_NAME, tables.SCHEMA_VERSION)

    def check_version(self) -> None:
        """Check that the tables have the schema of this version.

        Raises:
            StorageError: They have the schema of another version.
        """
        found = self._document(_SCHEMA_VERSION_NAME, int)
        if found != tables.SCHEMA_VERSION:
            raise StorageError(
                f"the database has schema version {found} and this mock requires"
                f" {tables.SCHEMA_VERSION}:"
                " use the version of the mock that wrote it, or another database"
            )

    def _state(self, keys: str, instances: str) -> State:
        return State(
            tuple(self._all(LicenseKey, keys)),
            tuple(self._all(Instance, instances)),
            tuple(self._all(Customer, "SELECT document FROM customers")),
            tuple(self._all(Product, "SELECT document FROM products")),
        )

    def _all(self, kind: type[T], statement: str) -> list[T]:
        rows = self._execute(statement, ())
        return [msgspec.json.decode(document, type=kind) for (document,) in rows]

    def _document(self, name: str, kind: type[T]) -> T | None:
        rows = self._execute(
            f"SELECT document FROM control WHERE name = ?1{self._lock}",
            (name,),
        )
        return msgspec.json.decode(rows[0][0], type=kind) if rows else None

    def _one(self, kind: type[T], source: str, value: str, lock: str = "") -> T | None:
        rows = self._execute(f"SELECT document FROM {source}{lock}", (value.encode(),))
        return msgspec.json.decode(rows[0][0], type=kind) if rows else None
