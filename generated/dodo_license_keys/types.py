# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Models, and the arguments of each method as a TypedDict, under their names in the official SDK.

Pass the arguments as `client.license_keys.update(id, **arguments)`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from ._types import Unset
from .models import ActivateLicenseKeyResponse as LicenseActivateResponse
from .models import CustomerLimitedDetailsResponse as CustomerLimitedDetails
from .models import LicenseKeyInstanceResponse as LicenseKeyInstance
from .models import LicenseKeyResponse as LicenseKey
from .models import LicenseKeySource, LicenseKeyStatus
from .models import ValidateLicenseKeyResponse as LicenseValidateResponse

__all__ = (
    "CustomerLimitedDetails",
    "LicenseActivateParams",
    "LicenseActivateResponse",
    "LicenseDeactivateParams",
    "LicenseKey",
    "LicenseKeyCreateParams",
    "LicenseKeyInstance",
    "LicenseKeyInstanceListParams",
    "LicenseKeyInstanceUpdateParams",
    "LicenseKeyListParams",
    "LicenseKeySource",
    "LicenseKeyStatus",
    "LicenseKeyUpdateParams",
    "LicenseValidateParams",
    "LicenseValidateResponse",
)


class LicenseKeyInstanceListParams(TypedDict, total=False):
    """The arguments of `license_key_instances.list`."""

    page_size: int | Unset
    page_number: int | Unset
    license_key_id: str | Unset
    grant_id: str | Unset


class LicenseKeyInstanceUpdateParams(TypedDict):
    """The arguments of `license_key_instances.update`."""

    name: str


class LicenseKeyListParams(TypedDict, total=False):
    """The arguments of `license_keys.list`."""

    page_size: int | Unset
    page_number: int | Unset
    customer_id: str | Unset
    product_id: str | Unset
    status: LicenseKeyStatus | Unset
    source: LicenseKeySource | Unset
    created_at_gte: datetime | str | Unset
    created_at_lte: datetime | str | Unset


class _LicenseKeyCreateParamsRequired(TypedDict):
    key: str
    customer_id: str
    product_id: str


class LicenseKeyCreateParams(_LicenseKeyCreateParamsRequired, total=False):
    """The arguments of `license_keys.create`."""

    activations_limit: int | None | Unset
    expires_at: datetime | str | None | Unset


class LicenseKeyUpdateParams(TypedDict, total=False):
    """The arguments of `license_keys.update`."""

    activations_limit: int | None | Unset
    disabled: bool | None | Unset
    expires_at: datetime | str | None | Unset


class LicenseActivateParams(TypedDict):
    """The arguments of `licenses.activate`."""

    license_key: str
    name: str


class LicenseDeactivateParams(TypedDict):
    """The arguments of `licenses.deactivate`."""

    license_key: str
    license_key_instance_id: str


class _LicenseValidateParamsRequired(TypedDict):
    license_key: str


class LicenseValidateParams(_LicenseValidateParamsRequired, total=False):
    """The arguments of `licenses.validate`."""

    license_key_instance_id: str | None | Unset
