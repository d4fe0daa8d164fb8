# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The settings of a client, read from its arguments and the environment, and validated."""

from __future__ import annotations

import os
import warnings
from copy import copy
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from ._rate_limiter import RateLimiter
from ._types import UNSET, Headers, LazyModule, Query, Timeout, Unset

if TYPE_CHECKING:
    import httpx
else:
    httpx = LazyModule("httpx")

TOKEN_VARIABLE = "DODO_PAYMENTS_API_KEY"
Environment: TypeAlias = Literal["test_mode", "live_mode"]

BASE_URLS = {
    "test_mode": "https://test.dodopayments.com",
    "live_mode": "https://live.dodopayments.com",
}
# The name of the official SDK.
ENVIRONMENTS = BASE_URLS
DEFAULT_ENVIRONMENT = "live_mode"
BASE_URL_VARIABLE = "DODO_PAYMENTS_BASE_URL"
HEADERS_VARIABLE = "DODO_PAYMENTS_CUSTOM_HEADERS"
DEFAULT_TIMEOUT: dict[str, float | None] = {
    "connect": 5.0,
    "read": 60.0,
    "write": 60.0,
    "pool": 60.0,
}
DEFAULT_MAX_RETRIES = 2
# 24 days. The poll() of an operating system takes milliseconds as a signed 32-bit integer.
LONGEST_TIMEOUT = 2_000_000
# The default timeout of httpx and of libraries with the same interface.
HTTP_CLIENT_TIMEOUT = {"connect": 5.0, "read": 5.0, "write": 5.0, "pool": 5.0}


class Settings:
    """The validated settings of a client.

    Attributes:
        bearer_token: The bearer token, or None.
        base_url: The base URL of the API, without a trailing slash.
        timeout: Seconds for each of connect, read, write and pool.
        given_timeout: The timeout as it was passed, or `UNSET`.
        max_retries: The maximum number of retries.
        default_headers: The headers of all requests, besides those that the client sets.
        default_query: The query parameters of all requests.
        rate_limiter: Keeps the requests within the published rate limits, or None.
        deadline: Seconds that a call may take in all, or None.
        strict_responses: Whether to reject responses with missing or malformed fields.
    """

    def __init__(
        self,
        *,
        bearer_token: str | None,
        environment: Environment | None,
        base_url: str | httpx.URL | None | Unset,
        timeout: Timeout | Unset,
        max_retries: int,
        http_client: Any,
        default_headers: Headers | None,
        default_query: Query | None,
        pacing: bool,
        deadline: float | None,
        strict_responses: bool,
    ) -> None:
        self.bearer_token = _checked_token(bearer_token or os.environ.get(TOKEN_VARIABLE) or None)
        self.base_url = _checked_base_url(_base_url(environment, base_url))
        self.given_timeout = timeout
        self.timeout = _checked_timeout(timeout, http_client)
        self.max_retries = _checked_retries(max_retries)
        self.default_headers: Headers = {**_environment_headers(), **(default_headers or {})}
        self.default_query: Query = dict(default_query or {})
        self.rate_limiter = RateLimiter() if pacing else None
        self.deadline = _checked_deadline(deadline)
        self.strict_responses = strict_responses
        _warn_of_plain_http(self.bearer_token, self.base_url)

    def replace(
        self,
        *,
        bearer_token: str | None,
        environment: Environment | None,
        base_url: str | httpx.URL | None,
        timeout: Timeout | Unset,
        max_retries: int | Unset,
        http_client: Any,
        default_headers: Headers,
        default_query: Query,
        deadline: float | None | Unset,
    ) -> Settings:
        """Return a copy with other settings. The rate limiter is shared.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: An argument is invalid.
        """
        changed = copy(self)
        if bearer_token is not None:
            changed.bearer_token = _checked_token(bearer_token)
        if base_url is not None or environment is not None:
            changed.base_url = _checked_base_url(_base_url(environment, base_url))
        if timeout is not UNSET:
            changed.given_timeout = timeout
        if timeout is not UNSET or http_client is not None:
            changed.timeout = _checked_timeout(changed.given_timeout, http_client)
        if max_retries is not UNSET:
            changed.max_retries = _checked_retries(max_retries)
        changed.default_headers = default_headers
        changed.default_query = default_query
        if deadline is not UNSET:
            changed.deadline = _checked_deadline(deadline)
        if changed.base_url != self.base_url:
            _warn_of_plain_http(changed.bearer_token, changed.base_url)
        return changed


