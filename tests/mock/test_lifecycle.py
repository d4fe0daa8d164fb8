import httpx
import pytest

from .keys import Json, find, plain


@pytest.fixture
def anyone(client: httpx.Client) -> httpx.Client:
    """The client without its token."""
    del client.headers["authorization"]
    return client


@pytest.fixture
def limited(client: httpx.Client) -> Json:
    return find(client, lambda key: plain(key) and key["activations_limit"] == 5)


def activate(client: httpx.Client, key: Json) -> httpx.Response:
    return client.post("/licenses/activate", json={"license_key": key["key"], "name": "Laptop"})


def is_valid(client: httpx.Client, key: Json, instance_id: str | None = None) -> bool:
    body = {"license_key": key["key"], "license_key_instance_id": instance_id}
    answer: bool = client.post("/licenses/validate", json=body).json()["valid"]
    return answer


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_activate_until_the_limit_and_free_a_seat(client: httpx.Client, limited: Json) -> None:
    path = f"/license_keys/{limited['id']}"
    instances: list[Json] = []
    while limited["instances_count"] + len(instances) < 5:
        response = activate(client, limited)
        assert response.status_code == 201
        instances.append(response.json())
    assert instances[0]["customer"]["customer_id"] == limited["customer_id"]
    assert instances[0]["product"]["product_id"] == limited["product_id"]
    assert client.get(path).json()["instances_count"] == 5
    assert refusal(activate(client, limited)) == (422, "LICENSE_KEY_LIMIT_REACHED")

    first = instances[0]["id"]
    assert is_valid(client, limited, first)
    body = {"license_key": limited["key"], "license_key_instance_id": first}
    response = client.post("/licenses/deactivate", json=body)
    assert (response.status_code, response.content) == (200, b"")
    assert client.get(path).json()["instances_count"] == 4
    assert client.get(f"/license_key_instances/{first}").status_code == 404
    assert not is_valid(client, limited, first)
    assert client.post("/licenses/deactivate", json=body).status_code == 403
    assert activate(client, limited).status_code == 201


@pytest.mark.parametrize("status", ["disabled", "expired"])
def test_a_key_that_is_not_active_gives_no_seat(client: httpx.Client, status: str) -> None:
    key = find(client, lambda key: key["status"] == status)
    assert refusal(activate(client, key)) == (403, "INACTIVE_LICENSE_KEY")
    assert not is_valid(client, key)


def test_an_unknown_key_string(client: httpx.Client) -> None:
    unknown = {"key": "\x00unknown\U0001f600"}
    assert refusal(activate(client, unknown)) == (404, "LICENSE_KEY_NOT_FOUND")
    assert not is_valid(client, unknown)
    body = {"license_key": "unknown", "license_key_instance_id": "lki_1"}
    response = client.post("/licenses/deactivate", json=body)
    assert refusal(response) == (404, "LICENSE_KEY_NOT_FOUND")


def test_an_instance_of_another_key(client: httpx.Client, limited: Json) -> None:
    other = find(client, lambda key: plain(key) and key["id"] != limited["id"])
    instance_id = activate(client, other).json()["id"]
    assert is_valid(client, other, instance_id)
    assert not is_valid(client, limited, instance_id)
    body = {"license_key": limited["key"], "license_key_instance_id": instance_id}
    assert client.post("/licenses/deactivate", json=body).status_code == 403


def test_the_license_operations_need_no_token(limited: Json, anyone: httpx.Client) -> None:
    instance_id = activate(anyone, limited).json()["id"]
    assert is_valid(anyone, limited, instance_id)
    body = {"license_key": limited["key"], "license_key_instance_id": instance_id}
    assert anyone.post("/licenses/deactivate", json=body).status_code == 200


def test_rename_an_instance(client: httpx.Client) -> None:
    before = client.get("/license_key_instances").json()["items"]
    path = f"/license_key_instances/{before[1]['id']}"
    for name in ("New name", "", "\x00 \U0001f600"):
        assert client.patch(path, json={"name": name}).json() == before[1] | {"name": name}
    after = client.get("/license_key_instances").json()["items"]
    assert after == [before[0], before[1] | {"name": name}, *before[2:]]
    for body in ({}, {"name": None}, {"name": 1}):
        assert refusal(client.patch(path, json=body)) == (422, "INVALID_REQUEST_BODY")
    assert client.patch("/license_key_instances/lki_1", json={"name": "x"}).status_code == 404


def test_create_a_key_and_use_it(client: httpx.Client, limited: Json) -> None:
    body = {
        "key": "CHOSEN-BY-THE-MERCHANT",
        "customer_id": limited["customer_id"],
        "product_id": limited["product_id"],
        "activations_limit": 1,
        "expires_at": "2090-01-01T00:00:00+02:00",
    }
    response = client.post("/license_keys", json=body)
    assert response.status_code == 201
    key = response.json()
    assert key["expires_at"] == "2089-12-31T22:00:00Z"
    assert (key["source"], key["status"], key["payment_id"]) == ("import", "active", None)
    assert client.get("/license_keys").json()["items"][0] == key
    assert activate(client, key).status_code == 201
    assert refusal(activate(client, key)) == (422, "LICENSE_KEY_LIMIT_REACHED")

    again = client.post("/license_keys", json=body)
    assert refusal(again) == (409, "LICENSE_KEY_ALREADY_EXISTS")
    for field in ("customer_id", "product_id"):
        unknown = client.post("/license_keys", json=body | {field: "unknown", "key": "OTHER"})
        assert refusal(unknown) == (404, "NOT_FOUND")
    for wrong in ({"key": 1}, {"activations_limit": -1}, {"expires_at": "soon"}):
        refused = client.post("/license_keys", json=body | {"key": "OTHER"} | wrong)
        assert refusal(refused) == (422, "INVALID_REQUEST_BODY")
