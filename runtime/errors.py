"""The errors of a call. No message or repr contains a bearer token or a license key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ._types import UNSET, LazyModule

if TYPE_CHECKING:
    import httpx
else:
    httpx = LazyModule("httpx")


class DodoError(Exception):
    """The base class of all errors that a call raises.

    Attributes:
        message: One sentence; the message of the API if the response contains one.
        status_code: The HTTP status, or None without a response.
        code: The error code of the API, such as `NOT_FOUND`, or None if the response contains none.
        request: The request, or None if none was built.
        response: The response, or None if none was received.

    Args:
        body: Replaces the body of the response.
    """

    default_message = "the call failed"

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        request: httpx.Request | None = None,
        response: httpx.Response | None = None,
        body: Any = UNSET,
    ) -> None:
        self.message = self.default_message if message is None else message
        super().__init__(self.message)
        self.status_code = None if response is None else response.status_code
        self.code = code
        self.request = response.request if request is None and response is not None else request
        self.response = response
        self._body = body

    @property
    def body(self) -> Any:
        """The body of the response: decoded JSON, else text; None without a response.

        It is not redacted: the server may have repeated a license key in it.
        """
        if self._body is not UNSET:
            return self._body
        if self.response is None:
            return None
        try:
            return json.loads(self.response.content)
        except (ValueError, RecursionError):
            return self.response.text

    def __str__(self) -> str:
        facts = " ".join(str(fact) for fact in (self.status_code, self.code) if fact is not None)
        return f"{facts}: {self.message}" if facts else self.message


DodoPaymentsError = DodoError
"""The name of `DodoError` in the official SDK."""


class APIError(DodoError):
    """A request was sent, or the attempt to send it failed."""


class APIConnectionError(APIError):
    """The connection failed before a response was received."""

    default_message = "the connection failed"


class APITimeoutError(APIConnectionError):
    """The server did not respond within the timeout."""

    default_message = "no response within the timeout"


class APIResponseValidationError(APIError):
    """A successful response violates the OpenAPI specification."""


class MissingFieldError(APIResponseValidationError, AttributeError):
    """A field is read that the response lacks, or whose value violates the specification."""


class WebhookVerificationError(DodoError):
    """A request to a webhook endpoint has no valid signature. Respond to it with status 401."""


class APIStatusError(APIError):
    """The response has an error status or is a redirect."""

    status_code: int
    request: httpx.Request
    response: httpx.Response


class BadRequestError(APIStatusError):
    """400: the request is malformed, or the requested change is never possible."""


class AuthenticationError(APIStatusError):
    """401: the bearer token is missing or invalid."""


class PermissionDeniedError(APIStatusError):
    """403: the license key is not active, or the instance belongs to another key."""


class NotFoundError(APIStatusError):
    """404: resource not found."""


class ConflictError(APIStatusError):
    """409: the resource already exists."""


class UnprocessableEntityError(APIStatusError):
    """422: the request is well-formed but violates a rule, such as a limit."""


class RateLimitError(APIStatusError):
    """429: the rate limit is exceeded. Retry later."""


class InternalServerError(APIStatusError):
    """500 and above: a server error."""


STATUS_ERRORS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def error_class(status_code: int) -> type[APIStatusError]:
    """Return the error class for an HTTP status outside 200 to 299."""
    return STATUS_ERRORS.get(
        status_code, InternalServerError if status_code >= 500 else APIStatusError
    )
