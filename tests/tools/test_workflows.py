"""The GitHub workflows: linted, and the action that a service uses run for real."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.documents import ROOT
from tools.folders import hashes
from tools.vendor import vendor

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTION = GITHUB / "actions" / "verify-vendored-client" / "action.yml"
SCRIPTS = Path(sys.executable).parent


def check(*command: str | Path) -> None:
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr


def test_zizmor_finds_nothing() -> None:
    check(SCRIPTS / "zizmor", "--offline", "--pedantic", "--no-progress", GITHUB)


def test_actionlint_finds_nothing() -> None:
    program = shutil.which("actionlint")
    if program is None:
        pytest.skip("actionlint is not on the PATH; no package registry carries a current one")
    check(program, *WORKFLOWS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.github-actions", sorted(GITHUB.glob("actions/*/action.yml"))),
        ("vendor.dependabot", [GITHUB / "dependabot.yml"]),
    ],
)
def test_every_file_fits_its_published_schema(schema: str, files: list[Path]) -> None:
    check(SCRIPTS / "check-jsonschema", "--builtin-schema", schema, *files)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_script_is_shell_and_calls_what_the_makefile_has(path: Path) -> None:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for job in content["jobs"].values():
        assert set(job) >= {"permissions", "timeout-minutes"}
        for script in (step["run"] for step in job["steps"] if "run" in step):
            check("bash", "-n", "-c", script)
            words = script.split()
            for target in (words[at + 1] for at, word in enumerate(words) if word == "make"):
                assert f"\n{target}:" in makefile


def run_action(
    copy: Path, folder: Path, allow_older: str = "false", project: Path = ROOT, repository: str = ""
) -> tuple[int, str]:
    """Run the script of the action as GitHub does.

    Args:
        copy: The vendored copy to verify.
        folder: The folder for the output file and for the repositories that can be cloned.
        allow_older: The input of the action.
        project: The checkout that contains the action.
        repository: The name of the repository to clone, below `folder`.
    """
    (step,) = yaml.safe_load(ACTION.read_text(encoding="utf-8"))["runs"]["steps"]
    output = folder / "output"
    environment = os.environ | {
        "GITHUB_ACTION_PATH": str(project / ACTION.parent.relative_to(ROOT)),
        "GITHUB_ACTION_REF": "v2",
        "GITHUB_ACTION_REPOSITORY": repository,
        "GITHUB_OUTPUT": str(output),
        "GITHUB_SERVER_URL": folder.as_uri(),
        "VENDORED": str(copy),
        "ALLOW_OLDER": allow_older,
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    run = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    return run.returncode, output.read_text(encoding="utf-8").splitlines()[-1]


def edit(package: Path) -> None:
    """Edit a module of a client and record the edit in the manifest."""
    models = package / "models.py"
    models.write_text(models.read_text() + "# edited\n")
    manifest = package / "_provenance.json"
    content = json.loads(manifest.read_text())
    content["files"]["models.py"] = hashes(package)["models.py"]
    manifest.write_text(json.dumps(content))


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", *identity, *arguments], check=True, cwd=folder)  # noqa: S607


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """Build a repository of the project: the client, and then a later client, tagged v2."""
    project = tmp_path / "acme" / "keys"
    action = project / ACTION.parent.relative_to(ROOT)
    client = project / vendor.SOURCE.relative_to(ROOT)
    shutil.copytree(ACTION.parent, action)
    shutil.copytree(vendor.SOURCE, client, ignore=shutil.ignore_patterns("__pycache__"))
    git(project, "init", "-q")
    for message in ("Client", "Later client"):
        git(project, "add", ".")
        git(project, "commit", "-qm", message)
        edit(client)
    git(project, "checkout", "-q", "--", ".")
    git(project, "tag", "v2")
    return project


@pytest.fixture
def vendored(tmp_path: Path) -> Path:
    """Vendor the client into a service."""
    copy = tmp_path / "license_client"
    assert vendor.main([str(copy)]) == 0
    return copy


def test_the_action_tells_an_intact_from_an_edited_and_an_older_copy(
    vendored: Path, released: Path, tmp_path: Path
) -> None:
    assert run_action(vendored, tmp_path) == (0, "exit-code=0")
    assert run_action(vendored, tmp_path, project=released) == (3, "exit-code=3")
    assert run_action(vendored, tmp_path, "true", released) == (0, "exit-code=3")
    models = vendored / "models.py"
    models.write_text(models.read_text() + "# by hand\n")
    assert run_action(vendored, tmp_path) == (1, "exit-code=1")
    assert run_action(vendored, tmp_path, "true", released) == (1, "exit-code=1")
    assert run_action(tmp_path / "nowhere", tmp_path) == (2, "exit-code=2")


def test_the_action_accepts_no_edited_copy_as_an_older_one(
    vendored: Path, released: Path, tmp_path: Path
) -> None:
    """No commit contains the edit, although the manifest of the copy matches its files."""
    models = vendored / "models.py"
    models.write_text(models.read_text() + "BACKDOOR = 1\n")
    edit(vendored)
    for allow_older in ("false", "true"):
        assert run_action(vendored, tmp_path, allow_older, released) == (2, "exit-code=2")


def test_the_action_clones_the_history_that_it_comes_without(
    vendored: Path, released: Path, tmp_path: Path
) -> None:
    action = tmp_path / "downloaded"
    shutil.copytree(released, action, ignore=shutil.ignore_patterns(".git"))
    repository = released.relative_to(tmp_path).as_posix()
    assert run_action(vendored, tmp_path, "true", action, repository) == (0, "exit-code=3")
    assert run_action(vendored, tmp_path, "true", action, "acme/none") == (2, "exit-code=2")
    assert run_action(vendored, tmp_path, "false", action, repository) == (2, "exit-code=2")


@pytest.mark.parametrize(
    ("open_issues", "expected"),
    [
        ("[]", "issue create"),
        ('[{"number": 7, "title": "Something else"}]', "issue create"),
        ('[{"number": 7, "title": "Drift"}]', "issue comment 7"),
    ],
)
def test_an_issue_is_opened_once(open_issues: str, expected: str, tmp_path: Path) -> None:
    if shutil.which("jq") is None:
        pytest.skip("jq is not on the PATH; GitHub's runners have it")
    gh = tmp_path / "gh"
    answer = f"list) echo '{open_issues}';;"
    gh.write_text(f'#!/bin/sh\ncase "$2" in {answer} *) echo "$@" >>{tmp_path}/log;; esac\n')
    gh.chmod(0o755)
    body = tmp_path / "body.md"
    body.write_text("What drifted.\n")
    environment = os.environ | {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "acme/licenses",
        "GITHUB_RUN_ID": "1",
    }
    subprocess.run([GITHUB / "open-issue.sh", "Drift", body], check=True, env=environment)
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert line.startswith(expected)


def test_the_action_installs_what_the_wheel_needs() -> None:
    """The lock of the action and the image has every package of the extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["mock"], *extras["contract"]]
    lock = (ROOT / "requirements" / "contract.txt").read_text()
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    names = {re.split(r"[\[><=;]", each)[0] for each in needed} - {"dodo-license-keys"}
    assert names <= locked
