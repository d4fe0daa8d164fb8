# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Lookups of license keys that the API offers no filter for. They read the pages of the list."""

from __future__ import annotations

# All are imported at run time, so that the annotations can be resolved.
from collections.abc import AsyncIterator, Iterator
from typing import Protocol

from ._codec import encode_string
from ._page import AsyncPager, Page
from ._types import UNSET, Unset
from .models import LicenseKeyResponse

LARGEST_PAGE = 100


class _Lists(Protocol):
    def list(
        self, *, page_size: int, customer_id: str | Unset = UNSET
    ) -> Page[LicenseKeyResponse]: ...


class _AsyncLists(Protocol):
    def list(
        self, *, page_size: int, customer_id: str | Unset = UNSET
    ) -> AsyncPager[LicenseKeyResponse]: ...


class Lookups:
    """Lookups for the blocking client."""

    def find_by_payment(
        self: _Lists, payment_id: str, *, customer_id: str | Unset = UNSET
    ) -> Iterator[LicenseKeyResponse]:
        """Iterate over the license keys of a payment, such as the one that a refund names.

        A payment for several products or units creates several keys. Pages are fetched as the
        iteration goes on, and the keys may be updated meanwhile.

        Args:
            payment_id: The id of the payment.
            customer_id: The id of the customer who paid. It spares reading the keys of all others.

        Raises:
            DodoError: A call failed; see `errors` for the subclasses.
            TypeError: An argument is not a string.
        """
        wanted = encode_string("payment_id", payment_id)
        keys = self.list(page_size=LARGEST_PAGE, customer_id=customer_id)
        return (key for key in keys if getattr(key, "payment_id", None) == wanted)

    def find_by_key(
        self: _Lists, key: str, *, customer_id: str | Unset = UNSET
    ) -> LicenseKeyResponse | None:
        """Return the license key with a key string, or None. No page after it is fetched.

        Args:
            key: The license key string.
            customer_id: The id of its customer. It spares reading the keys of all others.

        Raises:
            DodoError: A call failed; see `errors` for the subclasses.
            TypeError: An argument is not a string.
        """
        wanted = encode_string("key", key)
        keys = self.list(page_size=LARGEST_PAGE, customer_id=customer_id)
        return next((each for each in keys if getattr(each, "key", None) == wanted), None)


class AsyncLookups:
    """Lookups for the asynchronous client."""

    async def find_by_payment(
        self: _AsyncLists, payment_id: str, *, customer_id: str | Unset = UNSET
    ) -> AsyncIterator[LicenseKeyResponse]:
        """Iterate over the license keys of a payment, such as the one that a refund names.

        A payment for several products or units creates several keys. Pages are fetched as the
        iteration goes on, and the keys may be updated meanwhile.

        Args:
            payment_id: The id of the payment.
            customer_id: The id of the customer who paid. It spares reading the keys of all others.

        Raises:
            DodoError: A call failed; see `errors` for the subclasses.
            TypeError: An argument is not a string.
        """
        wanted = encode_string("payment_id", payment_id)
        async for key in self.list(page_size=LARGEST_PAGE, customer_id=customer_id):
            if getattr(key, "payment_id", None) == wanted:
                yield key

    async def find_by_key(
        self: _AsyncLists, key: str, *, customer_id: str | Unset = UNSET
    ) -> LicenseKeyResponse | None:
        """Return the license key with a key string, or None. No page after it is fetched.

        Args:
            key: The license key string.
            customer_id: The id of its customer. It spares reading the keys of all others.

        Raises:
            DodoError: A call failed; see `errors` for the subclasses.
            TypeError: An argument is not a string.
        """
        wanted = encode_string("key", key)
        async for each in self.list(page_size=LARGEST_PAGE, customer_id=customer_id):
            if getattr(each, "key", None) == wanted:
                return each
        return None
