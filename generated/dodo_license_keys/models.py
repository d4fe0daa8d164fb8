# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The models of the responses."""

from __future__ import annotations

from datetime import datetime
from typing import Any as Any  # noqa: PLC0414 - attrs repeats the annotations of Model
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
"""How the license key was created. New values may be added."""

LicenseKeyStatus: TypeAlias = Literal["active", "disabled", "expired"]
"""The status of a license key. `disabled` wins over `expired`. New values may be added."""


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class LicenseKeyInstanceResponse(Model):
    """One activation of a license key."""

    id: str
    """The id of the instance."""
    business_id: str
    """The id of the business that sells the key."""
    name: str
    """The name of the instance."""
    license_key_id: str
    """The id of the key that the instance belongs to."""
    created_at: datetime
    """When the key was activated, in UTC."""

    _fields: ClassVar[Fields] = Fields(
        id=STRING,
        business_id=STRING,
        name=STRING,
        license_key_id=STRING,
        created_at=DATETIME,
    )


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class ListLicenseKeyInstancesResponse(Model):
    """One page of license key instances."""

    items: list[LicenseKeyInstanceResponse]
    """The instances on the page."""

    _fields: ClassVar[Fields] = Fields(
        items=many(LicenseKeyInstanceResponse),
    )


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class LicenseKeyResponse(Model):
    """A license key."""

    id: str
    """The id of the key."""
    business_id: str
    """The id of the business that sells the key."""
    customer_id: str
    """The id of the customer who owns the key."""
    product_id: str
    """The id of the product that the key unlocks."""
    key: str = attrs.field(repr=False)
    """The license key string, which is a secret of the customer."""
    status: LicenseKeyStatus | str
    """The status of a license key. `disabled` wins over `expired`. New values may be added."""
    instances_count: int
    """The number of active instances."""
    created_at: datetime
    """When the key was created, in UTC."""
    brand_id: str | Unset = UNSET
    """The id of the brand that sells the key. Returned by newer API versions only."""
    payment_id: str | None | Unset = UNSET
    """The id of the payment for the key. Null or absent if there was no payment."""
    subscription_id: str | None | Unset = UNSET
    """The id of the subscription that the key belongs to, if any."""
    source: LicenseKeySource | str | Unset = UNSET
    """How the license key was created. New values may be added."""
    activations_limit: int | None | Unset = UNSET
    """The maximum number of active instances. Null means unlimited."""
    expires_at: datetime | None | Unset = UNSET
    """When the key expires, in UTC. Null means never."""

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


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class ListLicenseKeysResponse(Model):
    """One page of license keys."""

    items: list[LicenseKeyResponse]
    """The license keys on the page."""

    _fields: ClassVar[Fields] = Fields(
        items=many(LicenseKeyResponse),
    )


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class ActivateLicenseKeyProductInfo(Model):
    """The product that a license key unlocks."""

    product_id: str
    """The id of the product."""
    name: str | None | Unset = UNSET
    """The name of the product, if it has one."""

    _fields: ClassVar[Fields] = Fields(
        product_id=STRING,
        name=optional(nullable(STRING)),
    )


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class CustomerLimitedDetailsResponse(Model):
    """The customer who owns a license key."""

    customer_id: str
    """The id of the customer."""
    name: str
    """The full name of the customer."""
    email: str
    """The email address of the customer."""
    phone_number: str | None | Unset = UNSET
    """The phone number of the customer, if known."""
    metadata: dict[str, str | float | bool] | Unset = UNSET
    """Key-value pairs that the business has attached."""

    _fields: ClassVar[Fields] = Fields(
        customer_id=STRING,
        name=STRING,
        email=STRING,
        phone_number=optional(nullable(STRING)),
        metadata=optional(OBJECT),
    )


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class ActivateLicenseKeyResponse(Model):
    """The new instance with its product and customer."""

    id: str
    """The id of the instance."""
    business_id: str
    """The id of the business that sells the key."""
    name: str
    """The name of the instance."""
    license_key_id: str
    """The id of the key that the instance belongs to."""
    created_at: datetime
    """When the key was activated, in UTC."""
    product: ActivateLicenseKeyProductInfo
    """The product that a license key unlocks."""
    customer: CustomerLimitedDetailsResponse
    """The customer who owns a license key."""

    _fields: ClassVar[Fields] = Fields(
        id=STRING,
        business_id=STRING,
        name=STRING,
        license_key_id=STRING,
        created_at=DATETIME,
        product=one(ActivateLicenseKeyProductInfo),
        customer=one(CustomerLimitedDetailsResponse),
    )


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class ValidateLicenseKeyResponse(Model):
    """Whether the license key is currently valid."""

    valid: bool
    """True if the key is active and, if the request includes an instance, owns it."""

    _fields: ClassVar[Fields] = Fields(
        valid=BOOLEAN,
    )
