# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Classifies the failures of requests, and converts them to the errors of this package."""

from __future__ import annotations

import re
import sys
from typing import Any

from ._body import MAX_BYTES, DeadlineError, TooLargeError
from ._operations import Call
from ._redaction import error_fields, safe_code, safe_message, secrets_in
from ._settings import Settings
from .errors import APIConnectionError, APIStatusError, APITimeoutError, error_class

# The texts of some errors quote a malformed header, which may reflect the request.
QUOTATION = re.compile("['\"]")


class Failures:
    """The failures of the requests of one client.

    Args:
        library: httpx, or a library with the same interface, such as httpx2.
        settings: The settings of the client.
        is_direct: Whether no HTTP client was given, which may raise errors of its own.

    Attributes:
        request_errors: The errors that sending a request raises.
    """

    def __init__(self, library: Any, settings: Settings, *, is_direct: bool) -> None:
        self._base_url = settings.base_url
        self._bearer_token = settings.bearer_token
        self.request_errors: tuple[type[Exception], ...] = (
            (Exception,) if is_direct else _client_errors(library)
        )
        self._timeout_error: type[Exception] = library.TimeoutException
        self._unsent_errors: tuple[type[Exception], ...] = (
            library.ConnectError,
            library.ConnectTimeout,
            library.PoolTimeout,
        )
        self._transient_errors: tuple[type[Exception], ...] = (
            library.TimeoutException,
            library.NetworkError,
            library.RemoteProtocolError,
            library.ProxyError,
        )

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


def _client_errors(library: Any) -> tuple[type[Exception], ...]:
    """Return the errors of a given HTTP client and of the h11 library that it may use."""
    h11 = sys.modules.get("h11")
    protocol_errors = () if h11 is None else (h11.ProtocolError,)
    # An asynchronous client raises RuntimeError in another event loop than its first.
    own = (DeadlineError, TooLargeError)
    return (library.RequestError, library.InvalidURL, RuntimeError, *protocol_errors, *own)
