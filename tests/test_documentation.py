"""What the documents promise holds: their commands run and their links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _console(command: str) -> str:
    """The output that the README shows for a command."""
    match = re.search(rf"```console\n\$ {re.escape(command)}\n(.*?)```", README, re.DOTALL)
    assert match is not None, f"the README does not show `{command}`"
    return match[1]


def _without_figures(text: str) -> list[str]:
    """Lines without what differs from run to run: the port, counts of requests, seconds."""
    return [
        re.sub(r"\d[\d,.]*( s|(?= requests))|127.0.0.1:\d+", "#", line)
        for line in text.splitlines()
    ]


def test_make_contract_prints_what_the_readme_shows() -> None:
    run = subprocess.run(
        ["/usr/bin/env", "make", "--no-print-directory", "contract"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert _without_figures(run.stdout) == _without_figures(_console("make contract"))


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
