import json
from typing import Any

import httpx
import pytest

from .keys import Json, all_keys, find, plain


def patch(client: httpx.Client, key: Json, body: Any) -> httpx.Response:
    content = json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    return client.patch(f"/license_keys/{key['id']}", content=content, headers=headers)


def assert_rejected(response: httpx.Response, status: int, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.fixture
def seated(client: httpx.Client) -> Json:
    return find(client, lambda key: plain(key) and key["instances_count"] == 2)


@pytest.fixture
def subscribed(client: httpx.Client) -> Json:
    return find(client, lambda key: bool(key["subscription_id"]) and key["status"] == "active")


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ({}, {}),
        ({"activations_limit": 7}, {"activations_limit": 7}),
        ({"activations_limit": 2}, {"activations_limit": 2}),
        ({"activations_limit": 2**31 - 1}, {"activations_limit": 2**31 - 1}),
        ({"activations_limit": None}, {"activations_limit": None}),
        ({"expires_at": None}, {"expires_at": None}),
        ({"expires_at": "2090-01-01T00:00:00Z"}, {"expires_at": "2090-01-01T00:00:00Z"}),
        ({"expires_at": "2090-01-01t00:00:00z"}, {"expires_at": "2090-01-01T00:00:00Z"}),
        ({"expires_at": "2090-01-01T01:30:00+01:30"}, {"expires_at": "2090-01-01T00:00:00Z"}),
        (
            {"expires_at": "2090-01-01T00:00:00.1234569Z"},
            {"expires_at": "2090-01-01T00:00:00.123456Z"},
        ),
        (
            {"expires_at": "2001-01-01T00:00:00Z"},
            {"expires_at": "2001-01-01T00:00:00Z", "status": "expired"},
        ),
        ({"disabled": True}, {"status": "disabled"}),
        ({"disabled": False}, {}),
        ({"disabled": None}, {}),
        ({"disabled": True, "expires_at": "2001-01-01T00:00:00Z"}, {"status": "disabled"}),
        ({"nonsense": 1, "status": "expired", "id": "lic_other"}, {}),
    ],
)
def test_patch_changes_what_the_body_names_and_nothing_else(
    client: httpx.Client, seated: Json, body: Json, changed: Json
) -> None:
    patch(client, seated, {"expires_at": "2095-01-01T00:00:00Z"})
    before = all_keys(client)
    mine = next(key for key in before if key["id"] == seated["id"])
    expected = mine | {"expires_at": body.get("expires_at", mine["expires_at"])} | changed

    response = patch(client, seated, body)

    assert response.status_code == 200
    assert response.json() == expected
    assert client.get(f"/license_keys/{seated['id']}").json() == expected
    assert all_keys(client) == [expected if key["id"] == seated["id"] else key for key in before]
    assert patch(client, seated, body).json() == expected


@pytest.mark.parametrize(
    "body",
    [
        [],
        None,
        "text",
        5,
        {"activations_limit": "5"},
        {"activations_limit": 5.5},
        {"activations_limit": 5.0},
        {"activations_limit": True},
        {"activations_limit": 2**31},
        {"activations_limit": -(2**31) - 1},
        {"activations_limit": []},
        {"disabled": "true"},
        {"disabled": 1},
        {"expires_at": 1735689600},
        {"expires_at": True},
        {"expires_at": ""},
        {"expires_at": "2030-01-01"},
        {"expires_at": "2030-01-01T00:00:00"},
        {"expires_at": "2030-01-01 00:00:00Z"},
        {"expires_at": "2030-02-30T00:00:00Z"},
        {"expires_at": "2030-01-01T24:00:00Z"},
        {"expires_at": "2030-12-31T23:59:60Z"},
        {"expires_at": "2030-01-01T00:00:00+24:00"},
        {"expires_at": "2030-01-01T00:00:00+0100"},
        {"expires_at": "0001-01-01T00:00:00+00:01"},
        {"expires_at": "9999-12-31T23:59:59-00:01"},
        {"expires_at": "٢٠٣٠-01-01T00:00:00Z"},
    ],
)
def test_a_wrong_type_is_rejected_and_changes_nothing(
    client: httpx.Client, seated: Json, body: Any
) -> None:
    if isinstance(body, dict):
        body = {"activations_limit": 9, "disabled": True} | body
    before = all_keys(client)
    assert_rejected(patch(client, seated, body), 422, "INVALID_REQUEST_BODY")
    assert all_keys(client) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"activations_limit": NaN}',
        b'{"activations_limit": 01}',
        b'{"expires_at": "\xff"}',
        b'{"expires_at": "\\ud800"}',
        b"{} {}",
        b"{'disabled': true}",
        b'{"x": ' + b"[" * 100_000,
        b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_what_is_not_json_is_rejected(client: httpx.Client, seated: Json, content: bytes) -> None:
    response = client.patch(
        f"/license_keys/{seated['id']}",
        content=content,
        headers={"content-type": "application/json"},
    )
    assert_rejected(response, 400, "INVALID_REQUEST_BODY")


