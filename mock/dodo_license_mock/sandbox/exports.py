"""Export of the records as a seed."""

from typing import Any

from ..domain.models import Instance, LicenseKey, State


def seed_of(state: State) -> dict[str, Any]:
    """Return a seed, in JSON types, that describes the same records. It contains key strings."""
    instances: dict[str, list[dict[str, Any]]] = {}
    for instance in state.instances:
        instances.setdefault(instance.license_key_id, []).append(_instance(instance))
    return {
        "customers": [
            {
                "customer_id": customer.customer_id,
                "name": customer.name,
                "email": customer.email,
                "phone_number": customer.phone_number,
                "metadata": dict(customer.metadata),
            }
            for customer in state.customers
        ],
        "products": [
            {"product_id": product.product_id, "name": product.name} for product in state.products
        ],
        "license_keys": [_key(key, instances.get(key.id, [])) for key in state.license_keys],
    }


def _key(key: LicenseKey, instances: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": key.id,
        "key": key.key,
        "customer_id": key.customer_id,
        "product_id": key.product_id,
        "payment_id": key.payment_id,
        "subscription_id": key.subscription_id,
        "grant_id": key.grant_id,
        "source": str(key.source),
        "activations_limit": key.activations_limit,
        "disabled": key.disabled,
        "expires_at": key.expires_at and key.expires_at.isoformat(),
        "created_at": key.created_at.isoformat(),
        "instances": instances,
    }


def _instance(instance: Instance) -> dict[str, Any]:
    return {
        "id": instance.id,
        "name": instance.name,
        "created_at": instance.created_at.isoformat(),
    }
