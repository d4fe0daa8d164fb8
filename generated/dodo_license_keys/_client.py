# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The blocking and the asynchronous client."""

from __future__ import annotations

import inspect
from functools import cached_property, partial
from typing import TYPE_CHECKING

from . import _logs
from ._requestor import (
    AsyncHTTPClient,
    AsyncRequestor,
    AsyncSharedHTTPClient,
    SharedHTTPClient,
    SyncHTTPClient,
    SyncRequestor,
)
from ._settings import DEFAULT_MAX_RETRIES, Environment, Settings
from ._types import UNSET, Timeout, Unset

if TYPE_CHECKING:
    from types import TracebackType

    import httpx
    from typing_extensions import Self

    from .resources.license_key_instances import AsyncLicenseKeyInstances, LicenseKeyInstances
    from .resources.license_keys import AsyncLicenseKeys, LicenseKeys
    from .resources.licenses import AsyncLicenses, Licenses
    from .webhooks import Webhooks

USER_AGENT = "dodo-license-keys/1.0.0"


def _create_sync_http_client(transport: httpx.BaseTransport | None) -> SyncHTTPClient:
    from ._http_client import sync_http_client

    return sync_http_client(USER_AGENT, transport)


def _create_async_http_client(transport: httpx.AsyncBaseTransport | None) -> AsyncHTTPClient:
    from ._http_client import async_http_client

    return async_http_client(USER_AGENT, transport)


