"""The official Python SDK's own license tests, from its source distribution, on the mock."""

import os
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

FILES = ("test_license_keys.py", "test_license_key_instances.py", "test_licenses.py")
FOLDER = Path(__file__).parent


@pytest.mark.slow
def test_the_license_tests_of_the_sdk(tmp_path: Path) -> None:
    name = f"dodopayments=={version('dodopayments')}"
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    done = subprocess.run(
        [*download, "--no-binary", ":all:", "--dest", str(tmp_path), name],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"the source distribution of {name} cannot be downloaded")
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as distribution:
        distribution.extractall(tmp_path, filter="data")
    folder = archive.with_suffix("").with_suffix("")
    tests = [f"tests/api_resources/{name}" for name in FILES]
    options = ["-p", "python_sdk_plugin", "-p", "asyncio", "--override-ini", "addopts="]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "ignore", *options, *tests],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(FOLDER)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert done.stdout.splitlines()[-1].startswith("195 passed"), done.stdout[-300:]
