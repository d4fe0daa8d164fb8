import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest
from dodo_license_mock import LicenseMock, WebhookError
from dodo_license_mock.__main__ import main

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
        (["--seed", "seed.json", "--fill", "5"], "not allowed with"),
        (["--fill", "many"], "it must be a number"),
        (["--fill", "99999999"], "from 0 to 10,000,000"),
        (["--webhook-url", "http://192.0.2.1/"], "127.0.0.1"),
        (["--webhook-url", "https://localhost/"], "127.0.0.1"),
        (["--webhook-url", "http://127.0.0.1:1/", "--webhook-secret", "whsec_?"], "base64"),
        (["--webhook-url", "http://127.0.0.1:1/", "--webhook-secret", ""], "base64"),
        (["--webhook-url", "http://127.0.0.1:1/", "--webhook-secret", "whsec_"], "base64"),
        (["--webhook-secret", "whsec_AAAA"], "needs a --webhook-url"),
    ],
)
def test_a_bad_option_is_one_line(
    options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 2
    problem = capsys.readouterr().err
    assert problem.count("\n") == 1
    assert complaint in problem


@pytest.mark.slow
def test_any_number_of_keys_is_created_and_few_are_printed(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'many.db'}"
    with running("--fill", "20000", "--database", database) as (_, facts):
        assert (facts["keys"], len(facts["key_ids"])) == (20000, 50)
        with httpx.Client(
            base_url=facts["base_url"], headers={"authorization": f"Bearer {facts['token']}"}
        ) as client:
            pages = [
                client.get(f"/license_keys?page_size=100&page_number={number}").json()["items"]
                for number in range(201)
            ]
            assert pages[200] == []
            assert len({key["id"] for page in pages for key in page}) == 20000
            for status in ("active", "expired", "disabled"):
                filtered = client.get("/license_keys", params={"status": status}).json()["items"]
                assert [key["status"] for key in filtered] == [status] * 10
    restarted = LicenseMock(database=database)
    assert restarted.first_key_ids(1) == (facts["key_ids"][:1], 20000)
    restarted.close()


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
