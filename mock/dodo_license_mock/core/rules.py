"""The rules of license keys, as functions of a key and what is asked of it.

Each rule follows the published documentation, or the policy of this project where that is silent.
"""

from datetime import datetime
from http import HTTPStatus

import msgspec

from .errors import ApiError, Code
from .models import LicenseKey, Status

UNSET = msgspec.UNSET
Unset = msgspec.UnsetType


class Changes(msgspec.Struct, frozen=True):
    """What a PATCH asks for. What is UNSET stays; a null limit or expiry is removed."""

    activations_limit: int | Unset | None = UNSET
    disabled: bool | Unset = UNSET
    expires_at: datetime | Unset | None = UNSET


def status(key: LicenseKey, now: datetime) -> Status:
    """Return the status of a key at an instant: disabled wins over expired."""
    if key.disabled:
        return Status.DISABLED
    if key.expires_at is not None and key.expires_at <= now:
        return Status.EXPIRED
    return Status.ACTIVE


def update(key: LicenseKey, changes: Changes) -> LicenseKey:
    """Return a key with changes made to it, all of them or none.

    Raises:
        ApiError: 400 for an expiry on a subscription's key, 422 for a limit below the number of
            instances.
    """
    limit = key.activations_limit
    if not isinstance(changes.activations_limit, Unset):
        limit = changes.activations_limit
        if limit is not None and limit < key.instances_count:
            raise ApiError(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                Code.LIMIT_LESS_THAN_CURRENT,
                f"The key has {key.instances_count} instances: the limit can not be lower.",
            )
    expires_at = key.expires_at
    if not isinstance(changes.expires_at, Unset):
        expires_at = changes.expires_at
        if expires_at is not None and key.subscription_id is not None:
            raise ApiError(
                HTTPStatus.BAD_REQUEST,
                Code.NO_EXPIRY_ON_SUBSCRIPTION,
                "The key belongs to a subscription and takes no expiry of its own.",
            )
    disabled = key.disabled if isinstance(changes.disabled, Unset) else changes.disabled
    return msgspec.structs.replace(
        key, activations_limit=limit, expires_at=expires_at, disabled=disabled
    )


def take_seat(key: LicenseKey, now: datetime) -> LicenseKey:
    """Return a key with one more instance.

    Raises:
        ApiError: 403 for a key that is not active, 422 when every activation is taken.
    """
    if status(key, now) is not Status.ACTIVE:
        raise ApiError(
            HTTPStatus.FORBIDDEN, Code.INACTIVE_LICENSE_KEY, "The license key is not active."
        )
    if key.activations_limit is not None and key.instances_count >= key.activations_limit:
        raise ApiError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            Code.LICENSE_KEY_LIMIT_REACHED,
            "Every activation of the license key is taken.",
        )
    return msgspec.structs.replace(key, instances_count=key.instances_count + 1)


def free_seat(key: LicenseKey) -> LicenseKey:
    """Return a key with one instance less."""
    return msgspec.structs.replace(key, instances_count=key.instances_count - 1)
