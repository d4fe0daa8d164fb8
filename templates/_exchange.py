"""The course of one call, without input or output: what to send, when to wait, how it ends."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from . import _retry
from ._logs import logger
from ._wire import MalformedError
from .errors import APIResponseValidationError

if TYPE_CHECKING:
    from collections.abc import Generator

    from ._requests import Call, RequestFactory
    from ._settings import Settings


def exchange(
    factory: RequestFactory, settings: Settings, call: Call
) -> Generator[Any, Any, tuple[Any, Any]]:
    """Go through one call.

    Yields:
        A float, to wait that many seconds, or a request, to send it and pass back its response or
        the HTTP client's error.

    Returns:
        The response and the parsed answer.

    Raises:
        DodoError: Every way in which a call can fail.
    """
    operation = call.operation
    request = factory.build(call, settings.timeout)
    attempt = 0
    while True:
        attempt += 1
        if settings.pacer is not None:
            yield settings.pacer.reserve()
        started = time.perf_counter()
        outcome = yield request
        lost = isinstance(outcome, Exception)
        logger.debug(
            "%s: attempt %d: %s after %.3f s",
            operation.name,
            attempt,
            type(outcome).__name__ if lost else outcome.status_code,
            time.perf_counter() - started,
        )
        last = attempt > settings.max_retries
        retry_after = None
        if lost:
            if last or not factory.is_passing(outcome, repeatable=operation.repeatable):
                error = factory.connection_error(outcome, request)
                # What is not passing may quote a header in its text.
                raise error from outcome if factory.is_passing(outcome, repeatable=True) else None
        elif 200 <= outcome.status_code < 300:
            logger.info("%s: %d", operation.name, outcome.status_code)
            return outcome, parse(call, outcome)
        else:
            status = outcome.status_code
            if last or not _retry.is_retried(status, repeatable=operation.repeatable):
                logger.info("%s: %d", operation.name, status)
                raise factory.refusal(call, outcome)
            retry_after = outcome.headers.get("retry-after")
        seconds = _retry.delay(attempt, retry_after)
        logger.info("%s: again in %.1f s", operation.name, seconds)
        yield seconds


def parse(call: Call, response: Any) -> Any:
    """Make the answer of a successful response.

    Raises:
        APIResponseValidationError: The body is not what the contract promises.
    """
    if call.operation.parse is None:
        return None
    try:
        return call.operation.parse(json.loads(response.content))
    except MalformedError as error:
        reason = str(error)
    except (ValueError, RecursionError):
        reason = "it is no JSON"
    raise APIResponseValidationError(
        f"the answer to {call.operation.name} breaks the contract: {reason}",
        request=response.request,
        response=response,
    )
