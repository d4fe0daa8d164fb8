import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from dodo_license_mock import LicenseMock

from .postgresql import Cluster


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
