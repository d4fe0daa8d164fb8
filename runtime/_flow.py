"""The flow of one call, without input or output: which requests to send, how long to wait between.

A flow is a generator, like httpx's `auth_flow`: it yields steps, and a requestor carries them out.
"""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from typing import Any, NamedTuple, TypeAlias

from . import _retry
from ._codec import MalformedError
from ._logs import logger
from ._requests import Call, RequestFactory
from ._settings import Settings
from .errors import APIResponseValidationError


class Send(NamedTuple):
    """Send a request, then pass its response, or the HTTP client's error, to the flow."""

    request: Any


class Wait(NamedTuple):
    """Wait for a number of seconds, then pass None to the flow."""

    seconds: float


class Result(NamedTuple):
    """The result of a successful call.

    Attributes:
        response: The HTTP client's response.
        parsed: The model that the operation returns, or None.
        retries: The number of requests before the last.
        seconds: The time from sending the last request until its response was read.
    """

    response: Any
    parsed: Any
    retries: int
    seconds: float


Flow: TypeAlias = Generator[Send | Wait, Any, Result]


def call_flow(factory: RequestFactory, settings: Settings, call: Call) -> Flow:
    """Yield the steps of one call, retries included.

    Args:
        factory: Builds the request and classifies the HTTP client's errors.
        settings: The timeout, the number of retries and the rate limiter.
        call: The call.

    Yields:
        A `Send`, whose outcome is a response or an error of the HTTP client, or a `Wait`.

    Returns:
        The response and the parsed model.

    Raises:
        DodoError: The call failed.
    """
    operation = call.operation
    request = factory.build(call, settings.timeout)
    attempt = 0
    while True:
        attempt += 1
        if settings.rate_limiter is not None:
            yield Wait(settings.rate_limiter.reserve())
        started = time.perf_counter()
        outcome = yield Send(request)
        seconds = time.perf_counter() - started
        failed = isinstance(outcome, Exception)
        logger.debug(
            "%s: attempt %d: %s after %.3f s",
            operation.name,
            attempt,
            type(outcome).__name__ if failed else outcome.status_code,
            seconds,
        )
        last = attempt > settings.max_retries
        retry_after = None
        if failed:
            if last or not factory.is_retryable(outcome, idempotent=operation.idempotent):
                error = factory.connection_error(outcome, request)
                # The text of any other error may quote a header.
                cause = outcome if factory.is_retryable(outcome, idempotent=True) else None
                raise error from cause
        elif 200 <= outcome.status_code < 300:
            logger.info("%s: %d", operation.name, outcome.status_code)
            return Result(outcome, parse(call, outcome), attempt - 1, seconds)
        else:
            status = outcome.status_code
            requested = outcome.headers.get("x-should-retry")
            if last or not _retry.is_retryable(status, requested, idempotent=operation.idempotent):
                logger.info("%s: %d", operation.name, status)
                raise factory.status_error(call, outcome)
            retry_after = _retry.retry_after(outcome.headers)
        factory.count_retry(request, call, attempt)
        seconds = _retry.delay(attempt, retry_after)
        logger.info("%s: retry in %.1f s", operation.name, seconds)
        yield Wait(seconds)


def parse(call: Call, response: Any) -> Any:
    """Parse the body of a successful response.

    Returns:
        The model of the operation, or None if the operation returns no body.

    Raises:
        APIResponseValidationError: The body violates the OpenAPI specification.
    """
    if call.operation.parse is None:
        return None
    try:
        return call.operation.parse(json.loads(response.content))
    except MalformedError as error:
        reason = str(error)
    except (ValueError, RecursionError):
        reason = "the body is not JSON"
    raise APIResponseValidationError(
        f"the response to {call.operation.name} violates the specification: {reason}",
        request=response.request,
        response=response,
    )
