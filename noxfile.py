"""Run the client's tests on every Python that it supports; a missing one is reported."""

import os
import shutil
import subprocess
import sys

import nox

PYTHONS = ("3.10", "3.11", "3.12", "3.13")

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
