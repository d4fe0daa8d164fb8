import json
import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.report.curl import curl
from contract_tests.report.redaction import Redactor
from contract_tests.transport.exchange import Exchange

TOKEN = "tok_'$(touch pwned)"
Request = tuple[str, str, dict[str, str], bytes]


def exchange(
    method: str = "PATCH",
    url: str = "http://127.0.0.1/license_keys/lic_1",
    headers: dict[bytes, bytes] | None = None,
    body: bytes = b"",
) -> Exchange:
    request = httpx.Request(method, url, headers=headers, content=body)
    return Exchange(
        method, request.url, request.headers, body, 200, httpx.Headers(), b"", seconds=0.1
    )


@pytest.fixture(name="server")
def server_fixture() -> Iterator[tuple[str, list[Request]]]:
    """Remembers every request."""
    requests: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            requests.append((self.command, self.path, headers, body))
            self.send_response(204)
            self.end_headers()

        do_GET = do_PATCH = do_POST = do_HEAD = do_DELETE = do  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", requests
        server.shutdown()
        thread.join()


JSON = {b"content-type": b"application/json"}


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl on PATH")
@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("GET", "/license_keys?page_size=2&status=active", {}, b""),
        ("HEAD", "/license_keys", {}, b""),
        ("GET", "/license_keys/a[1-3]", {}, b""),
        ("GET", "/license_keys/%2E%2E/..", {}, b""),
        ("DELETE", "/license_keys/'$(id);id|id&id", {}, b""),
        ("PATCH", "/", JSON, b'{"a": "it\'s $HOME `id` \\"}'),
        ("PATCH", "/", JSON, b'{"a":\n"\xff\xfe%d\\n\x00"}\n'),
        ("PATCH", "/", JSON, '{"a": "ü漢\u202e"}'.encode()),
        ("PATCH", "/", JSON, b"@/etc/passwd"),
        ("POST", "/", JSON, b"-n \x01"),
        ("POST", "/", {}, b"no media type"),
        ("GET", "/", {b"x-empty": b"", b"x-odd": b"caf\xe9"}, b"a body"),
    ],
)
def test_command_repeats_the_request(
    server: tuple[str, list[Request]],
    tmp_path: Path,
    method: str,
    target: str,
    headers: dict[bytes, bytes],
    body: bytes,
) -> None:
    base_url, requests = server
    headers = {**headers, b"authorization": f"Bearer {TOKEN}".encode()}
    command = curl(exchange(method, base_url + target, headers, body), Redactor(TOKEN))
    assert TOKEN not in command
    environment = {**os.environ, "DODO_PAYMENTS_API_KEY": TOKEN}
    subprocess.run(
        ["/bin/sh", "-c", command], env=environment, cwd=tmp_path, check=True, capture_output=True
    )
    assert list(tmp_path.iterdir()) == []
    sent_method, sent_target, sent_headers, sent_body = requests[0]
    raw_target = httpx.URL(base_url + target).raw_path.decode()
    assert (sent_method, sent_target, sent_body) == (method, raw_target, body)
    for name, value in headers.items():
        assert sent_headers[name.decode()].encode("latin-1") == value
    assert ("content-type" in sent_headers) == (b"content-type" in headers)


@given(st.text(), st.binary())
def test_nothing_escapes_its_word(text: str, content: bytes) -> None:
    body = json.dumps({"a": text}).encode() + content
    command = curl(exchange(body=body), Redactor())
    words = shlex.split(command)
    if words[0] == "printf":
        assert words[2:6] == ["|", "curl", "-i", "-X"]
        assert words[-3:-1] == ["--data-binary", "@-"]
    else:
        assert words[words.index("--data-raw") + 1].encode() == body
    assert words[-1] == "http://127.0.0.1/license_keys/lic_1"


def test_token_is_a_variable_wherever_it_stands() -> None:
    redactor = Redactor("tok_123456")
    shown = curl(exchange(headers={b"authorization": b"tok_123456"}), redactor)
    assert '-H "authorization: $DODO_PAYMENTS_API_KEY"' in shown
    shown = curl(exchange(headers={b"x-a": b"it's tok_123456, twice: tok_123456."}), redactor)
    assert "tok_123456" not in shown
    assert shown.count('"$DODO_PAYMENTS_API_KEY"') == 2


def test_license_keys_and_customers_are_masked() -> None:
    redactor = Redactor()
    redactor.learn({"key": "AAAA-BBBB-CCCC", "customer_id": "cus_0123456789"})
    body = b'{"license_key": "AAAA-BBBB-CCCC", "license_key_instance_id": "lki_1"}'
    url = "http://127.0.0.1/license_keys?customer_id=cus_0123456789"
    shown = curl(exchange("POST", url, body=body), redactor)
    assert "AAAA" not in shown
    assert "cus_0123456789" not in shown
    assert "lki_1" in shown
