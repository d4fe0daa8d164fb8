# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The settings of a client, read from its arguments and the environment, and validated."""

from __future__ import annotations

import os
import warnings
from copy import copy
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from ._rate_limiter import RateLimiter
from ._types import UNSET, Timeout, Unset

TOKEN_VARIABLE = "DODO_PAYMENTS_API_KEY"
Environment: TypeAlias = Literal["test_mode", "live_mode"]

BASE_URLS = {
    "test_mode": "https://test.dodopayments.com",
    "live_mode": "https://live.dodopayments.com",
}
DEFAULT_ENVIRONMENT = "live_mode"
BASE_URL_VARIABLE = "DODO_PAYMENTS_BASE_URL"
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
        max_retries: The maximum number of retries.
        rate_limiter: Keeps the requests within the published rate limits, or None.
        deadline: Seconds that a call may take in all, or None.
        strict_responses: Whether to reject responses with missing or malformed fields.
    """

    def __init__(
        self,
        bearer_token: str | None,
        environment: Environment | None,
        base_url: str | None,
        timeout: Timeout | Unset,
        max_retries: int,
        http_client: Any,
        pacing: bool,
        deadline: float | None,
        strict_responses: bool,
    ) -> None:
        self.bearer_token = _checked_token(bearer_token or os.environ.get(TOKEN_VARIABLE) or None)
        self.base_url = _checked_base_url(environment, base_url)
        self.timeout = _checked_timeout(timeout, http_client)
        self.max_retries = _checked_retries(max_retries)
        self.rate_limiter = RateLimiter() if pacing else None
        self.deadline = _checked_deadline(deadline)
        self.strict_responses = strict_responses
        _warn_of_plain_http(self.bearer_token, self.base_url)

    def replace(
        self,
        bearer_token: str | Unset,
        base_url: str | Unset,
        timeout: Timeout | Unset,
        max_retries: int | Unset,
        deadline: float | None | Unset,
    ) -> Settings:
        """Return a copy with other settings. The rate limiter is shared.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: An argument is invalid.
        """
        changed = copy(self)
        if bearer_token is not UNSET:
            changed.bearer_token = _checked_token(bearer_token)
        if base_url is not UNSET:
            changed.base_url = _checked_base_url(None, base_url)
        if timeout is not UNSET:
            changed.timeout = timeout_fields(timeout)
        if max_retries is not UNSET:
            changed.max_retries = _checked_retries(max_retries)
        if deadline is not UNSET:
            changed.deadline = _checked_deadline(deadline)
        if base_url is not UNSET:
            _warn_of_plain_http(changed.bearer_token, changed.base_url)
        return changed


def _checked_token(token: str | None) -> str | None:
    if token is not None and not isinstance(token, str):
        raise TypeError(f"bearer_token must be a string, not {type(token).__name__}")
    if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
        raise ValueError(
            "bearer_token contains a space, a line break or another character that is not allowed"
        )
    return token


def _checked_base_url(environment: str | None, base_url: str | None) -> str:
    if environment is not None and environment not in BASE_URLS:
        raise ValueError(f"environment must be one of {', '.join(BASE_URLS)}")
    if base_url is None and environment is None:
        base_url = os.environ.get(BASE_URL_VARIABLE) or None
    if base_url is None:
        base_url = BASE_URLS[environment or DEFAULT_ENVIRONMENT]
    if not isinstance(base_url, str):
        raise TypeError(f"base_url must be a string, not {type(base_url).__name__}")
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
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError(f"{name} must be a number of seconds or None, not {type(seconds).__name__}")
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


def _checked_retries(max_retries: int) -> int:
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
    as_dict = getattr(timeout, "as_dict", None)
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
