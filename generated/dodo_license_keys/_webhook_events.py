# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The events that a webhook sends: the fields that concern license keys and their payments."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, TypeAlias

import attrs

from ._model import (
    BOOLEAN,
    DATETIME,
    INTEGER,
    OBJECT,
    STRING,
    Fields,
    Model,
    nullable,
    one,
    optional,
)
from ._types import UNSET, Unset
from .models import LicenseKeyResponse


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class WebhookCustomer(Model):
    """The customer of a payment or a refund."""

    customer_id: str
    """The id of the customer."""
    name: str | Unset = attrs.field(default=UNSET, repr=False)
    """The name of the customer."""
    email: str | Unset = attrs.field(default=UNSET, repr=False)
    """The email address of the customer."""

    _fields: ClassVar[Fields] = Fields(
        customer_id=STRING, name=optional(STRING), email=optional(STRING)
    )


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class Payment(Model):
    """The data of a `payment.*` event. Its other fields are in `additional_properties`."""

    payment_id: str
    """The id of the payment, which license keys refer to."""
    customer: WebhookCustomer
    """The customer who paid."""
    total_amount: int
    """The amount with tax, in the smallest unit of the currency."""
    currency: str
    """The currency, as an ISO 4217 code."""
    created_at: datetime
    """When the payment was created, in UTC."""
    status: str | Unset | None = UNSET
    """The status, such as `succeeded`."""
    subscription_id: str | Unset | None = UNSET
    """The id of the subscription that the payment belongs to, if any."""
    metadata: dict[str, Any] | Unset = UNSET
    """What the business stored with the payment."""

    _fields: ClassVar[Fields] = Fields(
        payment_id=STRING,
        customer=one(WebhookCustomer),
        total_amount=INTEGER,
        currency=STRING,
        created_at=DATETIME,
        status=optional(nullable(STRING)),
        subscription_id=optional(nullable(STRING)),
        metadata=optional(OBJECT),
    )


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class Refund(Model):
    """The data of a `refund.*` event. Its other fields are in `additional_properties`."""

    refund_id: str
    """The id of the refund."""
    payment_id: str
    """The id of the refunded payment."""
    customer: WebhookCustomer
    """The customer who gets the refund."""
    status: str
    """The status, such as `succeeded`."""
    created_at: datetime
    """When the refund was created, in UTC."""
    is_partial: bool | Unset = UNSET
    """Whether only a part of the payment is refunded."""
    amount: int | Unset | None = UNSET
    """The refunded amount, in the smallest unit of the currency."""
    currency: str | Unset | None = UNSET
    """The currency, as an ISO 4217 code."""
    reason: str | Unset | None = UNSET
    """The reason of the refund, if one was given."""

    _fields: ClassVar[Fields] = Fields(
        refund_id=STRING,
        payment_id=STRING,
        customer=one(WebhookCustomer),
        status=STRING,
        created_at=DATETIME,
        is_partial=optional(BOOLEAN),
        amount=optional(nullable(INTEGER)),
        currency=optional(nullable(STRING)),
        reason=optional(nullable(STRING)),
    )


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class Dispute(Model):
    """The data of a `dispute.*` event. Its other fields are in `additional_properties`."""

    dispute_id: str
    """The id of the dispute."""
    payment_id: str
    """The id of the disputed payment."""
    dispute_status: str
    """The status, such as `dispute_lost`."""
    dispute_stage: str
    """The stage, such as `pre_dispute`."""
    amount: str
    """The disputed amount, as a decimal number."""
    currency: str
    """The currency, as an ISO 4217 code."""
    created_at: datetime
    """When the dispute was created, in UTC."""

    _fields: ClassVar[Fields] = Fields(
        dispute_id=STRING,
        payment_id=STRING,
        dispute_status=STRING,
        dispute_stage=STRING,
        amount=STRING,
        currency=STRING,
        created_at=DATETIME,
    )


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class EntitlementGrant(Model):
    """The data of an `entitlement_grant.*` event."""

    id: str
    """The id of the grant."""
    customer_id: str
    """The id of the customer who has the grant."""
    entitlement_id: str
    """The id of the granted entitlement."""
    status: str
    """The status, such as `Delivered`, with the capitals that the server sends."""
    created_at: datetime
    """When the grant was created, in UTC."""
    integration_type: str | Unset = UNSET
    """What is granted, such as `license_key`."""
    license_key: dict[str, Any] | Unset | None = attrs.field(default=UNSET, repr=False)
    """The license key and its limits, if the grant is for one."""
    payment_id: str | Unset | None = UNSET
    """The id of the payment for the grant, if any."""
    subscription_id: str | Unset | None = UNSET
    """The id of the subscription that the grant belongs to, if any."""

    _fields: ClassVar[Fields] = Fields(
        id=STRING,
        customer_id=STRING,
        entitlement_id=STRING,
        status=STRING,
        created_at=DATETIME,
        integration_type=optional(STRING),
        license_key=optional(nullable(OBJECT)),
        payment_id=optional(nullable(STRING)),
        subscription_id=optional(nullable(STRING)),
    )


EventData: TypeAlias = (
    "LicenseKeyResponse | EntitlementGrant | Payment | Refund | Dispute | dict[str, Any]"
)

MODELS: dict[str, type[Model]] = {
    "license_key": LicenseKeyResponse,
    "entitlement_grant": EntitlementGrant,
    "payment": Payment,
    "refund": Refund,
    "dispute": Dispute,
}


@attrs.frozen(kw_only=True)
class WebhookEvent:
    """An event whose signature is valid."""

    id: str
    """The id of the message. It is the same when the event is delivered again."""
    type: str
    """The type, such as `refund.succeeded`. New types may be added."""
    data: EventData = attrs.field(repr=False)
    """What the event is about: a model for license keys, entitlement grants, payments, refunds and
    disputes, and decoded JSON for all other types."""
    business_id: str | None = None
    """The id of the business, or None if it is missing."""
    timestamp: datetime | None = None
    """When the event happened, in UTC, or None if it is missing."""
