import random
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from dodo_license_mock import LicenseMock

from .keys import all_keys


def test_pages_are_disjoint_and_complete(client: httpx.Client, mock: LicenseMock) -> None:
    listed = [key["id"] for key in all_keys(client)]
    assert len(listed) > 10
    assert sorted(listed) == sorted(mock.key_ids)
    assert len(client.get("/license_keys").json()["items"]) == 10


@pytest.mark.parametrize("path", ["/license_keys", "/license_key_instances"])
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("page_number=2147483647&page_size=2147483647", 0),
        ("page_size=0", 0),
        ("page_size=3", 3),
        ("page_size=3&unknown=1", 3),
    ],
)
def test_page_sizes(client: httpx.Client, path: str, query: str, count: int) -> None:
    answer = client.get(f"{path}?{query}").json()
    assert list(answer) == ["items"]
    assert len(answer["items"]) == count


@pytest.mark.parametrize(
    "query",
    [
        "page_size=-1",
        "page_size=ten",
        "page_size=",
        "page_size=2147483648",
        "page_size=99999999999999999999",
        "page_size=1.0",
        "page_size=%EF%BC%91",
        "page_number=-1",
        "page_size=1&page_size=2",
        "status=unknown",
        "status=",
        "source=none",
        "created_at_gte=yesterday",
        "created_at_lte=2024-01-01",
        "customer_id=%ff",
    ],
)
def test_a_malformed_query_is_rejected(client: httpx.Client, query: str) -> None:
    response = client.get(f"/license_keys?{query}")
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_QUERY_PARAMS")


@pytest.mark.parametrize("field", ["status", "source", "customer_id", "product_id"])
def test_filters_narrow_exactly(client: httpx.Client, field: str) -> None:
    keys = all_keys(client)
    values = {key[field] for key in keys}
    assert len(values) > 1
    for value in values:
        expected = [key for key in keys if key[field] == value]
        assert all_keys(client, **{field: value}) == expected
    if field in ("customer_id", "product_id"):
        assert all_keys(client, **{field: "nobody"}) == []


def test_creation_filters_include_their_bounds(client: httpx.Client) -> None:
    keys = all_keys(client)
    newest_first = sorted((key["created_at"] for key in keys), reverse=True)
    assert [key["created_at"] for key in keys] == newest_first
    bound = newest_first[4]
    assert all_keys(client, created_at_gte=bound) == keys[:5]
    assert all_keys(client, created_at_lte=bound) == keys[4:]


def test_instances_are_listed_by_key(client: httpx.Client) -> None:
    for key in all_keys(client):
        answer = client.get(
            "/license_key_instances", params={"license_key_id": key["id"], "page_size": 100}
        )
        instances = answer.json()["items"]
        assert len(instances) == key["instances_count"]
        assert {instance["license_key_id"] for instance in instances} <= {key["id"]}


def test_an_unknown_grant_has_no_instances(client: httpx.Client) -> None:
    answer = client.get("/license_key_instances", params={"grant_id": "entg_unknown"})
    assert answer.json() == {"items": []}


def test_pages_of_instances_are_complete_after_any_changes(
    client: httpx.Client, mock: LicenseMock
) -> None:
    chance = random.Random(4010)
    keys = [
        {"id": f"lic_{number}", "key": f"K{number}", "instances": [{}] * (number % 5)}
        for number in range(20)
    ]
    mock.seed({"license_keys": keys})
    for step in range(40):
        # A page of 100 shows all of them.
        whole = client.get("/license_key_instances?page_size=100").json()["items"]
        for size in (1, 3) if step % 8 == 0 else (7,):
            pages = [
                client.get(f"/license_key_instances?page_size={size}&page_number={number}").json()
                for number in range(len(whole) // size + 1)
            ]
            assert [item for page in pages for item in page["items"]] == whole
        key = f"K{chance.randrange(20)}"
        if chance.random() < 0.3:
            client.post("/licenses/activate", json={"license_key": key, "name": "New"})
        # The newest and others, loaded and added ones.
        for chosen in {0, chance.randrange(len(whole)), chance.randrange(len(whole))}:
            instance = whole[chosen]
            body = {
                "license_key": f"K{instance['license_key_id'].removeprefix('lic_')}",
                "license_key_instance_id": instance["id"],
            }
            if chance.random() < 0.5:
                assert client.post("/licenses/deactivate", json=body).status_code == 200
        if step == 25:
            mock.reset()


@pytest.mark.slow
def test_deep_pages_of_filtered_lists_are_complete_after_any_changes(
    client: httpx.Client, mock: LicenseMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pages are deep, and matches many, from three on instead of a thousand.
    for module in ("indexes", "lists", "numbered_lists"):
        monkeypatch.setattr(f"dodo_license_mock.storage.{module}.FEW", 3)
    chance = random.Random(4010)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    mock.seed(
        {
            "customers": [{"customer_id": "cus_0"}, {"customer_id": "cus_1"}],
            "products": [{"product_id": "pdt_0"}, {"product_id": "pdt_1"}],
            "license_keys": [
                {
                    "id": f"lic_{number}",
                    "key": f"K{number}",
                    "customer_id": f"cus_{number % 2}",
                    "product_id": f"pdt_{number % 3 // 2}",
                    "source": "manual" if number % 5 else "auto",
                    "created_at": start + timedelta(days=chance.randrange(20)),
                    "expires_at": start + timedelta(days=number) if number % 7 == 0 else None,
                }
                for number in range(24)
            ],
        }
    )
    mock.set_clock(start + timedelta(days=30))
    queries: list[dict[str, str]] = [
        {"customer_id": "cus_0"},
        {"product_id": "pdt_0"},
        {"source": "manual"},
        {"customer_id": "cus_1", "source": "auto"},
        {"product_id": "pdt_0", "status": "active"},
        *[{"status": status} for status in ("active", "expired", "disabled")],
        {"created_at_gte": "2024-01-05T00:00:00Z"},
        {"created_at_lte": "2024-01-15T00:00:00Z"},
        {"created_at_gte": "2024-01-05T00:00:00Z", "created_at_lte": "2024-01-15T00:00:00Z"},
        {"created_at_gte": "2030-01-01T00:00:00Z"},
        {"created_at_lte": "9999-12-31T23:59:59.999999Z"},
    ]
    for step in range(12):
        for query in queries if step in (0, 5, 8, 9, 11) else ():
            # A page of 100 shows all of them.
            whole = client.get("/license_keys", params={**query, "page_size": "100"}).json()
            pages = [
                client.get(
                    "/license_keys", params={**query, "page_size": "4", "page_number": number}
                )
                for number in map(str, range(len(whole["items"]) // 4 + 2))
            ]
            assert [item for page in pages for item in page.json()["items"]] == whole["items"]
        for _ in range(2):
            body = {"disabled": chance.random() < 0.5}
            path = f"/license_keys/lic_{chance.randrange(24)}"
            assert client.patch(path, json=body).is_success
        new = {"key": f"NEW-{step}", "customer_id": "cus_0", "product_id": "pdt_0"}
        assert client.post("/license_keys", json=new).status_code == 201
        if step == 5:
            mock.set_clock(start + timedelta(days=10))  # the next keys are older than others
        if step == 8:
            mock.reset()
