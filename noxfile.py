"""Run the client's tests on every Python that it supports; a missing one is reported."""

import os
import shutil
import subprocess
import sys

import nox

PYTHONS = ("3.10", "3.11", "3.12", "3.13")

nox.options.sessions = ["client"]
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False

pyenv = shutil.which("pyenv")
if pyenv:
    # Every Python that pyenv has, not only the chosen one.
    versions = subprocess.run([pyenv, "versions", "--bare"], check=True, capture_output=True)
    os.environ["PYENV_VERSION"] = ":".join(versions.stdout.decode().split())


@nox.session(python=PYTHONS)
def client(session: nox.Session) -> None:
    """Test the generated client, with no more of the project than that."""
    session.install("--require-hashes", "--requirement", "requirements/client.txt")
    session.run(
        *("python", "-m", "pytest", "--numprocesses", "auto", "tests/client", *session.posargs),
        # The mock is no part of this: it runs on the Python that runs the project.
        env={"PYTHONPATH": "generated", "MOCK_PYTHON": sys.executable},
    )


@nox.session(python=("3.11", "3.13"))
def lowest(session: nox.Session) -> None:
    """Test the mock, the client and the suite with the lowest versions that the extras allow."""
    pins = session.create_tmp() + "/lowest.txt"
    extras = ("--extra", "contract", "--extra", "postgresql")
    resolve = ("uv", "pip", "compile", "--quiet", "--resolution", "lowest-direct")
    python = ("--python", str(session.virtualenv.location))
    session.run(*resolve, *python, "pyproject.toml", *extras, "--output-file", pins, external=True)
    session.install("--requirement", pins)
    session.install("--constraint", pins, "--requirement", "requirements/lowest.in")
    session.install("--no-deps", ".")
    session.run("dodo-contract")
    tests = ("tests/mock", "tests/client", "-m", "not weekly")
    session.run("python", "-m", "pytest", *tests, *session.posargs)
