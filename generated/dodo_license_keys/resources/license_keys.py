# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The operations under /license_keys."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from .._codec import (
    encode_boolean,
    encode_choice,
    encode_datetime,
    encode_fields,
    encode_integer,
    encode_segment,
    encode_string,
    nullable,
)
from .._lookups import AsyncLookups, Lookups
from .._operations import Operation
from .._page import AsyncPager, Page
from .._raw import async_raw, raw
from .._requestor import AsyncRequestor, SyncRequestor, warn_deprecated
from .._streaming import async_streamed, streamed
from .._types import UNSET, Body, Headers, Options, Query, Timeout, Unset
from ..models import (
    LicenseKeyResponse,
    LicenseKeySource,
    LicenseKeyStatus,
    ListLicenseKeysResponse,
)

_LIST: Operation[ListLicenseKeysResponse] = Operation(
    "list_license_keys_handler",
    "GET",
    "/license_keys",
    authenticated=True,
    idempotent=True,
    model=ListLicenseKeysResponse,
)
_LIST_FIELDS = {
    "page_size": encode_integer,
    "page_number": encode_integer,
    "customer_id": encode_string,
    "product_id": encode_string,
    "status": encode_choice("active", "disabled", "expired"),
    "source": encode_choice("auto", "import", "manual"),
    "created_at_gte": encode_datetime,
    "created_at_lte": encode_datetime,
}
_CREATE: Operation[LicenseKeyResponse] = Operation(
    "create_license_key",
    "POST",
    "/license_keys",
    authenticated=True,
    idempotent=False,
    model=LicenseKeyResponse,
)
_CREATE_FIELDS = {
    "key": encode_string,
    "customer_id": encode_string,
    "product_id": encode_string,
    "activations_limit": nullable(encode_integer),
    "expires_at": nullable(encode_datetime),
}
_RETRIEVE: Operation[LicenseKeyResponse] = Operation(
    "get_license_key_handler",
    "GET",
    "/license_keys/{id}",
    authenticated=True,
    idempotent=True,
    model=LicenseKeyResponse,
)
_UPDATE: Operation[LicenseKeyResponse] = Operation(
    "update_license_key",
    "PATCH",
    "/license_keys/{id}",
    authenticated=True,
    idempotent=True,
    model=LicenseKeyResponse,
)
_UPDATE_FIELDS = {
    "activations_limit": nullable(encode_integer),
    "disabled": nullable(encode_boolean),
    "expires_at": nullable(encode_datetime),
}


