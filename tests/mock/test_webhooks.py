"""Events: the refund story, retries on the mock's clock, and receivers that misbehave."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock
from dodo_license_mock.sandbox.sender import RETRY_DELAYS
from standardwebhooks import Webhook

from .conftest import client_of

SEED: dict[str, Any] = {"license_keys": [{"id": "lic_1", "key": "SOLD", "payment_id": "pay_1"}]}


class Receiver:
    """A webhook endpoint that returns one status after the other, then 200."""

    def __init__(self, url: str, statuses: list[int]) -> None:
        self.url = url
        self.statuses = statuses
        self.received: list[tuple[dict[str, str], bytes]] = []


@contextmanager
def receiving(*statuses: int) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append((headers, body))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}/", list(statuses))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def test_a_whole_refund_over_tcp() -> None:
    """Payment, key, activation, refund event; the service disables the key; validation fails."""
    with receiving() as receiver:
        mock = LicenseMock(webhook_url=receiver.url, seed=SEED)
        headers = {"authorization": f"Bearer {mock.token}"}
        with mock.serve() as base_url, httpx.Client(base_url=base_url, headers=headers) as client:

            def send(kind: str) -> None:
                event = {"type": kind, "license_key_id": "lic_1"}
                assert client.post("/_mock/webhooks", json=event).status_code == 200
                mock.flush_webhooks()

            for kind in ("payment.succeeded", "license_key.created"):
                send(kind)
            body = {"license_key": "SOLD", "name": "Laptop"}
            assert client.post("/licenses/activate", json=body).status_code == 201
            validation = {"license_key": "SOLD"}
            assert client.post("/licenses/validate", json=validation).json()["valid"]
            send("refund.succeeded")

            sent_headers, sent = receiver.received[-1]
            Webhook(mock.webhook_secret).verify(sent, sent_headers)
            event = json.loads(sent)
            assert (event["type"], event["data"]["is_partial"]) == ("refund.succeeded", False)
            keys = client.get("/license_keys").json()["items"]
            refunded = [key for key in keys if key["payment_id"] == event["data"]["payment_id"]]
            client.patch(f"/license_keys/{refunded[0]['id']}", json={"disabled": True})
            assert not client.post("/licenses/validate", json=validation).json()["valid"]

            listed = client.get("/_mock/webhooks")
            types = [each["type"] for each in listed.json()["webhooks"]]
            assert types == ["payment.succeeded", "license_key.created", "refund.succeeded"]
            assert "SOLD" not in listed.text


def test_the_published_retries_on_the_clock_of_the_mock() -> None:
    with receiving(*[500] * 20) as receiver:
        mock = LicenseMock(webhook_url=receiver.url, seed=SEED)
        mock.freeze_clock()
        mock.send_webhook("refund.succeeded", "lic_1")
        mock.flush_webhooks()
        for number, delay in enumerate(RETRY_DELAYS, 1):
            assert len(receiver.received) == number
            mock.advance_clock(delay - timedelta(seconds=1))
            mock.flush_webhooks()
            assert len(receiver.received) == number
            mock.advance_clock(timedelta(seconds=1))
            mock.flush_webhooks()
        assert len(receiver.received) == 9
        mock.advance_clock(timedelta(days=30))
        mock.flush_webhooks()
        assert len(receiver.received) == 9
        assert [attempt.status for attempt in mock.webhooks()[0].attempts] == [500] * 9
        assert len({body for _, body in receiver.received}) == 1
        assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1


def test_an_event_is_sent_again_by_hand() -> None:
    with receiving() as receiver:
        mock = LicenseMock(webhook_url=receiver.url, seed=SEED)
        sent = mock.send_webhook("dispute.opened", "lic_1", reason="fraudulent")
        mock.flush_webhooks()
        mock.resend_webhook(sent.id)
        mock.flush_webhooks()
        with client_of(mock) as client:
            assert client.post("/_mock/webhooks", json={"resend": sent.id}).status_code == 200
        mock.flush_webhooks()
        assert [json.loads(body)["data"]["reason"] for _, body in receiver.received] == [
            "fraudulent"
        ] * 3
        with pytest.raises(KeyError, match="msg_x"):
            mock.resend_webhook("msg_x")


def test_a_receiver_that_returns_garbage_loses_no_event() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        connections = []

        def receive() -> None:
            for response in (b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"):
                connection, _ = listening.accept()
                connections.append(connection.recv(65536))
                connection.sendall(response)
                connection.close()

        thread = threading.Thread(target=receive)
        thread.start()
        mock = LicenseMock(webhook_url=url, seed=SEED)
        mock.freeze_clock()
        for kind in ("payment.succeeded", "refund.succeeded"):
            mock.send_webhook(kind, "lic_1")
        mock.flush_webhooks()
        thread.join()
    first, second = mock.webhooks()
    assert (first.attempts[0].status, second.attempts[0].status) == (0, 200)


def test_events_in_process() -> None:
    mock = LicenseMock(seed=SEED)
    with client_of(mock) as client:
        key = client.get("/license_keys/lic_1").json()
        body = {name: key[name] for name in ("customer_id", "product_id")} | {"key": "NEW"}
        created = client.post("/license_keys", json=body).json()
    (webhook,) = mock.webhooks()
    event = Webhook(mock.webhook_secret).verify(webhook.body, webhook.headers)
    assert event["data"] == created | {"payload_type": "LicenseKey"}
    assert "NEW" not in repr(webhook)
    for kind, key_id, error in (("x.y", "lic_1", ValueError), ("refund.failed", "x", KeyError)):
        with pytest.raises(error):
            mock.send_webhook(kind, key_id)
    mock.reset()
    assert mock.webhooks() == []


@pytest.mark.parametrize(
    "body",
    [{}, {"type": "x"}, {"type": "refund.failed", "license_key_id": "x"}, {"resend": "x"}],
)
def test_events_that_cannot_be_sent(body: dict[str, Any]) -> None:
    with client_of(LicenseMock()) as client:
        assert client.post("/_mock/webhooks", json=body).status_code == 422


@pytest.mark.slow
def test_mocks_on_one_database_share_their_events(database: str | None) -> None:
    if database is None:
        pytest.skip("memory is not shared")
    with receiving(500) as receiver, ExitStack() as closing_all:

        def start(**options: Any) -> LicenseMock:
            mock = LicenseMock(database=database, seed=SEED, **options)
            closing_all.callback(mock.close)
            return mock

        silent = start()
        silent.freeze_clock()
        senders = [start(webhook_url=receiver.url) for _ in range(3)]
        assert {mock.webhook_secret for mock in senders} == {silent.webhook_secret}
        events = [senders[number % 3].send_webhook("refund.failed", "lic_1") for number in range(9)]
        senders[0].flush_webhooks()
        # Each event was sent by one of them, and all know it.
        sent = [headers["webhook-id"] for headers, _ in receiver.received]
        assert sorted(sent) == sorted(event.id for event in events)
        (failed,) = (each for each in silent.webhooks() if each.attempts[0].problem)
        silent.advance_clock(RETRY_DELAYS[0])
        senders[1].flush_webhooks()
        known = {each.id: [a.status for a in each.attempts] for each in silent.webhooks()}
        assert known == {event.id: [200] for event in events} | {failed.id: [500, 200]}
        senders[2].resend_webhook(events[0].id)
        senders[2].flush_webhooks()
        assert len(receiver.received) == 11
        silent.reset()
        assert senders[0].webhooks() == []


@pytest.mark.slow
def test_an_event_outlives_the_process_that_recorded_it(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'mock.db'}"
    with receiving() as receiver:
        # The receiver is not reachable yet.
        first = LicenseMock(database=database, seed=SEED, webhook_url="http://127.0.0.1:9/")
        with client_of(first) as client:
            key = client.get("/license_keys/lic_1").json()
            body = {name: key[name] for name in ("customer_id", "product_id")} | {"key": "NEW"}
            assert client.post("/license_keys", json=body).status_code == 201
        first.flush_webhooks()
        first.close()
        second = LicenseMock(database=database, webhook_url=receiver.url)
        second.advance_clock(timedelta(seconds=5))
        second.flush_webhooks()
        ((headers, sent),) = receiver.received
        assert json.loads(sent)["data"]["key"] == "NEW"
        Webhook(first.webhook_secret).verify(sent, headers)
        second.close()


@pytest.mark.slow
def test_a_receiver_that_hangs_does_not_delay_the_end(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'mock.db'}"
    with socket.create_server(("127.0.0.1", 0)) as hanging, receiving() as receiver:
        url = f"http://127.0.0.1:{hanging.getsockname()[1]}/"
        others = set(threading.enumerate())
        first = LicenseMock(database=database, seed=SEED, webhook_url=url)
        event = first.send_webhook("refund.failed", "lic_1")
        connection, _ = hanging.accept()
        (sender,) = set(threading.enumerate()) - others
        first.close()
        assert sender.is_alive()  # it still waits for the receiver
        second = LicenseMock(database=database, webhook_url=receiver.url)
        second.flush_webhooks()
        connection.close()
        sender.join()
        ((headers, _),) = receiver.received
        assert headers["webhook-id"] == event.id
        ((attempt,),) = (each.attempts for each in second.webhooks())
        assert attempt.status == 200
        second.close()


@pytest.mark.slow
def test_the_last_thousand_events_are_kept(database: str | None) -> None:
    mock = LicenseMock(database=database, seed=SEED)
    sent = [mock.send_webhook("payment.failed", "lic_1").id for _ in range(1003)]
    assert [event.id for event in mock.webhooks()] == sent[3:]
    mock.close()
