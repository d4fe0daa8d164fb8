"""How long a server that stops responding delays a run, and how many requests that costs."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from contract_tests.errors import BudgetSpentError, RefusedByGuardError, UnreachableError
from contract_tests.transport import guarded_transport
from contract_tests.transport.guard import Guard
from contract_tests.transport.guarded_transport import LIVE_LIMITS, GuardedTransport
from contract_tests.transport.rate_limiter import RateLimiter

LONGEST = 300
BASE = "http://127.0.0.1:9"


class Clock:
    """The time that the transport sees; waiting takes none."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now

    time = perf_counter

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def _hangs(clock: Clock, _: httpx.Request) -> httpx.Response:
    clock.now += LIVE_LIMITS.seconds
    raise httpx.ReadTimeout("the response took too long")


def _throttles(_: Clock, __: httpx.Request) -> httpx.Response:
    return httpx.Response(429, headers={"retry-after": "60"}, json={})


def _throttles_for_days(_: Clock, __: httpx.Request) -> httpx.Response:
    return httpx.Response(429, headers={"retry-after": "999999"}, json={})


def _is_unavailable(clock: Clock, _: httpx.Request) -> httpx.Response:
    clock.now += 20
    return httpx.Response(503, json={})


def _transport(
    behaviour: Callable[[Clock, httpx.Request], httpx.Response], clock: Clock, budget: int
) -> GuardedTransport:
    inner = httpx.MockTransport(lambda request: behaviour(clock, request))
    return GuardedTransport(
        inner, Guard([], BASE), RateLimiter(()), budget=budget, limits=LIVE_LIMITS
    )


def _send_many(transport: GuardedTransport) -> None:
    for _ in range(100):
        transport.send(httpx.Request("GET", f"{BASE}/license_keys"))


@pytest.mark.parametrize("behaviour", [_hangs, _throttles, _is_unavailable])
def test_run_ends_within_five_minutes_of_lost_time(
    behaviour: Callable[[Clock, httpx.Request], httpx.Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(guarded_transport, "time", clock)
    transport = _transport(behaviour, clock, 1000)
    for _ in range(2):
        with pytest.raises(UnreachableError, match="delays the run too long"):
            _send_many(transport)
        transport.start_restoring()
    assert clock.now <= LONGEST


def test_server_that_asks_for_more_than_the_patience_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr(guarded_transport, "time", clock)
    transport = _transport(_throttles_for_days, clock, 1000)
    with pytest.raises(UnreachableError, match="delays the run too long: it returns 429"):
        _send_many(transport)
    assert (clock.now, transport.requests) == (0.0, 1)


def test_retries_count_and_threads_do_not_exceed_the_budget() -> None:
    sent = 0

    def slow(_: Clock, __: httpx.Request) -> httpx.Response:
        nonlocal sent
        sent += 1
        time.sleep(0.001)
        return httpx.Response(200, json={})

    transport = _transport(slow, Clock(), 10)

    def send(_: int) -> bool:
        try:
            transport.send(httpx.Request("GET", f"{BASE}/license_keys"))
        except BudgetSpentError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(40))) == 10
    assert sent == transport.requests == 10


def test_request_to_another_server_is_refused() -> None:
    transport = _transport(_throttles, Clock(), 10)
    for url in ("http://127.0.0.1:10/license_keys", "https://127.0.0.1:9/", "http://evil.example/"):
        with pytest.raises(RefusedByGuardError, match="is not the server under test"):
            transport.send(httpx.Request("GET", url))
    assert transport.requests == 0
