"""What is sent for a call, and what comes back."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from dodo_license_keys import UNSET, LicenseKeyResponse, ListLicenseKeysResponse

from tests.client.conftest import TOKEN, Caller
from tests.client.server import KEY, reply, serve


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ({}, {}),
        (
            {"activations_limit": 10, "expires_at": None},
            {"activations_limit": 10, "expires_at": None},
        ),
        ({"activations_limit": None}, {"activations_limit": None}),
        ({"activations_limit": UNSET, "disabled": False}, {"disabled": False}),
        ({"disabled": None}, {"disabled": None}),
        (
            {"expires_at": datetime(2030, 12, 31, 23, 59, 59, tzinfo=timezone.utc)},
            {"expires_at": "2030-12-31T23:59:59Z"},
        ),
        (
            {"expires_at": datetime(2031, 1, 1, 1, 59, 59, 1, timezone(timedelta(hours=2)))},
            {"expires_at": "2030-12-31T23:59:59.000001Z"},
        ),
        ({"expires_at": "2031-01-01T01:00:00+01:00"}, {"expires_at": "2031-01-01T00:00:00Z"}),
        ({"extra_body": {"note": "new"}}, {"note": "new"}),
    ],
)
def test_update_sends_what_it_is_given_and_nothing_else(
    call: Caller, arguments: dict[str, Any], body: dict[str, Any]
) -> None:
    with serve(reply(200, KEY)) as server:
        key = call(lambda client: client.license_keys.update("lic_123", **arguments), server.url)
    assert (server.last.method, server.last.path) == ("PATCH", "/license_keys/lic_123")
    assert server.last.json == body
    assert server.last.headers["Content-Type"] == "application/json"
    assert server.last.headers["Authorization"] == f"Bearer {TOKEN}"
    assert key == LicenseKeyResponse.from_dict(KEY)
    assert key.created_at == datetime(2024, 1, 1, tzinfo=timezone.utc)
    assert key.brand_id is UNSET
    assert key.expires_at is None


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"activations_limit": "5"}, TypeError, "activations_limit must be an integer, not str"),
        ({"activations_limit": 5.0}, TypeError, "not float"),
        ({"activations_limit": True}, TypeError, "not bool"),
        ({"disabled": "true"}, TypeError, "disabled must be a boolean"),
        ({"disabled": 1}, TypeError, "not int"),
        ({"expires_at": 1735689599}, TypeError, "expires_at must be an aware datetime"),
        ({"expires_at": datetime(2030, 1, 1)}, ValueError, "expires_at has no time zone"),  # noqa: DTZ001
        ({"expires_at": "2030-01-01"}, ValueError, "expires_at is not an RFC 3339 date-time"),
        ({"activation_limit": 5}, TypeError, "activation_limit"),
        ({"timeout": 0}, ValueError, "timeout must be a positive number"),
        ({"timeout": "5"}, TypeError, "timeout must be a number of seconds"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_sent(
    call: Caller, arguments: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with serve(reply(200, KEY)) as server, pytest.raises(error, match=sentence):
        call(lambda client: client.license_keys.update("lic_123", **arguments), server.url)
    assert server.received == []


def test_list_answers_with_typed_items(call: Caller) -> None:
    with serve(reply(200, {"items": [KEY], "next": 1})) as server:
        page = call(
            lambda client: client.license_keys.list(
                status="active",
                page_size=5,
                created_at_gte=datetime(2024, 1, 1, tzinfo=timezone.utc),
            ),
            server.url,
        )
    assert page.items == [LicenseKeyResponse.from_dict(KEY)]
    assert server.last.path == (
        "/license_keys?page_size=5&status=active&created_at_gte=2024-01-01T00%3A00%3A00Z"
    )
    assert ListLicenseKeysResponse.from_dict({"items": [], "next": 1}).additional_properties == {
        "next": 1
    }


def test_licenses_need_no_token_and_send_none(call: Caller) -> None:
    with serve(reply(200, {"valid": True})) as server:
        for token in (None, TOKEN):
            answer = call(
                lambda client: client.licenses.validate(license_key="a key"),
                server.url,
                bearer_token=token,
            )
            assert answer.valid is True
            assert server.last.json == {"license_key": "a key"}
            assert "Authorization" not in server.last.headers


def test_deactivate_answers_with_nothing(call: Caller) -> None:
    with serve(reply(200)) as server:
        answer = call(
            lambda client: client.licenses.deactivate(
                license_key="a key", license_key_instance_id="lki_123"
            ),
            server.url,
        )
    assert answer is None
