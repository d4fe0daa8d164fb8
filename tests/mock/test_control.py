import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock
from dodo_license_mock.http.errors import HttpError
from dodo_license_mock.sandbox.rate_limiter import Admitted

from .keys import find, plain


def test_a_fault_hits_the_next_requests_that_match(mock: LicenseMock, client: httpx.Client) -> None:
    path = f"/license_keys/{mock.key_ids[0]}"
    mock.fail(times=2, method="PATCH", path="/license_keys/*", status=503, retry_after=7)
    before = client.get(path).json()
    for _ in range(2):
        refused = client.patch(path, json={"disabled": True})
        assert refused.status_code == 503
        assert refused.json()["code"] == "SERVICE_UNAVAILABLE"
        assert refused.headers["retry-after"] == "7"
        assert client.get(path).json() == before
    assert client.patch(path, json={"disabled": True}).json()["status"] == "disabled"


def test_a_late_response_times_out(mock: LicenseMock, client: httpx.Client) -> None:
    mock.fail(latency=0.2)
    started = time.monotonic()
    assert client.get("/license_keys").status_code == 200
    assert time.monotonic() - started >= 0.2
    mock.fail(latency=60)
    with pytest.raises(httpx.ReadTimeout):
        client.get("/license_keys", timeout=0.05)


@pytest.mark.parametrize(("when", "status"), [("before", "active"), ("after", "disabled")])
def test_a_cut_connection(mock: LicenseMock, client: httpx.Client, when: Any, status: str) -> None:
    key = find(client, plain)
    mock.fail(method="PATCH", reset=when)
    with pytest.raises(httpx.ReadError):
        client.patch(f"/license_keys/{key['id']}", json={"disabled": True})
    assert client.get(f"/license_keys/{key['id']}").json()["status"] == status


def test_a_cut_connection_over_tcp() -> None:
    mock = LicenseMock()
    headers = {"authorization": f"Bearer {mock.token}"}
    with mock.serve() as base_url, httpx.Client(base_url=base_url, headers=headers) as client:
        mock.fail(reset="after", times=2)
        for _ in range(2):
            with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
                client.get("/license_keys")
        mock.fail(latency=0.3)
        with pytest.raises(httpx.ReadTimeout):
            client.get("/license_keys", timeout=0.05)
        assert client.get("/license_keys").status_code == 200
    assert [entry.status for entry in mock.journal()] == [0, 0, 200, 200]


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"status": 200},
        {"status": 500, "reset": "before"},
        {"retry_after": 1},
        {"latency": -1},
        {"latency": 301},
        {"times": 0, "status": 500},
        {"reset": "never"},
        {"status": 500, "method": "get"},
        {"status": 500, "path": "license_keys"},
    ],
)
def test_a_fault_that_does_not_fit(
    mock: LicenseMock, client: httpx.Client, fault: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"."):
        mock.fail(**fault)
    response = client.post("/_mock/faults", json=fault)
    assert (response.status_code, response.json()["code"]) == (422, "INVALID_REQUEST_BODY")
    assert client.get("/_mock/faults").json() == {"faults": []}


def test_keys_expire_by_the_clock(mock: LicenseMock, client: httpx.Client) -> None:
    key = find(client, lambda key: plain(key) and bool(key["expires_at"]))
    path = f"/license_keys/{key['id']}"
    expires_at = datetime.fromisoformat(key["expires_at"])
    mock.set_clock(expires_at - timedelta(hours=1))
    assert client.get(path).json()["status"] == "active"
    mock.advance_clock(timedelta(hours=1))
    assert client.get(path).json()["status"] == "expired"
    assert key["id"] in [
        listed["id"]
        for listed in client.get("/license_keys?status=expired&page_size=100").json()["items"]
    ]
    refused = client.post("/licenses/activate", json={"license_key": key["key"], "name": "Late"})
    assert refused.status_code == 403
    client.patch(path, json={"expires_at": (expires_at + timedelta(days=1)).isoformat()})
    assert client.get(path).json()["status"] == "active"


def test_the_clock_over_http(client: httpx.Client) -> None:
    def now() -> datetime:
        return datetime.fromisoformat(client.get("/_mock/clock").json()["now"])

    client.put("/_mock/clock", json={"now": "2040-01-01T00:00:00Z"})
    assert timedelta() <= now() - datetime(2040, 1, 1, tzinfo=UTC) < timedelta(seconds=30)
    client.put("/_mock/clock", json={"advance_seconds": 3600})
    assert now() - datetime(2040, 1, 1, tzinfo=UTC) >= timedelta(hours=1)
    client.delete("/_mock/clock")
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=30)
    for body in ({}, {"now": "soon"}, {"advance_seconds": 1e300}, {"now": None}, {"then": 1}):
        assert client.put("/_mock/clock", json=body).status_code == 422


