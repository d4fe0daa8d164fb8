# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""HTTP clients and constants under their names in the official SDK."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx

from ._settings import DEFAULT_TIMEOUT as SECONDS

Timeout = httpx.Timeout
DEFAULT_TIMEOUT = httpx.Timeout(**SECONDS)
DEFAULT_CONNECTION_LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)


def _with_defaults(options: dict[str, Any]) -> dict[str, Any]:
    return {"timeout": DEFAULT_TIMEOUT, "limits": DEFAULT_CONNECTION_LIMITS, **options}


if TYPE_CHECKING:
    DefaultHttpxClient = httpx.Client
    DefaultAsyncHttpxClient = httpx.AsyncClient
    DefaultAioHttpClient = httpx.AsyncClient
else:

    class DefaultHttpxClient(httpx.Client):
        """An `httpx.Client` with the timeout and the connection limits of the official SDK."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**_with_defaults(options))

    class DefaultAsyncHttpxClient(httpx.AsyncClient):
        """An `httpx.AsyncClient` with the timeout and the limits of the official SDK."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**_with_defaults(options))

    def DefaultAioHttpClient(**options: Any) -> httpx.AsyncClient:
        """Create an HTTP client on aiohttp. It requires the package httpx-aiohttp.

        Raises:
            RuntimeError: The package is missing.
        """
        try:
            library: Any = import_module("httpx_aiohttp")
        except ImportError:
            raise RuntimeError("install the package httpx-aiohttp to use aiohttp") from None
        client: httpx.AsyncClient = library.HttpxAiohttpClient(**_with_defaults(options))
        return client
