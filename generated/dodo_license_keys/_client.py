# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change the specification or the templates and run `make generate`.
"""The two clients."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import TYPE_CHECKING

from . import _logs
from ._core import AsyncCore, AsyncHTTPClient, Pool, SyncCore, SyncHTTPClient
from ._settings import DEFAULT_MAX_RETRIES, Environment, Settings
from ._types import UNSET, Timeout, Unset

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from .resources.license_key_instances import AsyncLicenseKeyInstances, LicenseKeyInstances
    from .resources.license_keys import AsyncLicenseKeys, LicenseKeys
    from .resources.licenses import AsyncLicenses, Licenses

USER_AGENT = "dodo-license-keys/1.0.0"


def _make_sync_client() -> SyncHTTPClient:
    from ._direct import sync_client

    return sync_client(USER_AGENT)


def _make_async_client() -> AsyncHTTPClient:
    from ._direct import async_client

    return async_client(USER_AGENT)


class DodoLicenseKeys:
    """A client for Dodo License Keys.

    Safe for threads. Close it, or use it in a `with` statement, to close its connections.

    Args:
        bearer_token: The API key of the business; `DODO_PAYMENTS_API_KEY` unless given.
        environment: `test_mode` or `live_mode`; live mode unless given.
        base_url: Where the API is, instead of an environment's own address;
            `DODO_PAYMENTS_BASE_URL` unless this or an environment is given.
        timeout: Seconds for each of connect, read, write and pool; an `httpx.Timeout`; or None for
            no timeout. 60 seconds with 5 to connect unless given here or on the HTTP client.
        max_retries: How many more requests to make when one is lost or the server asks for it.
        http_client: What sends the requests, such as an `httpx.Client` with its own transport,
            proxies, mounts and hooks. It stays yours to close.
        pacing: Whether to wait before a request that would break the published limits of 100
            requests a minute and 10 a second.

    Raises:
        TypeError: The HTTP client is asynchronous.
        ValueError: An argument, or the environment variable in its place, makes no sense.
    """

    def __init__(
        self,
        *,
        bearer_token: str | None = None,
        environment: Environment | None = None,
        base_url: str | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int = DEFAULT_MAX_RETRIES,
        http_client: SyncHTTPClient | None = None,
        pacing: bool = False,
    ) -> None:
        _logs.set_up()
        if http_client is not None and inspect.iscoroutinefunction(http_client.send):
            raise TypeError("http_client should be blocking, such as an httpx.Client")
        self._settings = Settings(
            bearer_token, environment, base_url, timeout, max_retries, http_client, pacing
        )
        self._pool = Pool(http_client, _make_sync_client)

    @property
    def base_url(self) -> str:
        """Where the API is, without a slash at the end."""
        return self._settings.base_url

    def with_options(
        self,
        *,
        bearer_token: str | Unset = UNSET,
        base_url: str | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> DodoLicenseKeys:
        """Make a copy that differs in what is given and shares the connections and the pacing.

        Raises:
            ValueError: An argument makes no sense.
        """
        copy = object.__new__(DodoLicenseKeys)
        copy._settings = self._settings.replace(bearer_token, base_url, timeout, max_retries)
        copy._pool = self._pool
        return copy

    @cached_property
    def license_key_instances(self) -> LicenseKeyInstances:
        """The activations of a license key, one for each device or seat."""
        from .resources.license_key_instances import LicenseKeyInstances

        return LicenseKeyInstances(self._core)

    @cached_property
    def license_keys(self) -> LicenseKeys:
        """Create, retrieve, update and list license keys."""
        from .resources.license_keys import LicenseKeys

        return LicenseKeys(self._core)

    @cached_property
    def licenses(self) -> Licenses:
        """Activate, deactivate and validate license keys. No bearer token is required."""
        from .resources.licenses import Licenses

        return Licenses(self._core)

    @cached_property
    def _core(self) -> SyncCore:
        return SyncCore(self._pool, self._settings)

    def close(self) -> None:
        """Close the connections, also of the copies. A given HTTP client stays open."""
        if not self._pool.is_given:
            self._pool.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self.base_url!r})"


class AsyncDodoLicenseKeys:
    """An asynchronous client for Dodo License Keys.

    Belongs to one event loop. Close it, or use it in an `async with` statement, to close its connections.

    Args:
        bearer_token: The API key of the business; `DODO_PAYMENTS_API_KEY` unless given.
        environment: `test_mode` or `live_mode`; live mode unless given.
        base_url: Where the API is, instead of an environment's own address;
            `DODO_PAYMENTS_BASE_URL` unless this or an environment is given.
        timeout: Seconds for each of connect, read, write and pool; an `httpx.Timeout`; or None for
            no timeout. 60 seconds with 5 to connect unless given here or on the HTTP client.
        max_retries: How many more requests to make when one is lost or the server asks for it.
        http_client: What sends the requests, such as an `httpx.AsyncClient` with its own transport,
            proxies, mounts and hooks. It stays yours to close.
        pacing: Whether to wait before a request that would break the published limits of 100
            requests a minute and 10 a second.

    Raises:
        TypeError: The HTTP client is not asynchronous.
        ValueError: An argument, or the environment variable in its place, makes no sense.
    """

    def __init__(
        self,
        *,
        bearer_token: str | None = None,
        environment: Environment | None = None,
        base_url: str | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int = DEFAULT_MAX_RETRIES,
        http_client: AsyncHTTPClient | None = None,
        pacing: bool = False,
    ) -> None:
        _logs.set_up()
        if http_client is not None and not inspect.iscoroutinefunction(http_client.send):
            raise TypeError("http_client should be asynchronous, such as an httpx.AsyncClient")
        self._settings = Settings(
            bearer_token, environment, base_url, timeout, max_retries, http_client, pacing
        )
        self._pool = Pool(http_client, _make_async_client)

    @property
    def base_url(self) -> str:
        """Where the API is, without a slash at the end."""
        return self._settings.base_url

    def with_options(
        self,
        *,
        bearer_token: str | Unset = UNSET,
        base_url: str | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> AsyncDodoLicenseKeys:
        """Make a copy that differs in what is given and shares the connections and the pacing.

        Raises:
            ValueError: An argument makes no sense.
        """
        copy = object.__new__(AsyncDodoLicenseKeys)
        copy._settings = self._settings.replace(bearer_token, base_url, timeout, max_retries)
        copy._pool = self._pool
        return copy

    @cached_property
    def license_key_instances(self) -> AsyncLicenseKeyInstances:
        """The activations of a license key, one for each device or seat."""
        from .resources.license_key_instances import AsyncLicenseKeyInstances

        return AsyncLicenseKeyInstances(self._core)

    @cached_property
    def license_keys(self) -> AsyncLicenseKeys:
        """Create, retrieve, update and list license keys."""
        from .resources.license_keys import AsyncLicenseKeys

        return AsyncLicenseKeys(self._core)

    @cached_property
    def licenses(self) -> AsyncLicenses:
        """Activate, deactivate and validate license keys. No bearer token is required."""
        from .resources.licenses import AsyncLicenses

        return AsyncLicenses(self._core)

    @cached_property
    def _core(self) -> AsyncCore:
        return AsyncCore(self._pool, self._settings)

    async def close(self) -> None:
        """Close the connections, also of the copies. A given HTTP client stays open."""
        if not self._pool.is_given:
            await self._pool.client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self.base_url!r})"