def test_the_clock_stops_at_the_ends_of_time(client: httpx.Client) -> None:
    for end in ("9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z"):
        client.put("/_mock/clock", json={"now": end})
        client.put("/_mock/clock", json={"advance_seconds": 1e9 if end[0] == "9" else -1e9})
        assert client.get("/license_keys").status_code == 200
        assert client.get("/_mock/clock").json()["now"] == end


def test_the_published_windows() -> None:
    class Limiter:
        admitted = Admitted()

        def admit(self, now: datetime) -> int:
            self.admitted, remaining = self.admitted.admit(now)
            return remaining

    limiter = Limiter()
    start = datetime(2030, 1, 1, tzinfo=UTC)
    for second in range(10):
        now = start + timedelta(seconds=second)
        assert [limiter.admit(now) for _ in range(10)] == list(range(9, -1, -1))
        with pytest.raises(HttpError) as refused:
            limiter.admit(now + timedelta(seconds=0.3))
        wait = b"1" if second < 9 else b"51"
        assert (b"retry-after", wait) in refused.value.headers
    now += timedelta(seconds=50.9)
    with pytest.raises(HttpError):
        limiter.admit(now)
    assert limiter.admit(now + timedelta(seconds=0.1)) == 9
    assert limiter.admit(start) == 9, "a clock that is set back starts anew"


def test_the_published_rate_limit(mock: LicenseMock, client: httpx.Client) -> None:
    mock.limit_rate()
    answers = [client.get("/license_keys") for _ in range(101)]
    admitted = next(n for n, answer in enumerate(answers) if answer.status_code != 200)
    assert admitted >= 10
    assert int(answers[0].headers["x-ratelimit-remaining"]) == 9
    refused = answers[admitted]
    assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert client.get("/license_keys", headers={"authorization": "x"}).status_code == 401
    mock.advance_clock(timedelta(seconds=int(refused.headers["retry-after"])))
    assert client.get("/license_keys").status_code == 200
    mock.limit_rate(on=False)
    for _ in range(30):
        assert "x-ratelimit-remaining" not in client.get("/license_keys").headers


def test_the_request_log_shows_problems_and_no_secret(
    mock: LicenseMock, client: httpx.Client
) -> None:
    key = client.get(f"/license_keys/{mock.key_ids[0]}").json()
    client.patch(f"/license_keys/{key['id']}", json={"activations_limit": 0})
    client.get(f"/license_keys/{key['key']}")
    client.get(f"/{mock.token}?key={key['key']}", headers={"authorization": "Bearer wrong"})
    client.post("/licenses/validate", json={"license_key": key["key"]})
    client.post("/licenses/activate", json={"license_key": key["key"]})
    entries = mock.journal()
    assert [(entry.method, entry.path, entry.status) for entry in entries] == [
        ("GET", f"/license_keys/{key['id']}", 200),
        ("PATCH", f"/license_keys/{key['id']}", 422),
        ("GET", "/license_keys/{redacted}", 404),
        ("GET", "/{redacted}", 404),
        ("POST", "/licenses/validate", 200),
        ("POST", "/licenses/activate", 422),
    ]
    assert entries[0].problem == ""
    assert entries[1].problem.startswith("ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT: ")
    assert "name" in entries[5].problem
    shown = client.get("/_mock/journal").text + client.get("/_mock/state").text
    assert mock.token not in shown
    assert key["key"] not in shown
    after = client.get("/_mock/journal?after=4").json()["entries"]
    assert [entry["number"] for entry in after] == [5, 6]
    assert client.delete("/_mock/journal").json() == {"last": 0, "entries": []}
    assert mock.journal() == []


