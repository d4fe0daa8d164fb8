# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The blocking and the asynchronous client."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from ._clients import AsyncBaseClient, SyncBaseClient
from ._settings import DEFAULT_MAX_RETRIES, Environment, Settings
from ._sharing import AsyncHTTPClient, SyncHTTPClient
from ._types import UNSET, Headers, LazyModule, Query, Timeout, Unset

if TYPE_CHECKING:
    import httpx

    from . import webhooks as _webhooks
    from .resources import license_key_instances as _license_key_instances
    from .resources import license_keys as _license_keys
    from .resources import licenses as _licenses
else:
    httpx = LazyModule("httpx")
    _license_key_instances = LazyModule(f"{__package__}.resources.license_key_instances")
    _license_keys = LazyModule(f"{__package__}.resources.license_keys")
    _licenses = LazyModule(f"{__package__}.resources.licenses")
    _webhooks = LazyModule(f"{__package__}.webhooks")

USER_AGENT = "dodo-license-keys/1.0.0"


def _create_sync_http_client(transport: httpx.BaseTransport | None) -> SyncHTTPClient:
    from ._http_client import sync_http_client

    return sync_http_client(USER_AGENT, transport)


def _create_async_http_client(transport: httpx.AsyncBaseTransport | None) -> AsyncHTTPClient:
    from ._http_client import async_http_client

    return async_http_client(USER_AGENT, transport)


class DodoLicenseKeys(SyncBaseClient):
    """A client for Dodo License Keys.

    Safe for threads. Close it, or use it in a `with` statement, to close its connections.

    Args:
        bearer_token: The API key of the business. The default is the environment variable
            `DODO_PAYMENTS_API_KEY`.
        environment: `test_mode` or `live_mode`; the default is live mode.
        base_url: The base URL of the API. It overrides `environment`. Without either, the default
            is the environment variable `DODO_PAYMENTS_BASE_URL`. If that is set and you pass
            `environment`, also pass None here to ignore it.
        timeout: Seconds for each of connect, read, write and pool; an `httpx.Timeout`; or None for
            no timeout. The default is that of the HTTP client if it sets one, else 60 seconds,
            and 5 to connect.
        max_retries: The maximum number of retries after a failed request.
        http_client: The HTTP client that sends the requests, such as an `httpx.Client` with its own
            transport, proxies, mounts and hooks. The caller closes it.
        default_headers: The headers of all requests, besides those of the environment variable
            `DODO_PAYMENTS_CUSTOM_HEADERS`, which has one on each line. `UNSET` removes a header.
        default_query: The query parameters of all requests.
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
        base_url: str | httpx.URL | None | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        max_retries: int = DEFAULT_MAX_RETRIES,
        http_client: SyncHTTPClient | None = None,
        default_headers: Headers | None = None,
        default_query: Query | None = None,
        pacing: bool = False,
        deadline: float | None = None,
        strict_responses: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if transport is not None:
            if http_client is not None:
                raise ValueError("pass http_client or transport, not both")
            if not hasattr(transport, "handle_request"):
                raise TypeError("transport must be blocking, such as an httpx.HTTPTransport")
        settings = Settings(
            bearer_token=bearer_token,
            environment=environment,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            http_client=http_client,
            default_headers=default_headers,
            default_query=default_query,
            pacing=pacing,
            deadline=deadline,
            strict_responses=strict_responses,
        )
        super().__init__(settings, http_client, partial(_create_sync_http_client, transport))

    @cached_property
    def license_key_instances(self) -> _license_key_instances.LicenseKeyInstances:
        """The activations of a license key, one for each device or seat."""
        return _license_key_instances.LicenseKeyInstances(self._requestor)

    @cached_property
    def license_keys(self) -> _license_keys.LicenseKeys:
        """Create, retrieve, update and list license keys."""
        return _license_keys.LicenseKeys(self._requestor)

    @cached_property
    def licenses(self) -> _licenses.Licenses:
        """Activate, deactivate and validate license keys. No bearer token is required."""
        return _licenses.Licenses(self._requestor)

    @cached_property
    def webhooks(self) -> _webhooks.Webhooks:
        """Verify and read the events that Dodo Payments sends."""
        return _webhooks.Webhooks()


class AsyncDodoLicenseKeys(AsyncBaseClient):
    """An asynchronous client for Dodo License Keys.

    Use it in one event loop. Close it, or use it in an `async with` statement, to close its connections.

    Args:
        bearer_token: The API key of the business. The default is the environment variable
            `DODO_PAYMENTS_API_KEY`.
        environment: `test_mode` or `live_mode`; the default is live mode.
        base_url: The base URL of the API. It overrides `environment`. Without either, the default
            is the environment variable `DODO_PAYMENTS_BASE_URL`. If that is set and you pass
            `environment`, also pass None here to ignore it.
        timeout: Seconds for each of connect, read, write and pool; an `httpx.Timeout`; or None for
            no timeout. The default is that of the HTTP client if it sets one, else 60 seconds,
            and 5 to connect.
        max_retries: The maximum number of retries after a failed request.
        http_client: The HTTP client that sends the requests, such as an `httpx.AsyncClient` with its own
            transport, proxies, mounts and hooks. The caller closes it.
        default_headers: The headers of all requests, besides those of the environment variable
            `DODO_PAYMENTS_CUSTOM_HEADERS`, which has one on each line. `UNSET` removes a header.
        default_query: The query parameters of all requests.
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
        base_url: str | httpx.URL | None | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        max_retries: int = DEFAULT_MAX_RETRIES,
        http_client: AsyncHTTPClient | None = None,
        default_headers: Headers | None = None,
        default_query: Query | None = None,
        pacing: bool = False,
        deadline: float | None = None,
        strict_responses: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if transport is not None:
            if http_client is not None:
                raise ValueError("pass http_client or transport, not both")
            if not hasattr(transport, "handle_async_request"):
                raise TypeError(
                    "transport must be asynchronous, such as an httpx.AsyncHTTPTransport"
                )
        settings = Settings(
            bearer_token=bearer_token,
            environment=environment,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            http_client=http_client,
            default_headers=default_headers,
            default_query=default_query,
            pacing=pacing,
            deadline=deadline,
            strict_responses=strict_responses,
        )
        super().__init__(settings, http_client, partial(_create_async_http_client, transport))

    @cached_property
    def license_key_instances(self) -> _license_key_instances.AsyncLicenseKeyInstances:
        """The activations of a license key, one for each device or seat."""
        return _license_key_instances.AsyncLicenseKeyInstances(self._requestor)

    @cached_property
    def license_keys(self) -> _license_keys.AsyncLicenseKeys:
        """Create, retrieve, update and list license keys."""
        return _license_keys.AsyncLicenseKeys(self._requestor)

    @cached_property
    def licenses(self) -> _licenses.AsyncLicenses:
        """Activate, deactivate and validate license keys. No bearer token is required."""
        return _licenses.AsyncLicenses(self._requestor)

    @cached_property
    def webhooks(self) -> _webhooks.Webhooks:
        """Verify and read the events that Dodo Payments sends."""
        return _webhooks.Webhooks()


# The names of the official SDK.
DodoPayments = DodoLicenseKeys
AsyncDodoPayments = AsyncDodoLicenseKeys
Client = DodoLicenseKeys
AsyncClient = AsyncDodoLicenseKeys
