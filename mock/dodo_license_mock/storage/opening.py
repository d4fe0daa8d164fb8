"""Which storage a database URL names."""

import importlib.util
from pathlib import Path

from . import Storage, StorageError
from .memory import MemoryStorage


def open_storage(database: str | None) -> Storage:
    """Open the storage that a URL names, memory for None.

    Args:
        database: `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://...`.

    Raises:
        StorageError: The URL is of no known kind or the database can not be used.
    """
    if database is None:
        return MemoryStorage()
    kind, separator, rest = database.partition("://")
    if separator and kind == "sqlite" and rest.startswith("/") and len(rest) > 1:
        from .sqlite import SqliteStorage  # takes time that memory need not spend

        return SqliteStorage(Path(rest[1:]))
    if separator and kind in ("postgresql", "postgres"):
        if importlib.util.find_spec("psycopg_pool") is None:
            raise StorageError("PostgreSQL needs more: pip install 'dodo-license-keys[postgresql]'")
        from .postgresql import PostgresqlStorage  # an optional dependency

        return PostgresqlStorage(database)
    raise StorageError("a database is sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
