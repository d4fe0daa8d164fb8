import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from dodo_license_mock import LicenseMock

from .postgresql import Cluster


@pytest.fixture(scope="session")
def node_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts of `node/` and the npm packages that they use."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("the packages of the npm registry need node and npm")
    folder = tmp_path_factory.mktemp("node")
    shutil.copytree(Path(__file__).parent / "node", folder, dirs_exist_ok=True)
    install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("the packages of the npm registry cannot be installed")
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    # Not below pytest's own folder: every session that starts closes that to other users, and
    # PostgreSQL does not run as root.
    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder) / "data") as cluster:
        yield cluster


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """A fresh database of every kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'mock.db'}"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        return cluster.emptied_database()
    return None


@pytest.fixture
def mock(database: str | None) -> Iterator[LicenseMock]:
    mock = LicenseMock(database=database)
    yield mock
    mock.close()


@pytest.fixture
def client(mock: LicenseMock) -> Iterator[httpx.Client]:
    with client_of(mock) as client:
        yield client


def client_of(mock: LicenseMock) -> httpx.Client:
    headers = {"authorization": f"Bearer {mock.token}"}
    return httpx.Client(transport=mock.transport(), base_url="http://mock", headers=headers)
