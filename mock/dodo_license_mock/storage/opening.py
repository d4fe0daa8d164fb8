"""Opens the storage of a database URL."""

import importlib.util
from pathlib import Path

from .interface import Storage, StorageError
from .memory import MemoryStorage


def open_storage(database: str | None, schema: str | None = None) -> Storage:
    """Open the storage of a database URL, memory for None.

    Args:
        database: `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://...`.
        schema: The schema of a PostgreSQL database, None for the default.

    Raises:
        StorageError: The URL is not supported or the database cannot be used.
    """
    is_postgresql = (database or "").startswith(("postgresql://", "postgres://"))
    if schema is not None and not is_postgresql:
        raise StorageError("a schema has an effect only with a postgresql:// database")
    if database is None:
        return MemoryStorage()
    kind, separator, rest = database.partition("://")
    if separator and kind == "sqlite" and rest.startswith("/") and len(rest) > 1:
        from .sqlite import SqliteStorage  # slow to import, and not needed for memory

        return SqliteStorage(Path(rest[1:]))
    if is_postgresql:
        if importlib.util.find_spec("psycopg") is None:
            raise StorageError(
                "PostgreSQL requires an extra: pip install 'dodo-license-keys[postgresql]'"
            )
        from .postgresql import DEFAULT_SCHEMA, PostgresqlStorage  # an optional dependency

        return PostgresqlStorage(database, DEFAULT_SCHEMA if schema is None else schema)
    raise StorageError(
        "a database URL must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    )
