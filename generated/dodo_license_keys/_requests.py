# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change the specification or the templates and run `make generate`.
"""Requests in the manner of one HTTP client, and what came of them."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar
from urllib.parse import urlsplit

from ._settings import TOKEN_VARIABLE, timeout_fields
from ._types import UNSET, Options
from ._wire import encode_query
from .errors import APIConnectionError, APIStatusError, APITimeoutError, DodoError, status_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
RawHeaders = list[tuple[bytes, bytes]]

# Headers that belong to one request, whatever the HTTP client's own are.
OWN_HEADERS = frozenset({b"host", b"content-type", b"content-length"})
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
REDACTED = "[redacted]"


class HTTPClient(Protocol):
    """What is needed of an HTTP client: httpx's and httpx2's have it, and so do their heirs."""

    def build_request(self, method: str, url: str) -> Any:
        """Make a request with the client's own headers."""

    @property
    def headers(self) -> Any:
        """The headers of every request."""

    @property
    def params(self) -> Any:
        """The query parameters of every request."""

    @property
    def cookies(self) -> Any:
        """The cookies so far."""

    @property
    def auth(self) -> Any:
        """The authentication of every request."""


class Operation(Generic[T]):
    """One operation of the contract.

    Attributes:
        name: Its operationId.
        method: Its HTTP method.
        path: Its path, with the parameters in braces.
        authenticated: Whether it takes the bearer token.
        repeatable: Whether doing it twice does no more than doing it once.
        secrets: Names of the body fields that hold a license key.
        parse: Makes the answer of the decoded JSON; None where no body is promised.
    """

    __slots__ = ("authenticated", "method", "name", "parse", "path", "repeatable", "secrets")

    def __init__(
        self,
        name: str,
        method: str,
        path: str,
        *,
        authenticated: bool,
        repeatable: bool,
        secrets: tuple[str, ...],
        parse: Callable[[Any], T] | None,
    ) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.authenticated = authenticated
        self.repeatable = repeatable
        self.secrets = secrets
        self.parse = parse


class Call(NamedTuple):
    """One call of an operation.

    Attributes:
        operation: Which operation.
        path: Its path, with the parameters filled in and encoded.
        query: Its query parameters, encoded one by one.
        body: Its body, ready for JSON, or None for none.
        options: What the caller adds.
    """

    operation: Operation[Any]
    path: str
    query: Mapping[str, Any] | None
    body: Mapping[str, Any] | None
    options: Options


class RequestFactory:
    """Makes requests for one HTTP client, base URL and bearer token.

    What is the same for every request is made once: a client's own `build_request` costs several
    times as much.
    """

    def __init__(self, client: HTTPClient, base_url: str, bearer_token: str | None) -> None:
        self._client = client
        self._base_url = base_url
        self._bearer_token = bearer_token
        request_class = type(client.build_request("GET", base_url))
        # httpx, or a library that is made like it.
        self._library = sys.modules[request_class.__module__.partition(".")[0]]
        self._host = urlsplit(base_url).netloc.encode("ascii")
        self._client_headers: RawHeaders | None = None
        self._anonymous: RawHeaders = []
        self._authenticated: RawHeaders = []
        self.lost: tuple[type[Exception], ...] = (self._library.RequestError,)
        self._timed_out: type[Exception] = self._library.TimeoutException
        self._unsent: tuple[type[Exception], ...] = (
            self._library.ConnectError,
            self._library.ConnectTimeout,
            self._library.PoolTimeout,
        )
        self._passing: tuple[type[Exception], ...] = (
            self._library.TimeoutException,
            self._library.NetworkError,
            self._library.RemoteProtocolError,
            self._library.ProxyError,
        )

    def build(self, call: Call, timeout: Mapping[str, float | None]) -> Any:
        """Make the request of a call.

        Raises:
            DodoError: The operation takes a bearer token and there is none.
            TypeError: The body holds what JSON cannot.
        """
        operation, path, query, body, options = call
        client = self._client
        raw = client.headers.raw
        if raw != self._client_headers:
            self._adopt(raw)
        headers = self._authenticated if operation.authenticated else self._anonymous
        if options.extra_body is not None:
            body = {**(body or {}), **options.extra_body}
        if options.extra_query is not None:
            query = {**(query or {}), **options.extra_query}
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
        # So that hooks of the client may look at the content.
        request.read()
        if options.extra_headers is not None:
            request.headers.update(options.extra_headers)
        if (
            operation.authenticated
            and self._bearer_token is None
            and client.auth is None
            and "authorization" not in request.headers
        ):
            raise DodoError(
                f"{operation.name} takes a bearer token: set {TOKEN_VARIABLE} or pass bearer_token",
                request=request,
            )
        return request

    def _adopt(self, client_headers: RawHeaders) -> None:
        """Make the headers of every request from those of the client."""
        own = [pair for pair in client_headers if pair[0].lower() not in OWN_HEADERS]
        self._anonymous = self._authenticated = [(b"Host", self._host), *own]
        if self._bearer_token is not None:
            self._authenticated = [
                *(pair for pair in self._anonymous if pair[0].lower() != b"authorization"),
                (b"Authorization", f"Bearer {self._bearer_token}".encode("ascii")),
            ]
        self._client_headers = client_headers

    def is_passing(self, error: Exception, *, repeatable: bool) -> bool:
        """Tell whether a request that was lost this way is worth another.

        Args:
            error: What the HTTP client raised.
            repeatable: Whether sending the request twice does no more than sending it once; if
                not, it must not have been sent.
        """
        return isinstance(error, self._passing if repeatable else self._unsent)

    def connection_error(self, error: Exception, request: Any) -> APIConnectionError:
        """Make this package's error of the HTTP client's."""
        if isinstance(error, self._timed_out):
            return APITimeoutError(
                f"no answer from {self._base_url} in time ({type(error).__name__})",
                request=request,
            )
        # The text of the others may quote a header.
        reason = f": {error}" if isinstance(error, self._passing) and str(error) else ""
        return APIConnectionError(
            f"no answer from {self._base_url} ({type(error).__name__}{reason})", request=request
        )

    def refusal(self, call: Call, response: Any) -> APIStatusError:
        """Make the error of a response that is no success, with every secret taken out."""
        code, message = error_fields(response.content)
        secrets = [self._bearer_token]
        secrets += [(call.body or {}).get(name) for name in call.operation.secrets]
        if message is None:
            message = "the server gave no reason"
            if 300 <= response.status_code < 400:
                message = "the server redirects, which is not followed: mend base_url"
        return status_error(response.status_code)(
            redact(message, secrets),
            code=code and redact(code, secrets),
            request=response.request,
            response=response,
        )


def error_fields(content: bytes) -> tuple[str | None, str | None]:
    """Read the code and the message of an error body; None for what it lacks."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(body, dict):
        return None, None
    code, message = body.get("code"), body.get("message")
    return (
        code if isinstance(code, str) else None,
        message if isinstance(message, str) else None,
    )


def redact(text: str, secrets: list[Any]) -> str:
    """Take secrets out of a text, and whatever looks like a license key."""
    for secret in secrets:
        if isinstance(secret, str) and secret:
            text = text.replace(secret, REDACTED)
    return UUID.sub(REDACTED, text)
