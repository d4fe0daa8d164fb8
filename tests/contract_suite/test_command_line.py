"""The command as a person or a CI job runs it."""

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dodo_license_mock import LicenseMock

from tests.contract_suite.runs import heed_interrupts
from tests.mock.postgresql import Cluster

ROOT = Path(__file__).parents[2]
NO_TOKEN = {name: value for name, value in os.environ.items() if "DODO" not in name}
TOKEN = {**NO_TOKEN, "DODO_PAYMENTS_API_KEY": "some-token"}


def _run(
    *arguments: str, environment: dict[str, str] = NO_TOKEN
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "contract_tests", *arguments],
        cwd=ROOT,
        env={**environment, "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
def test_embedded_mock_conforms(tmp_path: Path) -> None:
    run = _run("--report", str(tmp_path))
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1].startswith("CONFORMS: ")
    verdict = json.loads((tmp_path / "verdict.json").read_text())
    assert verdict["verdict"] == "conforms"
    assert verdict["spec"]["version"] == "1.0.0"
    assert verdict["requests"] > 1000
    assert {rule["status"] for rule in verdict["rules"]} == {"holds"}
    assert {rule["level"] for rule in verdict["rules"]} == {"contract", "policy"}


PROFILES_AND_TRANSPORTS = [
    pytest.param(["--profile", "quick", "--in-process"], id="quick, in process"),
    pytest.param(["--profile", "quick"], id="quick, over TCP", marks=pytest.mark.slow),
    pytest.param(["--in-process"], id="full, in process", marks=pytest.mark.slow),
    pytest.param([], id="full, over TCP", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("options", PROFILES_AND_TRANSPORTS)
def test_sqlite_conforms(options: list[str], tmp_path: Path) -> None:
    run = _run("--database", f"sqlite:///{tmp_path / 'mock.db'}", *options)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Warning" not in run.stderr


@pytest.mark.parametrize("options", PROFILES_AND_TRANSPORTS)
def test_postgresql_conforms(options: list[str], cluster: Cluster) -> None:
    run = _run("--database", cluster.new_database(), *options)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["--base-url", "http://127.0.0.1:9"], TOKEN, "does not respond"),
        (["--base-url", "http://127.0.0.1:9"], NO_TOKEN, "set DODO_PAYMENTS_API_KEY"),
        (["--base-url", "ftp://127.0.0.1"], TOKEN, "--base-url: not an http or https URL"),
        (["--base-url", "http://[::1"], TOKEN, "--base-url: not an http or https URL"),
        (["--base-url", "http://127.0.0.1:x"], TOKEN, "--base-url: not an http or https URL"),
        (["--base-url", "http://127.0.0.1:9/v1"], TOKEN, "only scheme, host and port"),
        (["--base-url", "https://live.dodopayments.com"], TOKEN, "--allow-live-mode"),
        (["--base-url", "http://user:word@127.0.0.1"], TOKEN, "only scheme, host and port"),
        (["--budget", "0"], NO_TOKEN, "is not a positive integer"),
        (["--max-response-time", "nan"], NO_TOKEN, "is not a positive number of seconds"),
        (["--profile", "slow"], NO_TOKEN, "invalid choice: 'slow'"),
        (["--create-keys", "cus_123"], NO_TOKEN, "is not CUSTOMER_ID,PRODUCT_ID"),
        (["--in-process", "--base-url", "http://127.0.0.1:9"], TOKEN, "remove --base-url"),
        (["--report", "/dev/null/report"], NO_TOKEN, "cannot be used"),
        (["--database", "sqlite:////no/such/folder/x.db"], NO_TOKEN, "--database"),
        (["--no-such-option"], NO_TOKEN, "unrecognized arguments: --no-such-option"),
        (["restore", "--journal", "/no/such/journal"], TOKEN, "cannot be read"),
    ],
)
def test_what_cannot_run_says_so_in_one_sentence(
    arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    run = _run(*arguments, environment=environment)
    assert run.returncode == 2
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
    assert sentence in run.stderr


def test_refused_token_and_unknown_key(tmp_path: Path) -> None:
    mock = LicenseMock()
    with mock.serve() as url:
        refused = _run("--base-url", url, environment=TOKEN)
        right = {**NO_TOKEN, "DODO_PAYMENTS_API_KEY": mock.token}
        journal = ["--journal", str(tmp_path / "journal.jsonl")]
        unknown = _run("--base-url", url, "--key-id", "lic_none", *journal, environment=right)
        no_key = _run("--base-url", url, "--profile", "quick", *journal, environment=right)
    assert refused.returncode == unknown.returncode == no_key.returncode == 2
    assert "rejects the token: check DODO_PAYMENTS_API_KEY" in refused.stderr
    assert "has no key lic_none: check --key-id" in unknown.stderr
    assert no_key.stdout.splitlines()[-1].startswith("INCONCLUSIVE: no key may be changed")
    assert mock.token not in no_key.stdout + no_key.stderr


@pytest.mark.slow
def test_budget_holds_and_choice_of_requests_is_the_same_twice(tmp_path: Path) -> None:
    journals = [tmp_path / "first.jsonl", tmp_path / "second.jsonl"]
    outputs = []
    for journal in journals:
        mock = LicenseMock()
        environment = {**NO_TOKEN, "DODO_PAYMENTS_API_KEY": mock.token}
        with mock.serve() as url:
            keys = [f"--key-id={key_id}" for key_id in mock.key_ids[:3]]
            live = ["--profile", "live", "--journal", str(journal), "--report", str(tmp_path)]
            run = _run("--base-url", url, *keys, *live, environment=environment)
        assert run.returncode == 0, run.stdout
        verdict = json.loads((tmp_path / "verdict.json").read_text())
        outputs.append([(rule["id"], rule["status"], rule["answers"]) for rule in verdict["rules"]])
        assert verdict["requests"] <= 100
    assert outputs[0] == outputs[1]


def _written_to(terminal: int) -> Iterator[str]:
    # Linux reports the end of a terminal as an error.
    with contextlib.suppress(OSError):
        while text := os.read(terminal, 1024):
            yield text.decode("utf-8", "replace")


def test_interrupt_leaves_no_process() -> None:
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "contract_tests"],
        cwd=ROOT,
        env=NO_TOKEN,
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    ) as run:
        os.close(terminal)
        os.read(controller, 1)  # the first check is shown
        os.killpg(run.pid, signal.SIGINT)
        errors = "".join(_written_to(controller))
        output, _ = run.communicate(timeout=30)
    os.close(controller)
    assert run.returncode == 2, output + errors
    assert "interrupted" in output + errors
    assert "Traceback" not in errors
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)
