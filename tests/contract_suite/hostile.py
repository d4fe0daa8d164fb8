"""A real TCP server that stands before a mock and answers as no server should."""

import gzip
import json
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from dodo_license_mock import LicenseMock

SCRIPT = "</script><script>document.title='pwned'</script><img src=x onerror=\"alert('pwned')\">"
Attack = Callable[[httpx.Request, httpx.Response], Iterable[bytes]]


class ResetConnectionError(Exception):
    """Tells the server to reset the connection."""


@dataclass
class HostileServer:
    """Where it is, and what it was asked."""

    base_url: str
    requests: int = 0


@contextmanager
def hostile_server(mock: LicenseMock, attack: Attack, spared: int) -> Iterator[HostileServer]:
    """Serve a mock over TCP and attack whoever asks, but for the first few requests.

    Args:
        mock: Answers what is spared, and what the attack makes its answer of.
        attack: Makes the bytes of an answer from the request and the mock's answer.
        spared: How many requests are answered as the mock does.
    """
    backend = mock.transport()
    state = HostileServer("")
    stop = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                if request := _read_request(self.rfile):
                    response = backend.handle_request(request)
                    response.read()
                    state.requests += 1
                    calm = state.requests <= spared
                    for chunk in (plain if calm else attack)(request, response):
                        if stop.is_set():
                            return
                        self.wfile.write(chunk)
            except ResetConnectionError:
                no_linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
                self.connection.close()
            except OSError:
                return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 50

    with Server(("127.0.0.1", 0), Handler) as server:
        state.base_url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield state
        finally:
            stop.set()
            server.shutdown()
            thread.join()


def _read_request(stream: Any) -> httpx.Request | None:
    method, _, rest = stream.readline().partition(b" ")
    if not rest:
        return None
    target = rest.rpartition(b" ")[0]
    headers = []
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        headers.append((name, value.strip()))
    length = int(dict(headers).get(b"content-length") or dict(headers).get(b"Content-Length") or 0)
    url = httpx.URL("http://mock").copy_with(raw_path=target)
    return httpx.Request(method.decode(), url, headers=headers, content=stream.read(length))


def plain(_: httpx.Request, response: httpx.Response) -> Iterable[bytes]:
    """The mock's own answer."""
    yield head(response.status_code, len(response.content)) + response.content


def head(status: int, length: int | None, *more: bytes) -> bytes:
    """The status line and headers of an answer."""
    lines = [
        b"HTTP/1.1 %d X" % status,
        b"Content-Type: application/json",
        b"Connection: close",
        *more,
    ]
    if length is not None:
        lines.append(b"Content-Length: %d" % length)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def body(content: bytes, *headers: bytes) -> Attack:
    """Always this body, with the mock's status."""

    def attack(_: httpx.Request, response: httpx.Response) -> Iterable[bytes]:
        status = response.status_code if response.status_code not in (204, 304) else 200
        yield head(status, len(content), *headers) + content

    return attack


def raw(*chunks: bytes) -> Attack:
    """Always these bytes."""
    return lambda _request, _response: chunks


def retyped(replacement: Any) -> Attack:
    """The mock's answer with another value in place of every member but the id."""

    def attack(_: httpx.Request, response: httpx.Response) -> Iterable[bytes]:
        content = json.dumps(_retype(json.loads(response.content or b"{}"), replacement)).encode()
        yield head(response.status_code, len(content)) + content

    return attack


def _retype(value: Any, replacement: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: member
            if name == "id"
            else _retype(member, replacement)
            if name == "items"
            else replacement
            for name, member in value.items()
        }
    return [_retype(each, replacement) for each in value] if isinstance(value, list) else value


def items(value: Any) -> Attack:
    """Lists whose items are something else."""
    return body(json.dumps({"items": value}).encode())


def scripts(_: httpx.Request, response: httpx.Response) -> Iterable[bytes]:
    """Scripts wherever text may be."""
    content = json.loads(response.content or b"{}")
    content = {"code": SCRIPT, "message": SCRIPT} if "code" in content else {**content, SCRIPT: 1}
    if "status" in content:
        content["status"] = SCRIPT
    encoded = json.dumps(content).encode()
    yield head(response.status_code, len(encoded), b"X-Note: " + SCRIPT.encode()) + encoded


def huge_body(_: httpx.Request, response: httpx.Response) -> Iterable[bytes]:
    """50 MB."""
    yield head(response.status_code, 50_000_000) + b'{"items": ["'
    for _each in range(50):
        yield b"x" * 1_000_000


def slow_body(_: httpx.Request, response: httpx.Response) -> Iterable[bytes]:
    """A body that drips without end."""
    yield head(response.status_code, 1_000_000)
    while True:
        time.sleep(0.05)
        yield b" "


