"""Error responses: which status, code and message the API returns for each error."""

import math
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus

from ..domain import errors as domain
from ..domain.errors import DomainError
from .messages import MAX_BODY_BYTES, Headers, Response, json_response


class Code(StrEnum):
    """The `code` of an error body, as in the public documentation."""

    UNAUTHORIZED = "UNAUTHORIZED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    LICENSE_KEY_NOT_FOUND = "LICENSE_KEY_NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    INVALID_REQUEST_BODY = "INVALID_REQUEST_BODY"
    INVALID_QUERY_PARAMS = "INVALID_QUERY_PARAMS"
    NO_EXPIRY_ON_SUBSCRIPTION = "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS"
    LIMIT_LESS_THAN_CURRENT = "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT"
    INACTIVE_LICENSE_KEY = "INACTIVE_LICENSE_KEY"
    LICENSE_KEY_LIMIT_REACHED = "LICENSE_KEY_LIMIT_REACHED"
    LICENSE_KEY_ALREADY_EXISTS = "LICENSE_KEY_ALREADY_EXISTS"
    INSTANCE_OF_ANOTHER_KEY = "INSTANCE_OF_ANOTHER_LICENSE_KEY"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"
    STORAGE_UNAVAILABLE = "STORAGE_UNAVAILABLE"


class HttpError(Exception):
    """A request is rejected with an error response.

    Args:
        status: The HTTP status.
        code: The `code` of the error body.
        message: The `message` of the error body. It contains no secret.
        headers: Response headers beside the content type, names in lower case.
    """

    def __init__(self, status: int, code: str, message: str, headers: Headers = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


_DOMAIN_ERRORS: dict[type[DomainError], tuple[HTTPStatus, Code]] = {
    domain.NotFoundError: (HTTPStatus.NOT_FOUND, Code.NOT_FOUND),
    domain.LicenseKeyNotFoundError: (HTTPStatus.NOT_FOUND, Code.LICENSE_KEY_NOT_FOUND),
    domain.LicenseKeyExistsError: (HTTPStatus.CONFLICT, Code.LICENSE_KEY_ALREADY_EXISTS),
    domain.ExpiryOnSubscriptionError: (HTTPStatus.BAD_REQUEST, Code.NO_EXPIRY_ON_SUBSCRIPTION),
    domain.LimitBelowInstancesError: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.LIMIT_LESS_THAN_CURRENT,
    ),
    domain.InactiveLicenseKeyError: (HTTPStatus.FORBIDDEN, Code.INACTIVE_LICENSE_KEY),
    domain.ActivationLimitReachedError: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        Code.LICENSE_KEY_LIMIT_REACHED,
    ),
    domain.InstanceOfAnotherKeyError: (HTTPStatus.FORBIDDEN, Code.INSTANCE_OF_ANOTHER_KEY),
}


def error_response(error: HttpError | DomainError) -> Response:
    """Return the response to an error: its status and `{"code", "message"}`."""
    if isinstance(error, DomainError):
        error = HttpError(*_DOMAIN_ERRORS[type(error)], str(error))
    return json_response(
        error.status,
        {"code": error.code, "message": error.message},
        error.headers,
        problem=f"{error.code}: {error.message}",
    )


def unauthorized() -> HttpError:
    """Return the error for a request without the accepted bearer token."""
    return HttpError(
        HTTPStatus.UNAUTHORIZED,
        Code.UNAUTHORIZED,
        "This operation requires the API key as a bearer token.",
        ((b"www-authenticate", b"Bearer"),),
    )


def forbidden(message: str) -> HttpError:
    """Return the error for a client that must not make the request."""
    return HttpError(HTTPStatus.FORBIDDEN, Code.FORBIDDEN, message)


def unknown_path() -> HttpError:
    """Return the error for a path without operations."""
    return HttpError(HTTPStatus.NOT_FOUND, Code.NOT_FOUND, "The path does not exist.")


def method_not_allowed(allowed: list[str]) -> HttpError:
    """Return the error for a method that the path does not support, with those that it does."""
    methods = ", ".join(allowed)
    return HttpError(
        HTTPStatus.METHOD_NOT_ALLOWED,
        Code.METHOD_NOT_ALLOWED,
        f"This path supports {methods}.",
        ((b"allow", methods.encode()),),
    )


def invalid_query(message: str) -> HttpError:
    """Return the error for an invalid query parameter."""
    return HttpError(HTTPStatus.BAD_REQUEST, Code.INVALID_QUERY_PARAMS, message)


def malformed_body(message: str) -> HttpError:
    """Return the error for a body that is not JSON."""
    return HttpError(HTTPStatus.BAD_REQUEST, Code.INVALID_REQUEST_BODY, message)


def invalid_body(message: str) -> HttpError:
    """Return the error for a JSON body that does not match its schema."""
    return HttpError(HTTPStatus.UNPROCESSABLE_ENTITY, Code.INVALID_REQUEST_BODY, message)


def body_too_large() -> HttpError:
    """Return the error for a body larger than `MAX_BODY_BYTES`."""
    return HttpError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        Code.INVALID_REQUEST_BODY,
        f"The body is larger than {MAX_BODY_BYTES} bytes.",
    )


def unsupported_media_type() -> HttpError:
    """Return the error for a body that is not sent as JSON."""
    return HttpError(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        Code.INVALID_REQUEST_BODY,
        "The request must have a JSON body with the content type application/json."
        " To send no fields, send {}.",
    )


def too_many_requests(wait: timedelta) -> HttpError:
    """Return the error for a request over the rate limit; another is accepted after `wait`."""
    seconds = math.ceil(wait.total_seconds())
    return HttpError(
        HTTPStatus.TOO_MANY_REQUESTS,
        Code.TOO_MANY_REQUESTS,
        f"The rate limit is exceeded. Retry in {seconds} s.",
        ((b"retry-after", str(seconds).encode()), (b"x-ratelimit-remaining", b"0")),
    )


def injected_error(status: int, retry_after: int | None) -> HttpError:
    """Return the error of a fault, with a `Retry-After` header if its seconds are given."""
    headers: Headers = ()
    if retry_after is not None:
        headers = ((b"retry-after", str(retry_after).encode()),)
    names = {status.value: status.name for status in HTTPStatus}
    return HttpError(
        status, names.get(status, "FAULT"), "This error is an injected fault.", headers
    )


def malformed_request() -> HttpError:
    """Return the error for bytes that are not an HTTP/1.1 request."""
    return _rejected(HTTPStatus.BAD_REQUEST, "The request is not valid HTTP.")


def invalid_host() -> HttpError:
    """Return the error for a request without exactly one `Host` header."""
    return _rejected(HTTPStatus.BAD_REQUEST, "A request must have exactly one Host header.")


def headers_too_large() -> HttpError:
    """Return the error for a request whose target and headers are too large."""
    return _rejected(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large.")


def request_timeout() -> HttpError:
    """Return the error for a request that does not arrive in time."""
    return _rejected(HTTPStatus.REQUEST_TIMEOUT, "The request did not arrive in time.")


def internal_error() -> HttpError:
    """Return the error for a defect of the mock."""
    return HttpError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        Code.INTERNAL_SERVER_ERROR,
        "The mock failed. Its log has the traceback.",
    )


def storage_unavailable() -> HttpError:
    """Return the error for a request while the database of the mock does not respond in time."""
    return HttpError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        Code.STORAGE_UNAVAILABLE,
        "The database of the mock does not respond in time. Retry the request.",
        ((b"retry-after", b"1"),),
    )


def _rejected(status: HTTPStatus, message: str) -> HttpError:
    return HttpError(status, status.name, message)
