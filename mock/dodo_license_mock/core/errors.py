"""The refusals of the API, with the codes that are published."""

from enum import StrEnum
from http import HTTPStatus


class Code(StrEnum):
    """The constant that a refusal carries beside its sentence."""

    UNAUTHORIZED = "UNAUTHORIZED"
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


class ApiError(Exception):
    """A refusal: what the client gets instead of what it asked for.

    Args:
        status: The HTTP status.
        code: The constant of the error body.
        message: The sentence of the error body; it quotes nothing that may be secret.
        headers: Response headers beside the content type, names in lower case.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


def unauthorized() -> ApiError:
    """Return the refusal of a request without the right bearer token."""
    return ApiError(
        HTTPStatus.UNAUTHORIZED,
        Code.UNAUTHORIZED,
        "This operation needs the API key as a bearer token.",
        ((b"www-authenticate", b"Bearer"),),
    )


def not_found(what: str, code: Code = Code.NOT_FOUND) -> ApiError:
    """Return the refusal of a request for something unknown, `what` in the singular."""
    return ApiError(HTTPStatus.NOT_FOUND, code, f"There is no such {what}.")


def unknown_license_key() -> ApiError:
    """Return the refusal of a request for an unknown license key."""
    return not_found("license key", Code.LICENSE_KEY_NOT_FOUND)


def method_not_allowed(allowed: list[str]) -> ApiError:
    """Return the refusal of a method that a path lacks, naming those that it has."""
    methods = ", ".join(allowed)
    return ApiError(
        HTTPStatus.METHOD_NOT_ALLOWED,
        Code.METHOD_NOT_ALLOWED,
        f"This path has only {methods}.",
        ((b"allow", methods.encode()),),
    )


def invalid_query(message: str) -> ApiError:
    """Return the refusal of a malformed query."""
    return ApiError(HTTPStatus.BAD_REQUEST, Code.INVALID_QUERY_PARAMS, message)


def malformed_body(message: str) -> ApiError:
    """Return the refusal of a body that is no JSON."""
    return ApiError(HTTPStatus.BAD_REQUEST, Code.INVALID_REQUEST_BODY, message)


def invalid_body(message: str) -> ApiError:
    """Return the refusal of a JSON body that does not fit its schema."""
    return ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, Code.INVALID_REQUEST_BODY, message)
