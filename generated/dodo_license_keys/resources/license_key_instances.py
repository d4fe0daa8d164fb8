# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The operations under /license_key_instances."""

from __future__ import annotations

from functools import cached_property

from .._codec import (
    encode_fields,
    encode_integer,
    encode_segment,
    encode_string,
)
from .._operations import Operation
from .._page import AsyncPager, Page
from .._raw import async_raw, raw
from .._requestor import AsyncRequestor, SyncRequestor
from .._streaming import async_streamed, streamed
from .._types import UNSET, Body, Headers, Options, Query, Timeout, Unset
from ..models import (
    LicenseKeyInstanceResponse,
    ListLicenseKeyInstancesResponse,
)

_LIST: Operation[ListLicenseKeyInstancesResponse] = Operation(
    "list_license_key_instances",
    "GET",
    "/license_key_instances",
    authenticated=True,
    idempotent=True,
    model=ListLicenseKeyInstancesResponse,
)
_LIST_FIELDS = {
    "page_size": encode_integer,
    "page_number": encode_integer,
    "license_key_id": encode_string,
    "grant_id": encode_string,
}
_RETRIEVE: Operation[LicenseKeyInstanceResponse] = Operation(
    "get_license_key_instance",
    "GET",
    "/license_key_instances/{id}",
    authenticated=True,
    idempotent=True,
    model=LicenseKeyInstanceResponse,
)
_UPDATE: Operation[LicenseKeyInstanceResponse] = Operation(
    "update_license_key_instance",
    "PATCH",
    "/license_key_instances/{id}",
    authenticated=True,
    idempotent=True,
    model=LicenseKeyInstanceResponse,
)
_UPDATE_FIELDS = {
    "name": encode_string,
}


