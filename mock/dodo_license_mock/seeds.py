"""The keys that a fresh mock holds: every rule can be observed on one of them."""

import random
import string
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from .models import Customer, Instance, LicenseKey, Product, Source
from .storage import State

_PAST = datetime(2024, 6, 30, 23, 59, 59, tzinfo=UTC)
_FUTURE = datetime(2099, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)
_CREATED = datetime(2024, 1, 1, 9, 30, 0, 882_409, tzinfo=UTC)

# What sets each key apart from a one-time purchase without limit, expiry or instances.
_KEYS: tuple[dict[str, Any], ...] = (
    {"activations_limit": 5, "instances_count": 2},
    {"activations_limit": 3, "instances_count": 1, "expires_at": _FUTURE},
    {"subscription_id": "sub_", "activations_limit": 4, "instances_count": 1},
    {},
    {"activations_limit": 2, "instances_count": 2},
    {"instances_count": 3},
    {"activations_limit": 5, "expires_at": _PAST},
    {"activations_limit": 5, "instances_count": 1, "disabled": True},
    {"subscription_id": "sub_"},
    {"expires_at": _FUTURE},
    {"activations_limit": 0},
    {"expires_at": _PAST, "instances_count": 1},
    {"expires_at": _PAST, "disabled": True},
    {"subscription_id": "sub_", "activations_limit": 1, "disabled": True},
    {"source": Source.IMPORT, "payment_id": None, "activations_limit": 10},
    {"source": Source.MANUAL, "payment_id": None, "expires_at": _FUTURE, "instances_count": 1},
    {"activations_limit": 100},
    {},
)


def default_state() -> State:
    """Return the state of a fresh mock: 18 keys, the same at every call."""
    ids = random.Random("dodo-license-mock")
    business_id, brand_id = _id(ids, "bus"), _id(ids, "brnd")
    customers = tuple(
        Customer(
            customer_id=_id(ids, "cus"),
            name=name,
            email=f"{name.split()[0].lower()}@example.com",
        )
        for name in ("Ada Example", "Ben Example", "Cleo Example")
    )
    products = tuple(
        Product(product_id=_id(ids, "pdt"), name=name) for name in ("Desktop app", "Build plugin")
    )
    keys: list[LicenseKey] = []
    instances: list[Instance] = []
    for position, traits in enumerate(_KEYS):
        fields: dict[str, Any] = {"payment_id": _id(ids, "pay"), **traits}
        if "subscription_id" in traits:
            fields["subscription_id"] = _id(ids, "sub")
        key = LicenseKey(
            id=_id(ids, "lic"),
            business_id=business_id,
            brand_id=brand_id,
            customer_id=customers[position % len(customers)].customer_id,
            product_id=products[position % len(products)].product_id,
            grant_id=_id(ids, "entg"),
            key=str(uuid.UUID(int=ids.getrandbits(128), version=4)),
            created_at=_CREATED + timedelta(days=position),
            **fields,
        )
        keys.append(key)
        instances += [
            Instance(
                id=_id(ids, "lki"),
                business_id=business_id,
                name=f"Device {number}",
                license_key_id=key.id,
                created_at=key.created_at + timedelta(hours=number),
            )
            for number in range(1, key.instances_count + 1)
        ]
    return State(tuple(keys), tuple(instances), customers, products)


def _id(source: random.Random, prefix: str) -> str:
    return f"{prefix}_{''.join(source.choices(string.ascii_letters + string.digits, k=21))}"
