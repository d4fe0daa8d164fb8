"""License keys and their instances, customers and products."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Status(StrEnum):
    """The status of a license key."""

    ACTIVE = "active"
    EXPIRED = "expired"
    DISABLED = "disabled"


class Source(StrEnum):
    """How a license key was created."""

    AUTO = "auto"
    IMPORT = "import"
    MANUAL = "manual"


class LicenseKey(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A license key as stored. Its status is computed from the record and the clock."""

    id: str
    business_id: str
    brand_id: str
    customer_id: str
    product_id: str
    payment_id: str | None = None
    subscription_id: str | None = None
    grant_id: str | None = None
    key: str
    source: Source = Source.AUTO
    activations_limit: int | None = None
    instances_count: int = 0
    disabled: bool = False
    expires_at: datetime | None = None
    created_at: datetime

    def __repr__(self) -> str:
        """Return the id without the key string, which is a secret."""
        return f"LicenseKey(id={self.id!r})"


class Instance(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One activation of a license key, with the fields that the API returns."""

    id: str
    business_id: str
    name: str
    license_key_id: str
    created_at: datetime


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """The customer that a license key belongs to."""

    customer_id: str
    name: str
    email: str
    phone_number: str | None = None
    metadata: dict[str, str | int | float | bool] = {}


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """The product that a license key unlocks."""

    product_id: str
    name: str | None = None


class State(msgspec.Struct, frozen=True):
    """All records that a seed sets and a reset restores, in order of creation."""

    license_keys: tuple[LicenseKey, ...] = ()
    instances: tuple[Instance, ...] = ()
    customers: tuple[Customer, ...] = ()
    products: tuple[Product, ...] = ()