def _checked_token(token: Any) -> str | None:
    if token is not None and not isinstance(token, str):
        raise TypeError(f"bearer_token must be a string, not {type(token).__name__}")
    if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
        raise ValueError(
            "bearer_token contains a space, a line break or another character that is not allowed"
        )
    return token


def _base_url(environment: str | None, base_url: str | httpx.URL | None | Unset) -> str:
    """Return the base URL of the arguments, else that of the environment variable."""
    if environment is not None and environment not in BASE_URLS:
        raise ValueError(f"environment must be one of {', '.join(BASE_URLS)}")
    if base_url is not None and base_url is not UNSET:
        if isinstance(base_url, bytes):
            raise TypeError("base_url must be a string, not bytes")
        return str(base_url)
    variable = os.environ.get(BASE_URL_VARIABLE)
    if variable and base_url is UNSET:
        if environment is not None:
            raise ValueError(
                f"environment and {BASE_URL_VARIABLE} are both set and may contradict each other:"
                " remove one, or pass base_url=None to use environment"
            )
        return variable
    return BASE_URLS[environment or DEFAULT_ENVIRONMENT]


def _checked_base_url(base_url: str) -> str:
    if not base_url.isascii() or not base_url.isprintable() or " " in base_url:
        raise ValueError(
            "base_url contains a space or another character that is not allowed: write a"
            " non-ASCII host name in its ASCII form, xn--..."
        )
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError:
        port, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError(
            "base_url must be a URL such as https://test.dodopayments.com, with a port from 1 to"
            " 65535 if any"
        )
    if parts.username is not None or "?" in base_url or "#" in base_url:
        raise ValueError("base_url must not contain a user name, a query or a fragment")
    return base_url.rstrip("/")


def _environment_headers() -> dict[str, str]:
    """Parse the environment variable: one header on each line, such as `X-Team: billing`."""
    lines = (line.partition(":") for line in os.environ.get(HEADERS_VARIABLE, "").splitlines())
    return {name.strip(): value.strip() for name, colon, value in lines if colon and name.strip()}


def _warn_of_plain_http(token: str | None, base_url: str) -> None:
    """Warn if the token is sent to another computer without encryption."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    is_local = (
        host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")
    )
    if token is not None and parts.scheme == "http" and not is_local:
        warnings.warn(
            f"the bearer token is sent to {host} without encryption: use https", stacklevel=4
        )


def _checked_deadline(deadline: float | None) -> float | None:
    return None if deadline is None else _checked_seconds("deadline", deadline)


def _checked_seconds(name: str, seconds: float) -> float:
    value: Any = seconds
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number of seconds or None, not {type(value).__name__}")
    if not 0 < seconds <= LONGEST_TIMEOUT:
        raise ValueError(
            f"{name} must be a positive number of at most {LONGEST_TIMEOUT} seconds, or None for"
            " no limit"
        )
    return seconds


def _checked_timeout(timeout: Timeout | Unset, http_client: Any) -> dict[str, float | None]:
    if timeout is not UNSET:
        return timeout_fields(timeout)
    given = None if http_client is None else timeout_fields(http_client.timeout)
    return DEFAULT_TIMEOUT if given is None or given == HTTP_CLIENT_TIMEOUT else given


def _checked_retries(max_retries: Any) -> int:
    if isinstance(max_retries, bool) or not isinstance(max_retries, int) or max_retries < 0:
        raise ValueError("max_retries must be an integer of at least 0")
    return max_retries


def timeout_fields(timeout: Timeout) -> dict[str, float | None]:
    """Convert a timeout to the form that the transport of the HTTP client reads.

    Args:
        timeout: Seconds for each of connect, read, write and pool; an `httpx.Timeout`; or None for
            no timeout.

    Raises:
        TypeError: The timeout has another type.
        ValueError: The timeout is not positive or is too long.
    """
    if timeout is None:
        return dict.fromkeys(DEFAULT_TIMEOUT)
    if isinstance(timeout, (int, float)) and not isinstance(timeout, bool):
        return dict.fromkeys(DEFAULT_TIMEOUT, _checked_seconds("timeout", timeout))
    # Detect an httpx.Timeout without importing httpx.
    as_dict: Any = getattr(timeout, "as_dict", None)
    if as_dict is None:
        raise TypeError(
            "timeout must be a number of seconds, an httpx.Timeout or None,"
            f" not {type(timeout).__name__}"
        )
    fields = {name: as_dict()[name] for name in DEFAULT_TIMEOUT}
    for name, seconds in fields.items():
        if seconds is not None:
            _checked_seconds(f"timeout.{name}", seconds)
    return fields
