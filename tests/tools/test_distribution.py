"""What a user installs: metadata, extras, console scripts and the image, outside the repository."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dodo_license_mock.installation
import httpx
import pytest

import contract_tests.installation
from tests.tools.conftest import make_clone
from tests.tools.documents import ROOT

SCRIPTS = Path(sys.executable).parent
UV = SCRIPTS / "uv"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PYTHONS = ("3.11", "3.12", "3.13")
IMPORT_NAMES = {"pyyaml": "yaml", "jsonschema-rs": "jsonschema_rs"}


def run(*command: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command far from the project, without its environment."""
    dropped = ("PYTHON", "VIRTUAL_ENV", "COV", "PYTEST")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=cwd, env=kept | variables
    )


def succeeded(*command: str | Path, cwd: Path, **variables: str) -> str:
    done = run(*command, cwd=cwd, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def python_of(version: str) -> Path:
    """Find a Python of a version, in pyenv or on the PATH."""
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    program = str(found[-1]) if found else shutil.which(f"python{version}")
    if program is None:
        pytest.skip(f"Python {version} is not installed")
    return Path(program)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build wheel and source distribution in a clean clone."""
    folder = tmp_path_factory.mktemp("dist")
    clone = make_clone(folder / "clone")
    built = clone.run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (path,) = dist.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip without a package registry."""
    folder = tmp_path_factory.mktemp("registry")
    (folder / "probe.in").write_text("attrs\n")
    probe = run(UV, "pip", "compile", "--quiet", "--no-cache", "probe.in", cwd=folder)
    if probe.returncode != 0:
        pytest.skip("no package registry is reachable")


def environment(folder: Path, version: str, *requirements: str) -> Path:
    """Make an environment and return its folder of scripts."""
    place = folder / f"environment-{version}"
    succeeded(UV, "venv", "--quiet", "--python", python_of(version), place, cwd=folder)
    python = place / "bin" / "python"
    succeeded(UV, "pip", "install", "--quiet", "--python", python, *requirements, cwd=folder)
    return place / "bin"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """An empty directory, which a run must leave empty."""
    folder = tmp_path / "empty"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


@pytest.mark.weekly
@pytest.mark.parametrize(
    "command",
    [
        ("twine", "check", "--strict", "*"),
        ("pyroma", "--min", "10", "*.tar.gz"),
        ("check-wheel-contents", "*.whl"),
    ],
    ids=lambda command: command[0],
)
def test_the_metadata_passes(command: tuple[str, ...], dist: Path) -> None:
    program, *options, pattern = command
    files = sorted(each for each in dist.glob(pattern) if each.is_file())
    assert files
    succeeded(SCRIPTS / program, *options, *files, cwd=ROOT)  # with the settings of the project


@pytest.mark.weekly
def test_every_link_of_the_readme_is_absolute(dist: Path) -> None:
    from zipfile import ZipFile

    (path,) = dist.glob("*.whl")
    with ZipFile(path) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("/METADATA"))
        text = archive.read(name).decode()
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    assert [each for each in links if not each.startswith("https://")] == []


@pytest.mark.weekly
@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("version", PYTHONS)
def test_one_command_ends_in_a_verdict(
    version: str, wheel: Path, tmp_path: Path, empty: Path
) -> None:
    scripts = environment(tmp_path, version, f"{wheel}[contract]")
    shown = succeeded(scripts / "dodo-contract", cwd=empty)
    assert shown.splitlines()[-1].startswith("CONFORMS: ")
    assert "| `patch.limit.zero` |" in succeeded(scripts / "dodo-contract", "rules", cwd=empty)


@pytest.mark.weekly
@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    "command",
    [("uvx", "--from"), ("uvx", "--with", "setuptools", "pipx", "run", "--spec")],
    ids=["uvx", "pipx"],
)
def test_runners_of_scripts_end_in_a_verdict(
    command: tuple[str, ...], wheel: Path, tmp_path: Path, empty: Path
) -> None:
    # A fresh cache, as on a fresh machine.
    home = {"PIPX_HOME": str(tmp_path / "pipx"), "UV_TOOL_DIR": str(tmp_path / "tools")}
    program, *options = command
    shown = succeeded(
        SCRIPTS / program, *options, f"{wheel}[contract]", "dodo-contract", cwd=empty, **home
    )
    assert shown.splitlines()[-1].startswith("CONFORMS: ")


