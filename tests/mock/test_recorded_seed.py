"""A mock starts from the keys and instances that a recording shows."""

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock, SeedError

from .conftest import client_of
from .keys import all_keys

PSEUDONYMS = ("key", "customer_id")


@pytest.fixture
def recorded(tmp_path: Path) -> tuple[Path, list[dict[str, Any]], list[dict[str, Any]]]:
    """The recording of a session, and the keys and instances at its end."""
    path = tmp_path / "session.har"
    mock = LicenseMock(record=path)
    with client_of(mock) as client:
        first, second = all_keys(client)[:2]
        client.patch(f"/license_keys/{first['id']}", json={"disabled": True})
        body = {"expires_at": "2091-02-03T04:05:06Z", "activations_limit": 9}
        client.patch(f"/license_keys/{second['id']}", json=body)
        for _ in range(2):
            body = {"license_key": second["key"], "name": "Laptop"}
            made = client.post("/licenses/activate", json=body).json()
        body = {"license_key": second["key"], "license_key_instance_id": made["id"]}
        assert client.post("/licenses/deactivate", json=body).status_code == 200
        instances = client.get("/license_key_instances?page_size=100").json()["items"]
        keys = all_keys(client)
    mock.close()
    return path, keys, instances


def test_a_session_goes_on_where_its_recording_ended(
    recorded: tuple[Path, list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    path, keys, instances = recorded
    restored = LicenseMock(seed=path)
    with client_of(restored) as client:
        again = all_keys(client)
        pseudonym = {before["key"]: after["key"] for before, after in zip(keys, again, strict=True)}
        assert len(set(pseudonym.values())) == len(keys)
        for before, after in zip(keys, again, strict=True):
            expected = {name: before[name] for name in before if name not in PSEUDONYMS}
            assert {name: after[name] for name in expected} == expected
        shown = client.get("/license_key_instances?page_size=100").json()["items"]
        identity = ("id", "license_key_id", "created_at")
        assert sorted([each[name] for name in identity] for each in shown) == sorted(
            [each[name] for name in identity] for each in instances
        )
        key = next(key for key in again if key["status"] == "active")
        body = {"license_key": key["key"]}
        assert client.post("/licenses/validate", json=body).json() == {"valid": True}


def exchange(method: str, path: str, sent: object, status: int, received: object) -> dict[str, Any]:
    """An entry in the form of mitmproxy, which encodes what it does not know to be text."""
    text = base64.b64encode(json.dumps(received).encode()).decode()
    return {
        "startedDateTime": "2026-01-01T00:00:00+00:00",
        "request": {
            "method": method,
            "url": f"https://test.dodopayments.com{path}",
            "postData": {"mimeType": "application/json", "text": json.dumps(sent)},
        },
        "response": {"status": status, "content": {"text": text, "encoding": "base64"}},
    }


def har(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
    return path


def activation(number: int) -> dict[str, Any]:
    received = {
        "id": f"lki_{number}",
        "name": "Laptop",
        "license_key_id": "lic_1",
        "product": {"product_id": "pdt_1", "name": "App"},
        "customer": {"customer_id": "cus_1", "name": "Ada", "email": "ada@example.com"},
    }
    sent = {"license_key": "SOLD", "name": "Laptop"}
    return exchange("POST", "/licenses/activate", sent, 201, received)


def test_a_key_that_only_its_activations_show(tmp_path: Path) -> None:
    mock = LicenseMock(
        seed=har(
            tmp_path / "proxy.HAR",
            exchange("GET", "/license_keys/lic_9", None, 404, {"code": "NOT_FOUND"}),
            activation(1),
            activation(2),
            exchange("GET", "/assets/logo.svg", None, 200, "<svg>"),
        )
    )
    with client_of(mock) as client:
        (key,) = all_keys(client)
        expected = {"id": "lic_1", "key": "SOLD", "customer_id": "cus_1", "instances_count": 2}
        assert {name: key[name] for name in expected} == expected
        body = {"license_key": "SOLD", "name": "Phone"}
        made = client.post("/licenses/activate", json=body).json()
        assert made["customer"]["email"] == "ada@example.com"
        assert made["product"] == {"product_id": "pdt_1", "name": "App"}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        # Counted instances that no response shows, and one that was activated afterwards.
        ({"instances_count": 2}, {"instances_count": 3}),
        # What a seed does not allow is left out.
        (
            {"subscription_id": "sub_1", "expires_at": "2090-01-01T00:00:00Z"},
            {"subscription_id": "sub_1", "expires_at": None},
        ),
        ({"source": "gift", "instances_count": 4, "activations_limit": 4}, {"source": "auto"}),
    ],
)
def test_a_key_of_another_kind(
    tmp_path: Path, shown: dict[str, Any], expected: dict[str, Any]
) -> None:
    key = {"id": "lic_1", "key": "SOLD", "status": "active", "instances_count": 0} | shown
    get = exchange("GET", "/v1/license_keys/lic_1", None, 200, key)
    mock = LicenseMock(seed=har(tmp_path / "a.har", get, activation(1)))
    found = mock.key("lic_1")
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "is not a HAR file"),
        ('{"log": {"entries": [{"request": 1}]}}', r"is not a HAR file: .*entries\[0\]"),
        ('{"log": {"entries": []}}', "shows no license key"),
    ],
)
def test_a_file_that_is_not_such_a_recording(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "bad.har"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SeedError, match=f"bad.har: the recording {problem}"):
        LicenseMock(seed=path)


def test_a_reset_returns_to_the_recording(tmp_path: Path) -> None:
    mock = LicenseMock(seed=har(tmp_path / "a.har", activation(1)))
    with mock.serve() as url, httpx.Client(base_url=url) as client:
        body = {"license_key": "SOLD", "license_key_instance_id": "lki_1"}
        assert client.post("/licenses/deactivate", json=body).status_code == 200
        assert client.put("/_mock/reset").status_code == 200
        assert mock.key("lic_1").instances_count == 1
