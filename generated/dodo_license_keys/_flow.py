# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The flow of one call, without input or output: which requests to send, how long to wait between.

A flow is a generator, like httpx's `auth_flow`: it yields steps, and a requestor carries them out.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Generator
from typing import Any, NamedTuple, TypeAlias

from . import _retry
from ._body import DeadlineError, Reply
from ._codec import MalformedError
from ._logs import logger
from ._operations import Call
from ._requests import RequestFactory
from ._settings import Settings
from .errors import APIResponseValidationError


class Send(NamedTuple):
    """Send a request, then pass its response, or the HTTP client's error, to the flow.

    Attributes:
        request: The request.
        deadline: The end of the call as a time of `time.monotonic()`, or None.
    """

    request: Any
    deadline: float | None


class Wait(NamedTuple):
    """Wait for a number of seconds, then pass None to the flow."""

    seconds: float


class Result(NamedTuple):
    """The result of a successful call.

    Attributes:
        reply: The response and its body.
        parsed: The model that the operation returns, or None.
        retries: The number of requests before the last.
        seconds: The time from sending the last request until its response was read.
    """

    reply: Reply
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
        A `Send`, whose outcome is a `Reply` or an error of the HTTP client, or a `Wait`.

    Returns:
        The response and the parsed model.

    Raises:
        DodoError: The call failed.
    """
    operation, failures = call.operation, factory.failures
    deadline = None if settings.deadline is None else time.monotonic() + settings.deadline
    request = factory.build(call, settings.timeout)
    may_have_succeeded = False

    def remaining(seconds: float = 0.0) -> float:
        rest = math.inf if deadline is None else deadline - time.monotonic()
        if rest <= seconds:
            raise failures.connection_error(DeadlineError(), request)
        return rest

    def wait(seconds: float) -> Wait:
        remaining(seconds)
        return Wait(seconds)

    attempt = 0
    while True:
        attempt += 1
        if settings.rate_limiter is not None:
            yield wait(settings.rate_limiter.reserve())
            while (seconds := settings.rate_limiter.start()) > 0:
                yield wait(seconds)
        if deadline is not None:
            limit_timeouts(request, remaining())
        started = time.perf_counter()
        outcome = yield Send(request, deadline)
        seconds = time.perf_counter() - started
        failed = isinstance(outcome, Exception)
        status = 0 if failed else outcome.unread.status_code
        logger.debug(
            "%s: attempt %d: %s after %.3f s",
            operation.name,
            attempt,
            type(outcome).__name__ if failed else status,
            seconds,
        )
        last = attempt > settings.max_retries
        retry_after = None
        if failed:
            if last or not failures.is_retryable(outcome, idempotent=operation.idempotent):
                error = failures.connection_error(outcome, request)
                raise error from (outcome if failures.is_quotable(outcome) else None)
            may_have_succeeded |= not failures.is_retryable(outcome, idempotent=False)
        elif 200 <= status < 300:
            logger.info("%s: %d", operation.name, status)
            parsed = parse(call, outcome, strict=settings.strict_responses)
            return Result(outcome, parsed, attempt - 1, seconds)
        else:
            if status == 404 and operation.model is None and may_have_succeeded:
                logger.info("%s: 404 after a lost response: done before", operation.name)
                return Result(outcome, None, attempt - 1, seconds)
            requested = outcome.unread.headers.get("x-should-retry")
            if last or not _retry.is_retryable(status, requested, idempotent=operation.idempotent):
                logger.info("%s: %d", operation.name, status)
                raise failures.status_error(call, outcome.response)
            may_have_succeeded |= not _retry.is_retryable(status, idempotent=False)
            retry_after = _retry.retry_after(outcome.unread.headers)
        factory.count_retry(request, call, attempt)
        seconds = _retry.delay(attempt, retry_after)
        logger.info("%s: retry in %.1f s", operation.name, seconds)
        yield wait(seconds)


def limit_timeouts(request: Any, seconds: float) -> None:
    """Lower the timeouts of a request that are longer than the time that remains for the call."""
    request.extensions["timeout"] = {
        name: seconds if timeout is None else min(timeout, seconds)
        for name, timeout in request.extensions["timeout"].items()
    }


def parse(call: Call, reply: Reply, *, strict: bool) -> Any:
    """Parse the body of a successful response.

    Args:
        call: The call.
        reply: The response and its body.
        strict: Whether to reject a body with a missing or malformed field.

    Returns:
        The model of the operation, or None if the operation returns no body.

    Raises:
        APIResponseValidationError: The body is not what the operation returns.
    """
    model, name, read = call.operation.model, call.operation.name, call.operation.read
    if model is None and read is None and not reply.content:
        return None
    if model is object:
        return None
    try:
        if read is not None:
            return read(reply.response, strict, f"the response to {name}")
        data = json.loads(reply.content)
        if model is None:
            return None
        return model.from_dict(data) if strict else model.read(data, f"the response to {name}")
    except MalformedError as error:
        reason = str(error)
    except (ValueError, RecursionError):
        reason = "the body is not JSON"
    raise APIResponseValidationError(
        f"the response to {name} violates the specification: {reason}",
        request=reply.unread.request,
        response=reply.response,
    )
