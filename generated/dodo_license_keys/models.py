# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change the specification or the templates and run `make generate`.
"""The answers of the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

import attrs

from ._types import UNSET, Unset
from ._wire import (
    format_datetime,
    malformed,
    parse_array,
    parse_datetime,
    parse_integer,
    parse_object,
)

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
class LicenseKeyResponse:
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
    additional_properties: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """Fields that the contract does not know, as they came."""

    @classmethod
    def from_dict(cls, data: Any) -> LicenseKeyResponse:
        """Make it of decoded JSON.

        Raises:
            ValueError: The JSON breaks the contract.
        """
        get = parse_object("LicenseKeyResponse", data).get
        id = get("id", UNSET)
        if type(id) is not str:
            raise malformed("LicenseKeyResponse.id", "a string", id)
        business_id = get("business_id", UNSET)
        if type(business_id) is not str:
            raise malformed("LicenseKeyResponse.business_id", "a string", business_id)
        customer_id = get("customer_id", UNSET)
        if type(customer_id) is not str:
            raise malformed("LicenseKeyResponse.customer_id", "a string", customer_id)
        product_id = get("product_id", UNSET)
        if type(product_id) is not str:
            raise malformed("LicenseKeyResponse.product_id", "a string", product_id)
        key = get("key", UNSET)
        if type(key) is not str:
            raise malformed("LicenseKeyResponse.key", "a string", key)
        status = get("status", UNSET)
        if type(status) is not str:
            raise malformed("LicenseKeyResponse.status", "a string", status)
        instances_count = get("instances_count", UNSET)
        if type(instances_count) is not int:
            instances_count = parse_integer("LicenseKeyResponse.instances_count", instances_count)
        created_at = get("created_at", UNSET)
        created_at = parse_datetime("LicenseKeyResponse.created_at", created_at)
        brand_id = get("brand_id", UNSET)
        if type(brand_id) is not str and brand_id is not UNSET:
            raise malformed("LicenseKeyResponse.brand_id", "a string", brand_id)
        payment_id = get("payment_id", UNSET)
        if type(payment_id) is not str and payment_id is not UNSET and payment_id is not None:
            raise malformed("LicenseKeyResponse.payment_id", "a string", payment_id)
        subscription_id = get("subscription_id", UNSET)
        if (
            type(subscription_id) is not str
            and subscription_id is not UNSET
            and subscription_id is not None
        ):
            raise malformed("LicenseKeyResponse.subscription_id", "a string", subscription_id)
        source = get("source", UNSET)
        if type(source) is not str and source is not UNSET:
            raise malformed("LicenseKeyResponse.source", "a string", source)
        activations_limit = get("activations_limit", UNSET)
        if (
            type(activations_limit) is not int
            and activations_limit is not UNSET
            and activations_limit is not None
        ):
            activations_limit = parse_integer(
                "LicenseKeyResponse.activations_limit", activations_limit
            )
        expires_at = get("expires_at", UNSET)
        if expires_at is not UNSET and expires_at is not None:
            expires_at = parse_datetime("LicenseKeyResponse.expires_at", expires_at)
        return cls(
            id=id,
            business_id=business_id,
            customer_id=customer_id,
            product_id=product_id,
            key=key,
            status=status,
            instances_count=instances_count,
            created_at=created_at,
            brand_id=brand_id,
            payment_id=payment_id,
            subscription_id=subscription_id,
            source=source,
            activations_limit=activations_limit,
            expires_at=expires_at,
            additional_properties=(
                {}
                if data.keys() <= _LICENSE_KEY_RESPONSE_FIELDS
                else {k: v for k, v in data.items() if k not in _LICENSE_KEY_RESPONSE_FIELDS}
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Make the JSON that this came from, ready to be encoded."""
        data: dict[str, Any] = {**self.additional_properties}
        data["id"] = self.id
        data["business_id"] = self.business_id
        data["customer_id"] = self.customer_id
        data["product_id"] = self.product_id
        data["key"] = self.key
        data["status"] = self.status
        data["instances_count"] = self.instances_count
        data["created_at"] = format_datetime(self.created_at)
        if self.brand_id is not UNSET:
            data["brand_id"] = self.brand_id
        if self.payment_id is not UNSET:
            data["payment_id"] = self.payment_id
        if self.subscription_id is not UNSET:
            data["subscription_id"] = self.subscription_id
        if self.source is not UNSET:
            data["source"] = self.source
        if self.activations_limit is not UNSET:
            data["activations_limit"] = self.activations_limit
        if self.expires_at is not UNSET:
            data["expires_at"] = (
                format_datetime(self.expires_at) if self.expires_at is not None else None
            )
        return data