class DodoLicenseKeys:
    """A client for Dodo License Keys.

    Safe for threads. Close it, or use it in a `with` statement, to close its connections.

    Args:
        bearer_token: The API key of the business. The default is the environment variable
            `DODO_PAYMENTS_API_KEY`.
        environment: `test_mode` or `live_mode`; the default is live mode.
        base_url: The base URL of the API. It overrides `environment`. Without either, the default
            is the environment variable `DODO_PAYMENTS_BASE_URL`.
        timeout: Seconds for each of connect, read, write and pool; an `httpx.Timeout`; or None for
            no timeout. The default is that of the HTTP client if it sets one, else 60 seconds,
            and 5 to connect.
        max_retries: The maximum number of retries after a failed request.
        http_client: The HTTP client that sends the requests, such as an `httpx.Client` with its own
            transport, proxies, mounts and hooks. The caller closes it.
        pacing: Whether to wait before a request that would exceed the published rate limits of 100
            requests a minute and 10 a second.
        deadline: Seconds that a call may take in all, with its retries; None for no limit.
        strict_responses: Whether to reject a successful response in which a field is missing or
            malformed. Otherwise such a field raises `MissingFieldError` when it is read.
        transport: A transport of httpx that sends the requests, instead of an HTTP client. Closing
            the client closes it.

    Raises:
        TypeError: The HTTP client or the transport is asynchronous.
        ValueError: An argument, or the environment variable that replaces it, is invalid.
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
        deadline: float | None = None,
        strict_responses: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        _logs.set_up()
        if http_client is not None and inspect.iscoroutinefunction(http_client.send):
            raise TypeError("http_client must be blocking, such as an httpx.Client")
        if transport is not None:
            if http_client is not None:
                raise ValueError("pass http_client or transport, not both")
            if not hasattr(transport, "handle_request"):
                raise TypeError("transport must be blocking, such as an httpx.HTTPTransport")
        self._settings = Settings(
            bearer_token,
            environment,
            base_url,
            timeout,
            max_retries,
            http_client,
            pacing,
            deadline,
            strict_responses,
        )
        self._http = SharedHTTPClient(http_client, partial(_create_sync_http_client, transport))

    @property
    def base_url(self) -> str:
        """The base URL of the API, without a trailing slash."""
        return self._settings.base_url

    def with_options(
        self,
        *,
        bearer_token: str | Unset = UNSET,
        base_url: str | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        deadline: float | None | Unset = UNSET,
    ) -> DodoLicenseKeys:
        """Return a copy with other options that shares the connections and the rate limiter.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: An argument is invalid.
        """
        copy = object.__new__(DodoLicenseKeys)
        copy._settings = self._settings.replace(
            bearer_token, base_url, timeout, max_retries, deadline
        )
        copy._http = self._http
        return copy

    @cached_property
    def license_key_instances(self) -> LicenseKeyInstances:
        """The activations of a license key, one for each device or seat."""
        from .resources.license_key_instances import LicenseKeyInstances

        return LicenseKeyInstances(self._requestor)

    @cached_property
    def license_keys(self) -> LicenseKeys:
        """Create, retrieve, update and list license keys."""
        from .resources.license_keys import LicenseKeys

        return LicenseKeys(self._requestor)

    @cached_property
    def licenses(self) -> Licenses:
        """Activate, deactivate and validate license keys. No bearer token is required."""
        from .resources.licenses import Licenses

        return Licenses(self._requestor)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Verify and read the events that Dodo Payments sends."""
        from .webhooks import Webhooks

        return Webhooks()

    @cached_property
    def _requestor(self) -> SyncRequestor:
        return SyncRequestor(self._http, self._settings)

    def close(self) -> None:
        """Close the connections, including those of copies. A given HTTP client stays open."""
        if not self._http.is_given:
            self._http.client.close()

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

    Use it in one event loop. Close it, or use it in an `async with` statement, to close its connections.

    Args:
        bearer_token: The API key of the business. The default is the environment variable
            `DODO_PAYMENTS_API_KEY`.
        environment: `test_mode` or `live_mode`; the default is live mode.
        base_url: The base URL of the API. It overrides `environment`. Without either, the default
            is the environment variable `DODO_PAYMENTS_BASE_URL`.
        timeout: Seconds for each of connect, read, write and pool; an `httpx.Timeout`; or None for
            no timeout. The default is that of the HTTP client if it sets one, else 60 seconds,
            and 5 to connect.
        max_retries: The maximum number of retries after a failed request.
        http_client: The HTTP client that sends the requests, such as an `httpx.AsyncClient` with its own
            transport, proxies, mounts and hooks. The caller closes it.
        pacing: Whether to wait before a request that would exceed the published rate limits of 100
            requests a minute and 10 a second.
        deadline: Seconds that a call may take in all, with its retries; None for no limit.
        strict_responses: Whether to reject a successful response in which a field is missing or
            malformed. Otherwise such a field raises `MissingFieldError` when it is read.
        transport: A transport of httpx that sends the requests, instead of an HTTP client. Closing
            the client closes it.

    Raises:
        TypeError: The HTTP client or the transport is not asynchronous.
        ValueError: An argument, or the environment variable that replaces it, is invalid.
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
        deadline: float | None = None,
        strict_responses: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        _logs.set_up()
        if http_client is not None and not inspect.iscoroutinefunction(http_client.send):
            raise TypeError("http_client must be asynchronous, such as an httpx.AsyncClient")
        if transport is not None:
            if http_client is not None:
                raise ValueError("pass http_client or transport, not both")
            if not hasattr(transport, "handle_async_request"):
                raise TypeError(
                    "transport must be asynchronous, such as an httpx.AsyncHTTPTransport"
                )
        self._settings = Settings(
            bearer_token,
            environment,
            base_url,
            timeout,
            max_retries,
            http_client,
            pacing,
            deadline,
            strict_responses,
        )
        self._http = AsyncSharedHTTPClient(
            http_client, partial(_create_async_http_client, transport)
        )

    @property
    def base_url(self) -> str:
        """The base URL of the API, without a trailing slash."""
        return self._settings.base_url

    def with_options(
        self,
        *,
        bearer_token: str | Unset = UNSET,
        base_url: str | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        deadline: float | None | Unset = UNSET,
    ) -> AsyncDodoLicenseKeys:
        """Return a copy with other options that shares the connections and the rate limiter.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: An argument is invalid.
        """
        copy = object.__new__(AsyncDodoLicenseKeys)
        copy._settings = self._settings.replace(
            bearer_token, base_url, timeout, max_retries, deadline
        )
        copy._http = self._http
        return copy

    @cached_property
    def license_key_instances(self) -> AsyncLicenseKeyInstances:
        """The activations of a license key, one for each device or seat."""
        from .resources.license_key_instances import AsyncLicenseKeyInstances

        return AsyncLicenseKeyInstances(self._requestor)

    @cached_property
    def license_keys(self) -> AsyncLicenseKeys:
        """Create, retrieve, update and list license keys."""
        from .resources.license_keys import AsyncLicenseKeys

        return AsyncLicenseKeys(self._requestor)

    @cached_property
    def licenses(self) -> AsyncLicenses:
        """Activate, deactivate and validate license keys. No bearer token is required."""
        from .resources.licenses import AsyncLicenses

        return AsyncLicenses(self._requestor)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Verify and read the events that Dodo Payments sends."""
        from .webhooks import Webhooks

        return Webhooks()

    @cached_property
    def _requestor(self) -> AsyncRequestor:
        return AsyncRequestor(self._http, self._settings)

    async def close(self) -> None:
        """Close the connections, including those of copies. A given HTTP client stays open."""
        if not self._http.is_given:
            await self._http.client.aclose()

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
