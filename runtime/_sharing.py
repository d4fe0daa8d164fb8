"""The HTTP client that a client and its copies share, in one process and one event loop."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from ._event_loop import current_loop
from ._requests import HTTPClient
from .errors import DodoError

Client = TypeVar("Client", bound=HTTPClient)


class SyncHTTPClient(HTTPClient, Protocol):
    """`httpx.Client`, or a class with the same interface."""

    def send(self, request: Any, *, follow_redirects: bool) -> Any:
        """Send a request and return its response, whose body has been read."""
        ...

    def close(self) -> None:
        """Close the connections."""


class AsyncHTTPClient(HTTPClient, Protocol):
    """`httpx.AsyncClient`, or a class with the same interface."""

    async def send(self, request: Any, *, follow_redirects: bool) -> Any:
        """Send a request and return its response, whose body has been read."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""


class SharedHTTPClient(Generic[Client]):
    """The HTTP client that a client and its copies share, created on first use.

    A forked process creates its own, because two processes that share a connection receive the
    responses of each other.

    Args:
        client: The HTTP client that the user passed, or None.
        create: Creates an HTTP client.

    Attributes:
        is_closed: Whether the client or a copy has been closed.
    """

    def __init__(self, client: Client | None, create: Callable[[], Client]) -> None:
        self._given = client
        self._create = create
        self.is_closed = False
        self.discard()
        _shared_clients.add(self)

    def discard(self) -> None:
        """Forget the created HTTP clients without closing their connections."""
        self._lock = threading.Lock()
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The HTTP client.

        Raises:
            DodoError: The client has been closed.
        """
        client = self._client
        if client is None:
            with self._lock:
                self._check_open()
                if self._client is None:
                    self._client = self._create() if self._given is None else self._given
                client = self._client
        return client

    def _check_open(self) -> None:
        if self.is_closed:
            raise DodoError("the client is closed")

    def close(self) -> list[Client]:
        """Allow no further calls, and return the HTTP clients that have to be closed."""
        with self._lock:
            client, self._client, self.is_closed = self._client, None, True
        return [] if client is None or self._given is not None else [client]


class AsyncSharedHTTPClient(SharedHTTPClient[AsyncHTTPClient]):
    """The HTTP clients of a client and its copies, one for each event loop."""

    def discard(self) -> None:
        """Forget the created HTTP clients without closing their connections."""
        super().discard()
        self._clients: dict[Any, AsyncHTTPClient] = {}

    @property
    def client(self) -> AsyncHTTPClient:
        """The HTTP client of the running event loop.

        Raises:
            DodoError: The client has been closed.
        """
        if self._given is not None:
            return super().client
        loop = current_loop()
        client = self._clients.get(loop)
        if client is None:
            self._check_open()
            self._drop_closed_loops()
            client = self._clients[loop] = self._create()
        return client

    def close(self) -> list[AsyncHTTPClient]:
        """Allow no further calls, and return the HTTP clients that have to be closed."""
        self._drop_closed_loops()
        clients, self._clients = [*self._clients.values()], {}
        return super().close() + clients

    def _drop_closed_loops(self) -> None:
        # Trio does not say whether its loop has ended.
        for loop in [each for each in self._clients if getattr(each, "is_closed", bool)()]:
            del self._clients[loop]


_shared_clients: weakref.WeakSet[SharedHTTPClient[Any]] = weakref.WeakSet()


def _discard_all() -> None:
    for shared in list(_shared_clients):
        shared.discard()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_discard_all)
