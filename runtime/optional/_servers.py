"""Operations with servers of their own."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TypeVar

from ._requestor import AsyncRequestor, SyncRequestor
from ._settings import BASE_URLS

Requestor = TypeVar("Requestor", SyncRequestor, AsyncRequestor)


def requestor_at(requestor: Requestor, servers: Mapping[str, str]) -> Requestor:
    """Return the requestor for an operation that has other servers than the API.

    A base URL that the user passed, such as that of a mock, applies to every operation.

    Args:
        requestor: The requestor of the client.
        servers: The base URLs of the operation by environment. The first one is used if the
            environment of the client is not among them.
    """
    settings = requestor._settings  # pyright: ignore[reportPrivateUsage]
    names = [name for name, url in BASE_URLS.items() if url == settings.base_url]
    if not names:
        return requestor
    own = copy(settings)
    own.base_url = servers.get(names[0]) or next(iter(servers.values()))
    return type(requestor)(
        requestor._http,  # pyright: ignore[reportPrivateUsage]
        own,
        raw=requestor._raw,  # pyright: ignore[reportPrivateUsage]
    )
