"""The license keys and instances under `/_mock/`, which the page shows."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock

KEYS = [
    {
        "id": f"lic_{number}",
        "key": f"SECRET-{number}",
        "customer_id": f"cus_{number % 2}",
        "product_id": "pdt_1",
        "subscription_id": "sub_7" if number == 7 else None,
        "disabled": number == 3,
        "instances": [{"id": f"lki_{number}", "name": "Laptop"}],
    }
    for number in range(120)
]
SEED: dict[str, Any] = {
    "customers": [{"customer_id": "cus_0"}, {"customer_id": "cus_1"}],
    "products": [{"product_id": "pdt_1"}],
    "license_keys": KEYS,
}


@pytest.fixture
def control() -> Iterator[httpx.Client]:
    """A client without a token."""
    mock = LicenseMock(seed=SEED)
    with httpx.Client(transport=mock.transport(), base_url="http://mock/_mock") as client:
        yield client


def found(control: httpx.Client, **query: str) -> list[str]:
    response = control.get("/license-keys", params=query)
    assert "SECRET" not in response.text
    return [key["id"] for key in response.json()["license_keys"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"search": "lic_42"}, ["lic_42"]),
        ({"search": "SECRET-42"}, ["lic_42"]),
        ({"search": "lki_42"}, ["lic_42"]),
        ({"search": "SUB_"}, ["lic_7"]),
        ({"search": "ic_11"}, [f"lic_{number}" for number in (*range(119, 109, -1), 11)]),
        ({"search": "lic_42", "status": "disabled"}, []),
        ({"search": "cus_1", "status": "disabled"}, ["lic_3"]),
        ({"status": "disabled"}, ["lic_3"]),
        ({"search": "ECRET"}, []),  # a part of a key string finds nothing
    ],
)
def test_a_search(control: httpx.Client, query: dict[str, str], expected: list[str]) -> None:
    assert found(control, **query) == expected


@pytest.mark.parametrize(("search", "count"), [("", 120), ("cus_1", 60), ("pdt_1", 120)])
def test_pages_of_a_search(control: httpx.Client, search: str, count: int) -> None:
    ids: list[str] = []
    number, has_more = 0, True
    while has_more:
        query = {"search": search, "page": str(number)}
        has_more = control.get("/license-keys", params=query).json()["has_more"]
        ids += found(control, **query)
        number += 1
    assert len(ids) == len(set(ids)) == count


def test_a_key_is_edited_and_created_by_the_rules_of_the_api(control: httpx.Client) -> None:
    edited = control.patch("/license-keys/lic_5", json={"activations_limit": 3, "disabled": True})
    assert edited.status_code == 200
    assert (edited.json()["activations_limit"], edited.json()["status"]) == (3, "disabled")
    rejected = control.patch("/license-keys/lic_5", json={"activations_limit": 0})
    assert rejected.json()["code"] == "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT"
    assert control.patch("/license-keys/lic_x", json={}).status_code == 404
    body = {"key": "SECRET-NEW", "customer_id": "cus_1", "product_id": "pdt_1"}
    created = control.post("/license-keys", json=body)
    assert created.status_code == 201
    assert "SECRET" not in created.text
    assert found(control)[0] == created.json()["id"]
    assert control.post("/license-keys", json=body).status_code == 409


def test_edits_of_the_page_are_neither_logged_nor_spoiled(control: httpx.Client) -> None:
    control.post("/faults", json={"status": 503})
    assert control.patch("/license-keys/lic_5", json={"disabled": True}).status_code == 200
    assert control.get("/journal").json()["entries"] == []
    assert len(control.get("/faults").json()["faults"]) == 1


def test_instances(control: httpx.Client) -> None:
    (instance,) = control.get("/instances?license_key_id=lic_9").json()["instances"]
    assert (instance["id"], instance["name"]) == ("lki_9", "Laptop")
    assert len(control.get("/instances").json()["instances"]) == 120


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/license-keys/lic_1", 405),
        ("DELETE", "/license-keys", 405),
        ("POST", "/instances", 405),
        ("GET", "/instances/lki_1", 404),
        ("GET", "/license-keys?status=gone", 400),
        ("GET", "/license-keys?page=x", 400),
        ("GET", "/page/../routes.py", 404),
        ("GET", "/page/", 404),
    ],
)
def test_what_does_not_exist(control: httpx.Client, method: str, path: str, status: int) -> None:
    assert control.request(method, path).status_code == status
