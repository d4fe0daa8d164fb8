"""What no client should send, over raw TCP: a refusal or a closed connection, never a 500."""

import contextlib
import json
import random
import resource
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock
from dodo_license_mock.serving import protocol

MEBIBYTE = 1024 * 1024


@pytest.fixture
def served() -> Iterator[tuple[LicenseMock, tuple[str, int]]]:
    mock = LicenseMock()
    with mock.serve() as base_url:
        url = httpx.URL(base_url)
        assert url.port is not None
        yield mock, (url.host, url.port)


Served = tuple[LicenseMock, tuple[str, int]]


def exchange(address: tuple[str, int], *parts: bytes) -> tuple[int, dict[str, Any]]:
    """Send bytes and return the status and the JSON body of the one answer."""
    with socket.create_connection(address, timeout=10) as connection:
        with contextlib.suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
            connection.shutdown(socket.SHUT_WR)
        return read_response(connection)


def read_response(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        assert chunk, "the connection was closed without an answer"
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return int(head.split()[1]), json.loads(body)


def patch(mock: LicenseMock, headers: bytes, body: bytes = b"") -> bytes:
    return (
        (
            f"PATCH /license_keys/{mock.key_ids[0]} HTTP/1.1\r\nHost: mock\r\n"
            f"Authorization: Bearer {mock.token}\r\nContent-Type: application/json\r\n"
        ).encode()
        + headers
        + b"\r\n\r\n"
        + body
    )


@pytest.mark.parametrize(
    "garbage",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
        b"POST /licenses/validate HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /licenses/validate HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /licenses/validate HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /license_keys HTTP/1.1\r\n\r\n",
        b"GET /license_keys HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    ],
)
def test_what_is_not_http(served: Served, garbage: bytes) -> None:
    status, body = exchange(served[1], garbage)
    assert (status, body["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /license_keys HTTP/1.1\r\nX: " + b"x" * MEBIBYTE + b"\r\n\r\n",
        b"GET /license_keys HTTP/1.1\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
        b"GET /license_keys HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 12_000 + b"\r\n",
        b"GET /" + b"x" * MEBIBYTE + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_huge_headers(served: Served, head: bytes) -> None:
    status, body = exchange(served[1], head)
    assert (status, body["code"]) == (431, "REQUEST_HEADER_FIELDS_TOO_LARGE")


def test_a_body_above_one_mebibyte(served: Served) -> None:
    mock, address = served
    body = b"{" + b" " * 20 * MEBIBYTE + b"}"
    declared = patch(mock, b"Content-Length: %d" % len(body))
    assert exchange(address, declared, body)[0] == 413
    chunks = b"".join(b"%x\r\n%b\r\n" % (MEBIBYTE, b" " * MEBIBYTE) for _ in range(3))
    chunked = patch(mock, b"Transfer-Encoding: chunked")
    assert exchange(address, chunked, chunks, b"0\r\n\r\n")[0] == 413
    fits = b"{" + b" " * (MEBIBYTE - 2) + b"}"
    assert exchange(address, patch(mock, b"Content-Length: %d" % len(fits)), fits)[0] == 200


def test_a_body_in_single_bytes_takes_no_time(served: Served) -> None:
    mock, address = served
    chunks = b"1\r\n{\r\n" + b"1\r\n \r\n" * (MEBIBYTE - 2) + b"1\r\n}\r\n0\r\n\r\n"
    assert exchange(address, patch(mock, b"Transfer-Encoding: chunked"), chunks)[0] == 200


def test_an_endless_body_or_trailer_is_cut_off(served: Served) -> None:
    mock, address = served
    head = patch(mock, b"Transfer-Encoding: chunked")
    chunk = b"100000\r\n" + b" " * MEBIBYTE + b"\r\n"
    trailer = b"0\r\nX: " + b"x" * 70 * MEBIBYTE
    assert exchange(address, head, *[chunk] * 70)[0] == 413
    assert exchange(address, head, trailer)[0] == 431


def test_the_connection_goes_on_after_a_rejected_body(served: Served) -> None:
    mock, address = served
    with socket.create_connection(address, timeout=10) as connection:
        body = b" " * 3 * MEBIBYTE
        connection.sendall(patch(mock, b"Content-Length: %d" % len(body), body))
        assert read_response(connection)[0] == 413
        connection.sendall(patch(mock, b"Content-Length: 2", b"{}"))
        assert read_response(connection)[0] == 200


@pytest.mark.parametrize("name", [b"Authorization: Bearer %b", b"authorization: Basic x"])
def test_two_authorizations_are_rejected(served: Served, name: bytes) -> None:
    mock, address = served
    second = name.replace(b"%b", mock.token.encode())
    assert exchange(address, patch(mock, second + b"\r\nContent-Length: 2", b"{}"))[0] == 401


@pytest.mark.parametrize("path", [b"/license_keys/..", b"/license_keys/.", b"/license_keys/\xff"])
def test_paths_that_clients_would_rewrite(served: Served, path: bytes) -> None:
    mock, address = served
    request = patch(mock, b"Content-Length: 2", b"{}")
    request = path.join(request.split(b"/license_keys/" + mock.key_ids[0].encode()))
    status, body = exchange(address, request)
    assert (status, body["code"]) in [(404, "LICENSE_KEY_NOT_FOUND"), (400, "BAD_REQUEST")]


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"PATCH /license",
        b"PATCH /license_keys/lic_1 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{",
    ],
)
def test_a_slow_client_is_given_up(
    served: Served, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    mock, address = served
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.3)
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(start)
        status, body = read_response(connection)
        assert (status, body["code"]) == (408, "REQUEST_TIMEOUT")
        assert connection.recv(1) == b""
    monkeypatch.undo()
    assert exchange(address, patch(mock, b"Content-Length: 2", b"{}"))[0] == 200


def test_pipelined_requests_are_answered_in_order(served: Served) -> None:
    mock, address = served
    mock.fail(latency=0.1, times=2, path="/license_keys/*")
    count = 500
    with socket.create_connection(address, timeout=10) as connection:
        requests = b"".join(
            patch(mock, b"Content-Length: 2", b"{}")
            if number % 2
            else b"GET /license_keys HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %b\r\n\r\n"
            % mock.token.encode()
            for number in range(count)
        )
        sender = threading.Thread(target=connection.sendall, args=(requests,))
        sender.start()
        time.sleep(0.3)
        reader = connection.makefile("rb")
        for number in range(count):
            assert reader.readline() == b"HTTP/1.1 200 OK\r\n"
            while (line := reader.readline()) != b"\r\n":
                if line.startswith(b"content-length"):
                    length = int(line.split(b":")[1])
            assert ("items" in json.loads(reader.read(length))) == (number % 2 == 0)
        sender.join()


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        (b"GET /license_keys HTTP/1.1\r\n", True),
        (b"GET /license_keys HTTP/1.1\r\nConnection: close\r\n", False),
        (b"GET /license_keys HTTP/1.0\r\n", False),
        (b"GET /license_keys HTTP/1.0\r\nConnection: keep-alive\r\n", True),
        (b"GET /license_keys HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n", True),
        (b"GET http://mock/license_keys?page_size=3 HTTP/1.1\r\n", True),
    ],
)
def test_connections_are_kept_as_http_says(served: Served, head: bytes, kept: bool) -> None:
    mock, address = served
    request = head + b"Host: mock\r\nAuthorization: Bearer %b\r\n\r\n" % mock.token.encode()
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request)
        assert read_response(connection)[0] == 200
        if kept:
            connection.sendall(request)
            assert read_response(connection)[0] == 200
        else:
            assert connection.recv(1) == b""