@pytest.mark.weekly
@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("version", "requirement", "expected"),
    [
        ("3.10", "[contract]", "requires Python 3.11 or newer, this is 3.10"),
        ("3.12", "", "requires the package "),
    ],
)
def test_a_missing_extra_is_one_sentence(
    version: str, requirement: str, expected: str, wheel: Path, tmp_path: Path, empty: Path
) -> None:
    scripts = environment(tmp_path, version, f"{wheel}{requirement}")
    commands: list[tuple[str | Path, ...]] = [
        (scripts / "dodo-contract",),
        (scripts / "dodo-license-mock",),
        (scripts / "python", "-m", "dodo_contract"),
        (scripts / "python", "-m", "dodo_license_mock"),
    ]
    for command in commands:
        done = run(*command, cwd=empty, PYTHONDONTWRITEBYTECODE="1")
        assert (done.returncode, done.stdout) == (2, "")
        (line,) = done.stderr.splitlines()
        assert expected in line
        assert "dodo-license-keys[" in line


def imported(extra: str) -> set[str]:
    """The packages that an extra names, by the name that Python imports, without other extras."""
    names = (re.split(r"[\[><=;]", each)[0] for each in PROJECT["optional-dependencies"][extra])
    return {IMPORT_NAMES.get(name, name) for name in names} - {"dodo-license-keys"}


def test_the_sentence_knows_every_package_of_the_extra() -> None:
    mock = set(dodo_license_mock.installation.PACKAGES)
    assert mock | {"uvloop"} == imported("mock")
    assert set(contract_tests.installation.PACKAGES) == imported("contract") | mock


def test_every_requirement_has_a_lower_bound() -> None:
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for requirement in (each for group in groups for each in group):
        assert ">=" in requirement or requirement.startswith("dodo-license-keys["), requirement


def containerfile() -> list[tuple[str, str]]:
    """The instructions of the Containerfile."""
    text = (ROOT / "Containerfile").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(" ", 1)) for line in lines]  # type: ignore[misc]


def test_the_image_is_pinned_checked_and_not_root() -> None:
    instructions = dict(containerfile())
    assert re.fullmatch(r"python:[\d.]+-slim@sha256:[0-9a-f]{64}", instructions["FROM"])
    assert int(instructions["USER"].partition(":")[0]) > 0
    installs = [value for name, value in containerfile() if name == "RUN"]
    assert all("--require-hashes" in each or "--no-index" in each for each in installs)


@pytest.mark.weekly
@pytest.mark.usefixtures("registry")
def test_every_run_step_of_the_image_works(wheel: Path, tmp_path: Path) -> None:
    """Run the steps with a Python 3.13 that has nothing but pip, in place of the base image."""
    python = python_of("3.13")
    image = tmp_path / "image"
    succeeded(python, "-m", "venv", image, cwd=tmp_path)
    install, home = tmp_path / "install", tmp_path / "home"
    install.mkdir()
    home.mkdir()
    shutil.copy(ROOT / "requirements" / "contract.txt", install)
    shutil.copy(wheel, install)
    path = f"{image / 'bin'}:{os.environ['PATH']}"
    for name, value in containerfile():
        if name == "RUN":
            script = value.replace("/opt/install", str(install))
            succeeded("sh", "-ec", script, cwd=tmp_path, PATH=path)
    instructions = dict(containerfile())
    shown = succeeded("dodo-contract", cwd=home, PATH=path, HOME=str(home))
    assert "CONFORMS: " in shown
    command = json.loads(instructions["CMD"])
    health = json.loads(instructions["HEALTHCHECK"].partition("CMD ")[2])
    with subprocess.Popen(
        [*command, "--port", "0", "--json"],
        env={"PATH": path, "HOME": str(home)},
        cwd=home,
        stdout=subprocess.PIPE,
        text=True,
    ) as mock:
        try:
            assert mock.stdout is not None
            url = json.loads(mock.stdout.readline())["base_url"]
            port = httpx.URL(url).port
            probe = [each.replace("4010", str(port)) for each in health]
            for _ in range(50):
                if run(*probe, cwd=home, PATH=path).returncode == 0:
                    break
                time.sleep(0.1)
            else:
                pytest.fail("the image never becomes healthy")
        finally:
            mock.terminate()
