"""The PostgreSQL backend: any number of replicas share one state."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ..domain.models import LicenseKey
from .connections import Connection, Connections
from .interface import StorageConflictError, StorageError, StorageUnavailableError, Waits
from .sql import SqlTransaction
from .tables import Rows

DEFAULT_SCHEMA = "dodo_license_mock"
# Seconds and milliseconds after which a request gets a 503. The URL can set others.
_CONNECT_SECONDS = 2
_TIMEOUTS = (
    "-c lock_timeout=2000 -c statement_timeout=5000 -c idle_in_transaction_session_timeout=10000"
)
_NETWORK_MILLISECONDS = 5000
_READERS = _WRITERS = 8
# An arbitrary number, the same for all replicas.
_SETUP_LOCK = 4010

T = TypeVar("T")


class PostgresqlStorage:
    """Stores the state in one schema of a PostgreSQL database.

    Args:
        url: A connection URL of libpq, `postgresql://...`. Its options are kept.
        schema: The name of the schema, created if it does not exist.

    Raises:
        StorageError: The database cannot be reached or has another schema version.
    """

    waits = Waits.ALL

    def __init__(self, url: str, schema: str = DEFAULT_SCHEMA) -> None:
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema):
            raise StorageError(
                "a schema name must consist of lower-case letters, digits and underscores,"
                f" not {schema!r}"
            )
        try:
            connection_info = _connection_info(url, schema)
            with psycopg.connect(connection_info) as connection:
                _prepare(connection, schema)
        except psycopg.Error as error:
            raise StorageError(f"cannot use the PostgreSQL database: {_reason(error)}") from error
        # Reading transactions do not wait for locks: writing ones must not take all connections.
        self._readers = Connections(connection_info, _READERS)
        self._writers = Connections(connection_info, _WRITERS)

    @contextmanager
    def reading(self) -> Iterator[SqlTransaction]:
        """Open a transaction that only reads."""
        with _translated(), self._readers.connection() as connection:
            yield SqlTransaction(_executor(connection), _inserter(connection))

    @contextmanager
    def writing(self) -> Iterator[SqlTransaction]:
        """Open a transaction that locks each record and document that it reads."""
        with (
            _translated(),
            self._writers.connection() as connection,
            connection.transaction(),
        ):
            yield SqlTransaction(_executor(connection), _inserter(connection), lock=" FOR UPDATE")

    def committed_document(self, name: str, kind: type[T]) -> T | None:
        """Return a document as it was last committed."""
        with self.reading() as transaction:
            return transaction.document(name, kind)

    def committed_key(self, key_id: str) -> LicenseKey | None:
        """Return a license key as it was last committed."""
        with self.reading() as transaction:
            return transaction.key(key_id)

    def close(self) -> None:
        """Close the connections."""
        self._readers.close()
        self._writers.close()


@contextmanager
def _translated() -> Iterator[None]:
    """Translate the errors of a transaction."""
    try:
        yield
    except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure) as error:
        raise StorageConflictError(_reason(error)) from error
    except psycopg.Error as error:
        raise StorageUnavailableError(_reason(error)) from error


def _connection_info(url: str, schema: str) -> str:
    given = conninfo_to_dict(url)
    # PostgreSQL uses the last value of an option.
    options = f"{_TIMEOUTS} {given.get('options', '')} -c search_path={schema}"
    defaults = {"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": _NETWORK_MILLISECONDS}
    missing = {name: value for name, value in defaults.items() if name not in given}
    return make_conninfo(url, options=options, **missing)


def _executor(connection: Connection) -> Any:
    def execute(statement: str, parameters: Sequence[Any]) -> list[Any]:
        cursor = connection.execute(statement.replace("?", "$").encode(), parameters)
        return cursor.fetchall() if cursor.description else []

    return execute


def _inserter(connection: Connection) -> Any:
    def insert(rows: Rows) -> None:
        names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in rows.columns)
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            sql.Identifier(rows.table), names
        )
        # Loading takes as long as it takes.
        connection.execute("SET LOCAL statement_timeout = 0")
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([kind for _, kind in rows.columns])
            for values in rows.values:
                copy.write_row(values)

    return insert


def _prepare(connection: Connection, schema: str) -> None:
    connection.cursor_factory = psycopg.RawCursor
    connection.execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
    connection.execute("SELECT pg_advisory_xact_lock($1)", (_SETUP_LOCK,))
    known = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = $1", (schema,))
    is_new = known.fetchone() is None
    if is_new:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    transaction = SqlTransaction(_executor(connection), _inserter(connection))
    if is_new:
        transaction.create_tables(
            bytes_type="BYTEA",
            integer_key="BIGINT PRIMARY KEY",
            generated_key="BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        )
    transaction.check_version()


def _reason(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
