# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""A client for Dodo License Keys.

Importing this package is cheap: its modules are imported on first use.
"""

from __future__ import annotations

# Defined here because importing typing takes longer than importing this package.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from ._client import (
        AsyncDodoLicenseKeys,
        DodoLicenseKeys,
    )
    from ._page import (
        AsyncPage,
        AsyncPager,
        Page,
    )
    from ._raw import (
        RawResponse,
    )
    from ._settings import (
        Environment,
    )
    from ._types import (
        UNSET,
        Unset,
    )
    from .errors import (
        APIConnectionError,
        APIResponseValidationError,
        APIStatusError,
        APITimeoutError,
        AuthenticationError,
        BadRequestError,
        ConflictError,
        DodoError,
        InternalServerError,
        MissingFieldError,
        NotFoundError,
        PermissionDeniedError,
        RateLimitError,
        UnprocessableEntityError,
        WebhookVerificationError,
    )
    from .models import (
        ActivateLicenseKeyProductInfo,
        ActivateLicenseKeyResponse,
        CustomerLimitedDetailsResponse,
        LicenseKeyInstanceResponse,
        LicenseKeyResponse,
        LicenseKeySource,
        LicenseKeyStatus,
        ListLicenseKeyInstancesResponse,
        ListLicenseKeysResponse,
        ValidateLicenseKeyResponse,
    )

__all__ = (
    "UNSET",
    "APIConnectionError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "ActivateLicenseKeyProductInfo",
    "ActivateLicenseKeyResponse",
    "AsyncDodoLicenseKeys",
    "AsyncPage",
    "AsyncPager",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "CustomerLimitedDetailsResponse",
    "DodoError",
    "DodoLicenseKeys",
    "Environment",
    "InternalServerError",
    "LicenseKeyInstanceResponse",
    "LicenseKeyResponse",
    "LicenseKeySource",
    "LicenseKeyStatus",
    "ListLicenseKeyInstancesResponse",
    "ListLicenseKeysResponse",
    "MissingFieldError",
    "NotFoundError",
    "Page",
    "PermissionDeniedError",
    "RateLimitError",
    "RawResponse",
    "UnprocessableEntityError",
    "Unset",
    "ValidateLicenseKeyResponse",
    "WebhookVerificationError",
)

_MODULES = {
    "AsyncDodoLicenseKeys": "._client",
    "DodoLicenseKeys": "._client",
    "AsyncPage": "._page",
    "AsyncPager": "._page",
    "Page": "._page",
    "RawResponse": "._raw",
    "Environment": "._settings",
    "UNSET": "._types",
    "Unset": "._types",
    "APIConnectionError": ".errors",
    "APIResponseValidationError": ".errors",
    "APIStatusError": ".errors",
    "APITimeoutError": ".errors",
    "AuthenticationError": ".errors",
    "BadRequestError": ".errors",
    "ConflictError": ".errors",
    "DodoError": ".errors",
    "InternalServerError": ".errors",
    "MissingFieldError": ".errors",
    "NotFoundError": ".errors",
    "PermissionDeniedError": ".errors",
    "RateLimitError": ".errors",
    "UnprocessableEntityError": ".errors",
    "WebhookVerificationError": ".errors",
    "ActivateLicenseKeyProductInfo": ".models",
    "ActivateLicenseKeyResponse": ".models",
    "CustomerLimitedDetailsResponse": ".models",
    "LicenseKeyInstanceResponse": ".models",
    "LicenseKeyResponse": ".models",
    "LicenseKeySource": ".models",
    "LicenseKeyStatus": ".models",
    "ListLicenseKeyInstancesResponse": ".models",
    "ListLicenseKeysResponse": ".models",
    "ValidateLicenseKeyResponse": ".models",
}


if not TYPE_CHECKING:  # type checkers see the imports above

    def __getattr__(name: str) -> Any:
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(module, __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
