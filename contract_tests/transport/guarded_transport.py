"""Every request of the suite goes through this transport, whichever part of the suite sends it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from ..errors import BudgetSpentError, UnreachableError
from .exchange import NO_RESPONSE, Exchange
from .guard import Guard
from .rate_limiter import RateLimiter

_TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_MAX_WAIT = 65.0
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
        patience: Seconds that a run may lose in total with slow or incomplete responses and with
            waiting before retries.
    """

    body: int = 5_000_000
    seconds: float = 30.0
    patience: float = 180.0


DEFAULT_LIMITS = Limits()


class GuardedTransport(httpx.BaseTransport):
    """Checks, delays, retries and records the requests to the target.

    Args:
        inner: The transport that sends.
        guard: Rejects requests that must not be sent.
        rate_limiter: Delays requests so that the rate limits are kept.
        record: Called with every exchange.
        budget: How many requests may be sent in total, None for any number.
        limits: How much the suite waits for and reads from the target.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        guard: Guard,
        rate_limiter: RateLimiter,
        record: Callable[[Exchange], object] = lambda _: None,
        budget: int | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._inner = inner
        self._guard = guard
        self._rate_limiter = rate_limiter
        self._record = record
        self._budget = budget
        self._limits = limits
        self._requests = 0
        self._lost_seconds = 0.0
        self._trouble = ""

    @property
    def requests(self) -> int:
        """How many requests were sent so far, retries included."""
        return self._requests

    def start_restoring(self) -> None:
        """Drop the budget and forget the seconds lost: the keys must be put back in any case."""
        self._budget = None
        self._lost_seconds = 0.0

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
        self._guard.check(request)
        for attempt in range(1, _ATTEMPTS + 1):
            if self._budget is not None and self._requests >= self._budget:
                raise BudgetSpentError(f"the budget of {self._budget} requests is spent")
            if self._lost_seconds > self._limits.patience:
                raise UnreachableError(
                    f"{_address(request)} delays the run too long: {self._trouble}"
                )
            self._rate_limiter.wait()
            self._requests += 1
            exchange = self._send_once(request, attempt)
            if exchange.problem or exchange.seconds > _SLOW:
                self._lost_seconds += exchange.seconds
                self._trouble = exchange.problem or f"{exchange.seconds:.0f} s for a response"
            if attempt == _ATTEMPTS or not _is_retried(exchange, attempt):
                break
            delay = min(_delay(exchange, attempt), self._limits.patience)
            self._lost_seconds += delay
            self._trouble = exchange.problem or f"it returns {exchange.status}"
            time.sleep(delay)
        for item in (exchange.item, *exchange.items):
            self._guard.learn(item)
        self._record(exchange)
        return exchange

    def close(self) -> None:
        """Close the transport that sends."""
        self._inner.close()

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
    """Seconds to wait before the request is sent again."""
    asked = exchange.headers.get("retry-after", "")
    seconds = float(asked) if asked.isdecimal() else 2.0 ** (attempt - 1)
    return min(seconds, _MAX_WAIT)