_LICENSE_KEY_RESPONSE_FIELDS = frozenset(
    {
        "id",
        "business_id",
        "customer_id",
        "product_id",
        "key",
        "status",
        "instances_count",
        "created_at",
        "brand_id",
        "payment_id",
        "subscription_id",
        "source",
        "activations_limit",
        "expires_at",
    }
)


@attrs.frozen(slots=False, kw_only=True)
class ListLicenseKeysResponse:
    """One page of license keys."""

    items: list[LicenseKeyResponse]
    """The keys of the page."""
    additional_properties: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """Fields that the contract does not know, as they came."""

    @classmethod
    def from_dict(cls, data: Any) -> ListLicenseKeysResponse:
        """Make it of decoded JSON.

        Raises:
            ValueError: The JSON breaks the contract.
        """
        get = parse_object("ListLicenseKeysResponse", data).get
        items = get("items", UNSET)
        items = [
            LicenseKeyResponse.from_dict(each)
            for each in parse_array("ListLicenseKeysResponse.items", items)
        ]
        return cls(
            items=items,
            additional_properties=(
                {}
                if data.keys() <= _LIST_LICENSE_KEYS_RESPONSE_FIELDS
                else {k: v for k, v in data.items() if k not in _LIST_LICENSE_KEYS_RESPONSE_FIELDS}
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Make the JSON that this came from, ready to be encoded."""
        data: dict[str, Any] = {**self.additional_properties}
        data["items"] = [each.to_dict() for each in self.items]
        return data


_LIST_LICENSE_KEYS_RESPONSE_FIELDS = frozenset(
    {
        "items",
    }
)


@attrs.frozen(slots=False, kw_only=True)
class LicenseKeyInstanceResponse:
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
    additional_properties: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """Fields that the contract does not know, as they came."""

    @classmethod
    def from_dict(cls, data: Any) -> LicenseKeyInstanceResponse:
        """Make it of decoded JSON.

        Raises:
            ValueError: The JSON breaks the contract.
        """
        get = parse_object("LicenseKeyInstanceResponse", data).get
        id = get("id", UNSET)
        if type(id) is not str:
            raise malformed("LicenseKeyInstanceResponse.id", "a string", id)
        business_id = get("business_id", UNSET)
        if type(business_id) is not str:
            raise malformed("LicenseKeyInstanceResponse.business_id", "a string", business_id)
        name = get("name", UNSET)
        if type(name) is not str:
            raise malformed("LicenseKeyInstanceResponse.name", "a string", name)
        license_key_id = get("license_key_id", UNSET)
        if type(license_key_id) is not str:
            raise malformed("LicenseKeyInstanceResponse.license_key_id", "a string", license_key_id)
        created_at = get("created_at", UNSET)
        created_at = parse_datetime("LicenseKeyInstanceResponse.created_at", created_at)
        return cls(
            id=id,
            business_id=business_id,
            name=name,
            license_key_id=license_key_id,
            created_at=created_at,
            additional_properties=(
                {}
                if data.keys() <= _LICENSE_KEY_INSTANCE_RESPONSE_FIELDS
                else {
                    k: v for k, v in data.items() if k not in _LICENSE_KEY_INSTANCE_RESPONSE_FIELDS
                }
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Make the JSON that this came from, ready to be encoded."""
        data: dict[str, Any] = {**self.additional_properties}
        data["id"] = self.id
        data["business_id"] = self.business_id
        data["name"] = self.name
        data["license_key_id"] = self.license_key_id
        data["created_at"] = format_datetime(self.created_at)
        return data


_LICENSE_KEY_INSTANCE_RESPONSE_FIELDS = frozenset(
    {
        "id",
        "business_id",
        "name",
        "license_key_id",
        "created_at",
    }
)


@attrs.frozen(slots=False, kw_only=True)
class ListLicenseKeyInstancesResponse:
    """One page of license key instances."""

    items: list[LicenseKeyInstanceResponse]
    """The instances of the page."""
    additional_properties: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """Fields that the contract does not know, as they came."""

    @classmethod
    def from_dict(cls, data: Any) -> ListLicenseKeyInstancesResponse:
        """Make it of decoded JSON.

        Raises:
            ValueError: The JSON breaks the contract.
        """
        get = parse_object("ListLicenseKeyInstancesResponse", data).get
        items = get("items", UNSET)
        items = [
            LicenseKeyInstanceResponse.from_dict(each)
            for each in parse_array("ListLicenseKeyInstancesResponse.items", items)
        ]
        return cls(
            items=items,
            additional_properties=(
                {}
                if data.keys() <= _LIST_LICENSE_KEY_INSTANCES_RESPONSE_FIELDS
                else {
                    k: v
                    for k, v in data.items()
                    if k not in _LIST_LICENSE_KEY_INSTANCES_RESPONSE_FIELDS
                }
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Make the JSON that this came from, ready to be encoded."""
        data: dict[str, Any] = {**self.additional_properties}
        data["items"] = [each.to_dict() for each in self.items]
        return data


_LIST_LICENSE_KEY_INSTANCES_RESPONSE_FIELDS = frozenset(
    {
        "items",
    }
)


@attrs.frozen(slots=False, kw_only=True)
class ActivateLicenseKeyResponse:
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
    additional_properties: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """Fields that the contract does not know, as they came."""

    @classmethod
    def from_dict(cls, data: Any) -> ActivateLicenseKeyResponse:
        """Make it of decoded JSON.

        Raises:
            ValueError: The JSON breaks the contract.
        """
        get = parse_object("ActivateLicenseKeyResponse", data).get
        id = get("id", UNSET)
        if type(id) is not str:
            raise malformed("ActivateLicenseKeyResponse.id", "a string", id)
        business_id = get("business_id", UNSET)
        if type(business_id) is not str:
            raise malformed("ActivateLicenseKeyResponse.business_id", "a string", business_id)
        name = get("name", UNSET)
        if type(name) is not str:
            raise malformed("ActivateLicenseKeyResponse.name", "a string", name)
        license_key_id = get("license_key_id", UNSET)
        if type(license_key_id) is not str:
            raise malformed("ActivateLicenseKeyResponse.license_key_id", "a string", license_key_id)
        created_at = get("created_at", UNSET)
        created_at = parse_datetime("ActivateLicenseKeyResponse.created_at", created_at)
        product = get("product", UNSET)
        product = ActivateLicenseKeyProductInfo.from_dict(product)
        customer = get("customer", UNSET)
        customer = CustomerLimitedDetailsResponse.from_dict(customer)
        return cls(
            id=id,
            business_id=business_id,
            name=name,
            license_key_id=license_key_id,
            created_at=created_at,
            product=product,
            customer=customer,
            additional_properties=(
                {}
                if data.keys() <= _ACTIVATE_LICENSE_KEY_RESPONSE_FIELDS
                else {
                    k: v for k, v in data.items() if k not in _ACTIVATE_LICENSE_KEY_RESPONSE_FIELDS
                }
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Make the JSON that this came from, ready to be encoded."""
        data: dict[str, Any] = {**self.additional_properties}
        data["id"] = self.id
        data["business_id"] = self.business_id
        data["name"] = self.name
        data["license_key_id"] = self.license_key_id
        data["created_at"] = format_datetime(self.created_at)
        data["product"] = self.product.to_dict()
        data["customer"] = self.customer.to_dict()
        return data


_ACTIVATE_LICENSE_KEY_RESPONSE_FIELDS = frozenset(
    {
        "id",
        "business_id",
        "name",
        "license_key_id",
        "created_at",
        "product",
        "customer",
    }
)


@attrs.frozen(slots=False, kw_only=True)
class ActivateLicenseKeyProductInfo:
    """The product that a key is for."""

    product_id: str
    """Id of the product."""
    name: str | None | Unset = UNSET
    """Its name, where the merchant gave one."""
    additional_properties: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """Fields that the contract does not know, as they came."""

    @classmethod
    def from_dict(cls, data: Any) -> ActivateLicenseKeyProductInfo:
        """Make it of decoded JSON.

        Raises:
            ValueError: The JSON breaks the contract.
        """
        get = parse_object("ActivateLicenseKeyProductInfo", data).get
        product_id = get("product_id", UNSET)
        if type(product_id) is not str:
            raise malformed("ActivateLicenseKeyProductInfo.product_id", "a string", product_id)
        name = get("name", UNSET)
        if type(name) is not str and name is not UNSET and name is not None:
            raise malformed("ActivateLicenseKeyProductInfo.name", "a string", name)
        return cls(
            product_id=product_id,
            name=name,
            additional_properties=(
                {}
                if data.keys() <= _ACTIVATE_LICENSE_KEY_PRODUCT_INFO_FIELDS
                else {
                    k: v
                    for k, v in data.items()
                    if k not in _ACTIVATE_LICENSE_KEY_PRODUCT_INFO_FIELDS
                }
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Make the JSON that this came from, ready to be encoded."""
        data: dict[str, Any] = {**self.additional_properties}
        data["product_id"] = self.product_id
        if self.name is not UNSET:
            data["name"] = self.name
        return data


_ACTIVATE_LICENSE_KEY_PRODUCT_INFO_FIELDS = frozenset(
    {
        "product_id",
        "name",
    }
)


@attrs.frozen(slots=False, kw_only=True)
class CustomerLimitedDetailsResponse:
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
    additional_properties: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """Fields that the contract does not know, as they came."""

    @classmethod
    def from_dict(cls, data: Any) -> CustomerLimitedDetailsResponse:
        """Make it of decoded JSON.

        Raises:
            ValueError: The JSON breaks the contract.
        """
        get = parse_object("CustomerLimitedDetailsResponse", data).get
        customer_id = get("customer_id", UNSET)
        if type(customer_id) is not str:
            raise malformed("CustomerLimitedDetailsResponse.customer_id", "a string", customer_id)
        name = get("name", UNSET)
        if type(name) is not str:
            raise malformed("CustomerLimitedDetailsResponse.name", "a string", name)
        email = get("email", UNSET)
        if type(email) is not str:
            raise malformed("CustomerLimitedDetailsResponse.email", "a string", email)
        phone_number = get("phone_number", UNSET)
        if type(phone_number) is not str and phone_number is not UNSET and phone_number is not None:
            raise malformed("CustomerLimitedDetailsResponse.phone_number", "a string", phone_number)
        metadata = get("metadata", UNSET)
        if metadata is not UNSET:
            metadata = parse_object("CustomerLimitedDetailsResponse.metadata", metadata)
        return cls(
            customer_id=customer_id,
            name=name,
            email=email,
            phone_number=phone_number,
            metadata=metadata,
            additional_properties=(
                {}
                if data.keys() <= _CUSTOMER_LIMITED_DETAILS_RESPONSE_FIELDS
                else {
                    k: v
                    for k, v in data.items()
                    if k not in _CUSTOMER_LIMITED_DETAILS_RESPONSE_FIELDS
                }
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Make the JSON that this came from, ready to be encoded."""
        data: dict[str, Any] = {**self.additional_properties}
        data["customer_id"] = self.customer_id
        data["name"] = self.name
        data["email"] = self.email
        if self.phone_number is not UNSET:
            data["phone_number"] = self.phone_number
        if self.metadata is not UNSET:
            data["metadata"] = dict(self.metadata)
        return data


_CUSTOMER_LIMITED_DETAILS_RESPONSE_FIELDS = frozenset(
    {
        "customer_id",
        "name",
        "email",
        "phone_number",
        "metadata",
    }
)


@attrs.frozen(slots=False, kw_only=True)
class ValidateLicenseKeyResponse:
    """Whether the key may be used now."""

    valid: bool
    """True for an active key, with the named instance where one was named."""
    additional_properties: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """Fields that the contract does not know, as they came."""

    @classmethod
    def from_dict(cls, data: Any) -> ValidateLicenseKeyResponse:
        """Make it of decoded JSON.

        Raises:
            ValueError: The JSON breaks the contract.
        """
        get = parse_object("ValidateLicenseKeyResponse", data).get
        valid = get("valid", UNSET)
        if type(valid) is not bool:
            raise malformed("ValidateLicenseKeyResponse.valid", "a boolean", valid)
        return cls(
            valid=valid,
            additional_properties=(
                {}
                if data.keys() <= _VALIDATE_LICENSE_KEY_RESPONSE_FIELDS
                else {
                    k: v for k, v in data.items() if k not in _VALIDATE_LICENSE_KEY_RESPONSE_FIELDS
                }
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Make the JSON that this came from, ready to be encoded."""
        data: dict[str, Any] = {**self.additional_properties}
        data["valid"] = self.valid
        return data


_VALIDATE_LICENSE_KEY_RESPONSE_FIELDS = frozenset(
    {
        "valid",
    }
)
