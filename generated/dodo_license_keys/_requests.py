# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Builds the requests of one HTTP client."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from json import JSONEncoder
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from ._codec import encode_query
from ._failures import Failures
from ._operations import Call
from ._settings import TOKEN_VARIABLE, Settings, timeout_fields
from ._types import UNSET, Headers
from ._url import url_builder
from .errors import DodoError

RawHeaders = list[tuple[bytes, bytes]]

# Headers that each request sets, whatever the defaults of the HTTP client are.
REQUEST_HEADERS = frozenset({b"host", b"content-type", b"content-length"})
RETRY_COUNT = "x-stainless-retry-count"
# The official SDK sends these as well.
CLIENT_HEADERS: RawHeaders = [
    (b"X-Stainless-Lang", b"python"),
    (b"X-Stainless-Retry-Count", b"0"),
]
# How many sets of common headers are kept.
MOST_LENGTHS = 64
_encode_json = JSONEncoder(separators=(",", ":")).encode


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


class RequestFactory:
    """Builds requests with one HTTP client and the settings of one client.

    The parts that all requests share are built once, because the `build_request` method of an HTTP
    client takes several times as long.

    Attributes:
        client: The HTTP client.
        failures: Converts the errors of the HTTP client and of responses.
        streams: Whether the client can leave the body to be read within the limits of `_body`.
        stream_class: The library's class of a stream in memory.
        send_options: The arguments of the `send` method of the client besides the request.
    """

    def __init__(self, client: HTTPClient, settings: Settings) -> None:
        self.client = client
        self._bearer_token = settings.bearer_token
        self._default_headers = settings.default_headers
        self._default_query = settings.default_query
        self._sample = client.build_request("GET", settings.base_url)
        # httpx, or a library with the same interface, such as httpx2.
        library: Any = sys.modules[type(self._sample).__module__.partition(".")[0]]
        self._library = library
        self._build_url = url_builder(library.URL, settings.base_url)
        self._host = urlsplit(settings.base_url).netloc.encode("ascii")
        self._is_direct = getattr(client, "is_direct", False)
        self.failures = Failures(library, settings, is_direct=self._is_direct)
        self.streams = self._is_direct or isinstance(client, (library.Client, library.AsyncClient))
        self.stream_class: Any = library.ByteStream
        self.send_options: dict[str, Any] = {"follow_redirects": False}
        if self.streams:
            self.send_options["stream"] = True
        self._client_headers: RawHeaders = client.headers.raw
        self._headers: dict[tuple[bool, int | None], Any] = {}

    def build(self, call: Call, timeout: Mapping[str, float | None]) -> Any:
        """Build the request of a call.

        Raises:
            DodoError: The operation requires a bearer token and none is set, or the URL is
                too long.
            TypeError: The body contains a value that JSON cannot represent.
        """
        operation, target, query, body, options = call
        client, library = self.client, self._library
        if not self._is_direct:
            raw = client.headers.raw
            if raw != self._client_headers:
                self._client_headers = raw
                self._headers = {}  # other threads may still fill the old one
        if options.extra_body is not None:
            body = {**cast("dict[str, Any]", body or {}), **options.extra_body}
        if options.extra_query is not None or self._default_query:
            query = {**self._default_query, **(query or {}), **(options.extra_query or {})}
        if body is not None and not isinstance(body, bytes):
            body = _encode_json(body).encode()
        if query:
            target += "?" + encode_query(query)
        if options.timeout is not UNSET:
            timeout = timeout_fields(options.timeout)
        try:
            url = self._build_url(target)
            if client.params:
                url = url.copy_merge_params(client.params)
        except library.InvalidURL:
            raise DodoError(
                f"{operation.name} cannot be called: its URL is too long or invalid"
            ) from None
        cookies = client.cookies or None
        request = library.Request(
            operation.method,
            # The constructor parses the URL, so it gets it only to select the cookies.
            self._sample.url if cookies is None else url,
            headers=self._common_headers(operation.authenticated, body),
            cookies=cookies,
            stream=library.ByteStream(body or b""),
            extensions={"timeout": timeout},
        )
        request.url = url
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

    def _common_headers(self, authenticated: bool, body: bytes | None) -> Any:
        """Return the headers of all requests with a body of the same length, or without one."""
        length = None if body is None else len(body)
        known = self._headers
        headers = known.get((authenticated, length))
        if headers is not None:
            return headers
        pairs: RawHeaders = [
            (b"Host", self._host),
            *CLIENT_HEADERS,
            *(pair for pair in self._client_headers if pair[0].lower() not in REQUEST_HEADERS),
        ]
        if authenticated and self._bearer_token is not None:
            pairs = [pair for pair in pairs if pair[0].lower() != b"authorization"]
            pairs.append((b"Authorization", f"Bearer {self._bearer_token}".encode("ascii")))
        if length is not None:
            pairs.append((b"Content-Type", b"application/json"))
            pairs.append((b"Content-Length", b"%d" % length))
        headers = self._library.Headers(pairs)
        if len(known) < MOST_LENGTHS:
            known[authenticated, length] = headers
        return headers

    def count_retry(self, request: Any, call: Call, retries: int) -> None:
        """Send the number of retries with the request, unless the caller set the header."""
        given = {*self._default_headers, *(call.options.extra_headers or ())}
        if RETRY_COUNT not in {name.lower() for name in given}:
            request.headers[RETRY_COUNT] = str(retries)


def update_headers(headers: Any, changes: Headers) -> None:
    """Set the given headers, and remove those whose value is `UNSET`."""
    for name, value in changes.items():
        if value is not UNSET:
            headers[name] = value
        else:
            headers.pop(name, None)
