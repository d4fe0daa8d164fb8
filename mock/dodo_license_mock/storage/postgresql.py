"""The PostgreSQL backend: any number of replicas share one state."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from .interface import StorageError
from .sql import SqlTransaction

_SCHEMA = "dodo_license_mock"
_CONNECT_SECONDS = 5
_POOL_SIZE = 8
# An arbitrary number, the same for all replicas.
_SETUP_LOCK = 4010


class PostgresqlStorage:
    """Stores the state in the schema `dodo_license_mock` of a PostgreSQL database.

    Args:
        url: A connection URL of libpq, `postgresql://...`.

    Raises:
        StorageError: The database cannot be reached or has another schema version.
    """

    is_remote = True

    def __init__(self, url: str) -> None:
        try:
            with psycopg.connect(url, connect_timeout=_CONNECT_SECONDS) as connection:
                _prepare(connection)
        except psycopg.Error as error:
            raise StorageError(f"cannot use the PostgreSQL database: {_reason(error)}") from error
        self._pool = ConnectionPool(
            url,
            kwargs={
                "cursor_factory": psycopg.RawCursor,
                "options": f"-c search_path={_SCHEMA}",
            },
            min_size=1,
            max_size=_POOL_SIZE,
            timeout=_CONNECT_SECONDS,
            open=True,
        )

    @contextmanager
    def reading(self) -> Iterator[SqlTransaction]:
        """Open a transaction that only reads."""
        with self._pool.connection() as connection:
            yield SqlTransaction(_executor(connection))

    @contextmanager
    def writing(self) -> Iterator[SqlTransaction]:
        """Open a transaction that locks each record and document that it reads."""
        with self._pool.connection() as connection:
            yield SqlTransaction(_executor(connection), lock=" FOR UPDATE")

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


def _executor(connection: "psycopg.Connection[Any]") -> Any:
    def execute(statement: str, parameters: Sequence[Any]) -> list[Any]:
        cursor = connection.execute(statement.replace("?", "$").encode(), parameters)
        return cursor.fetchall() if cursor.description else []

    return execute


def _prepare(connection: "psycopg.Connection[Any]") -> None:
    connection.cursor_factory = psycopg.RawCursor
    connection.execute("SELECT pg_advisory_xact_lock($1)", (_SETUP_LOCK,))
    known = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = $1", (_SCHEMA,))
    is_new = known.fetchone() is None
    if is_new:
        connection.execute(f"CREATE SCHEMA {_SCHEMA}")
    connection.execute(f"SET LOCAL search_path TO {_SCHEMA}")
    transaction = SqlTransaction(_executor(connection))
    if is_new:
        transaction.create_tables(
            bytes_type="BYTEA",
            sequence_type="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        )
    transaction.check_version()


def _reason(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
