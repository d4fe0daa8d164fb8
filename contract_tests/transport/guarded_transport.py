"""The one way out: every request of the suite, whoever makes it, passes here."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from ..errors import BudgetSpentError, UnreachableError
from .exchange import NO_ANSWER, Exchange
from .guard import Guard
from .rate_limiter import Pace

_TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_MAX_WAIT = 65.0
# The body is passed on decoded and whole, and the contract has no redirect to follow.
_NOT_PASSED_ON = (b"content-encoding", b"transfer-encoding", b"content-length", b"location")
_ATTEMPTS = 4
_SLOW = 5.0


@dataclass(frozen=True)
class Limits:
    """What the target may cost.

    Attributes:
        body: Bytes that are read of one body.
        seconds: How long one answer may take.
        patience: Seconds that a run may lose in all with slow answers, answers that do not come
            whole, and waiting to ask again.
    """

    body: int = 5_000_000
    seconds: float = 30.0
    patience: float = 180.0


DEFAULT_LIMITS = Limits()


class Gate(httpx.BaseTransport):
    """Guards, paces, retries and records what goes to the target.

    Args:
        inner: What really sends.
        guard: Decides what may be sent.
        pace: Waits so that the rate limit holds.
        record: Called with every exchange.
        budget: How many requests may be sent in all, None for any number.
        limits: What the target may cost.

    Attributes:
        lost: Seconds lost so far.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        guard: Guard,
        pace: Pace,
        record: Callable[[Exchange], object] = lambda _: None,
        budget: int | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.guard = guard
        self.budget = budget
        self.requests = 0
        self.lost = 0.0
        self._limits = limits
        self._trouble = ""
        self._inner = inner
        self._pace = pace
        self._record = record

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the answer, read to its end, `exchange` in its extensions.

        Raises:
            RefusedByGuardError: The request may change what is not allowed.
            BudgetSpentError: No request is left.
            UnreachableError: The target cannot be reached.
            httpx.RemoteProtocolError: The target broke off before it answered.
        """
        exchange = self.send(request)
        if exchange.status == NO_ANSWER:
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
        """Send a request and return the exchange; waits out throttling and passing failures.

        Raises:
            RefusedByGuardError: The request may change what is not allowed.
            BudgetSpentError: No request is left.
            UnreachableError: The target cannot be reached.
        """
        self.guard.check(request)
        for attempt in range(1, _ATTEMPTS + 1):
            if self.budget is not None and self.requests >= self.budget:
                raise BudgetSpentError(f"the budget of {self.budget} requests is spent")
            if self.lost > self._limits.patience:
                raise UnreachableError(f"{_address(request)} holds the run up: {self._trouble}")
            self._pace.wait()
            self.requests += 1
            exchange = self._attempt(request)
            if exchange.problem or exchange.seconds > _SLOW:
                self.lost += exchange.seconds
                self._trouble = exchange.problem or f"{exchange.seconds:.0f} s for an answer"
            if attempt == _ATTEMPTS or not _is_worth_repeating(exchange, attempt):
                break
            delay = min(_delay(exchange, attempt), self._limits.patience)
            self.lost += delay
            self._trouble = exchange.problem or f"it answers {exchange.status}"
            time.sleep(delay)
        for item in (exchange.item, *exchange.items):
            self.guard.learn(item)
        self._record(exchange)
        return exchange

    def close(self) -> None:
        """Close what really sends."""
        self._inner.close()

    def _attempt(self, request: httpx.Request) -> Exchange:
        body = request.read()
        request.extensions.setdefault("timeout", _TIMEOUT.as_dict())
        started = time.perf_counter()
        status, headers, content, problem = NO_ANSWER, httpx.Headers(), b"", None
        try:
            response = self._inner.handle_request(request)
            status, headers = response.status_code, response.headers
            content, problem = _read(response, started, self._limits)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise UnreachableError(f"{_address(request)} does not answer: {error}") from error
        except httpx.LocalProtocolError as error:
            raise ValueError(f"{request.method} {request.url} cannot be sent: {error}") from error
        except httpx.TransportError as error:
            problem = f"no answer came: {type(error).__name__} {error}".strip()
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
        )


def _address(request: httpx.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"


def _read(response: httpx.Response, started: float, limits: Limits) -> tuple[bytes, str | None]:
    """Read a body as far as it is fit to be read; the second value says what was wrong."""
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


def _is_worth_repeating(exchange: Exchange, attempt: int) -> bool:
    """Whether the same request may fare better: throttled ones always, failed ones once."""
    once_more = attempt == 1 and exchange.method != "POST"
    return exchange.is_throttled or (exchange.failed_on_the_way and once_more)


def _delay(exchange: Exchange, attempt: int) -> float:
    """How many seconds to wait before the same request may be sent again."""
    asked = exchange.headers.get("retry-after", "")
    seconds = float(asked) if asked.isdecimal() else 2.0 ** (attempt - 1)
    return min(seconds, _MAX_WAIT)