class LicenseKeyInstances:
    """The activations of a license key, one for each device or seat."""

    def __init__(self, requestor: SyncRequestor) -> None:
        self._requestor = requestor

    @cached_property
    def with_raw_response(self) -> LicenseKeyInstancesWithRawResponse:
        """The same operations; each returns a `RawResponse` with the status and the headers."""
        return LicenseKeyInstancesWithRawResponse(LicenseKeyInstances(self._requestor.raw()))

    @cached_property
    def with_streaming_response(self) -> LicenseKeyInstancesWithStreamingResponse:
        """The same operations; each returns a context manager that sends the request."""
        return LicenseKeyInstancesWithStreamingResponse(LicenseKeyInstances(self._requestor.raw()))

    def list(
        self,
        *,
        page_size: int | Unset = UNSET,
        page_number: int | Unset = UNSET,
        license_key_id: str | Unset = UNSET,
        grant_id: str | Unset = UNSET,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> Page[LicenseKeyInstanceResponse]:
        """List license key instances.

        Returns one page of the business's instances that match all given filters.

        Args:
            page_size: The number of items per page, 10 by default. Values above 100 are treated
                as 100.
            page_number: The page to return, starting at 0.
            license_key_id: Return only instances of this license key.
            grant_id: Return only instances of the license key delivered by this entitlement
                grant.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        query = encode_fields(
            _LIST_FIELDS,
            {
                "page_size": page_size,
                "page_number": page_number,
                "license_key_id": license_key_id,
                "grant_id": grant_id,
            },
        )
        return self._requestor.page(
            _LIST,
            "/license_key_instances",
            Options(extra_headers, extra_query, extra_body, timeout),
            query=query,
        )

    def retrieve(
        self,
        id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> LicenseKeyInstanceResponse:
        """Retrieve a license key instance.

        Args:
            id: The id of the license key instance.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        return self._requestor.call(
            _RETRIEVE,
            f"/license_key_instances/{encode_segment('id', id)}",
            Options(extra_headers, extra_query, extra_body, timeout),
        )

    def update(
        self,
        id: str,
        *,
        name: str,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> LicenseKeyInstanceResponse:
        """Rename a license key instance.

        Args:
            id: The id of the license key instance.
            name: The name of the instance, such as a device name.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        body = encode_fields(
            _UPDATE_FIELDS,
            {
                "name": name,
            },
            required=("name",),
        )
        return self._requestor.call(
            _UPDATE,
            f"/license_key_instances/{encode_segment('id', id)}",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )


class LicenseKeyInstancesWithRawResponse:
    """The operations of `LicenseKeyInstances`; each returns a `RawResponse`."""

    def __init__(self, resource: LicenseKeyInstances) -> None:
        self.list = raw(resource.list)
        self.retrieve = raw(resource.retrieve)
        self.update = raw(resource.update)


class LicenseKeyInstancesWithStreamingResponse:
    """The operations of `LicenseKeyInstances`; each returns a context manager.

    Its block gets the response. The body has been read before the block begins.
    """

    def __init__(self, resource: LicenseKeyInstances) -> None:
        self.list = streamed(resource.list)
        self.retrieve = streamed(resource.retrieve)
        self.update = streamed(resource.update)


class AsyncLicenseKeyInstances:
    """The activations of a license key, one for each device or seat."""

    def __init__(self, requestor: AsyncRequestor) -> None:
        self._requestor = requestor

    @cached_property
    def with_raw_response(self) -> AsyncLicenseKeyInstancesWithRawResponse:
        """The same operations; each returns a `RawResponse` with the status and the headers."""
        return AsyncLicenseKeyInstancesWithRawResponse(
            AsyncLicenseKeyInstances(self._requestor.raw())
        )

    @cached_property
    def with_streaming_response(self) -> AsyncLicenseKeyInstancesWithStreamingResponse:
        """The same operations; each returns a context manager that sends the request."""
        return AsyncLicenseKeyInstancesWithStreamingResponse(
            AsyncLicenseKeyInstances(self._requestor.raw())
        )

    def list(
        self,
        *,
        page_size: int | Unset = UNSET,
        page_number: int | Unset = UNSET,
        license_key_id: str | Unset = UNSET,
        grant_id: str | Unset = UNSET,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> AsyncPager[LicenseKeyInstanceResponse]:
        """List license key instances.

        Returns one page of the business's instances that match all given filters.

        Args:
            page_size: The number of items per page, 10 by default. Values above 100 are treated
                as 100.
            page_number: The page to return, starting at 0.
            license_key_id: Return only instances of this license key.
            grant_id: Return only instances of the license key delivered by this entitlement
                grant.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        query = encode_fields(
            _LIST_FIELDS,
            {
                "page_size": page_size,
                "page_number": page_number,
                "license_key_id": license_key_id,
                "grant_id": grant_id,
            },
        )
        return self._requestor.page(
            _LIST,
            "/license_key_instances",
            Options(extra_headers, extra_query, extra_body, timeout),
            query=query,
        )

    async def retrieve(
        self,
        id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> LicenseKeyInstanceResponse:
        """Retrieve a license key instance.

        Args:
            id: The id of the license key instance.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        return await self._requestor.call(
            _RETRIEVE,
            f"/license_key_instances/{encode_segment('id', id)}",
            Options(extra_headers, extra_query, extra_body, timeout),
        )

    async def update(
        self,
        id: str,
        *,
        name: str,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> LicenseKeyInstanceResponse:
        """Rename a license key instance.

        Args:
            id: The id of the license key instance.
            name: The name of the instance, such as a device name.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        body = encode_fields(
            _UPDATE_FIELDS,
            {
                "name": name,
            },
            required=("name",),
        )
        return await self._requestor.call(
            _UPDATE,
            f"/license_key_instances/{encode_segment('id', id)}",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )


class AsyncLicenseKeyInstancesWithRawResponse:
    """The operations of `AsyncLicenseKeyInstances`; each returns a `RawResponse`."""

    def __init__(self, resource: AsyncLicenseKeyInstances) -> None:
        self.list = async_raw(resource.list)
        self.retrieve = async_raw(resource.retrieve)
        self.update = async_raw(resource.update)


class AsyncLicenseKeyInstancesWithStreamingResponse:
    """The operations of `AsyncLicenseKeyInstances`; each returns a context manager.

    Its block gets the response. The body has been read before the block begins.
    """

    def __init__(self, resource: AsyncLicenseKeyInstances) -> None:
        self.list = async_streamed(resource.list)
        self.retrieve = async_streamed(resource.retrieve)
        self.update = async_streamed(resource.update)
