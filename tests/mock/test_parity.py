"""TCP, ASGI and the in-process transport return the same response to the same unusual request."""

import asyncio
import http.client
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest
import uvicorn
from dodo_license_mock import LicenseMock
from dodo_license_mock.serving.server import base_url, listen

KEY_PATH = b"/license_keys/lic_1"
JSON = (b"content-type", b"application/json")
Headers = list[tuple[bytes, bytes]]
Outcome = tuple[int, bytes]


class Ways(NamedTuple):
    mock: LicenseMock
    tcp: httpx.URL
    uvicorn: httpx.URL


@pytest.fixture(scope="module")
def ways() -> Iterator[Ways]:
    mock = LicenseMock(seed={"license_keys": [{"id": "lic_1", "key": "K"}]})
    config = uvicorn.Config(mock.app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    listening = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with mock.serve() as tcp:
        yield Ways(mock, httpx.URL(tcp), httpx.URL(base_url(listening)))
    server.should_exit = True
    thread.join()


def over_tcp(url: httpx.URL, method: str, target: bytes, headers: Headers, body: bytes) -> Outcome:
    connection = http.client.HTTPConnection(url.host, url.port, timeout=10)
    lines = [b"%b %b HTTP/1.1" % (method.encode(), target), b"host: mock"]
    lines += [b"%b: %b" % header for header in headers]
    lines.append(b"content-length: %d" % len(body))
    connection.connect()
    connection.sock.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
    response = http.client.HTTPResponse(connection.sock, method=method)
    response.begin()
    outcome = response.status, response.read()
    response.close()
    connection.close()
    return outcome


def request_of(method: str, target: bytes, headers: Headers, body: bytes) -> httpx.Request:
    return httpx.Request(
        method,
        "http://mock/",
        headers=[(b"host", b"mock"), *headers],
        content=body,
        extensions={"target": target},
    )


async def over_asgi(
    mock: LicenseMock, method: str, target: bytes, headers: Headers, body: bytes
) -> Outcome:
    path, _, query = target.partition(b"?")
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": "/",
        "raw_path": path,
        "query_string": query,
        "headers": [(b"host", b"mock"), *headers],
        "client": ("127.0.0.1", 1),
    }
    await mock.app(scope, receive, send)
    status, content = sent[0]["status"], sent[1]["body"]
    assert isinstance(status, int)
    assert isinstance(content, bytes)
    return int(status), b"" if method == "HEAD" else content


CASES: list[tuple[str, bytes, Headers, bytes]] = [
    ("GET", KEY_PATH, [], b""),
    *[
        ("GET", KEY_PATH, [(b"authorization", value) for value in values], b"")
        for values in (
            [b"Bearer token"],
            [b"Bearer token", b"Bearer token"],
            [b"Bearer token", b"Basic x"],
            [b"Basic x", b"Bearer token"],
            [b"bearer  token "],
            [b"Bearer token\t"],
            [b"Bearer t\xf6ken"],
            [b"Bearer to\x00ken"],
            [b""],
        )
    ],
    *[
        ("PATCH", KEY_PATH, [(b"authorization", b"Bearer token"), *headers], body)
        for headers, body in (
            ([], b"{}"),
            ([JSON], b""),
            ([JSON], b"{}"),
            ([JSON], b"\xef\xbb\xbf{}"),
            ([JSON], b'{"expires_at": "\xff"}'),
            ([JSON], b"null"),
            ([JSON], b'{"x": "' + b"y" * 1024 * 1024 + b'"}'),
            ([JSON, (b"content-type", b"text/plain")], b"{}"),
            ([(b"content-type", b"text/plain"), JSON], b"{}"),
            ([(b"Content-Type", b"application/json ; charset=utf-16")], b"{}"),
            ([(b"content-type", b"application/json;charset=latin-1\t")], b"{}"),
            ([JSON, (b"content-encoding", b"gzip")], b"{}"),
            ([JSON, (b"x-long", b"x" * 30_000)], b"{}"),
        )
    ],
    *[
        ("GET", target, [(b"authorization", b"Bearer token")], b"")
        for target in (
            b"/license%5Fkeys/lic_1",
            b"/license_keys/lic%5F1",
            b"/license_keys/%2e%2e",
            b"/license_keys/..",
            b"/license_keys/%2F",
            b"/license_keys/%ff",
            b"/license_keys/%",
            b"//license_keys",
            b"/license_keys?page_size=1&page_size=2",
            b"/license_keys?page_size=%31",
            b"/license_keys?customer_id=%ff",
            b"/license_keys?",
            b"/license_keys??",
            b"/license_keys#fragment",
            b"http://other/license_keys/lic_1?x=1",
            b"*",
        )
    ],
    *[
        (method, KEY_PATH, [(b"authorization", b"Bearer token")], b"")
        for method in ("HEAD", "OPTIONS", "TRACE", "DELETE", "PURGE")
    ],
    ("GET", b"/_mock/clock/x", [(b"x-forwarded-for", b"127.0.0.1")], b""),
    ("GET", b"/_mock/faults", [(b"forwarded", b"for=127.0.0.1")], b""),
]
# uvicorn rejects these before the application sees them, or rewrites their target.
BELOW_ASGI: list[tuple[str, bytes, Headers, bytes]] = [
    ("FOO", KEY_PATH, [], b""),
    ("GET", b"nowhere", [], b""),
    ("GET", b"/\xff", [], b""),
    ("GET", KEY_PATH, [(b"bad name", b"x")], b""),
    ("GET", KEY_PATH, [(b"x", b"x" * 70_000)], b""),
]


@pytest.mark.parametrize("case", [*CASES, *BELOW_ASGI], ids=range(len(CASES) + len(BELOW_ASGI)))
def test_all_transports_return_the_same(
    ways: Ways, case: tuple[str, bytes, Headers, bytes]
) -> None:
    method, target, headers, body = case
    token = ways.mock.token.encode()
    headers = [(name, value.replace(b"token", token)) for name, value in headers]
    tcp = over_tcp(ways.tcp, method, target, headers, body)
    with httpx.Client(transport=ways.mock.transport()) as client:
        response = client.send(request_of(method, target, headers, body))
    assert (response.status_code, response.content) == tcp
    assert asyncio.run(over_asgi(ways.mock, method, target, headers, body)) == tcp
    if case in CASES and b"\x00" not in b"".join(value for _, value in headers):
        assert over_tcp(ways.uvicorn, method, target, headers, body) == tcp
