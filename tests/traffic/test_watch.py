"""The proxy passes everything on unchanged, and judges what passes."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock

from contract_tests.traffic.watch import session as sessions
from contract_tests.traffic.watch.command import WatchOptions, watching
from mutants.catalogue import FAULTS
from mutants.scoring import stock
from mutants.server.layer import Layer
from tests.contract_suite.runs import heed_interrupts
from tests.traffic.clients import use_everything, verdict_on, violated


@pytest.fixture
def mock() -> Iterator[tuple[LicenseMock, str]]:
    mock = LicenseMock()
    with mock.serve() as url:
        yield mock, url


def wait_until(condition: Callable[[], bool]) -> None:
    ended = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ended
        time.sleep(0.02)


def client(mock: LicenseMock, url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {mock.token}"})


def test_conforming_traffic(mock: tuple[LicenseMock, str], tmp_path: Path) -> None:
    path = tmp_path / "watch.har"
    options = WatchOptions(mock[1], port=0, complete=True, record=path)
    with watching(options) as (address, session, views), client(mock[0], address) as through:
        use_everything(through, mock[0].key_ids[0])
        wait_until(lambda: session.judge.judged == session.passed >= 18)
        page = httpx.get(f"{address}/_watch").text
        shown = httpx.get(f"{address}/_watch/verdict.json").json()
    assert views.verdict().outcome == shown["verdict"] == "conforms"
    assert "update_license_key" in page
    assert "<script" not in page
    assert violated(verdict_on(path)) == []


@pytest.mark.slow
def test_responses_are_the_same_bytes(mock: tuple[LicenseMock, str]) -> None:
    with watching(WatchOptions(mock[1], port=0)) as (address, _, _):
        for path in ("/license_keys", "/license_keys/%2e%2e", "/nowhere?a=%20+b", "//x"):
            seen = [_raw(url, path, mock[0].token) for url in (mock[1], address)]
            assert seen[0] == seen[1]


def _raw(url: str, path: str, token: str) -> tuple[bytes, list[bytes], bytes]:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        content = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = content.partition(b"\r\n\r\n")
    status, *headers = head.split(b"\r\n")
    varying = (b"connection", b"date")
    passed_on = [each for each in headers if not each.lower().startswith(varying)]
    return status.split(b" ", 2)[1], sorted(passed_on), body


@pytest.mark.slow
def test_fault_is_found_while_traffic_passes() -> None:
    fault = FAULTS["patch-limit-boolean-coerced"]
    mock = LicenseMock(seed=fault.seed)
    with (
        stock.served(Layer(mock.app, fault.behaviour, mock.token)) as url,
        watching(WatchOptions(url, port=0)) as (address, _, views),
        client(mock, address) as through,
    ):
        key = f"/license_keys/{mock.key_ids[0]}"
        through.get(key)
        for body in ({"activations_limit": 9}, {"activations_limit": None}):
            through.patch(key, json=body)
        through.patch(key, json={"activations_limit": True})
    assert violated(views.verdict()) == ["patch.limit.boolean-refused"]


@pytest.mark.slow
def test_upstream_that_is_down_is_502() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with watching(WatchOptions(f"http://127.0.0.1:{port}", port=0)) as (address, _, views):
        assert httpx.get(f"{address}/license_keys").status_code == 502
    assert views.verdict().outcome == "inconclusive"


@pytest.mark.slow
def test_judging_that_falls_behind_drops_no_traffic(
    mock: tuple[LicenseMock, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_MOST_WAITING", 5)
    with watching(WatchOptions(mock[1], port=0)) as (address, session, views):
        with session.lock, client(mock[0], address) as through:
            codes = {through.get("/license_keys").status_code for _ in range(120)}
            wait_until(lambda: session.passed == 120)
        assert codes == {200}
        assert session.dropped > 0
    verdict = views.verdict()
    assert f"{session.dropped} exchanges were not judged" in verdict.reason
    assert violated(verdict) == []


@pytest.mark.slow
def test_command_ends_with_a_verdict(mock: tuple[LicenseMock, str], tmp_path: Path) -> None:
    report = tmp_path / "report"
    options = ["--upstream", mock[1], "--port", "0", "--report", str(report)]
    usage = tmp_path / "usage.json"
    command = [sys.executable, "-m", "contract_tests", "watch", *options, "--usage", str(usage)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, preexec_fn=heed_interrupts
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[0]
        with client(mock[0], address) as through:
            assert through.get("/license_keys").status_code == 200
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        output = process.stdout.read()
        assert process.wait() == 0
    assert "CONFORMS" in output
    assert json.loads((report / "verdict.json").read_text())["requests"] == 1
    assert "list_license_keys_handler" in usage.read_text()


def test_head_and_body_are_written_at_once() -> None:
    from contract_tests.traffic.watch.joining import _Joining

    written: list[bytes] = []

    class Transport:
        def write(self, data: bytes) -> None:
            written.append(data)

        def close(self) -> None:
            written.append(b"closed")

    async def write() -> None:
        transport: Any = Transport()
        joining = _Joining(transport, asyncio.get_running_loop())
        joining.write(b"head ")
        joining.write(b"body")
        await asyncio.sleep(0)
        joining.write(b"last")
        joining.close()
        await asyncio.sleep(0)

    asyncio.run(write())
    assert written == [b"head body", b"last", b"closed"]