@pytest.mark.parametrize("digits", [30, 400, 5000])
def test_a_huge_number_is_rejected(client: httpx.Client, seated: Json, digits: int) -> None:
    content = b'{"activations_limit": ' + b"9" * digits + b"}"
    response = client.patch(
        f"/license_keys/{seated['id']}",
        content=content,
        headers={"content-type": "application/json"},
    )
    assert response.status_code in (400, 422)
    assert response.json()["code"] == "INVALID_REQUEST_BODY"


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/xml", "application/jsonp", ""]
)
def test_another_media_type_is_rejected(
    client: httpx.Client, seated: Json, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    response = client.patch(f"/license_keys/{seated['id']}", content=b"{}", headers=headers)
    assert_rejected(response, 415, "INVALID_REQUEST_BODY")


@pytest.mark.parametrize("content_type", ["Application/JSON", "application/json; charset=utf-8"])
def test_json_is_known_by_any_spelling(
    client: httpx.Client, seated: Json, content_type: str
) -> None:
    headers = {"content-type": content_type}
    response = client.patch(f"/license_keys/{seated['id']}", content=b"{}", headers=headers)
    assert response.status_code == 200


def test_a_body_above_one_mebibyte_is_rejected(client: httpx.Client, seated: Json) -> None:
    response = patch(client, seated, {"x": "y" * 1024 * 1024})
    assert_rejected(response, 413, "INVALID_REQUEST_BODY")
    assert patch(client, seated, {"x": "y" * (1024 * 1024 - 20)}).status_code == 200


@pytest.mark.parametrize("limit", [1, 0, -1])
def test_a_limit_below_the_instances_is_rejected_with_all_of_the_body(
    client: httpx.Client, seated: Json, limit: int
) -> None:
    body = {"activations_limit": limit, "disabled": True, "expires_at": None}
    assert_rejected(patch(client, seated, body), 422, "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT")
    assert client.get(f"/license_keys/{seated['id']}").json() == seated


def test_zero_is_a_limit(client: httpx.Client) -> None:
    unseated = find(client, lambda key: plain(key) and key["instances_count"] == 0)
    assert patch(client, unseated, {"activations_limit": 0}).json()["activations_limit"] == 0


def test_a_subscription_takes_no_expiry(client: httpx.Client, subscribed: Json) -> None:
    body = {"expires_at": "2090-01-01T00:00:00Z", "disabled": True}
    assert_rejected(patch(client, subscribed, body), 400, "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS")
    assert client.get(f"/license_keys/{subscribed['id']}").json() == subscribed
    assert patch(client, subscribed, {"expires_at": None}).json() == subscribed
    assert patch(client, subscribed, {"disabled": True}).json()["status"] == "disabled"


def test_an_expired_key_that_is_enabled_shows_expired(client: httpx.Client) -> None:
    key = find(client, lambda key: key["status"] == "disabled" and bool(key["expires_at"]))
    assert patch(client, key, {"disabled": False}).json()["status"] == "expired"


def test_an_unknown_key_is_not_found(client: httpx.Client) -> None:
    for key_id in ("lic_unknown", "%00", "%2F", "%2E%2E", "%ff", "a" * 5000):
        assert_rejected(client.get(f"/license_keys/{key_id}"), 404, "LICENSE_KEY_NOT_FOUND")
        assert_rejected(
            client.patch(f"/license_keys/{key_id}", json={}), 404, "LICENSE_KEY_NOT_FOUND"
        )
