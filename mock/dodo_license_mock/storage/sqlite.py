"""State in one SQLite file: durable, and shared by the processes of one machine."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from . import StorageError
from .sql import SqlTransaction

_BUSY_SECONDS = 10


class SqliteStorage:
    """The state in a SQLite file in WAL mode.

    What was answered outlives the process, whatever ends it. A loss of power may cost the last
    changes, never the file.

    Args:
        path: The file, created if absent.

    Raises:
        StorageError: The file can not be opened, is no database of the mock, or of another version.
    """

    waits = False
    durable = True

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
                raise StorageError(f"can not use {path} as a SQLite database: {error}") from error
            on_failure.pop_all()

    def _execute(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        # To sqlite3, numbered parameters are named ones: ?1 is called "1".
        named = {str(number): value for number, value in enumerate(parameters, 1)}
        return self._connection.execute(statement, named).fetchall()

    def _prepare(self) -> None:
        tables = self._tables()
        if tables and "control" not in tables:
            raise StorageError("the SQLite database holds something else: name another file")
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
        """Open a transaction that sees one state throughout."""
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield self._transaction
            finally:
                self._connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[SqlTransaction]:
        """Open a transaction that no other process writes beside."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._transaction
                self._connection.execute("COMMIT")
            finally:
                self._connection.rollback()  # nothing if it is committed

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
