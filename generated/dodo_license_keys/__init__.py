# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""A client for Dodo License Keys.

Importing this package is cheap: its modules are imported on first use.
"""

from __future__ import annotations

__version__ = "1.0.0"

# Defined here because importing typing takes longer than importing this package.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from . import pagination, types
    from ._base_client import (
        RequestOptions,
    )
    from ._client import (
        AsyncClient,
        AsyncDodoLicenseKeys,
        AsyncDodoPayments,
        Client,
        DodoLicenseKeys,
        DodoPayments,
    )
    from ._defaults import (
        DEFAULT_CONNECTION_LIMITS,
        DEFAULT_TIMEOUT,
        DefaultAioHttpClient,
        DefaultAsyncHttpxClient,
        DefaultHttpxClient,
        Timeout,
    )
    from ._model import (
        BaseModel,
    )
    from ._page import (
        AsyncPage,
        AsyncPager,
        Page,
        PageInfo,
    )
    from ._raw import (
        APIResponse,
        AsyncAPIResponse,
        AsyncRawResponse,
        RawResponse,
    )
    from ._settings import (
        DEFAULT_MAX_RETRIES,
        ENVIRONMENTS,
        Environment,
    )
    from ._types import (
        NOT_GIVEN,
        UNSET,
        NotGiven,
        Omit,
        Unset,
        not_given,
        omit,
    )
    from .errors import (
        APIConnectionError,
        APIError,
        APIResponseValidationError,
        APIStatusError,
        APITimeoutError,
        AuthenticationError,
        BadRequestError,
        ConflictError,
        DodoError,
        DodoPaymentsError,
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
    "DEFAULT_CONNECTION_LIMITS",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_TIMEOUT",
    "ENVIRONMENTS",
    "NOT_GIVEN",
    "UNSET",
    "APIConnectionError",
    "APIError",
    "APIResponse",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "ActivateLicenseKeyProductInfo",
    "ActivateLicenseKeyResponse",
    "AsyncAPIResponse",
    "AsyncClient",
    "AsyncDodoLicenseKeys",
    "AsyncDodoPayments",
    "AsyncPage",
    "AsyncPager",
    "AsyncRawResponse",
    "AuthenticationError",
    "BadRequestError",
    "BaseModel",
    "Client",
    "ConflictError",
    "CustomerLimitedDetailsResponse",
    "DefaultAioHttpClient",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "DodoError",
    "DodoLicenseKeys",
    "DodoPayments",
    "DodoPaymentsError",
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
    "NotGiven",
    "Omit",
    "Page",
    "PageInfo",
    "PermissionDeniedError",
    "RateLimitError",
    "RawResponse",
    "RequestOptions",
    "Timeout",
    "UnprocessableEntityError",
    "Unset",
    "ValidateLicenseKeyResponse",
    "WebhookVerificationError",
    "__version__",
    "not_given",
    "omit",
    "pagination",
    "types",
)

_MODULES = {
    "RequestOptions": "._base_client",
    "AsyncClient": "._client",
    "AsyncDodoLicenseKeys": "._client",
    "AsyncDodoPayments": "._client",
    "Client": "._client",
    "DodoLicenseKeys": "._client",
    "DodoPayments": "._client",
    "DEFAULT_CONNECTION_LIMITS": "._defaults",
    "DEFAULT_TIMEOUT": "._defaults",
    "DefaultAioHttpClient": "._defaults",
    "DefaultAsyncHttpxClient": "._defaults",
    "DefaultHttpxClient": "._defaults",
    "Timeout": "._defaults",
    "BaseModel": "._model",
    "AsyncPage": "._page",
    "AsyncPager": "._page",
    "Page": "._page",
    "PageInfo": "._page",
    "APIResponse": "._raw",
    "AsyncAPIResponse": "._raw",
    "AsyncRawResponse": "._raw",
    "RawResponse": "._raw",
    "DEFAULT_MAX_RETRIES": "._settings",
    "ENVIRONMENTS": "._settings",
    "Environment": "._settings",
    "NOT_GIVEN": "._types",
    "NotGiven": "._types",
    "Omit": "._types",
    "UNSET": "._types",
    "Unset": "._types",
    "not_given": "._types",
    "omit": "._types",
    "APIConnectionError": ".errors",
    "APIError": ".errors",
    "APIResponseValidationError": ".errors",
    "APIStatusError": ".errors",
    "APITimeoutError": ".errors",
    "AuthenticationError": ".errors",
    "BadRequestError": ".errors",
    "ConflictError": ".errors",
    "DodoError": ".errors",
    "DodoPaymentsError": ".errors",
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

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name in (
            "pagination",
            "types",
        ):
            return import_module(f".{name}", __name__)
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(module, __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
