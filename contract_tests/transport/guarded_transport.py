"""Every request of the suite goes through this transport, whichever part of the suite sends it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import httpx

from ..errors import BudgetSpentError, UnreachableError
from .exchange import NO_RESPONSE, Exchange
from .guard import Guard
from .rate_limiter import RateLimiter

_TIMEOUT = httpx.Timeout(15.0, connect=5.0)
# The body is passed on decoded and complete, and the contract has no redirects.
_NOT_PASSED_ON = (b"content-encoding", b"transfer-encoding", b"content-length", b"location")
_ATTEMPTS = 4
_SLOW = 5.0


@dataclass(frozen=True)
class Limits:
    """How much the suite waits for and reads from the target.

    Attributes:
        body: Bytes of a response body; the rest is not read.
        seconds: Seconds that one response may take.
        patience: Seconds that the checks of a run may lose in total with slow or incomplete
            responses and with waiting before retries.
        patience_to_restore: Seconds that restoring the keys may lose in the same way.
    """

    body: int = 5_000_000
    seconds: float = 30.0
    patience: float = 180.0
    patience_to_restore: float = 90.0


DEFAULT_LIMITS = Limits()
# A server that stops responding delays a live run by 270 seconds at most: each patience, and one
# last response after it.
LIVE_LIMITS = Limits(patience=120.0)


class Observer(Protocol):
    """Sees each request before it is sent and each response before it is judged."""

    def note_request(self, request: httpx.Request) -> None:
        """Learn from a request that is about to be sent."""

    def note_unsent(self) -> None:
        """Forget the request that was about to be sent: the budget does not allow it."""

    def note_exchange(self, exchange: Exchange) -> None:
        """Learn from an exchange, or raise `RunStoppedError` so that it is not judged."""


class GuardedTransport(httpx.BaseTransport):
    """Checks, delays, retries and records the requests to the target.

    Args:
        inner: The transport that sends.
        guard: Rejects requests that must not be sent.
        rate_limiter: Delays requests so that the rate limits are kept.
        record: Called with every exchange.
        budget: How many requests may be sent in total, None for any number.
        limits: How much the suite waits for and reads from the target.
        reserve: Returns how many requests of the budget are kept for restoring the keys.

    Attributes:
        observers: See every exchange before it is judged.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        guard: Guard,
        rate_limiter: RateLimiter,
        record: Callable[[Exchange], object] = lambda _: None,
        budget: int | None = None,
        limits: Limits = DEFAULT_LIMITS,
        reserve: Callable[[], int] = lambda: 0,
    ) -> None:
        self.observers: list[Observer] = []
        self._inner = inner
        self._guard = guard
        self._rate_limiter = rate_limiter
        self._record = record
        self._budget = budget
        self._limits = limits
        self._patience = limits.patience
        self._reserve = reserve
        self._requests = 0
        self._counting = threading.Lock()
        self._lost_seconds = 0.0
        self._trouble = ""

    @property
    def requests(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._requests

    @property
    def left(self) -> int:
        """How many requests are left for the checks of a run with a budget, 0 without one."""
        return 0 if self._budget is None else self._budget - self._reserve() - self._requests

    def start_restoring(self) -> None:
        """Release the part of the budget and the patience that is kept for restoring the keys."""
        self._reserve = lambda: 0
        self._lost_seconds = 0.0
        self._patience = self._limits.patience_to_restore

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its complete response, `exchange` in its extensions.

        Raises:
            RefusedByGuardError: The request could change what is not allowed.
            BudgetSpentError: The budget is spent.
            UnreachableError: The target cannot be reached.
            httpx.RemoteProtocolError: The connection was closed before a response came.
        """
        exchange = self.send(request)
        if exchange.status == NO_RESPONSE:
            raise httpx.RemoteProtocolError(exchange.problem or "", request=request)
        headers = [
            (name, value)
            for name, value in exchange.headers.raw
            if name.lower() not in _NOT_PASSED_ON
        ]
        return httpx.Response(
            exchange.status,
            headers=headers,
            content=exchange.body,
            request=request,
            extensions={"exchange": exchange},
        )

    def send(self, request: httpx.Request) -> Exchange:
        """Send a request and return the exchange; retry after 429 and temporary failures.

        Raises:
            RefusedByGuardError: The request could change what is not allowed.
            BudgetSpentError: The budget is spent.
            UnreachableError: The target cannot be reached.
        """
        exchange = self.deliver(request)
        for observer in self.observers:
            observer.note_exchange(exchange)
        for item in (exchange.item, *exchange.items):
            self._guard.learn(item)
        self._record(exchange)
        return exchange

    def deliver(self, request: httpx.Request) -> Exchange:
        """Send a request like `send`, but without recording or judging the exchange."""
        self._guard.check(request)
        for observer in self.observers:
            observer.note_request(request)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._count(request)
            except BudgetSpentError:
                if attempt == 1:
                    for observer in self.observers:
                        observer.note_unsent()
                raise
            self._rate_limiter.wait()
            exchange = self._send_once(request, attempt)
            if exchange.problem or exchange.seconds > _SLOW:
                self._lost_seconds += exchange.seconds
                self._trouble = exchange.problem or f"{exchange.seconds:.0f} s for a response"
            if attempt == _ATTEMPTS or not _is_retried(exchange, attempt):
                break
            self._pause(request, exchange, attempt)
        return exchange

    def close(self) -> None:
        """Close the transport that sends."""
        self._inner.close()

    def _count(self, request: httpx.Request) -> None:
        """Count one request, if the budget and the patience allow it."""
        with self._counting:
            if self._budget is not None and self._requests >= self._budget - self._reserve():
                raise BudgetSpentError(f"the budget of {self._budget} requests is spent")
            if self._lost_seconds > self._patience:
                raise self._too_slow(request)
            self._requests += 1

    def _pause(self, request: httpx.Request, exchange: Exchange, attempt: int) -> None:
        """Wait before a retry, if the patience allows it."""
        delay = _delay(exchange, attempt)
        self._trouble = exchange.problem or f"it returns {exchange.status}"
        if self._lost_seconds + delay > self._patience:
            raise self._too_slow(request)
        self._lost_seconds += delay
        time.sleep(delay)

    def _too_slow(self, request: httpx.Request) -> UnreachableError:
        return UnreachableError(f"{_address(request)} delays the run too long: {self._trouble}")

    def _send_once(self, request: httpx.Request, attempt: int) -> Exchange:
        body = request.read()
        request.extensions.setdefault("timeout", _TIMEOUT.as_dict())
        sent_at, started = time.time(), time.perf_counter()
        status, headers, content, problem = NO_RESPONSE, httpx.Headers(), b"", None
        try:
            response = self._inner.handle_request(request)
            status, headers = response.status_code, response.headers
            content, problem = _read(response, started, self._limits)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise UnreachableError(f"{_address(request)} does not respond: {error}") from error
        except httpx.LocalProtocolError as error:
            raise ValueError(f"{request.method} {request.url} cannot be sent: {error}") from error
        except httpx.TransportError as error:
            problem = f"no response came: {type(error).__name__} {error}".strip()
        return Exchange(
            method=request.method,
            url=request.url,
            request_headers=request.headers,
            request_body=body,
            status=status,
            headers=headers,
            body=content,
            seconds=time.perf_counter() - started,
            problem=problem,
            attempts=attempt,
            started=sent_at,
        )


def _address(request: httpx.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"


def _read(response: httpx.Response, started: float, limits: Limits) -> tuple[bytes, str | None]:
    """Read a body up to the limits; the second value says why it is not complete, None if it is."""
    content = bytearray()
    try:
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > limits.body:
                return bytes(content[: limits.body]), f"the body is larger than {limits.body} bytes"
            if time.perf_counter() - started > limits.seconds:
                return bytes(content), f"the body took longer than {limits.seconds:g} s"
    except httpx.HTTPError as error:
        return bytes(content), f"the body broke off: {error}"
    finally:
        response.close()
    return bytes(content), None


def _is_retried(exchange: Exchange, attempt: int) -> bool:
    """Whether to send the request again: after 429 always, after a temporary failure once."""
    once_more = attempt == 1 and exchange.method != "POST"
    return exchange.is_throttled or (exchange.failed_on_the_way and once_more)


def _delay(exchange: Exchange, attempt: int) -> float:
    """Seconds to wait before the request is sent again, as many as the server asks for."""
    asked = exchange.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else 2.0 ** (attempt - 1)
