"""The errors of a call. No message or repr contains a bearer token or a license key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


class DodoError(Exception):
    """The base class of all errors that a call raises.

    Attributes:
        message: One sentence; the message of the API if the response contains one.
        status_code: The HTTP status, or None without a response.
        code: The error code of the API, such as `NOT_FOUND`, or None if the response contains none.
        request: The request, or None if none was built.
        response: The response, or None if none was received.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        request: httpx.Request | None = None,
        response: httpx.Response | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status_code = None if response is None else response.status_code
        self.code = code
        self.request = request
        self.response = response

    def __str__(self) -> str:
        facts = " ".join(str(fact) for fact in (self.status_code, self.code) if fact is not None)
        return f"{facts}: {self.message}" if facts else self.message


class APIConnectionError(DodoError):
    """The connection failed before a response was received."""


class APITimeoutError(APIConnectionError):
    """The server did not respond within the timeout."""


class APIResponseValidationError(DodoError):
    """A successful response violates the OpenAPI specification."""


class MissingFieldError(APIResponseValidationError, AttributeError):
    """A field is read that the response lacks, or whose value violates the specification."""


class WebhookVerificationError(DodoError):
    """A request to a webhook endpoint has no valid signature. Respond to it with status 401."""


class APIStatusError(DodoError):
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
