import contextlib
import os
import random
import signal
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from dodo_license_mock import LicenseMock, SeedError, StorageError
from dodo_license_mock.__main__ import main

from .conftest import client_of
from .keys import all_keys
from .postgresql import Cluster
from .processes import running

KILLS = 100
CLIENTS = 4


def test_a_database_keeps_its_state(database: str | None) -> None:
    if database is None:
        pytest.skip("memory keeps nothing")
    first = LicenseMock(database=database)
    key_id = first.key_ids[0]
    with client_of(first) as client:
        client.patch(f"/license_keys/{key_id}", json={"disabled": True, "activations_limit": 77})
        client.put("/_mock/clock", json={"advance_seconds": 1e9})
        before = all_keys(client)
    first.close()
    second = LicenseMock(database=database, seed={"license_keys": [{}]})
    with client_of(second) as client:
        assert all_keys(client) == before
        assert client.get("/_mock/state").json()["clock_offset_seconds"] == 1e9
    assert second.key_ids[0] == key_id
    second.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_replicas_share_one_state(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = f"sqlite:///{tmp_path / 'mock.db'}"
    if kind == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        database = cluster.new_database()
    options = ("--database", database)
    with running(*options) as (_, first), running(*options) as (_, second):
        headers = {"authorization": f"Bearer {first['token']}"}
        clients = [
            httpx.Client(base_url=facts["base_url"], headers=headers) for facts in (first, second)
        ]
        with contextlib.ExitStack() as stack:
            for client in clients:
                stack.enter_context(client)
            key = (
                clients[0]
                .put(
                    "/_mock/seed",
                    json={"license_keys": [{"id": "lic_a", "key": "A", "activations_limit": 20}]},
                )
                .json()["license_keys"][0]
            )
            assert key["id"] == "lic_a"

            def activate(number: int) -> int:
                body = {"license_key": "A", "name": str(number)}
                return clients[number % 2].post("/licenses/activate", json=body).status_code

            with ThreadPoolExecutor(8) as pool:
                statuses = list(pool.map(activate, range(40)))
            assert sorted(statuses) == [201] * 20 + [422] * 20

            def patch(number: int) -> int:
                body = {"activations_limit": 20 + number} if number % 2 else {"disabled": True}
                return clients[number % 2].patch("/license_keys/lic_a", json=body).status_code

            with ThreadPoolExecutor(8) as pool:
                assert set(pool.map(patch, range(40))) == {200}
            seen = [client.get("/license_keys/lic_a").json() for client in clients]
            assert seen[0] == seen[1]
            assert (seen[0]["instances_count"], seen[0]["status"]) == (20, "disabled")
            listed = clients[1].get("/license_key_instances?page_size=100").json()["items"]
            assert len({instance["id"] for instance in listed}) == 20

            customers = {
                "key": "SAME",
                "customer_id": seen[0]["customer_id"],
                "product_id": seen[0]["product_id"],
            }
            with ThreadPoolExecutor(8) as pool:
                created = list(
                    pool.map(
                        lambda n: clients[n % 2].post("/license_keys", json=customers).status_code,
                        range(10),
                    )
                )
            assert sorted(created) == [201] + [409] * 9

            clients[0].post("/_mock/faults", json={"status": 500, "times": 2})
            failed = [client.get("/license_keys").status_code for client in (*clients, *clients)]
            assert failed == [500, 500, 200, 200]


def test_replicas_that_start_at_once_share_one_seed(database: str | None) -> None:
    if database is None:
        pytest.skip("memory is not shared")
    with ThreadPoolExecutor(4) as pool:
        mocks = list(pool.map(lambda _: LicenseMock(database=database), range(4)))
    try:
        for mock in mocks:
            with client_of(mock) as client:
                assert sorted(key["id"] for key in all_keys(client)) == sorted(mock.key_ids)
    finally:
        for mock in mocks:
            mock.close()


@pytest.mark.slow
def test_every_answered_patch_outlives_sigkill(tmp_path: Path) -> None:
    """Each client writes ever larger limits to a key of its own until the mock is killed."""
    path = tmp_path / "mock.db"
    answered = dict.fromkeys(range(CLIENTS), 0)
    sent = dict(answered)
    chance = random.Random(0)
    for _ in range(KILLS):
        with running("--database", f"sqlite:///{path}") as (process, facts):
            key_ids = facts["key_ids"][:CLIENTS]
            headers = {"authorization": f"Bearer {facts['token']}"}
            with httpx.Client(base_url=facts["base_url"], headers=headers) as client:
                for number, key_id in enumerate(key_ids):
                    kept = client.get(f"/license_keys/{key_id}").json()["activations_limit"] or 0
                    if sent[number]:
                        assert answered[number] <= kept <= sent[number]

            def write(number: int, base_url: str, key_id: str, headers: dict[str, str]) -> None:
                with (
                    contextlib.suppress(httpx.TransportError),
                    httpx.Client(base_url=base_url, headers=headers) as client,
                ):
                    while True:
                        sent[number] = max(sent[number], answered[number], 100) + 1
                        body = {"activations_limit": sent[number]}
                        response = client.patch(f"/license_keys/{key_id}", json=body)
                        assert response.json()["activations_limit"] == sent[number]
                        answered[number] = sent[number]

            threads = [
                threading.Thread(target=write, args=(number, facts["base_url"], key_id, headers))
                for number, key_id in enumerate(key_ids)
            ]
            enough = sum(answered.values()) + chance.randint(1, 100)
            for thread in threads:
                thread.start()
            while sum(answered.values()) < enough:
                time.sleep(0.001)
            process.kill()
            for thread in threads:
                thread.join()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    mock = LicenseMock(database=f"sqlite:///{path}")
    with client_of(mock) as client:
        for number, key_id in enumerate(mock.key_ids[:CLIENTS]):
            kept = client.get(f"/license_keys/{key_id}").json()["activations_limit"]
            assert answered[number] <= kept <= sent[number]
    mock.close()


def test_a_database_that_cannot_be_used(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("no database at all, but long enough to look at " * 50)
    other = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE something_else (id)")
    newer = tmp_path / "newer.db"
    LicenseMock(database=f"sqlite:///{newer}").close()
    with contextlib.closing(sqlite3.connect(newer)) as connection:
        connection.execute("UPDATE control SET document = '9' WHERE name = 'schema_version'")
        connection.commit()
    for url, complaint in [
        (f"sqlite:///{text}", "not a database"),
        (f"sqlite:///{other}", "belongs to another application"),
        (f"sqlite:///{newer}", "schema version 9"),
        (f"sqlite:///{tmp_path}/missing/mock.db", "unable to open"),
        (f"sqlite:///{tmp_path}", "unable to open"),
        ("sqlite://", "sqlite:///FILE"),
        ("mysql://x", "sqlite:///FILE"),
        ("postgresql://127.0.0.1:9/none?connect_timeout=2", "cannot use the PostgreSQL"),
        ("postgresql://u:p@ss:w@/x/y?z", "cannot use the PostgreSQL"),
    ]:
        with pytest.raises(StorageError, match=complaint):
            LicenseMock(database=url)
    assert text.read_text().startswith("no database at all")
    with contextlib.closing(sqlite3.connect(other)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_database_that_cannot_be_used_is_closed(tmp_path: Path) -> None:
    text, database = tmp_path / "text.db", tmp_path / "mock.db"
    text.write_text("no database at all, but long enough to be read as one, with its header " * 3)
    # The exceptions keep their frames, so nothing is closed by the garbage collector.
    with pytest.raises(StorageError) as first:
        LicenseMock(database=f"sqlite:///{text}")
    with pytest.raises(SeedError) as second:
        LicenseMock(database=f"sqlite:///{database}", seed=tmp_path / "missing.json")
    opened = {os.path.realpath(each) for each in Path("/proc/self/fd").iterdir()}
    assert not opened & {str(text), str(database)}, (first, second)


def test_another_schema_version_in_postgresql(cluster: Cluster) -> None:
    import psycopg

    url = cluster.new_database()
    LicenseMock(database=url).close()
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE dodo_license_mock.control SET document = '7' WHERE name = 'schema_version'"
        )
    with pytest.raises(StorageError, match="schema version 7"):
        LicenseMock(database=url)


def test_workers_share_a_database(tmp_path: Path) -> None:
    with running("--workers", "2", "--database", f"sqlite:///{tmp_path / 'mock.db'}") as (
        process,
        facts,
    ):
        headers = {"authorization": f"Bearer {facts['token']}"}
        url = f"{facts['base_url']}/license_keys/{facts['key_ids'][0]}"
        for number in range(20):
            limit = 50 + number
            patched = httpx.patch(url, json={"activations_limit": limit}, headers=headers)
            assert patched.status_code == 200
            assert httpx.get(url, headers=headers).json()["activations_limit"] == limit
        process.terminate()
        assert process.wait(60) == 0


@pytest.mark.slow
def test_a_worker_that_ends_is_replaced(tmp_path: Path) -> None:
    options = ("--workers", "2", "--database", f"sqlite:///{tmp_path / 'mock.db'}")
    with running(*options) as (process, facts):
        parent = psutil.Process(process.pid)

        def workers() -> set[int]:
            found = set()
            for child in parent.children():
                with contextlib.suppress(psutil.Error):
                    if "spawn_main" in " ".join(child.cmdline()):
                        found.add(child.pid)
            return found

        before = workers()
        assert len(before) == 2
        for worker in before:
            os.kill(worker, signal.SIGKILL)
        while len(workers() - before) < 2:
            time.sleep(0.02)
        headers = {"authorization": f"Bearer {facts['token']}"}
        url = f"{facts['base_url']}/license_keys/{facts['key_ids'][0]}"
        assert httpx.get(url, headers=headers, timeout=60).status_code == 200
        process.terminate()
        assert process.wait(60) == 0


def test_replicas_share_the_rate_limit_and_the_request_log(database: str | None) -> None:
    if database is None:
        pytest.skip("memory is not shared")
    mocks = [LicenseMock(database=database, rate_limited=True) for _ in range(2)]
    clients = [client_of(mock) for mock in mocks]
    statuses = [clients[number % 2].get("/license_keys").status_code for number in range(12)]
    assert statuses[:10] == [200] * 10
    assert 429 in statuses[10:]
    for client, mock in zip(clients, mocks, strict=True):
        list(client.get("/_mock/journal").json())
        assert mock.journal()
    numbers = [entry.number for entry in mocks[0].journal()]
    assert numbers == list(range(1, 13))
    assert [entry.number for entry in mocks[1].journal()] == numbers
    mocks[0].reset()
    assert mocks[1].journal() == []
    for client, mock in zip(clients, mocks, strict=True):
        client.close()
        mock.close()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"webhook_url": "http://example.com"}, "webhook URL"),
        ({"like": {}}, "verdict"),
    ],
    ids=["webhook", "likeness"],
)
def test_a_mock_that_cannot_start_leaves_its_database_closed(
    tmp_path: Path, options: dict[str, Any], complaint: str
) -> None:
    path = tmp_path / "mock.db"
    with pytest.raises(Exception, match=complaint):
        LicenseMock(database=f"sqlite:///{path}", **options)
    assert str(path) not in {file.path for file in psutil.Process().open_files()}


def test_a_port_in_use_leaves_the_database_closed(tmp_path: Path) -> None:
    path = tmp_path / "mock.db"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--port", port, "--database", f"sqlite:///{path}"]) == 2
    assert str(path) not in {file.path for file in psutil.Process().open_files()}
