"""The wheel, built from a clean clone and installed with what the client needs and no more."""

import ast
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from dodo_license_mock import LicenseMock
from packaging.requirements import Requirement

from tests.tools.conftest import make_clone
from tests.tools.documents import ROOT

pytestmark = pytest.mark.slow


def needed(names: list[str], found: set[str]) -> Iterator[Distribution]:
    """Yield distributions and all that they need without extras."""
    for name in names:
        if name not in found:
            found.add(name)
            package = distribution(name)
            yield package
            requirements = map(Requirement, package.requires or ())
            yield from needed(
                [
                    each.name.lower()
                    for each in requirements
                    if not each.marker or each.marker.evaluate({"extra": ""})
                ],
                found,
            )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder for the tests of this module."""
    return tmp_path_factory.mktemp("wheel")


@pytest.fixture(scope="module")
def empty_environment(folder: Path) -> Path:
    """Make an environment with attrs, httpx and what httpx needs; return its Python.

    The files come from the environment of the tests, so that no network is needed.
    """
    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    for package in needed(["attrs", "httpx"], set()):
        for file in package.files or ():
            source = Path(str(package.locate_file(file)))
            if ".." not in file.parts and source.is_file():
                target = packages / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
    return environment / "bin" / "python"


@pytest.fixture(scope="module")
def installed(empty_environment: Path, folder: Path) -> Path:
    """Build the wheel in a clean clone and install it; return the Python that has it."""
    clone = make_clone(folder / "clone")
    build: list[str | Path] = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        folder,
    ]
    run = clone.run(*build, PYTHONPATH="")
    assert run.returncode == 0, run.stdout + run.stderr
    (wheel,) = folder.glob("*.whl")
    # pip looks nowhere, so it installs only if what is there is enough.
    install: list[str | Path] = [
        "-m",
        "pip",
        "--python",
        empty_environment,
        "install",
        "--no-index",
        wheel,
    ]
    run = clone.run(sys.executable, *install, PYTHONPATH="")
    assert run.returncode == 0, run.stdout + run.stderr
    return empty_environment


def run_installed(python: Path, folder: Path, *arguments: str, **variables: str) -> str:
    """Run the installed Python far from the project and return what it printed."""
    run = subprocess.run(
        [python, "-W", "ignore::DeprecationWarning", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=variables,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_the_wheel_needs_attrs_and_httpx_alone(installed: Path, tmp_path: Path) -> None:
    report = run_installed(installed, tmp_path, "-m", "dodo_license_keys.verify")
    assert report.startswith("intact: ")
    script = (
        "import importlib.metadata, dodo_license_keys\n"
        "print(dodo_license_keys.__file__)\n"
        "print(sorted(each.name.lower() for each in importlib.metadata.distributions()))"
    )
    file, packages = run_installed(installed, tmp_path, "-c", script).splitlines()
    assert Path(file).is_relative_to(installed.parents[1])
    beneath_httpx = {"anyio", "certifi", "h11", "httpcore", "idna", "typing_extensions"}
    assert set(ast.literal_eval(packages)) - beneath_httpx == {
        "attrs",
        "httpx",
        "dodo-license-keys",
    }


def run_against_the_mock(python: Path, folder: Path, example: str) -> str:
    """Run an example as a reader would, with a key that exists, and return what it printed."""
    mock = LicenseMock()
    with mock.serve() as base_url:
        example = re.sub(r"\blic_\w+", mock.key_ids[0], example)
        example = re.sub(r'environment="\w+"', f"base_url={base_url!r}", example)
        return run_installed(
            python,
            folder,
            "-c",
            example,
            DODO_PAYMENTS_API_KEY=mock.token,
            DODO_PAYMENTS_BASE_URL=base_url,
        )


def test_the_installed_client_updates_a_key(installed: Path, tmp_path: Path) -> None:
    example = """
from dodo_license_keys import DodoLicenseKeys

with DodoLicenseKeys(environment="test_mode") as client:
    key = client.license_keys.update("lic_123", activations_limit=10, disabled=True)
    print(key.activations_limit, key.status)
"""
    assert run_against_the_mock(installed, tmp_path, example) == "10 disabled\n"


def readme_example() -> str | None:
    """Return the first Python example of the README that makes a client."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    return next((each for each in examples if "DodoLicenseKeys(" in each), None)


def test_the_example_of_the_readme_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    example = readme_example()
    if example is None:
        pytest.skip("the README has no example of the client yet")
    run_against_the_mock(installed, tmp_path, example)
