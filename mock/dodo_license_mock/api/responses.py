"""The response bodies of the operations."""

from datetime import datetime

import msgspec

from ..domain import key_changes
from ..domain.models import Customer, Instance, LicenseKey, Product, Source, Status


class KeyResponse(msgspec.Struct, frozen=True, gc=False):
    """A license key."""

    id: str
    business_id: str
    brand_id: str
    customer_id: str
    product_id: str
    payment_id: str | None
    subscription_id: str | None
    key: str
    status: Status
    source: Source
    activations_limit: int | None
    instances_count: int
    expires_at: datetime | None
    created_at: datetime

    def __repr__(self) -> str:
        """Return the id and the status without the key string, which is a secret."""
        return f"KeyResponse(id={self.id!r}, status={str(self.status)!r})"


class ActivationResponse(msgspec.Struct, frozen=True):
    """A new instance with the product and the customer of its license key."""

    id: str
    business_id: str
    name: str
    license_key_id: str
    created_at: datetime
    product: Product
    customer: Customer


class KeyPage(msgspec.Struct, frozen=True):
    """One page of license keys."""

    items: list[KeyResponse]


class InstancePage(msgspec.Struct, frozen=True):
    """One page of instances."""

    items: list[Instance]


class Validity(msgspec.Struct, frozen=True):
    """Whether a license key is valid."""

    valid: bool


def key_response(key: LicenseKey, now: datetime) -> KeyResponse:
    """Return the representation of a key at an instant."""
    return KeyResponse(
        key.id,
        key.business_id,
        key.brand_id,
        key.customer_id,
        key.product_id,
        key.payment_id,
        key.subscription_id,
        key.key,
        key_changes.status(key, now),
        key.source,
        key.activations_limit,
        key.instances_count,
        key.expires_at,
        key.created_at,
    )
