# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The operations under /licenses."""

from __future__ import annotations

from functools import cached_property

from .._codec import (
    encode_fields,
    encode_string,
    nullable,
)
from .._operations import Operation
from .._raw import async_raw, raw
from .._requestor import AsyncRequestor, SyncRequestor
from .._streaming import async_streamed, streamed
from .._types import UNSET, Body, Headers, Options, Query, Timeout, Unset
from ..models import (
    ActivateLicenseKeyResponse,
    ValidateLicenseKeyResponse,
)

_ACTIVATE: Operation[ActivateLicenseKeyResponse] = Operation(
    "activate_license_key",
    "POST",
    "/licenses/activate",
    authenticated=False,
    idempotent=False,
    model=ActivateLicenseKeyResponse,
)
_ACTIVATE_FIELDS = {
    "license_key": encode_string,
    "name": encode_string,
}
_DEACTIVATE: Operation[None] = Operation(
    "deactivate_license_key",
    "POST",
    "/licenses/deactivate",
    authenticated=False,
    idempotent=True,
    model=None,
)
_DEACTIVATE_FIELDS = {
    "license_key": encode_string,
    "license_key_instance_id": encode_string,
}
_VALIDATE: Operation[ValidateLicenseKeyResponse] = Operation(
    "validate_license_key",
    "POST",
    "/licenses/validate",
    authenticated=False,
    idempotent=True,
    model=ValidateLicenseKeyResponse,
)
_VALIDATE_FIELDS = {
    "license_key": encode_string,
    "license_key_instance_id": nullable(encode_string),
}


