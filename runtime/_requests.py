"""Builds the requests of one HTTP client, and the errors from its responses and exceptions."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from ._codec import encode_query
from ._settings import TOKEN_VARIABLE, Settings, timeout_fields
from ._types import UNSET, Headers, Options
from .errors import APIConnectionError, APIStatusError, APITimeoutError, DodoError, error_class

T = TypeVar("T")
RawHeaders = list[tuple[bytes, bytes]]

# Headers that each request sets, whatever the defaults of the HTTP client are.
REQUEST_HEADERS = frozenset({b"host", b"content-type", b"content-length"})
RETRY_COUNT = "x-stainless-retry-count"
# The official SDK sends these as well.
CLIENT_HEADERS: RawHeaders = [
    (b"X-Stainless-Lang", b"python"),
    (b"X-Stainless-Retry-Count", b"0"),
]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
REDACTED = "[redacted]"


class HTTPClient(Protocol):
    """The required interface of an HTTP client. Those of httpx and httpx2 implement it."""

    def build_request(self, method: str, url: str) -> Any:
        """Build a request with the default headers of the client."""
        ...

    @property
    def headers(self) -> Any:
        """The default headers."""
        ...

    @property
    def params(self) -> Any:
        """The default query parameters."""
        ...

    @property
    def cookies(self) -> Any:
        """The cookies."""
        ...

    @property
    def auth(self) -> Any:
        """The default authentication."""
        ...


class Operation(Generic[T]):
    """One operation of the OpenAPI specification.

    Attributes:
        name: Its operationId.
        method: Its HTTP method.
        path: Its path, with the parameters in braces.
        authenticated: Whether it takes the bearer token.
        idempotent: Whether sending a request twice has the same effect as sending it once.
        secrets: Names of the body fields that contain a license key.
        parse: Creates the model from decoded JSON; None if the response has no body.
    """

    __slots__ = ("authenticated", "idempotent", "method", "name", "parse", "path", "secrets")

    def __init__(
        self,
        name: str,
        method: str,
        path: str,
        *,
        authenticated: bool,
        idempotent: bool,
        secrets: tuple[str, ...],
        parse: Callable[[Any], T] | None,
    ) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.authenticated = authenticated
        self.idempotent = idempotent
        self.secrets = secrets
        self.parse = parse


class Call(NamedTuple):
    """One call of an operation.

    Attributes:
        operation: The operation.
        path: Its path, with the parameters filled in and encoded.
        query: Its query parameters; each value is encoded.
        body: Its body as JSON types, or None for no body.
        options: The options of the caller.
    """

    operation: Operation[Any]
    path: str
    query: Mapping[str, Any] | None
    body: Mapping[str, Any] | None
    options: Options


class RequestFactory:
    """Builds requests with one HTTP client and the settings of one client.

    The parts that all requests share are built once, because the `build_request` method of an HTTP
    client takes several times as long.
    """

    def __init__(self, client: HTTPClient, settings: Settings) -> None:
        self._client = client
        self._base_url = base_url = settings.base_url
        self._bearer_token = settings.bearer_token
        self._default_headers = settings.default_headers
        self._default_query = settings.default_query
        request_class = client.build_request("GET", base_url).__class__
        # httpx, or a library with the same interface, such as httpx2.
        self._library = sys.modules[request_class.__module__.partition(".")[0]]
        self._host = urlsplit(base_url).netloc.encode("ascii")
        self._client_headers: RawHeaders | None = None
        self._anonymous: RawHeaders = []
        self._authenticated: RawHeaders = []
        self.request_errors: tuple[type[Exception], ...] = (self._library.RequestError,)
        self._timeout_error: type[Exception] = self._library.TimeoutException
        self._unsent_errors: tuple[type[Exception], ...] = (
            self._library.ConnectError,
            self._library.ConnectTimeout,
            self._library.PoolTimeout,
        )
        self._transient_errors: tuple[type[Exception], ...] = (
            self._library.TimeoutException,
            self._library.NetworkError,
            self._library.RemoteProtocolError,
            self._library.ProxyError,
        )

    def build(self, call: Call, timeout: Mapping[str, float | None]) -> Any:
        """Build the request of a call.

        Raises:
            DodoError: The operation requires a bearer token and none is set.
            TypeError: The body contains a value that JSON cannot represent.
        """
        operation, path, query, body, options = call
        client = self._client
        raw = client.headers.raw
        if raw != self._client_headers:
            self._update_headers(raw)
        headers = self._authenticated if operation.authenticated else self._anonymous
        if options.extra_body is not None:
            body = {**(body or {}), **options.extra_body}
        if options.extra_query is not None or self._default_query:
            query = {**self._default_query, **(query or {}), **(options.extra_query or {})}
        content = b""
        if body is not None:
            content = json.dumps(body, separators=(",", ":")).encode()
            headers = [
                *headers,
                (b"Content-Type", b"application/json"),
                (b"Content-Length", b"%d" % len(content)),
            ]
        url = self._base_url + path
        if query:
            url += "?" + encode_query(query)
        if client.params:
            url = self._library.URL(url).copy_merge_params(client.params)
        if options.timeout is not UNSET:
            timeout = timeout_fields(options.timeout)
        request = self._library.Request(
            operation.method,
            url,
            headers=headers,
            cookies=client.cookies or None,
            stream=self._library.ByteStream(content),
            extensions={"timeout": timeout},
        )
        # Read the body, so that the event hooks of the HTTP client can access it.
        request.read()
        if self._default_headers:
            update_headers(request.headers, self._default_headers)
        if options.extra_headers is not None:
            update_headers(request.headers, options.extra_headers)
        if (
            operation.authenticated
            and self._bearer_token is None
            and client.auth is None
            and "authorization" not in request.headers
        ):
            raise DodoError(
                f"{operation.name} requires a bearer token: set {TOKEN_VARIABLE} or"
                " pass bearer_token",
                request=request,
            )
        return request

    def _update_headers(self, client_headers: RawHeaders) -> None:
        """Build the common headers of all requests from those of the HTTP client."""
        defaults = [pair for pair in client_headers if pair[0].lower() not in REQUEST_HEADERS]
        self._anonymous = [(b"Host", self._host), *CLIENT_HEADERS, *defaults]
        self._authenticated = self._anonymous
        if self._bearer_token is not None:
            self._authenticated = [
                *(pair for pair in self._anonymous if pair[0].lower() != b"authorization"),
                (b"Authorization", f"Bearer {self._bearer_token}".encode("ascii")),
            ]
        self._client_headers = client_headers

    def count_retry(self, request: Any, call: Call, retries: int) -> None:
        """Send the number of retries with the request, unless the caller set the header."""
        given = {*self._default_headers, *(call.options.extra_headers or ())}
        if RETRY_COUNT not in {name.lower() for name in given}:
            request.headers[RETRY_COUNT] = str(retries)

    def is_retryable(self, error: Exception, *, idempotent: bool) -> bool:
        """Return whether to retry a request that failed with this error.

        Args:
            error: The error of the HTTP client.
            idempotent: Whether sending the request twice has the same effect as sending it once.
                If not, only errors that prove that it was not sent are retryable.
        """
        return isinstance(error, self._transient_errors if idempotent else self._unsent_errors)

    def connection_error(self, error: Exception, request: Any) -> APIConnectionError:
        """Convert an error of the HTTP client to an error of this package."""
        if isinstance(error, self._timeout_error):
            return APITimeoutError(
                f"no response from {self._base_url} within the timeout ({type(error).__name__})",
                request=request,
            )
        # The text of any other error may quote a header.
        reason = f": {error}" if isinstance(error, self._transient_errors) and str(error) else ""
        return APIConnectionError(
            f"no response from {self._base_url} ({type(error).__name__}{reason})", request=request
        )

    def status_error(self, call: Call, response: Any) -> APIStatusError:
        """Create the error for a response that is not a success, with all secrets redacted."""
        code, message = error_fields(response.content)
        secrets = [self._bearer_token]
        secrets += [(call.body or {}).get(name) for name in call.operation.secrets]
        if message is None:
            message = "the response contains no error message"
            if 300 <= response.status_code < 400:
                message = "the server sent a redirect, which is not followed: check base_url"
        return error_class(response.status_code)(
            redact(message, secrets),
            code=code and redact(code, secrets),
            request=response.request,
            response=response,
        )


def error_fields(content: bytes) -> tuple[str | None, str | None]:
    """Parse the code and the message of an error body. Each is None if it is missing."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(body, dict):
        return None, None
    fields = cast("dict[str, Any]", body)
    code, message = fields.get("code"), fields.get("message")
    return (
        code if isinstance(code, str) else None,
        message if isinstance(message, str) else None,
    )


def update_headers(headers: Any, changes: Headers) -> None:
    """Set the given headers, and remove those whose value is `UNSET`."""
    for name, value in changes.items():
        if value is not UNSET:
            headers[name] = value
        else:
            headers.pop(name, None)


def redact(text: str, secrets: list[Any]) -> str:
    """Replace secrets, and all text that looks like a license key, by `[redacted]`."""
    for secret in secrets:
        if isinstance(secret, str) and secret:
            text = text.replace(secret, REDACTED)
    return UUID.sub(REDACTED, text)
