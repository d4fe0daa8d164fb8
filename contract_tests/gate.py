"""The one way out: every request of the suite, whoever makes it, passes here."""

import time
from collections.abc import Callable

import httpx

from contract_tests.errors import BudgetSpentError, UnreachableError
from contract_tests.exchange import NO_ANSWER, Exchange
from contract_tests.guard import Guard
from contract_tests.pace import Pace

MAX_BODY = 5_000_000
MAX_SECONDS = 30.0
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_MAX_WAIT = 65.0
_ATTEMPTS = 4


class Gate(httpx.BaseTransport):
    """Guards, paces, retries and records what goes to the target.

    Args:
        inner: What really sends.
        guard: Decides what may be sent.
        pace: Waits so that the rate limit holds.
        record: Called with every exchange.
        budget: How many requests may be sent in all, None for any number.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        guard: Guard,
        pace: Pace,
        record: Callable[[Exchange], object] = lambda _: None,
        budget: int | None = None,
    ) -> None:
        self.guard = guard
        self.budget = budget
        self.requests = 0
        self._inner = inner
        self._pace = pace
        self._record = record

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the answer, read to its end.

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
            if name.lower() not in (b"content-encoding", b"transfer-encoding", b"content-length")
        ]
        return httpx.Response(
            exchange.status, headers=headers, content=exchange.body, request=request
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
            self._pace.wait()
            self.requests += 1
            exchange = self._attempt(request)
            if attempt == _ATTEMPTS or not _is_worth_repeating(exchange, attempt):
                break
            time.sleep(_delay(exchange, attempt))
        for item in (exchange.item, *exchange.items):
            self.guard.learn(item)
        self._record(exchange)
        return exchange

    def close(self) -> None:
        """Close what really sends."""
        self._inner.close()

    def _attempt(self, request: httpx.Request) -> Exchange:
        body = request.read()
        request.extensions.setdefault("timeout", TIMEOUT.as_dict())
        started = time.perf_counter()
        status, headers, content, problem = NO_ANSWER, httpx.Headers(), b"", None
        try:
            response = self._inner.handle_request(request)
            status, headers = response.status_code, response.headers
            content, problem = _read(response, started)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            address = f"{request.url.scheme}://{request.url.netloc.decode()}"
            raise UnreachableError(f"{address} does not answer: {error}") from error
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


def _read(response: httpx.Response, started: float) -> tuple[bytes, str | None]:
    """Read a body as far as it is fit to be read; the second value says what was wrong."""
    content = bytearray()
    try:
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > MAX_BODY:
                return bytes(content[:MAX_BODY]), f"the body is larger than {MAX_BODY} bytes"
            if time.perf_counter() - started > MAX_SECONDS:
                return bytes(content), f"the body took longer than {MAX_SECONDS:g} s"
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
