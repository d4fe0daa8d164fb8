# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""What the blocking and the asynchronous client have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar
from urllib.parse import parse_qs

from . import _logs
from ._operations import Call, Operation
from ._requests import HTTPClient
from ._settings import Environment, Settings
from ._sharing import SharedHTTPClient
from ._types import UNSET, Body, Headers, LazyModule, Options, Query, Self, Timeout, Unset

if TYPE_CHECKING:
    import httpx
else:
    httpx = LazyModule("httpx")

Client = TypeVar("Client", bound=HTTPClient)


class RequestOptions(TypedDict, total=False):
    """The options of a call of an endpoint that the OpenAPI specification does not define."""

    headers: Headers
    params: Query
    extra_json: Body
    timeout: Timeout
    max_retries: int


def endpoint_call(method: str, path: str, body: Body | None, options: RequestOptions) -> Call:
    """Create the call of an endpoint that the OpenAPI specification does not define.

    Raises:
        ValueError: The path leads outside the API.
    """
    path, _, query = path.partition("?")
    if not path.startswith("/") or {".", ".."} & set(path.split("/")):
        raise ValueError("path must start with a slash and must not contain the segments . and ..")
    operation: Operation[Any] = Operation(
        f"client.{method.lower()}",
        method,
        path,
        authenticated=True,
        idempotent=method != "POST",
        model=object,
    )
    return Call(
        operation,
        path,
        parse_qs(query, keep_blank_values=True),
        body,
        Options(
            options.get("headers"),
            options.get("params"),
            options.get("extra_json"),
            options.get("timeout", UNSET),
        ),
    )


class BaseClient(Generic[Client]):
    """The settings of a client, which cannot be changed, and copies with other settings."""

    _shared_class: type[SharedHTTPClient[Client]]

    def __init__(
        self, settings: Settings, http_client: Client | None, create: Callable[[], Client]
    ) -> None:
        _logs.set_up()
        self._settings = settings
        self._create_http_client = create
        self._http = self._share(http_client)

    def _share(self, http_client: Client | None) -> SharedHTTPClient[Client]:
        if http_client is not None:
            self._check(http_client)
        return self._shared_class(http_client, self._create_http_client)

    def _check(self, http_client: Client) -> None:
        """Raise TypeError if the HTTP client is blocking and must not be, or the reverse."""
        raise NotImplementedError

    @property
    def base_url(self) -> str:
        """The base URL of the API, without a trailing slash."""
        return self._settings.base_url

    @property
    def bearer_token(self) -> str | None:
        """The bearer token, or None."""
        return self._settings.bearer_token

    @property
    def timeout(self) -> float | httpx.Timeout | None:
        """The timeout as it was passed, else the default as an `httpx.Timeout`."""
        given: Any = self._settings.given_timeout
        fields = self._settings.timeout
        return httpx.Timeout(**fields) if given is UNSET else given

    @property
    def max_retries(self) -> int:
        """The maximum number of retries after a failed request."""
        return self._settings.max_retries

    @property
    def default_headers(self) -> Headers:
        """The headers of all requests, besides those that the client sets."""
        return self._settings.default_headers

    @property
    def default_query(self) -> Query:
        """The query parameters of all requests."""
        return self._settings.default_query

    def is_closed(self) -> bool:
        """Return whether the client has been closed."""
        return self._http.is_closed

    def with_options(
        self,
        *,
        bearer_token: str | Unset | None = UNSET,
        environment: Environment | None = None,
        base_url: str | httpx.URL | Unset | None = UNSET,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        deadline: float | Unset | None = UNSET,
        http_client: Client | None = None,
        default_headers: Headers | None = None,
        set_default_headers: Headers | None = None,
        default_query: Query | None = None,
        set_default_query: Query | None = None,
    ) -> Self:
        """Return a copy with other options that shares the connections and the rate limiter.

        Args:
            bearer_token: As of the class; None keeps it.
            environment: As of the class; it replaces the base URL.
            base_url: As of the class; None keeps it.
            timeout: As of the class.
            max_retries: As of the class.
            deadline: As of the class.
            http_client: As of the class. The copy then shares no connections.
            default_headers: Headers to add to those of the client.
            set_default_headers: Headers to replace those of the client.
            default_query: Query parameters to add to those of the client.
            set_default_query: Query parameters to replace those of the client.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: An argument is invalid.
        """
        settings = self._settings.replace(
            bearer_token=bearer_token or None,
            environment=environment,
            base_url=base_url or None,
            timeout=timeout,
            max_retries=max_retries,
            deadline=deadline,
            http_client=http_client,
            default_headers=_merged(
                "default_headers",
                self._settings.default_headers,
                default_headers,
                set_default_headers,
            ),
            default_query=_merged(
                "default_query", self._settings.default_query, default_query, set_default_query
            ),
        )
        changed = object.__new__(type(self))
        changed._settings = settings
        changed._create_http_client = self._create_http_client
        changed._http = self._http if http_client is None else self._share(http_client)
        return changed

    copy = with_options

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self.base_url!r})"


def _merged(name: str, present: Any, added: Any, replacement: Any) -> Any:
    if added is not None and replacement is not None:
        raise ValueError(f"{name} and set_{name} cannot be passed together")
    if added is not None:
        return {**present, **added}
    return present if replacement is None else dict(replacement)
