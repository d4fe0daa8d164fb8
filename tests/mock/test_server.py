import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock

COMMAND = [sys.executable, "-m", "dodo_license_mock"]


@contextmanager
def running(*options: str) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    command = [*COMMAND, "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def test_serve_from_a_thread() -> None:
    mock = LicenseMock()
    headers = {"authorization": f"Bearer {mock.token}"}
    with mock.serve() as base_url:
        key_id = mock.key_ids[0]
        response = httpx.get(f"{base_url}/license_keys/{key_id}", headers=headers)
        assert response.json()["id"] == key_id
    with pytest.raises(httpx.ConnectError):
        httpx.get(base_url)


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_the_command_line_serves_until_interrupted(interrupt: signal.Signals) -> None:
    with running("--token", "chosen") as (process, facts):
        headers = {"authorization": "Bearer chosen"}
        url = f"{facts['base_url']}/license_keys/{facts['key_ids'][-1]}"
        assert facts["token"] == "chosen"
        assert httpx.get(url, headers=headers).status_code == 200
        process.send_signal(interrupt)
        assert process.wait(5) in (0, -interrupt)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--port", "x"], "a port is a number"),
        (["--port", "65536"], "a port is a number"),
        (["--nonsense"], "--nonsense"),
        (["--token", "a b"], "a token is"),
        (["--host", "203.0.113.1"], "203.0.113.1"),
    ],
)
def test_a_bad_option_is_one_line(options: list[str], complaint: str) -> None:
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert complaint in done.stderr


def test_a_taken_port_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "--port", port], capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == (
        f"dodo_license_mock: can not listen on 127.0.0.1 port {port}: the port is taken\n"
    )
