"""When a call is tried again, and after how long."""

import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import dodo_license_keys as dodo
import pytest

from tests.client.conftest import Caller
from tests.client.server import (
    KEY,
    Answer,
    hang_up,
    refusal,
    reply,
    serve,
    stall,
    stop_halfway,
)

INSTANCE = {
    "id": "lki_123",
    "business_id": "bus_123",
    "name": "a server",
    "license_key_id": "lic_123",
    "created_at": "2024-01-01T00:00:00Z",
    "product": {"product_id": "pdt_123"},
    "customer": {"customer_id": "cus_123", "name": "A", "email": "a@example.com"},
}


def retrieve(client: Any) -> Any:
    return client.license_keys.retrieve("lic_123")


def update(client: Any) -> Any:
    return client.license_keys.update("lic_123", disabled=True)


def validate(client: Any) -> Any:
    return client.licenses.validate(license_key="k")


def activate(client: Any) -> Any:
    return client.licenses.activate(license_key="k", name="a server")


def create(client: Any) -> Any:
    return client.license_keys.create(key="k", customer_id="cus_123", product_id="pdt_123")


@pytest.mark.parametrize("use", [retrieve, update], ids=["retrieve", "update"])
@pytest.mark.parametrize(
    "fault",
    [
        *(refusal(status) for status in (408, 409, 429, 500, 502, 503, 504)),
        hang_up,
        stop_halfway,
    ],
    ids=["408", "409", "429", "500", "502", "503", "504", "hang_up", "stop_halfway"],
)
def test_what_may_be_repeated_is_tried_three_times(call: Caller, use: Any, fault: Answer) -> None:
    with serve(fault, fault, reply(200, KEY)) as server:
        assert call(use, server.url).id == "lic_123"
    assert len(server.received) == 3
    assert len({(each.method, each.path, each.body) for each in server.received}) == 1


def test_a_timeout_is_tried_again(call: Caller) -> None:
    with serve(stall, reply(200, KEY)) as server:
        assert call(update, server.url, timeout=0.2).id == "lic_123"


def test_the_third_failure_is_the_callers(call: Caller) -> None:
    with (
        serve(refusal(503), refusal(503), refusal(500, "LAST"), reply(200, KEY)) as server,
        pytest.raises(dodo.InternalServerError, match="500 LAST"),
    ):
        call(retrieve, server.url)
    assert len(server.received) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 415, 422])
def test_a_plain_refusal_is_final(call: Caller, status: int) -> None:
    with serve(refusal(status), reply(200, KEY)) as server, pytest.raises(dodo.APIStatusError):
        call(retrieve, server.url)
    assert len(server.received) == 1


def test_a_read_is_retried_though_it_is_a_post(call: Caller) -> None:
    with serve(hang_up, reply(200, {"valid": False})) as server:
        assert call(validate, server.url).valid is False
    assert len(server.received) == 2


@pytest.mark.parametrize("use", [activate, create], ids=["activate", "create"])
@pytest.mark.parametrize(
    "fault",
    [refusal(409), refusal(408), refusal(500), refusal(502), hang_up, stop_halfway],
    ids=["409", "408", "500", "502", "hang_up", "stop_halfway"],
)
def test_what_may_have_made_something_is_not_repeated(
    call: Caller, use: Any, fault: Answer
) -> None:
    with serve(fault, reply(201, {**KEY, **INSTANCE})) as server, pytest.raises(dodo.DodoError):
        call(use, server.url)
    assert len(server.received) == 1


@pytest.mark.parametrize("use", [activate, create], ids=["activate", "create"])
@pytest.mark.parametrize("status", [429, 503])
def test_what_was_not_taken_on_is_repeated(call: Caller, use: Any, status: int) -> None:
    with serve(refusal(status), reply(201, {**KEY, **INSTANCE})) as server:
        assert call(use, server.url).id == "lki_123"
    assert len(server.received) == 2


def test_what_was_never_sent_is_repeated(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection is tried again, also where something is made."""
    attempts: list[int] = []

    def delay(attempt: int, _: str | None) -> float:
        attempts.append(attempt)
        return 0.01

    monkeypatch.setattr("dodo_license_keys._retry.delay", delay)
    with pytest.raises(dodo.APIConnectionError):
        call(activate, "http://127.0.0.1:9", bearer_token=None)
    assert attempts == [1, 2]


@pytest.mark.parametrize(
    "retry_after",
    [
        "0.3",
        lambda: format_datetime(datetime.now(timezone.utc) + timedelta(seconds=1.5), usegmt=True),
    ],
    ids=["seconds", "date"],
)
def test_the_server_says_how_long(call: Caller, retry_after: Any) -> None:
    header = retry_after() if callable(retry_after) else retry_after
    with serve(refusal(429, Retry_After=header), reply(200, KEY)) as server:
        started = time.monotonic()
        call(retrieve, server.url)
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize("header", ["soon", "-5", "nan", "Mon, 99 Foo", ""])
def test_nonsense_leaves_it_to_the_backoff(call: Caller, header: str) -> None:
    with serve(refusal(503, Retry_After=header), reply(200, KEY)) as server:
        started = time.monotonic()
        call(retrieve, server.url)
    assert time.monotonic() - started < 5


def test_the_delays_grow_are_spread_and_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    from dodo_license_keys import _retry

    monkeypatch.setattr(_retry, "FIRST_DELAY", 0.5)
    for attempt, longest in enumerate([0.5, 1, 2, 4, 8, 8, 8], start=1):
        delays = {_retry.delay(attempt) for _ in range(50)}
        assert len(delays) > 1
        assert longest / 2 <= min(delays) <= max(delays) <= longest
    for header in ("3600", "Fri, 31 Dec 2100 23:59:59 GMT"):
        assert 60 <= _retry.delay(1, header) <= 75.5


@pytest.mark.parametrize("header", ["0", "Fri, 31 Dec 1999 23:59:59 GMT", "0.001"])
def test_no_retry_follows_at_once(header: str) -> None:
    from dodo_license_keys import _retry

    assert min(_retry.delay(1, header) for _ in range(200)) >= 0.1


def test_clients_that_are_rejected_together_return_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from dodo_license_keys import _retry

    monkeypatch.setattr(_retry, "FIRST_DELAY", 0.5)
    delays = sorted(_retry.delay(1, "1") for _ in range(100))
    assert delays[0] >= 1
    # The densest tenth of a second, of the three quarters over which they are spread.
    densest = max(sum(start <= each < start + 0.1 for each in delays) for start in delays)
    assert densest < 50


def test_no_retries_and_more_retries(call: Caller) -> None:
    with serve(refusal(503)) as server:
        for retries in (0, 4):
            server.received.clear()
            with pytest.raises(dodo.InternalServerError):
                call(retrieve, server.url, max_retries=retries)
            assert len(server.received) == retries + 1
