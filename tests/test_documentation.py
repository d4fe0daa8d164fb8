"""The commands in the documents run in a fresh shell, and the links lead somewhere."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from dodo_license_mock import LicenseMock

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
# A shell in which nothing of this repository is active.
FRESH = {"HOME": os.environ.get("HOME", "/"), "PATH": os.defpath}


def fresh_shell(script: str) -> subprocess.CompletedProcess[str]:
    """Run commands as a newcomer does: in the root of the repository, with HOME and PATH only."""
    return subprocess.run(
        ["/bin/sh", "-ec", script],
        cwd=ROOT,
        env=FRESH,
        capture_output=True,
        text=True,
        check=False,
    )


def block(command: str) -> str:
    """The block of the README that begins with a command."""
    return str(next(each for each in BLOCKS if each.startswith(f"$ {command}\n")))


def commands(text: str) -> str:
    """The commands of a block, as a script."""
    return "\n".join(re.findall(r"^\$ (.*)", text, re.MULTILINE))


def without_figures(text: str) -> list[str]:
    """Lines without what differs between runs: the port, numbers of requests, seconds."""
    return [
        re.sub(r"\d[\d,.]*( s|(?= requests))|127.0.0.1:\d+", "#", line)
        for line in text.splitlines()
    ]


def test_every_block_of_the_readme_is_tested() -> None:
    first = [each.splitlines()[0] for each in BLOCKS]
    assert first == ["$ make contract", "$ make setup", "$ make mock"]


def test_make_contract_prints_what_the_readme_shows() -> None:
    shown = block("make contract")
    run = fresh_shell(commands(shown))
    assert run.returncode == 0, run.stdout + run.stderr
    expected = without_figures(shown.partition("\n")[2])
    # Before it, make may have set up .venv.
    assert without_figures(run.stdout)[-len(expected) :] == expected


def test_the_suite_runs_as_the_readme_shows(tmp_path: Path) -> None:
    """With the mock in place of test mode."""
    script = commands(block("make setup"))
    seed = {"license_keys": [{"id": f"lic_{number}"} for number in range(3)]}
    mock = LicenseMock(token="secret", seed=seed)
    with mock.serve() as base_url:
        for shown, real in (
            ("DODO_PAYMENTS_API_KEY=...", f"DODO_PAYMENTS_API_KEY={mock.token}"),
            ("lic_...,lic_...,lic_...", ",".join(mock.key_ids)),
            ("https://test.dodopayments.com", base_url),
            ("--report reports", f"--report {tmp_path} --journal {tmp_path}/journal"),
        ):
            assert shown in script
            script = script.replace(shown, real)
        run = fresh_shell(script)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "CONFORMS" in run.stdout
    assert (tmp_path / "verdict.json").exists()


def test_the_mock_serves_as_the_readme_shows() -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 4010)) == 0:
            pytest.skip("port 4010, which the README names, is taken")
    with subprocess.Popen(
        ["/bin/sh", "-ec", commands(block("make mock"))],
        cwd=ROOT,
        env=FRESH,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            output = next(line for line in process.stdout if "base url" in line)
            assert "http://127.0.0.1:4010" in output
            assert httpx.get("http://127.0.0.1:4010/_mock/state").status_code == 200
        finally:
            os.killpg(process.pid, signal.SIGTERM)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_do_not_rely_on_an_active_environment(document: Path) -> None:
    """Only what pip installs, or what a service vendors, runs with the python of that service."""
    installed = {"dodo_license_mock", "billing._vendor.license_client.verify"}
    text = document.read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:\$ )?python -m ([\w.]+)", text, re.MULTILINE)) <= installed


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_exist(document: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^\$ |`|^)make ([a-z][a-z-]+)", text, re.MULTILINE))
    assert named <= set(targets)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing == []


def test_every_option_is_documented() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "contract_tests", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    page = (ROOT / "docs" / "contract-suite.md").read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z][a-z-]+", run.stdout)) - {"--help", "--no-strict"}
    assert options <= set(re.findall(r"--[a-z][a-z-]+", page))