def test_head_has_no_body_and_expectations_are_met(served: Served) -> None:
    mock, address = served
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(b"HEAD /license_keys HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 405 ")
        assert answer.endswith(b"\r\n\r\n")
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(patch(mock, b"Content-Length: 2\r\nExpect: 100-continue"))
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert read_response(connection)[0] == 200


def test_a_slow_client_that_makes_it(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    mock, address = served
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 5)
    request = patch(mock, b"Content-Length: 2", b"{}")
    with socket.create_connection(address, timeout=10) as connection:
        for position in range(0, len(request), 20):
            connection.sendall(request[position : position + 20])
            time.sleep(0.005)
        assert read_response(connection)[0] == 200


def test_pipelined_requests_are_not_one_large_head(served: Served) -> None:
    mock, address = served
    request = patch(mock, b"Content-Length: 2", b"{}")
    count = 200 * 1024 // len(request)
    with socket.create_connection(address, timeout=10) as connection:
        sender = threading.Thread(
            target=connection.sendall, args=(request * count + request[: len(request) // 2],)
        )
        sender.start()
        connection.sendall(b"")
        reader = connection.makefile("rb")
        statuses = set()
        for _ in range(count):
            statuses.add(reader.readline())
            while (line := reader.readline()) != b"\r\n":
                if line.startswith(b"content-length"):
                    length = int(line.split(b":")[1])
            reader.read(length)
        sender.join()
        assert statuses == {b"HTTP/1.1 200 OK\r\n"}


def test_a_trailer_is_not_a_header(served: Served) -> None:
    mock, address = served
    trailer = b"Authorization: Bearer %b\r\n\r\n" % mock.token.encode()
    head = b"PATCH /license_keys/%b HTTP/1.1\r\nHost: a\r\n" % mock.key_ids[0].encode()
    head += b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert exchange(address, head, b"2\r\n{}\r\n0\r\n", trailer)[0] == 401


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Content-Length: 2\r\nExpect: 100-continue", b"{}"),  # the body is already here
        (b"Content-Length: 0\r\nExpect: 100-continue", b""),
        (b"Expect: 100-continue", b""),
    ],
)
def test_a_100_is_sent_only_where_it_is_due(served: Served, head: bytes, body: bytes) -> None:
    mock, address = served
    assert exchange(address, patch(mock, head, body))[0] in (200, 400)


