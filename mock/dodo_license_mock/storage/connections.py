"""A pool of PostgreSQL connections that recovers as soon as the database does.

psycopg_pool waits ever longer between its attempts to reconnect, up to minutes. Here a request
that finds no usable connection opens one.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Any

import psycopg

_WAIT_SECONDS = 5

Connection = psycopg.Connection[Any]


class Connections:
    """At most `size` connections, opened on demand and in autocommit mode.

    Args:
        connection_info: The connection string of libpq.
        size: The number of connections.
    """

    def __init__(self, connection_info: str, size: int) -> None:
        self._connection_info = connection_info
        self._free = BoundedSemaphore(size)
        self._idle: list[Connection] = []
        self._lock = Lock()
        self._is_closed = False

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection.

        Raises:
            psycopg.OperationalError: All connections are in use, or none can be opened.
        """
        if not self._free.acquire(timeout=_WAIT_SECONDS):
            raise psycopg.OperationalError("all connections are in use")
        try:
            connection = self._take() or self._open()
            try:
                yield connection
            finally:
                self._give_back(connection)
        finally:
            self._free.release()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> Connection | None:
        with self._lock:
            idle = self._idle.pop() if self._idle else None
        if idle is None or _is_alive(idle):
            return idle
        # The server closed it. The others had the same server.
        with self._lock:
            dead, self._idle = [*self._idle, idle], []
        for connection in dead:
            connection.close()
        return None

    def _open(self) -> Connection:
        connection = psycopg.connect(self._connection_info, autocommit=True)
        connection.cursor_factory = psycopg.RawCursor
        return connection

    def _give_back(self, connection: Connection) -> None:
        is_usable = not connection.closed and (
            connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        )
        with self._lock:
            if is_usable and not self._is_closed:
                self._idle.append(connection)
                return
        connection.close()


def _is_alive(connection: Connection) -> bool:
    """Return whether the server has not closed an idle connection, without a round trip."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)