def slow_headers(_: httpx.Request, __: httpx.Response) -> Iterable[bytes]:
    """Headers that drip without end."""
    yield b"HTTP/1.1 200 OK\r\nX-Long: "
    while True:
        time.sleep(0.05)
        yield b"x"


def endless_continue(_: httpx.Request, __: httpx.Response) -> Iterable[bytes]:
    """Interim answers without end."""
    while True:
        yield b"HTTP/1.1 100 Continue\r\n\r\n" * 100


def silence(_: httpx.Request, __: httpx.Response) -> Iterable[bytes]:
    """No answer at all."""
    while True:
        time.sleep(0.05)
        yield b""


def reset(_: httpx.Request, __: httpx.Response) -> Iterable[bytes]:
    """A connection that is reset."""
    raise ResetConnectionError
    yield b""


def redirects(request: httpx.Request, _: httpx.Response) -> Iterable[bytes]:
    """Redirects without end, to ever new places."""
    yield head(302, 0, b"Location: /a" + request.url.raw_path[:200])


def redirect_away(_: httpx.Request, __: httpx.Response) -> Iterable[bytes]:
    """A redirect to another host."""
    yield head(307, 0, b"Location: http://127.0.0.2:9/elsewhere")


DEEP = b"[" * 100_000 + b"]" * 100_000
ATTACKS: dict[str, Attack] = {
    "scripts": scripts,
    "huge body": huge_body,
    "slow body": slow_body,
    "slow headers": slow_headers,
    "endless interim answers": endless_continue,
    "silence": silence,
    "reset": reset,
    "redirects": redirects,
    "redirect away": redirect_away,
    "closed at once": raw(),
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "invalid UTF-8": body(b'{"code": "\xff\xfe", "items": ["\xc3\x28"], "message": "\x80"}'),
    "invalid UTF-8 in headers": body(b"{}", b"X-Bad: \xff\xfe\xfd", b"Retry-After: \xff"),
    "another charset": body('{"id": "ü"}'.encode("utf-16"), b"Content-Type: x; charset=nonsense"),
    "deep JSON": body(DEEP),
    "less deep JSON": body(b'{"items": ' + DEEP[99_100:100_900] + b"}"),
    "deep in a member": body(b'{"items": [{"id": ' + DEEP[99_800:100_200] + b"}]}"),
    "too long a length": body(b"", b"Content-Length: 1000"),
    "too short a length": raw(head(200, 2) + b'{"items": []}'),
    "length that is no number": raw(head(200, None, b"Content-Length: ten") + b"{}"),
    "two lengths": raw(head(200, 2, b"Content-Length: 3") + b"{}x"),
    "broken chunks": raw(head(200, None, b"Transfer-Encoding: chunked") + b"zz\r\n{}\r\n"),
    "broken gzip": body(b"no gzip", b"Content-Encoding: gzip"),
    "gzip bomb": body(gzip.compress(b"0" * 30_000_000), b"Content-Encoding: gzip"),
    "huge headers": body(b"{}", *(b"X-%d: " % n + b"x" * 1000 for n in range(90))),
    "too huge headers": body(b"{}", b"X-Huge: " + b"x" * 300_000),
    "status 999": raw(head(999, 2) + b"{}"),
    "status 000": raw(head(0, 2) + b"{}"),
    "no body": raw(head(204, None)),
    "null": body(b"null"),
    "a number": body(b"7"),
    "a string": body(b'"items"'),
    "a list": body(b"[]"),
    "items null": items(None),
    "items of an object": items({"id": "lic_1"}),
    "items of null": items([None, None]),
    "items of numbers": items([1, 2.5, True]),
    "items of lists": items([[[]], ["id"]]),
    "ids that are numbers": items([{"id": 7}, {"id": 7}]),
    "ids that are objects": items([{"id": {}}, {"id": []}, {"id": None}]),
    "lone surrogates": items([{"id": "\ud800", "product_id": "\udfff", "customer_id": "\ud800"}]),
    "NaN": body(b'{"id": NaN, "items": [NaN, Infinity]}'),
    "huge numbers": body(b'{"items": [' + b"9" * 5000 + b", 1e999]}"),
    "members null": retyped(None),
    "members numbers": retyped(7),
    "members huge numbers": retyped(10**30),
    "members fractions": retyped(1.5),
    "members strings": retyped("x"),
    "members empty": retyped(""),
    "members lists": retyped([[]]),
    "members objects": retyped({"id": {}}),
    "members true": retyped(True),
    "members surrogates": retyped("\ud800"),
    "throttled": raw(head(429, 2, b"Retry-After: 999999999999") + b"{}"),
    "throttled in the past": raw(head(429, 2, b"Retry-After: -5") + b"{}"),
    "throttled in nonsense": raw(head(429, 2, "Retry-After: ٣".encode()) + b"{}"),
    "unavailable": raw(head(503, 2) + b"{}"),
}