def test_reset_restores_the_seed(mock: LicenseMock, client: httpx.Client) -> None:
    before = client.get("/license_keys?page_size=100").json()
    mock.seed({"license_keys": [{"id": "lic_only", "activations_limit": 1}]})
    assert mock.key_ids == ["lic_only"]
    only = client.get("/license_keys").json()
    client.patch("/license_keys/lic_only", json={"disabled": True})
    mock.fail(status=500, path="/license_keys")
    mock.advance_clock(timedelta(days=1))
    mock.limit_rate()
    assert client.put("/_mock/reset").status_code == 200
    assert client.get("/license_keys").json() == only
    assert client.get("/license_key_instances").json() == {"items": []}
    state = client.get("/_mock/state").json()
    assert (state["faults"], state["rate_limited"], state["clock_offset_seconds"]) == ([], False, 0)
    assert before != only


@pytest.mark.parametrize(
    ("seed", "complaint"),
    [
        ({"license_key": []}, "license_key"),
        ({"license_keys": [{"limit": 1}]}, "limit"),
        ({"license_keys": [{"id": 1}]}, "license_keys"),
        ({"license_keys": [{"id": "a"}, {"id": "a"}]}, "'a' occurs 2 times"),
        ({"license_keys": [{"key": "a"}, {"key": "a"}]}, "license_keys[0] has the key string"),
        ({"license_keys": [{"customer_id": "cus_x"}]}, "unknown customer 'cus_x'"),
        ({"license_keys": [{"product_id": "pdt_x"}]}, "unknown product 'pdt_x'"),
        ({"license_keys": [{"expires_at": "soon"}]}, "license_keys[0].expires_at is not an RFC"),
        ({"license_keys": [{"activations_limit": 0, "instances": [{}]}]}, "a limit of 0"),
        (
            {"license_keys": [{"subscription_id": "s", "expires_at": "2030-01-01T00:00:00Z"}]},
            "belongs to a subscription",
        ),
    ],
)
def test_a_seed_that_does_not_fit(
    client: httpx.Client, seed: dict[str, Any], complaint: str
) -> None:
    before = client.get("/_mock/state").json()["license_keys"]
    response = client.put("/_mock/seed", json=seed)
    assert response.status_code == 422
    assert complaint in response.json()["message"]
    assert client.get("/_mock/state").json()["license_keys"] == before
    assert client.get("/license_keys").status_code == 200


def test_the_control_has_only_its_paths(client: httpx.Client) -> None:
    assert client.get("/_mock/nothing").status_code == 404
    assert client.get("/_mock").status_code == 404
    refused = client.post("/_mock/reset")
    assert (refused.status_code, refused.headers["allow"]) == (405, "PUT")
    assert client.post("/_mock/faults", content=b'{"status": 500}').status_code == 415


@pytest.mark.parametrize(
    ("address", "remote", "status"),
    [
        ("127.0.0.1", False, 200),
        ("::1", False, 200),
        ("192.0.2.1", False, 403),
        ("nonsense", False, 403),
        ("192.0.2.1", True, 200),
    ],
)
def test_the_control_answers_the_loopback_interface_only(
    address: str, remote: bool, status: int
) -> None:
    app = LicenseMock(remote_control=remote).app

    async def ask(path: str) -> int:
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return (await client.get(path)).status_code

    assert asyncio.run(ask("/_mock/state")) == status
    assert asyncio.run(ask("/license_keys")) == 401


@pytest.mark.parametrize(
    "name",
    ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host", "cf-connecting-ip"],
)
def test_the_control_does_not_answer_through_a_proxy(name: str) -> None:
    mock = LicenseMock()
    with mock.serve() as base_url:
        headers = {name: "127.0.0.1"}
        assert httpx.get(f"{base_url}/_mock/state", headers=headers).status_code == 403
        assert httpx.get(f"{base_url}/_mock/state").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "attacker.example:4010"}, 403),
        ({"host": "127.0.0.1.attacker.example"}, 403),
        ({"host": "localhost:4010"}, 200),
        ({"host": "[::1]:4010"}, 200),
        ({"host": "mock.internal"}, 200),
        ({"host": "localhost", "origin": "http://localhost"}, 200),
        ({"host": "localhost", "origin": "http://attacker.example"}, 403),
        ({"host": "localhost:4010", "origin": "http://localhost:3000"}, 403),
        ({"host": "localhost", "origin": "null"}, 403),
    ],
)
def test_the_control_is_closed_to_other_web_pages(headers: dict[str, str], status: int) -> None:
    mock = LicenseMock(control_hosts=["mock.internal"])
    with mock.serve() as base_url:
        response = httpx.get(f"{base_url}/_mock/state", headers=headers)
        assert response.status_code == status
        path = f"{base_url}/license_keys"
        assert httpx.get(path, headers=headers).status_code == 401, "the API accepts any name"