class LicenseKeys(Lookups):
    """Create, retrieve, update and list license keys."""

    def __init__(self, requestor: SyncRequestor) -> None:
        self._requestor = requestor

    @cached_property
    def with_raw_response(self) -> LicenseKeysWithRawResponse:
        """The same operations; each returns a `RawResponse` with the status and the headers."""
        return LicenseKeysWithRawResponse(LicenseKeys(self._requestor.raw()))

    @cached_property
    def with_streaming_response(self) -> LicenseKeysWithStreamingResponse:
        """The same operations; each returns a context manager that sends the request."""
        return LicenseKeysWithStreamingResponse(LicenseKeys(self._requestor.raw()))

    def list(
        self,
        *,
        page_size: int | Unset = UNSET,
        page_number: int | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        product_id: str | Unset = UNSET,
        status: LicenseKeyStatus | Unset = UNSET,
        source: LicenseKeySource | Unset = UNSET,
        created_at_gte: datetime | str | Unset = UNSET,
        created_at_lte: datetime | str | Unset = UNSET,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> Page[LicenseKeyResponse]:
        """List license keys.

        Returns one page of the business's license keys that match all given filters.

        Deprecated: Dodo Payments will remove this operation in a future release. No other
        operation replaces it fully.

        Args:
            page_size: The number of items per page, 10 by default. Values above 100 are treated
                as 100.
            page_number: The page to return, starting at 0.
            customer_id: Return only keys of this customer.
            product_id: Return only keys for this product.
            status: Return only keys with this status.
            source: Return only keys with this source.
            created_at_gte: Return only keys created at or after this time.
            created_at_lte: Return only keys created at or before this time.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        warn_deprecated(self.list)
        query = encode_fields(
            _LIST_FIELDS,
            {
                "page_size": page_size,
                "page_number": page_number,
                "customer_id": customer_id,
                "product_id": product_id,
                "status": status,
                "source": source,
                "created_at_gte": created_at_gte,
                "created_at_lte": created_at_lte,
            },
        )
        return self._requestor.page(
            _LIST,
            "/license_keys",
            Options(extra_headers, extra_query, extra_body, timeout),
            query=query,
        )

    def create(
        self,
        *,
        key: str,
        customer_id: str,
        product_id: str,
        activations_limit: int | None | Unset = UNSET,
        expires_at: datetime | str | None | Unset = UNSET,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> LicenseKeyResponse:
        """Create a license key.

        Imports an existing license key string for a customer and a product.

        Args:
            key: The license key string.
            customer_id: The id of the customer who will own the key.
            product_id: The id of the product that the key unlocks.
            activations_limit: The maximum number of active instances. Null means unlimited.
            expires_at: When the key expires. Null means never.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        body = encode_fields(
            _CREATE_FIELDS,
            {
                "key": key,
                "customer_id": customer_id,
                "product_id": product_id,
                "activations_limit": activations_limit,
                "expires_at": expires_at,
            },
            required=(
                "key",
                "customer_id",
                "product_id",
            ),
        )
        return self._requestor.call(
            _CREATE,
            "/license_keys",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )

    def retrieve(
        self,
        id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> LicenseKeyResponse:
        """Retrieve a license key.

        Deprecated: Dodo Payments will remove this operation in a future release. No other
        operation replaces it fully.

        Args:
            id: The id of the license key.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        warn_deprecated(self.retrieve)
        return self._requestor.call(
            _RETRIEVE,
            f"/license_keys/{encode_segment('id', id)}",
            Options(extra_headers, extra_query, extra_body, timeout),
        )

    def update(
        self,
        id: str,
        *,
        activations_limit: int | None | Unset = UNSET,
        disabled: bool | None | Unset = UNSET,
        expires_at: datetime | str | None | Unset = UNSET,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> LicenseKeyResponse:
        """Update a license key.

        Changes only the fields in the request body. An omitted field is unchanged, and a null
        limit or expiry is removed. A rejected update changes nothing.

        Deprecated: Dodo Payments will remove this operation in a future release. No other
        operation replaces it fully.

        Args:
            id: The id of the license key.
            activations_limit: The new limit, at least the current number of instances. Null
                removes it.
            disabled: True disables the key and false enables it. Null changes nothing.
            expires_at: When the key expires. Null removes the expiry. A key that belongs to a
                subscription rejects an expiry.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        warn_deprecated(self.update)
        body = encode_fields(
            _UPDATE_FIELDS,
            {
                "activations_limit": activations_limit,
                "disabled": disabled,
                "expires_at": expires_at,
            },
        )
        return self._requestor.call(
            _UPDATE,
            f"/license_keys/{encode_segment('id', id)}",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )


class LicenseKeysWithRawResponse:
    """The operations of `LicenseKeys`; each returns a `RawResponse`."""

    def __init__(self, resource: LicenseKeys) -> None:
        self.list = raw(resource.list)
        self.create = raw(resource.create)
        self.retrieve = raw(resource.retrieve)
        self.update = raw(resource.update)


class LicenseKeysWithStreamingResponse:
    """The operations of `LicenseKeys`; each returns a context manager.

    Its block gets the response. The body has been read before the block begins.
    """

    def __init__(self, resource: LicenseKeys) -> None:
        self.list = streamed(resource.list)
        self.create = streamed(resource.create)
        self.retrieve = streamed(resource.retrieve)
        self.update = streamed(resource.update)


class AsyncLicenseKeys(AsyncLookups):
    """Create, retrieve, update and list license keys."""

    def __init__(self, requestor: AsyncRequestor) -> None:
        self._requestor = requestor

    @cached_property
    def with_raw_response(self) -> AsyncLicenseKeysWithRawResponse:
        """The same operations; each returns a `RawResponse` with the status and the headers."""
        return AsyncLicenseKeysWithRawResponse(AsyncLicenseKeys(self._requestor.raw()))

    @cached_property
    def with_streaming_response(self) -> AsyncLicenseKeysWithStreamingResponse:
        """The same operations; each returns a context manager that sends the request."""
        return AsyncLicenseKeysWithStreamingResponse(AsyncLicenseKeys(self._requestor.raw()))

    def list(
        self,
        *,
        page_size: int | Unset = UNSET,
        page_number: int | Unset = UNSET,
        customer_id: str | Unset = UNSET,
        product_id: str | Unset = UNSET,
        status: LicenseKeyStatus | Unset = UNSET,
        source: LicenseKeySource | Unset = UNSET,
        created_at_gte: datetime | str | Unset = UNSET,
        created_at_lte: datetime | str | Unset = UNSET,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> AsyncPager[LicenseKeyResponse]:
        """List license keys.

        Returns one page of the business's license keys that match all given filters.

        Deprecated: Dodo Payments will remove this operation in a future release. No other
        operation replaces it fully.

        Args:
            page_size: The number of items per page, 10 by default. Values above 100 are treated
                as 100.
            page_number: The page to return, starting at 0.
            customer_id: Return only keys of this customer.
            product_id: Return only keys for this product.
            status: Return only keys with this status.
            source: Return only keys with this source.
            created_at_gte: Return only keys created at or after this time.
            created_at_lte: Return only keys created at or before this time.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        warn_deprecated(self.list)
        query = encode_fields(
            _LIST_FIELDS,
            {
                "page_size": page_size,
                "page_number": page_number,
                "customer_id": customer_id,
                "product_id": product_id,
                "status": status,
                "source": source,
                "created_at_gte": created_at_gte,
                "created_at_lte": created_at_lte,
            },
        )
        return self._requestor.page(
            _LIST,
            "/license_keys",
            Options(extra_headers, extra_query, extra_body, timeout),
            query=query,
        )

    async def create(
        self,
        *,
        key: str,
        customer_id: str,
        product_id: str,
        activations_limit: int | None | Unset = UNSET,
        expires_at: datetime | str | None | Unset = UNSET,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> LicenseKeyResponse:
        """Create a license key.

        Imports an existing license key string for a customer and a product.

        Args:
            key: The license key string.
            customer_id: The id of the customer who will own the key.
            product_id: The id of the product that the key unlocks.
            activations_limit: The maximum number of active instances. Null means unlimited.
            expires_at: When the key expires. Null means never.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        body = encode_fields(
            _CREATE_FIELDS,
            {
                "key": key,
                "customer_id": customer_id,
                "product_id": product_id,
                "activations_limit": activations_limit,
                "expires_at": expires_at,
            },
            required=(
                "key",
                "customer_id",
                "product_id",
            ),
        )
        return await self._requestor.call(
            _CREATE,
            "/license_keys",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )

    async def retrieve(
        self,
        id: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> LicenseKeyResponse:
        """Retrieve a license key.

        Deprecated: Dodo Payments will remove this operation in a future release. No other
        operation replaces it fully.

        Args:
            id: The id of the license key.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        warn_deprecated(self.retrieve)
        return await self._requestor.call(
            _RETRIEVE,
            f"/license_keys/{encode_segment('id', id)}",
            Options(extra_headers, extra_query, extra_body, timeout),
        )

    async def update(
        self,
        id: str,
        *,
        activations_limit: int | None | Unset = UNSET,
        disabled: bool | None | Unset = UNSET,
        expires_at: datetime | str | None | Unset = UNSET,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: Timeout | Unset = UNSET,
    ) -> LicenseKeyResponse:
        """Update a license key.

        Changes only the fields in the request body. An omitted field is unchanged, and a null
        limit or expiry is removed. A rejected update changes nothing.

        Deprecated: Dodo Payments will remove this operation in a future release. No other
        operation replaces it fully.

        Args:
            id: The id of the license key.
            activations_limit: The new limit, at least the current number of instances. Null
                removes it.
            disabled: True disables the key and false enables it. Null changes nothing.
            expires_at: When the key expires. Null removes the expiry. A key that belongs to a
                subscription rejects an expiry.

        Raises:
            DodoError: The call failed; see `errors` for the subclasses.
            TypeError: An argument has the wrong type; no request was sent.
            ValueError: An argument has a value that cannot be sent; no request was sent.
        """
        warn_deprecated(self.update)
        body = encode_fields(
            _UPDATE_FIELDS,
            {
                "activations_limit": activations_limit,
                "disabled": disabled,
                "expires_at": expires_at,
            },
        )
        return await self._requestor.call(
            _UPDATE,
            f"/license_keys/{encode_segment('id', id)}",
            Options(extra_headers, extra_query, extra_body, timeout),
            body=body,
        )


class AsyncLicenseKeysWithRawResponse:
    """The operations of `AsyncLicenseKeys`; each returns a `RawResponse`."""

    def __init__(self, resource: AsyncLicenseKeys) -> None:
        self.list = async_raw(resource.list)
        self.create = async_raw(resource.create)
        self.retrieve = async_raw(resource.retrieve)
        self.update = async_raw(resource.update)


class AsyncLicenseKeysWithStreamingResponse:
    """The operations of `AsyncLicenseKeys`; each returns a context manager.

    Its block gets the response. The body has been read before the block begins.
    """

    def __init__(self, resource: AsyncLicenseKeys) -> None:
        self.list = async_streamed(resource.list)
        self.create = async_streamed(resource.create)
        self.retrieve = async_streamed(resource.retrieve)
        self.update = async_streamed(resource.update)
