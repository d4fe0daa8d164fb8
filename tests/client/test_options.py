"""What a client and a call can be told: options, environment, copies, pacing, logs, warnings."""

import asyncio
import logging
import os
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dodo_license_keys as dodo
import pytest

from tests.client.conftest import TOKEN, Caller
from tests.client.server import KEY, refusal, reply, serve


def retrieve(client: Any) -> Any:
    return client.license_keys.retrieve("lic_123")


def test_the_address_comes_from_argument_environment_or_live_mode(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = call.client_class
    assert make().base_url == "https://live.dodopayments.com"
    assert make(environment="test_mode").base_url == "https://test.dodopayments.com"
    assert make(environment="live_mode").base_url == "https://live.dodopayments.com"
    monkeypatch.setenv("DODO_PAYMENTS_BASE_URL", "http://localhost:1/")
    assert make().base_url == "http://localhost:1"
    with pytest.raises(ValueError, match=r"environment and DODO_PAYMENTS_BASE_URL are both set"):
        make(environment="test_mode")
    test_mode = make(environment="test_mode", base_url=None)
    assert test_mode.base_url == "https://test.dodopayments.com"
    assert make(base_url=None).base_url == "https://live.dodopayments.com"
    assert make(base_url="http://localhost:2").base_url == "http://localhost:2"


def test_a_call_takes_extra_headers_query_and_body(call: Caller) -> None:
    with serve(reply(200, KEY)) as server:
        call(
            lambda client: client.license_keys.update(
                "lic_123",
                disabled=True,
                extra_headers={"X-Request": "7", "authorization": "Bearer other"},
                extra_query={"expand": ["a", "b"], "dry": True, "none": None},
                extra_body={"disabled": None, "note": "ü"},
            ),
            server.url,
        )
    assert server.last.path == "/license_keys/lic_123?expand=a&expand=b&dry=true"
    assert server.last.headers["X-Request"] == "7"
    assert server.last.headers["authorization"] == "Bearer other"
    assert server.last.json == {"disabled": None, "note": "ü"}


def test_a_copy_differs_where_told_and_shares_the_rest(call: Caller) -> None:
    def use(client: Any) -> Any:
        copy = client.with_options(max_retries=0, bearer_token="another-token")
        assert type(copy) is type(client)
        assert copy.base_url == client.base_url
        assert copy.license_keys is not client.license_keys
        return copy.license_keys.retrieve("lic_123")

    with serve(refusal(503), reply(200, KEY)) as server:
        with pytest.raises(dodo.InternalServerError):
            call(use, server.url)
        assert server.last.headers["Authorization"] == "Bearer another-token"
        with pytest.raises(ValueError, match="base_url must be"):
            call(lambda client: client.with_options(base_url="nowhere"), server.url)


def test_copies_share_the_connection() -> None:
    """The server sees one connection for the client and its copy."""
    ports: set[int] = set()

    def answer(handler: Any) -> None:
        ports.add(handler.client_address[1])
        reply(200, KEY)(handler)

    with (
        serve(answer) as server,
        dodo.DodoLicenseKeys(bearer_token=TOKEN, base_url=server.url) as client,
    ):
        retrieve(client)
        retrieve(client.with_options(timeout=3))
    assert len(ports) == 1


def test_threads_share_a_client() -> None:
    with (
        serve(reply(200, KEY)) as server,
        dodo.DodoLicenseKeys(bearer_token=TOKEN, base_url=server.url) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        keys = list(pool.map(lambda _: retrieve(client), range(100)))
    assert len(keys) == len(server.received) == 100


def test_pacing_keeps_to_ten_a_second_across_threads_and_copies() -> None:
    starts: list[float] = []
    lock = threading.Lock()

    def answer(handler: Any) -> None:
        with lock:
            starts.append(time.monotonic())
        reply(200, KEY)(handler)

    with (
        serve(answer) as server,
        dodo.DodoLicenseKeys(bearer_token=TOKEN, base_url=server.url, pacing=True) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        copy = client.with_options(timeout=30)
        list(pool.map(lambda number: retrieve((client, copy)[number % 2]), range(22)))
    starts.sort()
    # The first may arrive late, so a little less than the two seconds between them.
    assert starts[20] - starts[0] >= 1.5


def test_pacing_keeps_to_ten_a_second_across_tasks() -> None:
    async def run(url: str) -> float:
        async with dodo.AsyncDodoLicenseKeys(
            bearer_token=TOKEN, base_url=url, pacing=True
        ) as client:
            started = time.monotonic()
            await asyncio.gather(*(client.license_keys.retrieve("a") for _ in range(12)))
            return time.monotonic() - started

    with serve(reply(200, KEY)) as server:
        assert asyncio.run(run(server.url)) >= 0.9


class Clock:
    """A clock that only moves when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("dodo_license_keys._rate_limiter.time.monotonic", lambda: self.now)


def most_in(seconds: float, starts: list[float]) -> int:
    return max(sum(start <= each < start + seconds for each in starts) for start in starts)


def test_pacing_keeps_both_limits_with_a_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    from dodo_license_keys._rate_limiter import RateLimiter

    clock, pacer, starts = Clock(monkeypatch), RateLimiter(), list[float]()
    for number in range(300):
        clock.now += pacer.reserve()
        assert pacer.start() == 0
        # The first requests of a second arrive late, because they open connections.
        starts.append(clock.now + (0.2 if number % 8 < 2 else 0))
    assert most_in(1, starts) <= 10
    assert most_in(60, starts) <= 100


def test_pacing_keeps_the_limit_after_the_event_loop_was_blocked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from dodo_license_keys._rate_limiter import RateLimiter

    clock, pacer, starts = Clock(monkeypatch), RateLimiter(), list[float]()
    for _ in range(30):
        pacer.reserve()
    clock.now += 10
    waiting = [clock.now] * 30
    while waiting:
        clock.now = min(waiting)
        waiting.remove(clock.now)
        wait = pacer.start()
        if wait:
            waiting.append(clock.now + wait)
        else:
            starts.append(clock.now)
    assert len(starts) == 30
    assert most_in(1, starts) <= 10


def test_logs_name_the_operation_and_no_secret(
    call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    def use(client: Any) -> Any:
        return client.licenses.activate(license_key="SECRET-KEY", name="a server")

    with (
        caplog.at_level(logging.DEBUG),
        serve(refusal(429), refusal(403, message="SECRET-KEY")) as server,
        pytest.raises(dodo.PermissionDeniedError),
    ):
        call(use, server.url)
    own = [each.getMessage() for each in caplog.records if each.name == "dodo_license_keys"]
    assert any("activate_license_key: attempt 2: 403" in line for line in own)
    assert any("retry in" in line for line in own)
    assert "SECRET-KEY" not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("level", "expected"), [("debug", True), ("info", True), ("", False), ("loud", False)]
)
def test_the_environment_turns_the_logs_on(level: str, expected: bool) -> None:
    with serve(reply(200, {"valid": True})) as server:
        program = (
            "from dodo_license_keys import DodoLicenseKeys\n"
            f"with DodoLicenseKeys(base_url={server.url!r}) as client:\n"
            "    client.licenses.validate(license_key='SECRET-KEY')\n"
        )
        run = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "DODO_PAYMENTS_LOG": level},
            check=True,
            capture_output=True,
            text=True,
        )
    assert ("validate_license_key: 200" in run.stderr) is expected
    assert ("attempt 1" in run.stderr) is (level == "debug")
    assert "SECRET-KEY" not in run.stderr


def test_a_deprecated_operation_warns_each_time_and_points_at_the_caller(call: Caller) -> None:
    async def update_async(client: Any) -> Any:
        async with client.license_keys.with_streaming_response.update("lic_123") as response:
            return await response.parse()

    def update(client: Any) -> Any:
        if call.asynchronous:
            return update_async(client)
        with client.license_keys.with_streaming_response.update("lic_123") as response:
            return response.parse()

    async def retrieve_async(client: Any) -> Any:
        return await client.license_keys.with_raw_response.retrieve("lic_123")

    def retrieve(client: Any) -> Any:
        if call.asynchronous:
            return retrieve_async(client)
        return client.license_keys.with_raw_response.retrieve("lic_123")

    with (
        serve(reply(200, {**KEY, "items": []})) as server,
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        for _ in range(2):
            call(update, server.url)
            call(retrieve, server.url)
            call(lambda client: client.license_keys.list(), server.url)
            call(lambda client: client.license_key_instances.list(), server.url)
    own = [each for each in caught if "Deprecated by Dodo Payments" in str(each.message)]
    assert len(own) == 6
    assert all(each.category is DeprecationWarning for each in own)
    assert all(each.filename == __file__ for each in own)
    assert all("do not replace it fully" in str(each.message) for each in own)
    names = [str(each.message).split()[4] for each in own]
    prefix = "Async" if call.asynchronous else ""
    assert names == [f"{prefix}LicenseKeys.{name}" for name in ("update", "retrieve", "list")] * 2
    assert "Deprecated" in (dodo.DodoLicenseKeys().license_keys.update.__doc__ or "")
