"""The rules of license keys: which changes to a key are allowed, and what they produce.

Each rule follows the public documentation of the API, or project policy where the documentation
says nothing.
"""

from datetime import datetime

import msgspec

from .errors import (
    ActivationLimitReachedError,
    ExpiryOnSubscriptionError,
    InactiveLicenseKeyError,
    LimitBelowInstancesError,
)
from .models import LicenseKey, Status

UNSET = msgspec.UNSET
Unset = msgspec.UnsetType


class Changes(msgspec.Struct, frozen=True, gc=False):
    """The changes that a PATCH requests.

    Attributes:
        activations_limit: The new limit, None to remove it, UNSET to keep it.
        disabled: Whether the key is disabled, UNSET to keep it.
        expires_at: The new expiry, None to remove it, UNSET to keep it.
    """

    activations_limit: int | Unset | None = UNSET
    disabled: bool | Unset = UNSET
    expires_at: datetime | Unset | None = UNSET


def status(key: LicenseKey, now: datetime) -> Status:
    """Return the status of a key at an instant. Disabled takes precedence over expired."""
    if key.disabled:
        return Status.DISABLED
    if key.expires_at is not None and key.expires_at <= now:
        return Status.EXPIRED
    return Status.ACTIVE


def update(key: LicenseKey, changes: Changes) -> LicenseKey:
    """Return the key with all changes applied.

    Raises:
        LimitBelowInstancesError: The new limit is lower than the number of instances.
        ExpiryOnSubscriptionError: The key belongs to a subscription and cannot have an expiry.
    """
    limit = key.activations_limit
    if not isinstance(changes.activations_limit, Unset):
        limit = changes.activations_limit
        if limit is not None and limit < key.instances_count:
            raise LimitBelowInstancesError(key.instances_count)
    expires_at = key.expires_at
    if not isinstance(changes.expires_at, Unset):
        expires_at = changes.expires_at
        if expires_at is not None and key.subscription_id is not None:
            raise ExpiryOnSubscriptionError
    disabled = key.disabled if isinstance(changes.disabled, Unset) else changes.disabled
    return msgspec.structs.replace(
        key, activations_limit=limit, expires_at=expires_at, disabled=disabled
    )


def activate(key: LicenseKey, now: datetime) -> LicenseKey:
    """Return the key with one more instance.

    Raises:
        InactiveLicenseKeyError: The key is disabled or expired.
        ActivationLimitReachedError: The key has as many instances as its limit allows.
    """
    if status(key, now) is not Status.ACTIVE:
        raise InactiveLicenseKeyError
    if key.activations_limit is not None and key.instances_count >= key.activations_limit:
        raise ActivationLimitReachedError
    return msgspec.structs.replace(key, instances_count=key.instances_count + 1)


def deactivate(key: LicenseKey) -> LicenseKey:
    """Return the key with one instance fewer."""
    return msgspec.structs.replace(key, instances_count=key.instances_count - 1)
