"""Accounts of unusual shapes: many keys, few, all expired, all of one subscription."""

from typing import Any

from mutants.server.mutant import Area

unusual = Area("unusual")
add = unusual.add


@unusual.holds
def thousand_keys() -> dict[str, Any]:
    """The account has a thousand keys, and those that may be changed are the oldest."""
    return {"license_keys": [{"instances": [{}]}, {}, {"subscription_id": "sub_1"}, *[{}] * 997]}


@unusual.holds
def expired_keys_only() -> dict[str, Any]:
    """Every key of the account has expired."""
    return {"license_keys": [{"expires_at": "2024-06-01T00:00:00Z", "instances": [{}]}] * 4}


@unusual.holds
def disabled_keys_only() -> dict[str, Any]:
    """Every key of the account is disabled."""
    return {"license_keys": [{"disabled": True, "instances": [{}]}] * 4}


@unusual.holds
def one_subscription_key() -> dict[str, Any]:
    """The account has a single key, which belongs to a subscription."""
    return {"license_keys": [{"subscription_id": "sub_1", "activations_limit": 3}]}


@unusual.holds
def one_expired_key() -> dict[str, Any]:
    """The account has a single key, which has expired."""
    return {"license_keys": [{"expires_at": "2024-06-01T00:00:00Z"}]}


@unusual.holds
def one_disabled_subscription_key() -> dict[str, Any]:
    """The account has a single key, which is disabled and belongs to a subscription."""
    return {"license_keys": [{"subscription_id": "sub_1", "disabled": True, "instances": [{}, {}]}]}


@unusual.holds
def limits_of_zero() -> dict[str, Any]:
    """Every key has a limit of 0."""
    return {"license_keys": [{"activations_limit": 0}] * 4}


@unusual.holds
def full_keys_only() -> dict[str, Any]:
    """Every key has all its activations taken."""
    return {"license_keys": [{"activations_limit": 2, "instances": [{}, {}]}] * 4}


@unusual.holds
def unlimited_keys_only() -> dict[str, Any]:
    """No key has a limit or an expiry."""
    return {"license_keys": [{}] * 12}


@unusual.holds
def ids_in_other_forms() -> dict[str, Any]:
    """Ids are short or UUIDs, and key strings have spaces and letters of other scripts."""
    return {
        "license_keys": [
            {"id": "7b0e4f1e-6c63-4f0e-9d0b-2c4a7f1e8b90", "key": "KEY ONE", "instances": [{}]},
            {"id": "lic_1", "key": "ключ-2"},
            {"id": "LK.3~x", "key": "a", "subscription_id": "sub_1"},
        ]
    }


@unusual.holds
def imported_keys_only() -> dict[str, Any]:
    """Every key was imported, without a payment."""
    return {"license_keys": [{"source": "import", "instances": [{}]}, {"source": "import"}] * 3}


@unusual.holds
def created_at_once() -> dict[str, Any]:
    """All keys were created in the same microsecond."""
    return {"license_keys": [{"created_at": "2024-05-01T10:00:00.123456Z"}] * 25}


@unusual.holds
def hundreds_of_instances() -> dict[str, Any]:
    """A key has three hundred instances."""
    return {"license_keys": [{"instances": [{}] * 300}, {"activations_limit": 3}, {}]}
