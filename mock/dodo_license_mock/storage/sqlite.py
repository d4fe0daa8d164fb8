"""The SQLite backend: a durable file that the processes of one machine share."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, TypeVar

from ..domain.models import LicenseKey
from .interface import StorageError, StorageUnavailableError, Waits
from .sql import SqlTransaction
from .tables import Rows

_BUSY_SECONDS = 5
_CACHE_KIBIBYTES = 64 * 1024

T = TypeVar("T")


class SqliteStorage:
    """Stores the state in a SQLite file in WAL mode.

    A committed change survives the end of the process, SIGKILL included. A power failure can lose
    the last changes but does not corrupt the file, unless its first seed was just loaded. Reading
    transactions have a connection of their own, so that they do not wait for a writing one.

    Args:
        path: The file, created if it does not exist.

    Raises:
        StorageError: The file cannot be opened, is not a database of the mock, or has another
            schema version.
    """

    waits = Waits.WRITES
    _writes_ahead = False

    def __init__(self, path: Path) -> None:
        with ExitStack() as on_failure:
            try:
                self._writer = _Connection(path)
                on_failure.callback(self._writer.close)
                self._prepare()
                self._reader = _Connection(path)
            except sqlite3.Error as error:
                raise StorageError(f"cannot use {path} as a SQLite database: {error}") from error
            on_failure.pop_all()

    def _prepare(self) -> None:
        tables = self._tables()
        if tables and "control" not in tables:
            raise StorageError(
                "the SQLite database belongs to another application: use another file"
            )
        if tables:
            self._writer.transaction.check_version()
        else:
            # A new file is filled without a write-ahead log, which would write everything twice.
            # The rollback journal stays as small as the empty file.
            self._writer.execute("PRAGMA synchronous = OFF")
        with self._writer.begun("BEGIN IMMEDIATE") as transaction:
            if not self._tables():
                transaction.create_tables(
                    bytes_type="BLOB",
                    integer_key="INTEGER PRIMARY KEY",
                    generated_key="INTEGER PRIMARY KEY AUTOINCREMENT",  # positive
                )
        if tables:
            self._write_ahead()

    def _write_ahead(self) -> None:
        # It fails while another process reads. The next change tries it again.
        with self._writer.lock, suppress(sqlite3.OperationalError):
            self._writer.execute("PRAGMA journal_mode = WAL")
            self._writer.execute("PRAGMA synchronous = NORMAL")
            self._writes_ahead = True

    def _tables(self) -> set[str]:
        return {name for (name,) in self._writer.execute("SELECT name FROM sqlite_schema")}

    @contextmanager
    def reading(self) -> Iterator[SqlTransaction]:
        """Open a transaction that reads one consistent state."""
        with self._reader.begun("BEGIN") as transaction:
            yield transaction

    @contextmanager
    def writing(self) -> Iterator[SqlTransaction]:
        """Open a transaction that excludes all other writers."""
        with self._writer.begun("BEGIN IMMEDIATE") as transaction:
            yield transaction
            is_filled = self._writes_ahead or transaction.is_loaded()
        if is_filled and not self._writes_ahead:
            self._write_ahead()

    def committed_document(self, name: str, kind: type[T]) -> T | None:
        """Return a document as it was last committed."""
        with self._reader as transaction:
            return transaction.document(name, kind)

    def committed_key(self, key_id: str) -> LicenseKey | None:
        """Return a license key as it was last committed."""
        with self._reader as transaction:
            return transaction.key(key_id)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        self._writer.close()


class _Connection:
    """One connection, which one thread at a time uses."""

    def __init__(self, path: Path) -> None:
        self.lock = RLock()
        self._connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
            self._connection.execute("PRAGMA temp_store = MEMORY")  # for sorting new indexes
        except sqlite3.Error:
            self._connection.close()
            raise
        self.transaction = SqlTransaction(self.execute, self._insert)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        # sqlite3 treats numbered parameters as named ones: the name of ?1 is "1".
        named = {str(number): value for number, value in enumerate(parameters, 1)}
        return self._connection.execute(statement, named).fetchall()

    def __enter__(self) -> SqlTransaction:
        """Use the connection without a transaction: each statement is one."""
        self.lock.acquire()
        return self.transaction

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.lock.release()
        if isinstance(error, sqlite3.DatabaseError):
            raise StorageUnavailableError(str(error)) from error

    @contextmanager
    def begun(self, statement: str) -> Iterator[SqlTransaction]:
        with self as transaction:
            self._connection.execute(statement)
            try:
                yield transaction
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.rollback()

    def close(self) -> None:
        with self.lock:
            self._connection.close()

    def _insert(self, rows: Rows) -> None:
        names = ", ".join(name for name, _ in rows.columns)
        marks = ", ".join("?" * len(rows.columns))
        statement = f"INSERT INTO {rows.table} ({names}) VALUES ({marks})"  # noqa: S608 - constants
        self._connection.executemany(statement, rows.values)
