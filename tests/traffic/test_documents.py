"""Every block of docs/traffic.md runs as it is shown, with the mock in place of test mode."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from dodo_license_mock import LicenseMock

from tests.contract_suite.runs import heed_interrupts
from tests.traffic.clients import entries, recorded_client, use_everything
from tests.traffic.test_usage import SERVICE_TEST, changed

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "traffic.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:sh|python)\n(.*?)```", TEXT, re.DOTALL)


def shown(start: str, *replaced: tuple[str, object]) -> str:
    """The block that starts with a text, with some of what it shows replaced."""
    block = str(next(each for each in BLOCKS if each.startswith(start)))
    block = block.replace(".venv/bin/python", sys.executable)
    for before, after in replaced:
        assert before in block, before
        block = block.replace(before, str(after))
    return block


def shell(script: str) -> "subprocess.Popen[str]":
    """Run commands in the root of the repository, with the commands of this environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(
        ["/bin/sh", "-ec", script],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    )


def run(script: str) -> str:
    with shell(script) as process:
        output, _ = process.communicate()
    assert process.returncode == 0, output
    return output


def request_until_served(url: str, token: str) -> None:
    ended = time.monotonic() + 60
    headers = {"Authorization": f"Bearer {token}"}
    while time.monotonic() < ended:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{url}/license_keys", headers=headers, timeout=30).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"{url} does not respond")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def test_every_block_is_run() -> None:
    starts = [each.splitlines()[0].partition(" \\")[0] for each in BLOCKS]
    assert starts == [
        ".venv/bin/python -m contract_tests judge recording.har",
        ".venv/bin/python -m contract_tests --profile quick --record run.har",
        ".venv/bin/python -m dodo_license_mock --port 4010 --record mock.har",
        "import httpx",
        ".venv/bin/python -m contract_tests watch --upstream https://test.dodopayments.com"
        " --port 4011",
        "pytest --license-reads reads.json --license-client billing.dodo_license_keys",
    ]


@pytest.mark.slow
def test_judge(tmp_path: Path) -> None:
    path = tmp_path / "recording.har"
    mock = LicenseMock()
    with recorded_client(mock, path) as client:
        use_everything(client, mock.key_ids[0])
    block = shown(".venv/bin/python -m contract_tests judge", ("recording.har", path))
    assert "CONFORMS" in run(block)


@pytest.mark.weekly
def test_record_a_run(tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    run(shown(".venv/bin/python -m contract_tests --profile", ("run.har", path)))
    assert len(entries(path)) > 200


@pytest.mark.slow
def test_record_the_mock(tmp_path: Path) -> None:
    path, port = tmp_path / "mock.har", free_port()
    block = shown(
        ".venv/bin/python -m dodo_license_mock",
        ("4010", port),
        ("--record", "--token secret --record"),
        ("mock.har", path),
    )
    with shell(block) as process:
        request_until_served(f"http://127.0.0.1:{port}", "secret")
        os.killpg(process.pid, signal.SIGINT)
        process.communicate()
    assert [each["response"]["status"] for each in entries(path)] == [200]


@pytest.mark.slow
def test_recorder(tmp_path: Path) -> None:
    path = tmp_path / "service.har"
    mock = LicenseMock(token="secret")
    with mock.serve() as url:
        block = shown("import httpx", ("service.har", path), ("https://test.dodopayments.com", url))
        names: dict[str, httpx.Client] = {}
        exec(block, names)  # noqa: S102 - it is our own document
        with names["client"] as client:
            client.get("/license_keys", headers={"Authorization": f"Bearer {mock.token}"})
    assert len(entries(path)) == 1


@pytest.mark.slow
def test_watch() -> None:
    mock, port = LicenseMock(), free_port()
    with mock.serve() as url:
        block = shown(
            ".venv/bin/python -m contract_tests watch",
            ("https://test.dodopayments.com", url),
            ("4011", port),
        )
        with shell(block) as process:
            request_until_served(f"http://127.0.0.1:{port}", mock.token)
            time.sleep(0.5)
            os.killpg(process.pid, signal.SIGINT)
            output, _ = process.communicate()
    assert "CONFORMS" in output


@pytest.mark.slow
def test_who_is_affected(tmp_path: Path) -> None:
    mock = LicenseMock()
    for name in ("billing", "portal"):
        with recorded_client(mock, tmp_path / f"{name}.har") as client:
            client.get(f"/license_keys/{mock.key_ids[0]}")
    service = tmp_path / "test_service.py"
    service.write_text(SERVICE_TEST)
    new = changed(
        tmp_path,
        lambda each: each["components"]["schemas"]["LicenseKeyResponse"]["properties"][
            "status"
        ].update(type="integer"),
    )
    run(
        f"{sys.executable} -m contract_tests usage {tmp_path}/portal.har"
        f" --output {tmp_path}/portal.json"
    )
    block = shown(
        "pytest --license-reads",
        ("pytest ", f"pytest -q -p no:cacheprovider -c /dev/null --rootdir={tmp_path} {service} "),
        ("billing.dodo_license_keys", "dodo_license_keys"),
        ("dodo-contract", f"{sys.executable} -m contract_tests"),
        ("reads.json", tmp_path / "reads.json"),
        ("billing.har", tmp_path / "billing.har"),
        ("=billing.json", f"={tmp_path}/billing.json"),
        ("--output billing.json", f"--output {tmp_path}/billing.json"),
        ("portal.json", tmp_path / "portal.json"),
        ("old.yaml", "openapi.yaml"),
        ("NEW=openapi.yaml", f"NEW={new}"),
    )
    with shell(block) as process:
        output, _ = process.communicate()
    assert process.returncode == 2, output  # make's code for the 1 of the diff
    assert "billing" in output
    assert json.loads((tmp_path / "reads.json").read_text())["reads"]
