"""Several replicas on one database, and a database that does not respond."""

import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from dodo_license_mock import LicenseMock, StorageError
from dodo_license_mock.storage import sqlite
from dodo_license_mock.storage.sql import SqlTransaction

from .conftest import client_of
from .postgresql import Cluster

SEED: dict[str, Any] = {
    "customers": [{"customer_id": "cus_1"}],
    "products": [{"product_id": "pdt_1"}],
    "license_keys": [{"id": "lic_1", "key": "A"}, {"id": "lic_2", "key": "B"}],
}


@pytest.fixture
def shared(cluster: Cluster) -> Iterator[LicenseMock]:
    mock = LicenseMock(database=cluster.emptied_database(), seed=SEED)
    yield mock
    mock.close()


def expect_unavailable(response: httpx.Response) -> None:
    assert (response.status_code, response.json()["code"]) == (503, "STORAGE_UNAVAILABLE")
    assert response.headers["retry-after"] == "1"


def test_creating_and_activating_at_once_does_not_fail(shared: LicenseMock) -> None:
    """The two once locked the customer and the product in different orders."""
    with client_of(shared) as client:

        def call(number: int) -> int:
            if number % 2:
                body = {"license_key": "A", "name": str(number)}
                return client.post("/licenses/activate", json=body).status_code
            body = {"key": f"K{number}", "customer_id": "cus_1", "product_id": "pdt_1"}
            return client.post("/license_keys", json=body).status_code

        with ThreadPoolExecutor(8) as pool:
            assert Counter(pool.map(call, range(300))) == {201: 300}
        assert client.get("/license_keys/lic_1").json()["instances_count"] == 150
        listed = client.get("/license_keys?page_size=100&page_number=1").json()["items"]
        assert len(listed) == 52, "the positions of keys have no gaps"


def test_a_deadlock_is_tried_again(shared: LicenseMock, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = []
    prepare = SqlTransaction.replace_key

    def replace_key(transaction: Any, key: Any) -> None:
        attempts.append(key)
        if len(attempts) == 1:
            raise psycopg.errors.DeadlockDetected
        prepare(transaction, key)

    monkeypatch.setattr(SqlTransaction, "replace_key", replace_key)
    with client_of(shared) as client:
        response = client.patch("/license_keys/lic_1", json={"disabled": True})
    assert (response.status_code, len(attempts)) == (200, 2)


def test_a_locked_row_stops_neither_the_readers_nor_the_page(
    shared: LicenseMock, cluster: Cluster
) -> None:
    url = cluster.shared_url
    headers = {"authorization": f"Bearer {shared.token}"}
    path = "/license_keys/lic_1"
    with (
        shared.serve() as base_url,
        httpx.Client(base_url=base_url, headers=headers, timeout=30) as client,
        psycopg.connect(url) as other,
    ):
        other.execute("SELECT 1 FROM dodo_license_mock.license_keys FOR UPDATE")
        with ThreadPoolExecutor(20) as pool:
            patches = [pool.submit(client.patch, path, json={"disabled": True}) for _ in range(20)]
            while not any(patch.running() for patch in patches):
                time.sleep(0.01)
            assert client.get(path).json()["status"] == "active"
            assert client.get("/_mock/").status_code == 200
            assert client.get("/_mock/state").status_code == 200
            assert not any(patch.done() for patch in patches[:8])
            other.rollback()
            statuses = Counter(patch.result().status_code for patch in patches)
        assert set(statuses) <= {200, 503}
        assert client.patch(path, json={"disabled": False}).status_code == 200


@pytest.mark.usefixtures("shared")
def test_a_row_that_stays_locked_is_503(cluster: Cluster) -> None:
    url = f"{cluster.shared_url}&options=-c%20lock_timeout%3D100"
    mock = LicenseMock(database=url)
    with closing(mock), client_of(mock) as client, psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM dodo_license_mock.license_keys FOR UPDATE")
        expect_unavailable(client.patch("/license_keys/lic_1", json={"disabled": True}))
        other.rollback()
        assert client.patch("/license_keys/lic_1", json={"disabled": True}).status_code == 200


def test_each_schema_has_a_state_of_its_own(cluster: Cluster) -> None:
    url = cluster.new_database()
    mocks = [
        LicenseMock(database=url, database_schema=name, seed={"license_keys": [{"id": "lic_1"}]})
        for name in ("run_1", "run_2")
    ]
    with client_of(mocks[0]) as first, client_of(mocks[1]) as second:
        first.patch("/license_keys/lic_1", json={"disabled": True})
        assert first.get("/license_keys/lic_1").json()["status"] == "disabled"
        assert second.get("/license_keys/lic_1").json()["status"] == "active"
    for mock in mocks:
        mock.close()
    for name in ("Run", 'a"; DROP', ""):
        with pytest.raises(StorageError, match="a schema name must"):
            LicenseMock(database=url, database_schema=name)
    with pytest.raises(StorageError, match="only with a postgresql"):
        LicenseMock(database_schema="run_1")


@pytest.mark.slow
def test_the_service_resumes_with_the_database() -> None:
    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder) / "data") as cluster:
        mock = LicenseMock(database=cluster.new_database(), seed=SEED)
        with closing(mock), client_of(mock) as client:
            assert client.patch("/license_keys/lic_1", json={"disabled": True}).status_code == 200
            for _ in range(2):
                cluster.kill()
                for _ in range(3):
                    expect_unavailable(client.get("/license_keys/lic_1"))
                    expect_unavailable(client.patch("/license_keys/lic_1", json={}))
                    expect_unavailable(client.get("/_mock/state"))
                cluster.start_again()
                assert client.get("/license_keys/lic_1").json()["status"] == "disabled"
                assert client.patch("/license_keys/lic_1", json={}).status_code == 200


