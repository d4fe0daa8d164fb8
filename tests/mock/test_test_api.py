"""What a test can do with the mock beside sending requests, in Python and over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock, SeedError

from .conftest import client_of

PATH = "/license_keys/lic_1"
SEED: dict[str, Any] = {
    "license_keys": [
        {
            "id": "lic_1",
            "key": "SECRET-KEY",
            "activations_limit": 3,
            "created_at": datetime(2025, 1, 1, tzinfo=UTC),
            "instances": [{"id": "lki_1"}, {"id": "lki_2"}],
        },
        {"id": "lic_2", "key": "OTHER-KEY", "created_at": "2025-01-02T00:00:00Z"},
    ]
}


@pytest.fixture
def seeded(mock: LicenseMock) -> LicenseMock:
    """The mock of every storage, with a seed of two keys."""
    mock.seed(SEED)
    return mock


@pytest.fixture
def in_memory() -> LicenseMock:
    return LicenseMock(seed=SEED)


@pytest.fixture
def memory_client(in_memory: LicenseMock) -> Iterator[httpx.Client]:
    with client_of(in_memory) as client:
        yield client


def test_the_keys_and_the_clock(seeded: LicenseMock, client: httpx.Client) -> None:
    assert [key.id for key in seeded] == ["lic_2", "lic_1"]
    client.patch(PATH, json={"disabled": True})
    assert (seeded.key("lic_1").status, seeded.key("lic_1").instances_count) == ("disabled", 2)
    assert "SECRET-KEY" not in repr(seeded.key("lic_1"))
    with pytest.raises(KeyError, match="lic_9"):
        seeded.key("lic_9")

    noon = datetime(2030, 1, 1, 12, tzinfo=UTC)
    seeded.freeze_clock(noon)
    assert (seeded.now, seeded.now) == (noon, noon)
    seeded.advance_clock(timedelta(hours=1))
    assert seeded.now == noon + timedelta(hours=1)
    seeded.set_clock(noon)
    assert client.get("/_mock/clock").json()["now"] == "2030-01-01T12:00:00Z"
    seeded.unfreeze_clock()
    assert timedelta() < seeded.now - noon < timedelta(minutes=5)
    assert client.put("/_mock/clock", json={"frozen": True}).json()["frozen"]
    assert seeded.now == seeded.now
    seeded.reset_clock()
    assert abs(seeded.now - datetime.now(UTC)) < timedelta(minutes=5)


def records(client: httpx.Client) -> list[Any]:
    lists = ("/license_keys", "/license_key_instances")
    return [client.get(f"{path}?page_size=100").json() for path in lists]


def change_everything(client: httpx.Client) -> None:
    client.patch(PATH, json={"disabled": True, "activations_limit": 9})
    client.patch("/license_key_instances/lki_1", json={"name": "Renamed"})
    body = {"license_key": "SECRET-KEY", "license_key_instance_id": "lki_2"}
    assert client.post("/licenses/deactivate", json=body).status_code == 200
    body = {"license_key": "OTHER-KEY", "name": "New"}
    assert client.post("/licenses/activate", json=body).status_code == 201
    key = client.get(PATH).json()
    created = {name: key[name] for name in ("customer_id", "product_id")} | {"key": "CREATED"}
    assert client.post("/license_keys", json=created).status_code == 201


def test_reset_undoes_every_kind_of_change(seeded: LicenseMock, client: httpx.Client) -> None:
    before = records(client)
    for _ in range(2):
        change_everything(client)
        assert records(client) != before
        seeded.reset()
        assert records(client) == before


def test_a_snapshot_is_what_was(seeded: LicenseMock, client: httpx.Client) -> None:
    original = records(client)
    change_everything(client)
    seeded.freeze_clock(datetime(2030, 1, 1, tzinfo=UTC))
    before = records(client)
    snapshot = seeded.snapshot()
    assert "SECRET" not in repr(snapshot)
    seeded.reset()
    client.patch(PATH, json={"activations_limit": 100})
    seeded.restore(snapshot)
    assert records(client) == before
    assert seeded.now == datetime(2030, 1, 1, tzinfo=UTC)
    assert client.post("/_mock/snapshot", json={"name": "here"}).status_code == 200
    seeded.reset()
    assert records(client) == original, "a snapshot leaves the seed as it was"
    assert client.put("/_mock/snapshot", json={"name": "here"}).status_code == 200
    assert records(client) == before
    assert client.put("/_mock/snapshot", json={"name": "nowhere"}).status_code == 422


def test_an_exported_state_is_a_seed(seeded: LicenseMock, client: httpx.Client) -> None:
    change_everything(client)
    exported = seeded.export_seed()
    assert client.get("/_mock/seed").json() == exported
    other = LicenseMock(seed=exported)
    with client_of(other) as same:
        assert records(same)[0] == records(client)[0]
        ours, theirs = (
            {each["id"]: each for each in records(each)[1]["items"]} for each in (client, same)
        )
        assert ours == theirs


def test_faults_with_a_response_of_their_own(
    in_memory: LicenseMock, memory_client: httpx.Client
) -> None:
    in_memory.fail(status=409, code="CUSTOM", headers={"X-Reason": "test"})
    response = memory_client.get(PATH)
    assert (response.status_code, response.json()["code"]) == (409, "CUSTOM")
    assert response.headers["x-reason"] == "test"
    in_memory.fail(status=200, body={"id": "lic_1", "status": "new-status"})
    assert memory_client.get(PATH).json() == {"id": "lic_1", "status": "new-status"}
    assert memory_client.get(PATH).json()["status"] == "active"


def test_faults_that_repeat(in_memory: LicenseMock, memory_client: httpx.Client) -> None:
    def failures(count: int) -> list[int]:
        return [n for n in range(1, count + 1) if memory_client.get(PATH).status_code == 503]

    in_memory.fail(status=503, every=3, times=2)
    assert failures(12) == [3, 6]
    in_memory.fail(status=503, times=None)
    assert failures(5) == [1, 2, 3, 4, 5]
    in_memory.clear_faults()
    assert failures(5) == []
    seen = []
    for seed in (1, 1, 2):
        in_memory.fail(status=503, times=None, probability=0.5, seed=seed)
        seen.append(failures(20))
        in_memory.clear_faults()
    assert seen[0] == seen[1] != seen[2]
    assert 0 < len(seen[0]) < 20


@pytest.mark.parametrize("over", ["in process", "TCP"])
def test_faults_that_spoil_the_body(over: str) -> None:
    mock = LicenseMock(seed=SEED)
    headers = {"authorization": f"Bearer {mock.token}"}
    with mock.serve() as base_url:
        transport = mock.transport() if over == "in process" else httpx.HTTPTransport()
        with httpx.Client(transport=transport, base_url=base_url, headers=headers) as client:
            mock.fail(method="PATCH", spoil="malformed")
            response = client.patch(PATH, json={"activations_limit": 7})
            with pytest.raises(ValueError, match="char"):
                response.json()
            assert mock.key("lic_1").activations_limit == 7
            mock.fail(spoil="truncated")
            with pytest.raises(httpx.RemoteProtocolError):
                client.get(PATH)
            mock.fail(slow=0.2)
            assert client.get(PATH, timeout=10).json()["id"] == "lic_1"
            assert client.get(PATH).status_code == 200


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ({"code": "X", "latency": 1}, "`code` requires a `status`"),
        ({"body": {}, "reset": "after"}, "`body` requires a `status`"),
        ({"status": 302}, "below 400 requires a `body`"),
        ({"status": 500, "code": "X", "body": {}}, "both a `code` and a `body`"),
        ({"reset": "after", "spoil": "truncated"}, "sends no body"),
        ({"status": 500, "every": 0}, "every"),
        ({"status": 500, "probability": 0}, "probability"),
        ({"status": 500, "headers": {"a": "b\r\nc: d"}}, "printable"),
    ],
)
def test_faults_without_an_effect_are_rejected(
    in_memory: LicenseMock, memory_client: httpx.Client, fault: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        in_memory.fail(**fault)
    response = memory_client.post("/_mock/faults", json=fault)
    assert response.status_code == 422
    assert complaint in response.json()["message"]


def test_assert_called(in_memory: LicenseMock, memory_client: httpx.Client) -> None:
    memory_client.patch(f"{PATH}?note=SECRET-KEY", json={"disabled": True, "key": "SECRET-KEY"})
    memory_client.post("/licenses/validate", json={"license_key": "SECRET-KEY"})
    in_memory.assert_called("PATCH", "/license_keys/*", times=1, status=200)
    in_memory.assert_called(body={"license_key": "{redacted}"})
    in_memory.assert_called("DELETE", times=0)
    with pytest.raises(AssertionError, match="expected 2 requests PATCH") as caught:
        in_memory.assert_called("PATCH", times=2)
    assert "PATCH /license_keys/lic_1?note={redacted}  200" in str(caught.value)
    with pytest.raises(AssertionError, match="at least one request GET"):
        in_memory.assert_called("GET")
    entry = in_memory.journal()[0]
    assert entry.body == {"disabled": True, "key": "{redacted}"}
    assert entry.response["status"] == "disabled"
    assert entry.duration > 0
    assert "SECRET-KEY" not in str(caught.value) + repr(in_memory.journal())


def test_seeds_in_python(tmp_path: Any) -> None:
    path = tmp_path / "seed.json"
    path.write_text('{"license_keys": [{"id": "lic_9"}]}')
    for seed in (path, str(path), {"license_keys": [{"id": "lic_9"}]}):
        assert LicenseMock(seed=seed).key_ids == ["lic_9"]
    with pytest.raises(SeedError, match="requires a time zone"):
        LicenseMock(seed={"license_keys": [{"expires_at": datetime(2030, 1, 1)}]})  # noqa: DTZ001
    mock = LicenseMock(seed={"customers": [{"customer_id": "cus_1"}], "license_keys": [{}]})
    assert mock.keys()[0].customer_id == "cus_1"
