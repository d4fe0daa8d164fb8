"""The same bytes are parsed once. What they get does not depend on whether they were parsed."""

import contextlib
import http.client
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock
from dodo_license_mock.http.messages import Request
from dodo_license_mock.serving.known_requests import MAX_REQUESTS, MAX_SIZE, KnownRequests
from dodo_license_mock.serving.reading import RequestReader

from .test_parity import BELOW_ASGI, CASES, Headers

SEED = {"license_keys": [{"id": "lic_1", "key": "K"}]}
GET = b"GET /license_keys/lic_1 HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer token\r\n\r\n"
REQUEST = Request("GET", "/license_keys/lic_1", b"", b"Bearer token", None, b"")


@pytest.fixture(scope="module")
def mock() -> LicenseMock:
    return LicenseMock(seed=SEED, token="token")


@pytest.fixture(scope="module")
def address(mock: LicenseMock) -> Iterator[tuple[str, int]]:
    with mock.serve() as base_url:
        url = httpx.URL(base_url)
        yield url.host, url.port or 0


def sent(connection: socket.socket, data: bytes) -> tuple[Any, ...] | None:
    """Send a request and return the response without its date, None if there is none."""
    connection.sendall(data)
    response = http.client.HTTPResponse(connection, method=data.partition(b" ")[0].decode())
    with contextlib.closing(response):
        response.begin()
        headers = [header for header in response.getheaders() if header[0] != "date"]
        return response.status, headers, response.read()


def encoded(method: str, target: bytes, headers: Headers, body: bytes) -> bytes:
    lines = [b"%b %b HTTP/1.1" % (method.encode(), target), b"host: mock"]
    lines += [b"%b: %b" % header for header in headers]
    lines.append(b"content-length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


ALL_CASES = [
    *[encoded(*case) for case in [*CASES, *BELOW_ASGI]],
    GET,
    b"\r\n" + GET,
    GET + b"\r\n",
    GET.replace(b"\r\nhost", b"\r\nconnection: close\r\nhost"),
    GET.replace(b"HTTP/1.1", b"HTTP/1.0"),
    GET.replace(b"host: mock\r\n", b""),
    GET.replace(b"host: mock", b"host: mock\r\nhost: mock"),
    GET.replace(b"host: mock", b"host: mock\r\nupgrade: h2c\r\nconnection: upgrade"),
    b"GET /_mock/clock HTTP/1.1\r\nhost: evil.example\r\n\r\n",
    b"GET /_mock/clock/x HTTP/1.1\r\nhost: localhost\r\norigin: http://evil.example\r\n\r\n",
    b"PATCH /license_keys/lic_1 HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer token\r\n"
    b"content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    b"2\r\n{}\r\n0\r\nx: y\r\n\r\n",
    b"PATCH /license_keys/lic_1 HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer token\r\n"
    b"content-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n{}",
]


@pytest.mark.parametrize("data", ALL_CASES, ids=range(len(ALL_CASES)))
def test_repeated_requests_get_the_same(
    mock: LicenseMock, address: tuple[str, int], data: bytes
) -> None:
    mock.reset()
    with socket.create_connection(address, timeout=10) as connection:
        first = sent(connection, data)
    for _ in range(2):
        with socket.create_connection(address, timeout=10) as connection:
            assert sent(connection, data) == first
    logged = [
        (entry.method, entry.path, entry.query, entry.status, entry.problem, entry.body)
        for entry in mock.journal()
    ]
    assert logged in ([], [logged[0]] * 3 if logged else [])


def test_a_repeated_request_is_not_parsed() -> None:
    known = KnownRequests()
    requests: list[Request] = []
    reader = RequestReader(
        known, lambda: None, lambda request, _: requests.append(request), lambda: None
    )
    assert reader.recall(GET) is None
    assert reader.feed(GET)
    assert reader.recall(GET) is requests[0]
    assert reader.feed(GET[:20])
    assert reader.recall(GET) is None  # it would be a part of the request that has begun
    assert reader.feed(GET[20:])
    assert reader.recall(GET) is requests[0]
    other = RequestReader(known, lambda: None, lambda *_: None, lambda: None)
    other.peer = "192.0.2.1"
    assert other.recall(GET) is None


@pytest.mark.parametrize(
    "data",
    [
        GET + GET,
        GET + GET[:10],
        GET.replace(b"host", b"connection: close\r\nhost"),
        GET.replace(b"host", b"x: " + b"y" * MAX_SIZE + b"\r\nhost"),
    ],
    ids=["two", "more than one", "the last", "large"],
)
def test_only_single_small_requests_are_kept(data: bytes) -> None:
    known = KnownRequests()
    reader = RequestReader(known, lambda: None, lambda *_: None, lambda: None)
    assert reader.feed(data)
    assert known.find(data) is None


def test_few_requests_are_kept_and_none_is_shown() -> None:
    known = KnownRequests()
    for number in range(MAX_REQUESTS + 1):
        known.add(b"%d secret" % number, REQUEST)
    assert repr(known) == "<KnownRequests of 1 requests>"
    assert "token" not in repr(REQUEST)


def test_a_kept_request_is_authorized_and_looked_up_again(address: tuple[str, int]) -> None:
    other = LicenseMock(seed=SEED, token="another")
    with other.serve() as base_url:
        url = httpx.URL(base_url)
        with (
            socket.create_connection(address, timeout=10) as accepting,
            socket.create_connection((url.host, url.port or 0), timeout=10) as rejecting,
        ):
            for _ in range(2):
                accepted = sent(accepting, GET)
                rejected = sent(rejecting, GET)
                assert accepted is not None
                assert rejected is not None
                assert (accepted[0], rejected[0]) == (200, 401)


def test_a_changed_key_is_not_served_from_before() -> None:
    mock = LicenseMock(
        seed={"license_keys": [{"id": "lic_1", "expires_at": "2030-01-01T00:00:00Z"}]},
        token="token",
    )
    with mock.serve() as base_url, httpx.Client(base_url=base_url) as client:
        client.headers["authorization"] = "Bearer token"

        def get() -> Any:
            return client.get("/license_keys/lic_1").json()

        assert [get()["status"] for _ in range(3)] == ["active"] * 3
        mock.set_clock(datetime(2031, 1, 1, tzinfo=UTC))
        assert [get()["status"] for _ in range(3)] == ["expired"] * 3
        mock.reset_clock()
        assert get()["status"] == "active"
        client.patch("/license_keys/lic_1", json={"activations_limit": 7})
        assert get()["activations_limit"] == 7
        mock.reset()
        assert get()["activations_limit"] is None
        mock.fail(status=503)
        assert client.get("/license_keys/lic_1").status_code == 503
        assert client.get("/license_keys/lic_1").status_code == 200
