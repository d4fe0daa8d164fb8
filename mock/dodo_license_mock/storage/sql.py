# ruff: noqa: D102 - the Transaction protocol says what each method does
"""The SQL statements that SQLite and PostgreSQL share.

Text is stored as UTF-8 bytes, because the text type of PostgreSQL does not accept U+0000, and
instants as microseconds since 1970. Each row has the columns that are searched and its record as
JSON.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec

from ..domain.models import Customer, Instance, LicenseKey, Product, State, Status
from .interface import InstanceFilter, KeyFilter, Page, StorageError

SCHEMA_VERSION: Final = 1
_SCHEMA_VERSION_NAME = "schema_version"

TABLES = (
    "CREATE TABLE control (name VARCHAR(20) PRIMARY KEY, document {bytes} NOT NULL)",
    "CREATE TABLE license_keys (sequence {sequence}, id {bytes} NOT NULL UNIQUE,"
    " secret {bytes} NOT NULL UNIQUE, customer_id {bytes} NOT NULL, product_id {bytes} NOT NULL,"
    " grant_id {bytes}, source {bytes} NOT NULL, disabled INTEGER NOT NULL, expires_at BIGINT,"
    " created_at BIGINT NOT NULL, document {bytes} NOT NULL)",
    "CREATE TABLE instances (sequence {sequence}, id {bytes} NOT NULL UNIQUE,"
    " license_key_id {bytes} NOT NULL, document {bytes} NOT NULL)",
    "CREATE INDEX instances_of_key ON instances (license_key_id)",
    "CREATE TABLE customers (id {bytes} PRIMARY KEY, document {bytes} NOT NULL)",
    "CREATE TABLE products (id {bytes} PRIMARY KEY, document {bytes} NOT NULL)",
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

T = TypeVar("T")
Execute = Callable[[str, Sequence[Any]], list[Any]]
"""Runs a statement with parameters written as ?1, ?2 and so on, and returns the rows."""


class SqlTransaction:
    """A transaction over a function that runs statements.

    Args:
        execute: The function.
        lock: The clause that locks the rows of a SELECT.
    """

    def __init__(self, execute: Execute, lock: str = "") -> None:
        self._execute = execute
        self._lock = lock

    def key(self, key_id: str) -> LicenseKey | None:
        return self._one(LicenseKey, "license_keys WHERE id = ?1", key_id)

    def key_by_secret(self, secret: str) -> LicenseKey | None:
        return self._one(LicenseKey, "license_keys WHERE secret = ?1", secret)

    def keys(self, wanted: KeyFilter, page: Page) -> list[LicenseKey]:
        where = _Where()
        where.equal("customer_id", wanted.customer_id)
        where.equal("product_id", wanted.product_id)
        where.equal("source", wanted.source)
        if wanted.created_from is not None:
            where.add("created_at >= ?", _microseconds(wanted.created_from))
        if wanted.created_to is not None:
            where.add("created_at <= ?", _microseconds(wanted.created_to))
        now = _microseconds(wanted.now)
        if wanted.status is Status.DISABLED:
            where.add("disabled = ?", 1)
        elif wanted.status is Status.EXPIRED:
            where.add("disabled = 0 AND expires_at <= ?", now)
        elif wanted.status is Status.ACTIVE:
            where.add("disabled = 0 AND (expires_at IS NULL OR expires_at > ?)", now)
        return self._page(LicenseKey, "license_keys", where, page)

    def add_key(self, key: LicenseKey) -> bool:
        added = self._execute(
            "INSERT INTO license_keys (id, secret, customer_id, product_id, grant_id, source,"
            " disabled, expires_at, created_at, document)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
            " ON CONFLICT (secret) DO NOTHING RETURNING id",
            (
                key.id.encode(),
                key.key.encode(),
                key.customer_id.encode(),
                key.product_id.encode(),
                None if key.grant_id is None else key.grant_id.encode(),
                key.source.encode(),
                int(key.disabled),
                None if key.expires_at is None else _microseconds(key.expires_at),
                _microseconds(key.created_at),
                msgspec.json.encode(key),
            ),
        )
        return bool(added)

    def replace_key(self, key: LicenseKey) -> None:
        self._execute(
            "UPDATE license_keys SET disabled = ?2, expires_at = ?3, document = ?4 WHERE id = ?1",
            (
                key.id.encode(),
                int(key.disabled),
                None if key.expires_at is None else _microseconds(key.expires_at),
                msgspec.json.encode(key),
            ),
        )

    def instance(self, instance_id: str) -> Instance | None:
        return self._one(Instance, "instances WHERE id = ?1", instance_id)

    def instances(self, wanted: InstanceFilter, page: Page) -> list[Instance]:
        where = _Where()
        where.equal("license_key_id", wanted.license_key_id)
        if wanted.grant_id is not None:
            where.add(
                "license_key_id IN (SELECT id FROM license_keys WHERE grant_id = ?)",
                wanted.grant_id.encode(),
            )
        return self._page(Instance, "instances", where, page)

    def add_instance(self, instance: Instance) -> None:
        self._execute(
            "INSERT INTO instances (id, license_key_id, document) VALUES (?1, ?2, ?3)",
            (instance.id.encode(), instance.license_key_id.encode(), msgspec.json.encode(instance)),
        )

    def replace_instance(self, instance: Instance) -> None:
        self._execute(
            "UPDATE instances SET document = ?2 WHERE id = ?1",
            (instance.id.encode(), msgspec.json.encode(instance)),
        )

    def remove_instance(self, instance_id: str) -> None:
        self._execute("DELETE FROM instances WHERE id = ?1", (instance_id.encode(),))

    def customer(self, customer_id: str) -> Customer | None:
        return self._one(Customer, "customers WHERE id = ?1", customer_id)

    def product(self, product_id: str) -> Product | None:
        return self._one(Product, "products WHERE id = ?1", product_id)

    def load(self, state: State) -> None:
        for table in ("license_keys", "instances", "customers", "products"):
            self._execute(f"DELETE FROM {table}", ())  # noqa: S608 - a name from the line above
        for key in state.license_keys:
            self.add_key(key)
        for instance in state.instances:
            self.add_instance(instance)
        for customer in state.customers:
            self._execute(
                "INSERT INTO customers (id, document) VALUES (?1, ?2)",
                (customer.customer_id.encode(), msgspec.json.encode(customer)),
            )
        for product in state.products:
            self._execute(
                "INSERT INTO products (id, document) VALUES (?1, ?2)",
                (product.product_id.encode(), msgspec.json.encode(product)),
            )

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

    def create_tables(self, *, bytes_type: str, sequence_type: str) -> None:
        """Create the tables, with the column types of one database."""
        for statement in TABLES:
            self._execute(statement.format(bytes=bytes_type, sequence=sequence_type), ())
        self.set_document(_SCHEMA_VERSION_NAME, SCHEMA_VERSION)

    def check_version(self) -> None:
        """Check that the tables have the schema of this version.

        Raises:
            StorageError: They have the schema of another version.
        """
        found = self._document(_SCHEMA_VERSION_NAME, int)
        if found != SCHEMA_VERSION:
            raise StorageError(
                f"the database has schema version {found} and this mock requires {SCHEMA_VERSION}:"
                " use the version of the mock that wrote it, or another database"
            )

    def _document(self, name: str, kind: type[T]) -> T | None:
        rows = self._execute(
            f"SELECT document FROM control WHERE name = ?1{self._lock}",  # noqa: S608 - a constant
            (name,),
        )
        return msgspec.json.decode(rows[0][0], type=kind) if rows else None

    def _one(self, kind: type[T], source: str, value: str) -> T | None:
        rows = self._execute(
            f"SELECT document FROM {source}{self._lock}",  # noqa: S608 - constants of this class
            (value.encode(),),
        )
        return msgspec.json.decode(rows[0][0], type=kind) if rows else None

    def _page(self, kind: type[T], table: str, where: "_Where", page: Page) -> list[T]:
        parameters = [*where.parameters, page.size, page.size * page.number]
        rows = self._execute(
            f"SELECT document FROM {table}{where} ORDER BY sequence DESC"  # noqa: S608 - constants
            f" LIMIT ?{len(parameters) - 1} OFFSET ?{len(parameters)}",
            parameters,
        )
        return [msgspec.json.decode(document, type=kind) for (document,) in rows]


class _Where:
    """A WHERE clause of conditions with one parameter each."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.parameters: list[Any] = []

    def __str__(self) -> str:
        return f" WHERE {' AND '.join(self._conditions)}" if self._conditions else ""

    def add(self, condition: str, parameter: Any) -> None:
        self.parameters.append(parameter)
        self._conditions.append(condition.replace("?", f"?{len(self.parameters)}"))

    def equal(self, column: str, value: str | None) -> None:
        if value is not None:
            self.add(f"{column} = ?", value.encode())


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