class Licenses:
    """Activate, deactivate and validate license keys. No bearer token is required."""

    def __init__(self, requestor: SyncRequestor) -> None:
        self._requestor = requestor

    @cached_property
    def with_raw_response(self) -> LicensesWithRawResponse:
        """The same operations; each returns a `RawResponse` with the status and the headers."""
        return LicensesWithRawResponse(Licenses(self._requestor.raw()))

    @cached_property
    def with_streaming_response(self) -> LicensesWithStreamingResponse:
        """The same operations; each returns a context manager that sends the request."""
        return LicensesWithStreamingResponse(Licenses(self._requestor.raw()))

    def activate(
        self,
        *,
        license_key: str,
        name: str,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> ActivateLicenseKeyResponse:
        """Activate a license key.

        Creates an instance of the key, which uses one activation, and returns it.

        Args:
            license_key: The license key string.
            name: The name of the instance, such as a device name.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        body = encode_fields(
            _ACTIVATE_FIELDS,
            {
                "license_key": license_key,
                "name": name,
            },
            required=(
                "license_key",
                "name",
            ),
        )
        return self._requestor.call(
            _ACTIVATE,
            "/licenses/activate",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )

    def deactivate(
        self,
        *,
        license_key: str,
        license_key_instance_id: str,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> None:
        """Deactivate a license key instance.

        Deletes an instance of the key, which frees one activation.

        Args:
            license_key: The license key string.
            license_key_instance_id: The id of the instance.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        body = encode_fields(
            _DEACTIVATE_FIELDS,
            {
                "license_key": license_key,
                "license_key_instance_id": license_key_instance_id,
            },
            required=(
                "license_key",
                "license_key_instance_id",
            ),
        )
        return self._requestor.call(
            _DEACTIVATE,
            "/licenses/deactivate",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )

    def validate(
        self,
        *,
        license_key: str,
        license_key_instance_id: str | None | Unset = UNSET,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> ValidateLicenseKeyResponse:
        """Validate a license key.

        Checks whether a key, and optionally one of its instances, is currently valid.

        Args:
            license_key: The license key string.
            license_key_instance_id: The id of an instance that must belong to the key.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        body = encode_fields(
            _VALIDATE_FIELDS,
            {
                "license_key": license_key,
                "license_key_instance_id": license_key_instance_id,
            },
            required=("license_key",),
        )
        return self._requestor.call(
            _VALIDATE,
            "/licenses/validate",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )


class LicensesWithRawResponse:
    """The operations of `Licenses`; each returns a `RawResponse`."""

    def __init__(self, resource: Licenses) -> None:
        self.activate = raw(resource.activate)
        self.deactivate = raw(resource.deactivate)
        self.validate = raw(resource.validate)


class LicensesWithStreamingResponse:
    """The operations of `Licenses`; each returns a context manager.

    Its block gets the response. The body has been read before the block begins.
    """

    def __init__(self, resource: Licenses) -> None:
        self.activate = streamed(resource.activate)
        self.deactivate = streamed(resource.deactivate)
        self.validate = streamed(resource.validate)


class AsyncLicenses:
    """Activate, deactivate and validate license keys. No bearer token is required."""

    def __init__(self, requestor: AsyncRequestor) -> None:
        self._requestor = requestor

    @cached_property
    def with_raw_response(self) -> AsyncLicensesWithRawResponse:
        """The same operations; each returns a `RawResponse` with the status and the headers."""
        return AsyncLicensesWithRawResponse(AsyncLicenses(self._requestor.raw()))

    @cached_property
    def with_streaming_response(self) -> AsyncLicensesWithStreamingResponse:
        """The same operations; each returns a context manager that sends the request."""
        return AsyncLicensesWithStreamingResponse(AsyncLicenses(self._requestor.raw()))

    async def activate(
        self,
        *,
        license_key: str,
        name: str,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> ActivateLicenseKeyResponse:
        """Activate a license key.

        Creates an instance of the key, which uses one activation, and returns it.

        Args:
            license_key: The license key string.
            name: The name of the instance, such as a device name.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        body = encode_fields(
            _ACTIVATE_FIELDS,
            {
                "license_key": license_key,
                "name": name,
            },
            required=(
                "license_key",
                "name",
            ),
        )
        return await self._requestor.call(
            _ACTIVATE,
            "/licenses/activate",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )

    async def deactivate(
        self,
        *,
        license_key: str,
        license_key_instance_id: str,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> None:
        """Deactivate a license key instance.

        Deletes an instance of the key, which frees one activation.

        Args:
            license_key: The license key string.
            license_key_instance_id: The id of the instance.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        body = encode_fields(
            _DEACTIVATE_FIELDS,
            {
                "license_key": license_key,
                "license_key_instance_id": license_key_instance_id,
            },
            required=(
                "license_key",
                "license_key_instance_id",
            ),
        )
        return await self._requestor.call(
            _DEACTIVATE,
            "/licenses/deactivate",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )

    async def validate(
        self,
        *,
        license_key: str,
        license_key_instance_id: str | None | Unset = UNSET,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> ValidateLicenseKeyResponse:
        """Validate a license key.

        Checks whether a key, and optionally one of its instances, is currently valid.

        Args:
            license_key: The license key string.
            license_key_instance_id: The id of an instance that must belong to the key.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        body = encode_fields(
            _VALIDATE_FIELDS,
            {
                "license_key": license_key,
                "license_key_instance_id": license_key_instance_id,
            },
            required=("license_key",),
        )
        return await self._requestor.call(
            _VALIDATE,
            "/licenses/validate",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )


class AsyncLicensesWithRawResponse:
    """The operations of `AsyncLicenses`; each returns a `RawResponse`."""

    def __init__(self, resource: AsyncLicenses) -> None:
        self.activate = async_raw(resource.activate)
        self.deactivate = async_raw(resource.deactivate)
        self.validate = async_raw(resource.validate)


class AsyncLicensesWithStreamingResponse:
    """The operations of `AsyncLicenses`; each returns a context manager.

    Its block gets the response. The body has been read before the block begins.
    """

    def __init__(self, resource: AsyncLicenses) -> None:
        self.activate = async_streamed(resource.activate)
        self.deactivate = async_streamed(resource.deactivate)
        self.validate = async_streamed(resource.validate)
