"""HTTP clients of other languages, with their defaults."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from dodo_license_mock import LicenseMock

from .conftest import client_of
from .test_bad_input import read_response

JAVA = Path(__file__).parent / "java" / "Update.java"
FETCH = """
const [url, token] = process.argv.slice(1);
const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
for (const body of ['{"activations_limit": 41}', '{"disabled": true}']) {
  const response = await fetch(url, { method: "PATCH", headers, body });
  console.log(response.status);
}
"""


class Served:
    def __init__(self, mock: LicenseMock, base_url: str) -> None:
        self.mock = mock
        self.base_url = base_url
        self.url = f"{base_url}/license_keys/lic_1"

    def check(self, statuses: list[str]) -> None:
        assert statuses == ["200", "200"]
        with client_of(self.mock) as client:
            key = client.get("/license_keys/lic_1").json()
        assert (key["activations_limit"], key["status"]) == (41, "disabled")


@pytest.fixture
def served() -> Iterator[Served]:
    mock = LicenseMock(seed={"license_keys": [{"id": "lic_1"}]})
    with mock.serve() as base_url:
        yield Served(mock, base_url)


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"this test needs {name}")
    return found


def output(*command: str) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_curl_that_asks_for_http2(served: Served) -> None:
    command = [program("curl"), "--silent", "--http2", "--request", "PATCH", served.url]
    command += ["--header", f"Authorization: Bearer {served.mock.token}"]
    command += ["--header", "Content-Type: application/json", "--output", "-"]
    command += ["--write-out", "\\n%{http_code}\\n"]
    statuses = []
    for body in ({"activations_limit": 41}, {"disabled": True}):
        done = subprocess.run(
            [*command, "--data", json.dumps(body)], capture_output=True, text=True, check=True
        )
        statuses.append(done.stdout.split()[-1])
    served.check(statuses)


@pytest.mark.parametrize("framing", ["Content-Length: 25", "Transfer-Encoding: chunked"])
def test_an_upgrade_that_is_not_supported_keeps_the_body_and_the_connection(
    served: Served, framing: str
) -> None:
    body = b'{"activations_limit": 41}'
    if framing.endswith("chunked"):
        body = b"5\r\n" + body[:5] + b"\r\n14\r\n" + body[5:] + b"\r\n0\r\n\r\n"
    head = (
        "PATCH /license_keys/lic_1 HTTP/1.1\r\nHost: mock\r\n"
        f"Authorization: Bearer {served.mock.token}\r\nContent-Type: application/json\r\n"
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n"
        f"{framing}\r\n\r\n"
    ).encode()
    host, port = served.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head + body + head[:50])
        status, key = read_response(connection)
        assert (status, key["activations_limit"]) == (200, 41)
        connection.sendall(head[50:])
        connection.sendall(body)
        assert read_response(connection)[0] == 200


@pytest.mark.slow
def test_java(served: Served) -> None:
    served.check(output(program("java"), str(JAVA), served.url, served.mock.token))


def test_node_fetch(served: Served) -> None:
    node = program("node")
    served.check(output(node, "--input-type=module", "-e", FETCH, served.url, served.mock.token))