def lock(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN EXCLUSIVE")


def test_sqlite_that_is_locked_is_503(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_BUSY_SECONDS", 0.2)
    path = tmp_path / "mock.db"
    mock = LicenseMock(database=f"sqlite:///{path}", seed=SEED)
    other = sqlite3.connect(path, isolation_level=None)
    with closing(mock), closing(other), client_of(mock) as client:
        lock(other)
        expect_unavailable(client.patch("/license_keys/lic_1", json={"disabled": True}))
        assert client.get("/license_keys/lic_1").json()["status"] == "active"
        other.rollback()
        assert client.patch("/license_keys/lic_1", json={"disabled": True}).status_code == 200


def test_a_full_disk_is_503(tmp_path: Path) -> None:
    path = tmp_path / "mock.db"
    mock = LicenseMock(database=f"sqlite:///{path}", seed=SEED)
    with closing(mock), client_of(mock) as client:
        pages = mock._storage._writer.execute("PRAGMA page_count")[0][0]  # type: ignore[attr-defined]
        mock._storage._writer.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]
        body = {"key": "X" * 500_000, "customer_id": "cus_1", "product_id": "pdt_1"}
        expect_unavailable(client.post("/license_keys", json=body))
        assert client.get("/license_keys/lic_1").status_code == 200
        assert len(client.get("/license_keys").json()["items"]) == 2


def test_readers_of_sqlite_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "mock.db"
    mock = LicenseMock(database=f"sqlite:///{path}", seed=SEED)
    headers = {"authorization": f"Bearer {mock.token}"}
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with (
        closing(mock),
        closing(other),
        mock.serve() as base_url,
        httpx.Client(base_url=base_url, headers=headers) as client,
    ):
        lock(other)
        patched = []
        writer = threading.Thread(
            target=lambda: patched.append(client.patch("/license_keys/lic_1", json={}))
        )
        writer.start()
        for _ in range(20):
            assert client.get("/license_keys/lic_1").status_code == 200
        assert patched == []
        other.rollback()
        writer.join()
        assert patched[0].status_code == 200
