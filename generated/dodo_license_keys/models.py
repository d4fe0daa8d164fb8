# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The models of the responses."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

import attrs

from ._model import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    OBJECT,
    STRING,
    Fields,
    Model,
    many,
    nullable,
    one,
    optional,
)
from ._types import UNSET, Unset

__all__ = (
    "ActivateLicenseKeyProductInfo",
    "ActivateLicenseKeyResponse",
    "CustomerLimitedDetailsResponse",
    "LicenseKeyInstanceResponse",
    "LicenseKeyResponse",
    "LicenseKeySource",
    "LicenseKeyStatus",
    "ListLicenseKeyInstancesResponse",
    "ListLicenseKeysResponse",
    "ValidateLicenseKeyResponse",
)

LicenseKeySource: TypeAlias = Literal["auto", "import", "manual"]
"""How the key came into being. More may come."""

LicenseKeyStatus: TypeAlias = Literal["active", "disabled", "expired"]
"""Disabled wins over expired. More may come."""


@attrs.frozen(slots=False, kw_only=True)
class LicenseKeyInstanceResponse(Model):
    """One activation of a license key."""

    id: str
    """Id of the instance."""
    business_id: str
    """Id of the business that sells the key."""
    name: str
    """What the activation is called."""
    license_key_id: str
    """Id of the key it belongs to."""
    created_at: datetime
    """When the key was activated, in UTC."""

    _fields: ClassVar[Fields] = Fields(
        id=STRING,
        business_id=STRING,
        name=STRING,
        license_key_id=STRING,
        created_at=DATETIME,
    )


@attrs.frozen(slots=False, kw_only=True)
class ListLicenseKeyInstancesResponse(Model):
    """One page of license key instances."""

    items: list[LicenseKeyInstanceResponse]
    """The instances of the page."""

    _fields: ClassVar[Fields] = Fields(
        items=many(LicenseKeyInstanceResponse),
    )


@attrs.frozen(slots=False, kw_only=True)
class LicenseKeyResponse(Model):
    """A license key."""

    id: str
    """Id of the key."""
    business_id: str
    """Id of the business that sells it."""
    customer_id: str
    """Id of the customer who holds it."""
    product_id: str
    """Id of the product it is for."""
    key: str = attrs.field(repr=False)
    """The license key string itself. A secret of the customer."""
    status: LicenseKeyStatus | str
    """Disabled wins over expired. More may come."""
    instances_count: int
    """How many instances are active."""
    created_at: datetime
    """When the key was created, in UTC."""
    brand_id: str | Unset = UNSET
    """Id of the brand it is sold under. Sent by newer servers only."""
    payment_id: str | None | Unset = UNSET
    """Id of the payment that bought it; null or absent where there was none."""
    subscription_id: str | None | Unset = UNSET
    """Id of the subscription it belongs to, if any."""
    source: LicenseKeySource | str | Unset = UNSET
    """How the key came into being. More may come."""
    activations_limit: int | None | Unset = UNSET
    """How many instances may be active at once; null for any number."""
    expires_at: datetime | None | Unset = UNSET
    """When the key expires, in UTC; null for never."""

    _fields: ClassVar[Fields] = Fields(
        id=STRING,
        business_id=STRING,
        customer_id=STRING,
        product_id=STRING,
        key=STRING,
        status=STRING,
        instances_count=INTEGER,
        created_at=DATETIME,
        brand_id=optional(STRING),
        payment_id=optional(nullable(STRING)),
        subscription_id=optional(nullable(STRING)),
        source=optional(STRING),
        activations_limit=optional(nullable(INTEGER)),
        expires_at=optional(nullable(DATETIME)),
    )


@attrs.frozen(slots=False, kw_only=True)
class ListLicenseKeysResponse(Model):
    """One page of license keys."""

    items: list[LicenseKeyResponse]
    """The keys of the page."""

    _fields: ClassVar[Fields] = Fields(
        items=many(LicenseKeyResponse),
    )


@attrs.frozen(slots=False, kw_only=True)
class ActivateLicenseKeyProductInfo(Model):
    """The product that a key is for."""

    product_id: str
    """Id of the product."""
    name: str | None | Unset = UNSET
    """Its name, where the merchant gave one."""

    _fields: ClassVar[Fields] = Fields(
        product_id=STRING,
        name=optional(nullable(STRING)),
    )


@attrs.frozen(slots=False, kw_only=True)
class CustomerLimitedDetailsResponse(Model):
    """The customer who holds a key."""

    customer_id: str
    """Id of the customer."""
    name: str
    """Full name."""
    email: str
    """Email address."""
    phone_number: str | None | Unset = UNSET
    """Phone number, where one is known."""
    metadata: dict[str, str | float | bool] | Unset = UNSET
    """The merchant's own notes."""

    _fields: ClassVar[Fields] = Fields(
        customer_id=STRING,
        name=STRING,
        email=STRING,
        phone_number=optional(nullable(STRING)),
        metadata=optional(OBJECT),
    )


@attrs.frozen(slots=False, kw_only=True)
class ActivateLicenseKeyResponse(Model):
    """The new instance, with whose it is and what for."""

    id: str
    """Id of the instance."""
    business_id: str
    """Id of the business that sells the key."""
    name: str
    """What the activation is called."""
    license_key_id: str
    """Id of the key it belongs to."""
    created_at: datetime
    """When the key was activated, in UTC."""
    product: ActivateLicenseKeyProductInfo
    """The product that a key is for."""
    customer: CustomerLimitedDetailsResponse
    """The customer who holds a key."""

    _fields: ClassVar[Fields] = Fields(
        id=STRING,
        business_id=STRING,
        name=STRING,
        license_key_id=STRING,
        created_at=DATETIME,
        product=one(ActivateLicenseKeyProductInfo),
        customer=one(CustomerLimitedDetailsResponse),
    )


@attrs.frozen(slots=False, kw_only=True)
class ValidateLicenseKeyResponse(Model):
    """Whether the key may be used now."""

    valid: bool
    """True for an active key, with the named instance where one was named."""

    _fields: ClassVar[Fields] = Fields(
        valid=BOOLEAN,
    )
