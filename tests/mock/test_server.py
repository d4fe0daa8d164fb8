import signal
import socket
import subprocess

import httpx
import pytest
from dodo_license_mock import LicenseMock, WebhookError

from .processes import COMMAND, running


def test_serve_from_a_thread() -> None:
    mock = LicenseMock()
    headers = {"authorization": f"Bearer {mock.token}"}
    with mock.serve() as base_url:
        key_id = mock.key_ids[0]
        response = httpx.get(f"{base_url}/license_keys/{key_id}", headers=headers)
        assert response.json()["id"] == key_id
    with pytest.raises(httpx.ConnectError):
        httpx.get(base_url)


def test_a_webhook_secret_needs_a_url() -> None:
    with pytest.raises(WebhookError, match="without a webhook URL"):
        LicenseMock(webhook_secret="whsec_AAAA")


def test_serve_on_ipv6() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with running("--host", "::1") as (_, facts):
        assert facts["base_url"].startswith("http://[::1]:")
        assert httpx.get(f"{facts['base_url']}/_mock/state").status_code == 200


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_the_command_line_serves_until_interrupted(interrupt: signal.Signals) -> None:
    with running("--token", "chosen") as (process, facts):
        headers = {"authorization": "Bearer chosen"}
        url = f"{facts['base_url']}/license_keys/{facts['key_ids'][-1]}"
        assert facts["token"] == "chosen"
        assert httpx.get(url, headers=headers).status_code == 200
        process.send_signal(interrupt)
        assert process.wait(60) in (0, -interrupt)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--port", "x"], "a port must be a number"),
        (["--port", "65536"], "a port must be a number"),
        (["--nonsense"], "--nonsense"),
        (["--token", "a b"], "a token must be"),
        (["--host", "203.0.113.1"], "203.0.113.1"),
        (["--workers", "2"], "need a --database"),
        (["--workers", "0"], "a number from 1"),
        (["--database", "mysql://x"], "sqlite:///FILE"),
        (["--seed", "missing.json"], "missing.json"),
        (["--webhook-url", "http://192.0.2.1/"], "127.0.0.1"),
        (["--webhook-url", "https://localhost/"], "127.0.0.1"),
        (["--webhook-url", "http://127.0.0.1:1/", "--webhook-secret", "whsec_?"], "base64"),
        (["--webhook-url", "http://127.0.0.1:1/", "--webhook-secret", ""], "base64"),
        (["--webhook-url", "http://127.0.0.1:1/", "--webhook-secret", "whsec_"], "base64"),
        (["--webhook-secret", "whsec_AAAA"], "needs a --webhook-url"),
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
        f"dodo_license_mock: cannot listen on 127.0.0.1 port {port}: the port is in use\n"
    )
