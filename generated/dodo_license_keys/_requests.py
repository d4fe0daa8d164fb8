# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Builds the requests of one HTTP client, and the errors from its responses and exceptions."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from ._body import MAX_BYTES, DeadlineError, TooLargeError
from ._codec import encode_query
from ._redaction import error_fields, safe_code, safe_message, secrets_in
from ._settings import TOKEN_VARIABLE, Settings, timeout_fields
from ._types import UNSET, Headers, Options
from .errors import APIConnectionError, APIStatusError, APITimeoutError, DodoError, error_class

T = TypeVar("T")
RawHeaders = list[tuple[bytes, bytes]]

# Headers that each request sets, whatever the defaults of the HTTP client are.
REQUEST_HEADERS = frozenset({b"host", b"content-type", b"content-length"})
# The texts of some errors quote a malformed header, which may reflect the request.
QUOTATION = re.compile("['\"]")
RETRY_COUNT = "x-stainless-retry-count"
# The official SDK sends these as well.
CLIENT_HEADERS: RawHeaders = [
    (b"X-Stainless-Lang", b"python"),
    (b"X-Stainless-Retry-Count", b"0"),
]


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
        model: The model of the response; None if the response has no body, `object` if the body
            is not read.
        read: Converts the HTTP response, given whether to be strict and the name of its source, if
            that is not the JSON of a model; it replaces `model`.
    """

    __slots__ = ("authenticated", "idempotent", "method", "model", "name", "path", "read")

    def __init__(
        self,
        name: str,
        method: str,
        path: str,
        *,
        authenticated: bool,
        idempotent: bool,
        model: type[T] | None,
        read: Callable[[Any, bool, str], T] | None = None,
    ) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.authenticated = authenticated
        self.idempotent = idempotent
        self.model: Any = model
        self.read = read


class Call(NamedTuple):
    """One call of an operation.

    Attributes:
        operation: The operation.
        path: Its path, with the parameters filled in and encoded.
        query: Its query parameters; each value is encoded.
        body: Its body as JSON types or as bytes, or None for no body.
        options: The options of the caller.
    """

    operation: Operation[Any]
    path: str
    query: Mapping[str, Any] | None
    body: Any
    options: Options


class RequestFactory:
    """Builds requests with one HTTP client and the settings of one client.

    The parts that all requests share are built once, because the `build_request` method of an HTTP
    client takes several times as long.
    """

    def __init__(self, client: HTTPClient, settings: Settings) -> None:
        self.client = client
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
        is_direct = getattr(client, "is_direct", False)
        # Hooks and authentication of a given HTTP client may raise errors of their own.
        self.request_errors: tuple[type[Exception], ...] = (
            (Exception,) if is_direct else self._client_errors()
        )
        # Whether the client can leave the body to be read here, within the limits of `_body`.
        self.streams = is_direct or isinstance(
            client, (self._library.Client, self._library.AsyncClient)
        )
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

    def _client_errors(self) -> tuple[type[Exception], ...]:
        """Return the errors of a given HTTP client and of the h11 library that it may use."""
        h11 = sys.modules.get("h11")
        protocol_errors = () if h11 is None else (h11.ProtocolError,)
        library = self._library
        # An asynchronous client raises RuntimeError in another event loop than its first.
        own = (DeadlineError, TooLargeError)
        return (library.RequestError, library.InvalidURL, RuntimeError, *protocol_errors, *own)

    def build(self, call: Call, timeout: Mapping[str, float | None]) -> Any:
        """Build the request of a call.

        Raises:
            DodoError: The operation requires a bearer token and none is set, or the URL is
                too long.
            TypeError: The body contains a value that JSON cannot represent.
        """
        operation, path, query, body, options = call
        client = self.client
        raw = client.headers.raw
        if raw != self._client_headers:
            self._update_headers(raw)
        headers = self._authenticated if operation.authenticated else self._anonymous
        if options.extra_body is not None:
            body = {**cast("dict[str, Any]", body or {}), **options.extra_body}
        if options.extra_query is not None or self._default_query:
            query = {**self._default_query, **(query or {}), **(options.extra_query or {})}
        content = b""
        if body is not None:
            if not isinstance(body, bytes):
                body = json.dumps(body, separators=(",", ":")).encode()
            content = body
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
        try:
            request = self._library.Request(
                operation.method,
                url,
                headers=headers,
                cookies=client.cookies or None,
                stream=self._library.ByteStream(content),
                extensions={"timeout": timeout},
            )
        except self._library.InvalidURL:
            raise DodoError(
                f"{operation.name} cannot be called: its URL is too long or invalid"
            ) from None
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

    def is_quotable(self, error: Exception) -> bool:
        """Return whether the text of an error of the HTTP client contains no part of a header."""
        return isinstance(error, self._transient_errors) and not QUOTATION.search(str(error))

    def connection_error(self, error: Exception, request: Any) -> APIConnectionError:
        """Convert an error of the HTTP client to an error of this package."""
        if isinstance(error, DeadlineError):
            return APITimeoutError(
                f"no response from {self._base_url} within the deadline", request=request
            )
        if isinstance(error, TooLargeError):
            return APIConnectionError(
                f"the response from {self._base_url} is larger than {MAX_BYTES} bytes",
                request=request,
            )
        if isinstance(error, self._timeout_error):
            return APITimeoutError(
                f"no response from {self._base_url} within the timeout ({type(error).__name__})",
                request=request,
            )
        reason = type(error).__name__
        if self.is_quotable(error) and str(error):
            reason += f": {safe_message(str(error), self._secrets(request))}"
        return APIConnectionError(f"no response from {self._base_url} ({reason})", request=request)

    def status_error(self, call: Call, response: Any) -> APIStatusError:
        """Create the error for a response that is not a success, with all secrets redacted."""
        code, message = error_fields(response.content)
        secrets = self._secrets(response.request)
        secrets |= {*secrets_in(call.body), *secrets_in(call.options.extra_body)}
        secrets |= {*secrets_in(call.options.extra_query)}
        if message is None:
            message = "the response contains no error message"
            if 300 <= response.status_code < 400:
                message = "the server sent a redirect, which is not followed: check base_url"
        return error_class(response.status_code)(
            safe_message(message, secrets),
            code=None if code is None else safe_code(code, secrets, self._bearer_token),
            request=response.request,
            response=response,
        )

    def _secrets(self, request: Any) -> set[str]:
        """Return the bearer token and all secrets in the headers of a request."""
        return {self._bearer_token or "", *secrets_in(dict(request.headers))}


def update_headers(headers: Any, changes: Headers) -> None:
    """Set the given headers, and remove those whose value is `UNSET`."""
    for name, value in changes.items():
        if value is not UNSET:
            headers[name] = value
        else:
            headers.pop(name, None)
