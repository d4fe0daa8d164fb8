"""What can go wrong with a call. No text or repr here holds a bearer token or a license key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


class DodoError(Exception):
    """Anything that this package raises about a call.

    Attributes:
        message: One sentence for a person; the API's own where it sent one.
        status_code: The HTTP status, or None where no response came.
        code: The API's constant, such as `NOT_FOUND`, or None where it sent none.
        request: The request, or None where none was made.
        response: The response, or None where none came.
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
    """The request or its response was lost on the way."""


class APITimeoutError(APIConnectionError):
    """The server took longer than the timeout allows."""


class APIResponseValidationError(DodoError):
    """The server answered with success, but not with what the contract promises."""


class APIStatusError(DodoError):
    """The server refused the request, or redirected it."""

    status_code: int
    request: httpx.Request
    response: httpx.Response


class BadRequestError(APIStatusError):
    """400: the request is malformed, or what it asks for is never possible."""


class AuthenticationError(APIStatusError):
    """401: the bearer token is missing or unknown."""


class PermissionDeniedError(APIStatusError):
    """403: the license key is not active, or the instance is not its own."""


class NotFoundError(APIStatusError):
    """404: there is no such thing."""


class ConflictError(APIStatusError):
    """409: there is such a thing already."""


class UnprocessableEntityError(APIStatusError):
    """422: the request is well-formed but breaks a rule, such as a limit."""


class RateLimitError(APIStatusError):
    """429: too many requests. Wait and go on."""


class InternalServerError(APIStatusError):
    """500 and above: the server failed."""


STATUS_ERRORS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def status_error(status_code: int) -> type[APIStatusError]:
    """Choose the error class for an HTTP status that is no success."""
    return STATUS_ERRORS.get(
        status_code, InternalServerError if status_code >= 500 else APIStatusError
    )
