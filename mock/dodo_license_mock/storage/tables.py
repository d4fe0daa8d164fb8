"""The tables, columns and indexes that SQLite and PostgreSQL share.

Text is stored as UTF-8 bytes, because the text type of PostgreSQL does not accept U+0000, and
instants as microseconds since 1970. Each row has the columns that are searched and its record as
JSON. A row that was loaded and then changed keeps its `original`. A key has a number in the list of
all keys, its `sequence`, and in those of its customer, product and source. No list has a gap: any
page is found without walking to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec

from ..domain.models import Customer, Instance, LicenseKey, Product

SCHEMA_VERSION: Final = 4
NEVER: Final = 2**63 - 1
"""The `expires_at` of a key that does not expire."""

STATEMENTS: Final = (
    "CREATE TABLE control (name VARCHAR(20) PRIMARY KEY, document {bytes} NOT NULL)",
    "CREATE TABLE license_keys ("
    "sequence {integer_key}, id {bytes} NOT NULL, secret {bytes} NOT NULL,"
    " customer_id {bytes} NOT NULL, product_id {bytes} NOT NULL, grant_id {bytes},"
    " source {bytes} NOT NULL, disabled INTEGER NOT NULL, expires_at BIGINT NOT NULL,"
    " created_at BIGINT NOT NULL, document {bytes} NOT NULL, loaded INTEGER NOT NULL,"
    " customer_number BIGINT NOT NULL, product_number BIGINT NOT NULL,"
    " source_number BIGINT NOT NULL, original {bytes})",
    "CREATE TABLE instances ("
    "sequence {generated_key}, id {bytes} NOT NULL, license_key_id {bytes} NOT NULL,"
    " document {bytes} NOT NULL, loaded INTEGER NOT NULL, original {bytes})",
    "CREATE TABLE removed_instances ("
    "sequence {integer_key}, id {bytes} NOT NULL, license_key_id {bytes} NOT NULL,"
    " document {bytes} NOT NULL)",
    "CREATE TABLE deliveries ("
    "sequence {generated_key}, id {bytes} NOT NULL, next_at BIGINT, claimed_until BIGINT NOT NULL,"
    " document {bytes} NOT NULL)",
    "CREATE TABLE customers (id {bytes} PRIMARY KEY, document {bytes} NOT NULL)",
    "CREATE TABLE products (id {bytes} PRIMARY KEY, document {bytes} NOT NULL)",
)
# Name, table, columns and condition. They are created after the rows are loaded.
_INDEXES: Final = (
    ("UNIQUE INDEX license_keys_id", "license_keys (id)"),
    ("UNIQUE INDEX license_keys_secret", "license_keys (secret)"),
    ("INDEX license_keys_customer", "license_keys (customer_id, customer_number)"),
    ("INDEX license_keys_product", "license_keys (product_id, product_number)"),
    ("INDEX license_keys_source", "license_keys (source, source_number)"),
    ("INDEX license_keys_grant", "license_keys (grant_id)"),
    ("INDEX license_keys_created", "license_keys (created_at, sequence)"),
    ("INDEX license_keys_status", "license_keys (disabled, expires_at)"),
    ("INDEX license_keys_disabled", "license_keys (sequence) WHERE disabled = 1"),
    ("INDEX license_keys_changed", "license_keys (sequence) WHERE original IS NOT NULL"),
    ("INDEX license_keys_added", "license_keys (sequence) WHERE loaded = 0"),
    ("UNIQUE INDEX instances_id", "instances (id)"),
    ("INDEX instances_key", "instances (license_key_id, sequence)"),
    ("INDEX instances_changed", "instances (sequence) WHERE original IS NOT NULL"),
    ("INDEX instances_added", "instances (sequence) WHERE loaded = 0"),
    ("UNIQUE INDEX deliveries_id", "deliveries (id)"),
    ("INDEX deliveries_due", "deliveries (next_at) WHERE next_at IS NOT NULL"),
)
CREATE_INDEXES: Final = tuple(f"CREATE {name} ON {columns}" for name, columns in _INDEXES)
DROP_INDEXES: Final = tuple(
    f"DROP INDEX IF EXISTS {name.rpartition(' ')[2]}" for name, _ in _INDEXES
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_encode = msgspec.json.Encoder().encode


class Rows(NamedTuple):
    """Rows to load: the table, its columns with their PostgreSQL types, and the values."""

    table: str
    columns: tuple[tuple[str, str], ...]
    values: Iterable[tuple[Any, ...]]


KEY_COLUMNS: Final = (
    ("sequence", "int8"),
    ("id", "bytea"),
    ("secret", "bytea"),
    ("customer_id", "bytea"),
    ("product_id", "bytea"),
    ("grant_id", "bytea"),
    ("source", "bytea"),
    ("disabled", "int4"),
    ("expires_at", "int8"),
    ("created_at", "int8"),
    ("document", "bytea"),
    ("loaded", "int4"),
    ("customer_number", "int8"),
    ("product_number", "int8"),
    ("source_number", "int8"),
)
_INSTANCE_COLUMNS: Final = (
    ("sequence", "int8"),
    ("id", "bytea"),
    ("license_key_id", "bytea"),
    ("document", "bytea"),
    ("loaded", "int4"),
)
_RECORD_COLUMNS: Final = (("id", "bytea"), ("document", "bytea"))


def key_values(key: LicenseKey) -> tuple[Any, ...]:
    """Return the values of a key for the columns from `id` to `document`."""
    return (
        key.id.encode(),
        key.key.encode(),
        key.customer_id.encode(),
        key.product_id.encode(),
        None if key.grant_id is None else key.grant_id.encode(),
        key.source.encode(),
        int(key.disabled),
        expiry(key),
        microseconds(key.created_at),
        _encode(key),
    )


def key_rows(keys: Iterable[LicenseKey]) -> Rows:
    """Return the rows of keys that are loaded in this order."""
    return Rows("license_keys", KEY_COLUMNS, _numbered(keys))


def _numbered(keys: Iterable[LicenseKey]) -> Iterator[tuple[Any, ...]]:
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for number, key in enumerate(keys, 1):
        lists = ("customer", key.customer_id), ("product", key.product_id), ("source", key.source)
        for name in lists:
            counts[name] += 1
        yield (number, *key_values(key), 1, *[counts[name] for name in lists])


def instance_rows(instances: Sequence[Instance]) -> Rows:
    """Return the rows of instances that are loaded in this order.

    Their positions end at -1 and have no gaps, so that a page is found without walking to it.
    """
    values = (
        (number, each.id.encode(), each.license_key_id.encode(), _encode(each), 1)
        for number, each in enumerate(instances, -len(instances))
    )
    return Rows("instances", _INSTANCE_COLUMNS, values)


def customer_rows(customers: Iterable[Customer]) -> Rows:
    """Return the rows of customers."""
    values = ((each.customer_id.encode(), _encode(each)) for each in customers)
    return Rows("customers", _RECORD_COLUMNS, values)


def product_rows(products: Iterable[Product]) -> Rows:
    """Return the rows of products."""
    values = ((each.product_id.encode(), _encode(each)) for each in products)
    return Rows("products", _RECORD_COLUMNS, values)


def expiry(key: LicenseKey) -> int:
    """Return the expiry of a key in microseconds, `NEVER` without one."""
    return NEVER if key.expires_at is None else microseconds(key.expires_at)


def microseconds(instant: datetime) -> int:
    """Return the microseconds from 1970 to an instant."""
    return (instant - _EPOCH) // _MICROSECOND
