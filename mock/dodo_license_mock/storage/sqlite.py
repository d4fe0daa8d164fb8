"""The SQLite backend: a durable file that the processes of one machine share."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from .interface import StorageError
from .sql import SqlTransaction

_BUSY_SECONDS = 10


class SqliteStorage:
    """Stores the state in a SQLite file in WAL mode.

    A committed change survives the end of the process, SIGKILL included. A power failure can lose
    the last changes but does not corrupt the file.

    Args:
        path: The file, created if it does not exist.

    Raises:
        StorageError: The file cannot be opened, is not a database of the mock, or has another
            schema version.
    """

    is_remote = False

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        with ExitStack() as on_failure:
            try:
                self._connection = sqlite3.connect(
                    path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
                )
                on_failure.callback(self._connection.close)
                self._transaction = SqlTransaction(self._execute)
                self._prepare()
            except sqlite3.Error as error:
                raise StorageError(f"cannot use {path} as a SQLite database: {error}") from error
            on_failure.pop_all()

    def _execute(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        # sqlite3 treats numbered parameters as named ones: the name of ?1 is "1".
        named = {str(number): value for number, value in enumerate(parameters, 1)}
        return self._connection.execute(statement, named).fetchall()

    def _prepare(self) -> None:
        tables = self._tables()
        if tables and "control" not in tables:
            raise StorageError(
                "the SQLite database belongs to another application: use another file"
            )
        if tables:
            self._transaction.check_version()
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self.writing() as transaction:
            if not self._tables():
                transaction.create_tables(bytes_type="BLOB", sequence_type="INTEGER PRIMARY KEY")

    def _tables(self) -> set[str]:
        return {name for (name,) in self._execute("SELECT name FROM sqlite_schema")}

    @contextmanager
    def reading(self) -> Iterator[SqlTransaction]:
        """Open a transaction that reads one consistent state."""
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield self._transaction
            finally:
                self._connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[SqlTransaction]:
        """Open a transaction that excludes all other writers."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._transaction
                self._connection.execute("COMMIT")
            finally:
                self._connection.rollback()  # no effect after the commit

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