def test_a_100_follows_the_earlier_responses(served: Served) -> None:
    mock, address = served
    mock.fail(latency=0.2)
    first = patch(mock, b"Content-Length: 2", b"{}")
    second = patch(mock, b"Content-Length: 2\r\nExpect: 100-continue")
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(first + second)
        received = b""
        while b"100 Continue" not in received:
            received += connection.recv(65536)
        assert received.startswith(b"HTTP/1.1 200 OK")
        assert received.endswith(b"}HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(b"{}")
        assert read_response(connection)[0] == 200


def test_a_client_that_never_reads_is_disconnected(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock, address = served
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.3)
    request = b"GET /license_keys?page_size=100 HTTP/1.1\r\nHost: a\r\n"
    request += b"Authorization: Bearer %b\r\n\r\n" % mock.token.encode()
    with socket.create_connection(address, timeout=10) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        is_connected = True
        while is_connected:
            try:
                connection.sendall(request * 100)
            except ConnectionError:
                is_connected = False
    assert exchange(address, request)[0] == 200


def test_random_bytes_and_mangled_requests(served: Served) -> None:
    mock, address = served
    chance = random.Random(4010)
    whole = patch(mock, b"Content-Length: 40", b'{"activations_limit": 5, "disabled": false}'[:40])
    for _ in range(300):
        mangled = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            position = chance.randrange(len(mangled))
            mangled[position : position + chance.randint(0, 2)] = chance.randbytes(
                chance.randint(0, 3)
            )
        with (
            socket.create_connection(address, timeout=10) as connection,
            contextlib.suppress(ConnectionError),
        ):
            connection.sendall(mangled)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(65536)
            assert answer == b"" or 200 <= int(answer.split()[1]) < 500
    assert exchange(address, whole)[0] in (200, 400)


def test_others_are_not_disturbed_and_500_connections_are_held(served: Served) -> None:
    mock, address = served
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    request = patch(mock, b"Content-Length: 2", b"{}")
    stop = threading.Event()

    def misbehave() -> None:
        deep = b'{"x":' + b"[" * 200_000
        while not stop.is_set():
            exchange(address, patch(mock, b"Content-Length: %d" % len(deep)), deep)
            exchange(address, b"nonsense\r\n\r\n")

    troublemaker = threading.Thread(target=misbehave)
    troublemaker.start()
    try:
        with contextlib.ExitStack() as stack:
            connections = [
                stack.enter_context(socket.create_connection(address, timeout=10))
                for _ in range(500)
            ]
            for _ in range(2):
                for connection in connections:
                    connection.sendall(request)
                for connection in connections:
                    assert read_response(connection)[0] == 200
    finally:
        stop.set()
        troublemaker.join()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
