"""The events that concern a license key, in their published shapes.

The shapes are those of the official SDKs and of Dodo's adapters for JavaScript.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from ..api.responses import KeyResponse
from ..domain.models import Customer

_AMOUNT = 4900  # cents
# Optional in the published schema. Dodo's Express adapter requires their names.
_UNKNOWN_OF_A_PAYMENT = (
    "card_issuing_country",
    "card_last_four",
    "card_network",
    "card_type",
    "discount_id",
    "error_code",
    "error_message",
    "payment_link",
    "payment_method",
    "payment_method_type",
    "settlement_tax",
    "tax",
)

Data = dict[str, Any]


class Subject(msgspec.Struct, frozen=True):
    """What an event is about.

    Attributes:
        key: The license key.
        grant_id: The entitlement grant of the key.
        customer: The customer of the key.
        at: The time of the event.
    """

    key: KeyResponse
    grant_id: str | None
    customer: Customer
    at: datetime

    def new_id(self, prefix: str) -> str:
        """Return an id that depends only on the key."""
        digest = hashlib.sha256(f"{prefix} {self.key.id}".encode()).hexdigest()
        return f"{prefix}_{digest[:21]}"

    def payment_id(self) -> str:
        """Return the payment of the key, an invented one if it has none."""
        return self.key.payment_id or self.new_id("pay")

    def customer_details(self) -> Data:
        """Return the customer as events name it."""
        return {
            "customer_id": self.customer.customer_id,
            "email": self.customer.email,
            "name": self.customer.name,
            "metadata": dict(self.customer.metadata),
            "phone_number": self.customer.phone_number,
        }

    def common(self, payload_type: str) -> Data:
        """Return what most events have."""
        return {
            "payload_type": payload_type,
            "brand_id": self.key.brand_id,
            "business_id": self.key.business_id,
            "created_at": self.at,
            "metadata": {},
        }


def license_key_data(subject: Subject) -> Data:
    """Return the data of `license_key.created`."""
    return {"payload_type": "LicenseKey", **msgspec.structs.asdict(subject.key)}


def _grant(status: str) -> Callable[[Subject], Data]:
    def data(subject: Subject) -> Data:
        key = subject.key
        return subject.common("EntitlementGrant") | {
            "id": subject.grant_id or subject.new_id("entg"),
            "customer_id": key.customer_id,
            "entitlement_id": subject.new_id("ent"),
            "integration_type": "license_key",
            "status": status,
            "updated_at": subject.at,
            "delivered_at": None if status == "Pending" else key.created_at,
            "revoked_at": subject.at if status == "Revoked" else None,
            "payment_id": key.payment_id,
            "subscription_id": key.subscription_id,
            "license_key": {
                "id": key.id,
                "key": key.key,
                "status": key.status,
                "activations_used": key.instances_count,
                "activations_limit": key.activations_limit,
                "expires_at": key.expires_at,
            },
        }

    return data


def _payment(status: str) -> Callable[[Subject], Data]:
    def data(subject: Subject) -> Data:
        subscription_id = subject.key.subscription_id
        return (
            subject.common("Payment")
            | dict.fromkeys(_UNKNOWN_OF_A_PAYMENT)
            | {
                "updated_at": subject.at,
                "payment_id": subject.payment_id(),
                "status": status,
                "customer": subject.customer_details(),
                "billing": dict.fromkeys(("city", "state", "street", "zipcode"))
                | {"country": "US"},
                "currency": "USD",
                "total_amount": _AMOUNT,
                "settlement_currency": "USD",
                "settlement_amount": _AMOUNT,
                "digital_products_delivered": status == "succeeded",
                "disputes": [],
                "refunds": [],
                "includes_usage": False,
                "is_multi_subscription": False,
                "is_update_payment_method": False,
                "payment_provider": "dodo",
                "retry_attempt": 0,
                "service_periods": [],
                "subscription_id": subscription_id,
                "subscription_ids": [subscription_id] if subscription_id else [],
                "product_cart": [{"product_id": subject.key.product_id, "quantity": 1}],
            }
        )

    return data


def _refund(status: str) -> Callable[[Subject], Data]:
    def data(subject: Subject) -> Data:
        return subject.common("Refund") | {
            "refund_id": subject.new_id("ref"),
            "payment_id": subject.payment_id(),
            "customer": subject.customer_details(),
            "is_partial": False,
            "status": status,
            "amount": _AMOUNT,
            "currency": "USD",
            "reason": None,
        }

    return data


def _dispute(status: str) -> Callable[[Subject], Data]:
    def data(subject: Subject) -> Data:
        common = subject.common("Dispute")
        del common["metadata"]
        return common | {
            "dispute_id": subject.new_id("dp"),
            "payment_id": subject.payment_id(),
            "payment_provider": "dodo",
            "customer": subject.customer_details(),
            "amount": str(_AMOUNT),
            "currency": "USD",
            "dispute_stage": "dispute",
            "dispute_status": f"dispute_{status}",
            "reason": None,
            "remarks": None,
        }

    return data


EVENTS: dict[str, Callable[[Subject], Data]] = {
    "license_key.created": license_key_data,
    "entitlement_grant.created": _grant("Pending"),
    "entitlement_grant.delivered": _grant("Delivered"),
    "entitlement_grant.failed": _grant("Failed"),
    "entitlement_grant.revoked": _grant("Revoked"),
    "payment.succeeded": _payment("succeeded"),
    "payment.failed": _payment("failed"),
    "refund.succeeded": _refund("succeeded"),
    "refund.failed": _refund("failed"),
    "dispute.opened": _dispute("opened"),
    "dispute.won": _dispute("won"),
    "dispute.lost": _dispute("lost"),
}
"""The data of each event by its type."""
