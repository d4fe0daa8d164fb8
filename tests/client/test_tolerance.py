"""Responses that differ from the contract: what was done stays done, and is returned."""

import copy
import logging
import pickle
from typing import Any

import dodo_license_keys as dodo
import pytest

from tests.client.conftest import Caller
from tests.client.server import KEY, hang_up, refusal, reply, serve

# Shapes of published versions, and one that was seen in public.
KEYS = {
    "1.53.2": KEY,
    "1.95.3": {**KEY, "payment_id": None, "source": "auto"},
    "1.102.0": {**KEY, "source": "manual"},
    "1.104.0": {**KEY, "source": "import", "brand_id": "brnd_1"},
    "no fraction": {**KEY, "created_at": "2025-08-04T05:43:19Z"},
    "3 digits": {**KEY, "created_at": "2025-08-04T05:43:19.882Z"},
    "6 digits": {**KEY, "created_at": "2025-08-04T05:43:19.882409Z"},
    "a later enum value": {**KEY, "status": "Suspended", "source": "transfer"},
    "a later field": {**KEY, "seats": {"used": 1}, "tags": ["a"]},
    "later nullability": {**KEY, "customer_id": None, "product_id": None},
    "without payment and subscription": {
        name: value for name, value in KEY.items() if name not in {"payment_id", "subscription_id"}
    },
}
TRIMMED_ACTIVATION = {
    "id": "lki_1",
    "name": "a server",
    "license_key_id": "lic_1",
    "product": {"product_id": "pdt_1", "name": "A product"},
    "customer": {"customer_id": "cus_1", "name": "A customer", "email": "a@example.com"},
}


def retrieve(client: Any) -> Any:
    return client.license_keys.retrieve("lic_123")


def activate(client: Any) -> Any:
    return client.licenses.activate(license_key="a key", name="a server")


def deactivate(client: Any) -> Any:
    return client.licenses.deactivate(license_key="a key", license_key_instance_id="lki_1")


@pytest.mark.parametrize("shape", KEYS)
def test_a_key_of_every_generation_is_read(call: Caller, shape: str) -> None:
    with serve(reply(200, KEYS[shape])) as server:
        key = call(retrieve, server.url)
    for name, value in KEYS[shape].items():
        if name != "created_at":
            assert getattr(key, name, key.additional_properties.get(name)) == value
    assert key.to_dict() == KEYS[shape]


def test_an_activation_without_a_required_field_is_not_lost(
    call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with serve(reply(201, TRIMMED_ACTIVATION)) as server:
        instance = call(activate, server.url)
    assert (instance.id, instance.product.product_id) == ("lki_1", "pdt_1")
    assert instance.customer.email == "a@example.com"
    with pytest.raises(dodo.MissingFieldError) as caught:
        _ = instance.business_id
    assert "activate_license_key" in str(caught.value)
    assert "ActivateLicenseKeyResponse.business_id" in str(caught.value)
    assert isinstance(caught.value, dodo.DodoError)
    assert not hasattr(instance, "business_id")
    warned = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    assert len([text for text in warned if "business_id" in text]) == 1
    assert len([text for text in warned if "created_at" in text]) == 1
    assert instance.to_dict() == TRIMMED_ACTIVATION
    assert "business_id" not in repr(instance)
    assert "id='lki_1'" in repr(instance)
    assert pickle.loads(pickle.dumps(instance)) == instance == copy.deepcopy(instance)  # noqa: S301
    assert instance != dodo.ActivateLicenseKeyResponse.read({}, "nothing")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("created_at", "yesterday"),
        ("created_at", 5),
        ("expires_at", "never"),
        ("instances_count", "1"),
        ("activations_limit", {"max": 5}),
        ("status", ["active"]),
    ],
)
def test_a_malformed_field_raises_only_when_it_is_read(
    call: Caller, caplog: pytest.LogCaptureFixture, field: str, value: object
) -> None:
    with serve(reply(200, {**KEY, field: value})) as server:
        key = call(retrieve, server.url)
    assert key.id == "lic_123"
    with pytest.raises(dodo.MissingFieldError, match=f"LicenseKeyResponse.{field}"):
        getattr(key, field)
    assert key.to_dict() == {**KEY, field: value}
    assert len([each for each in caplog.records if field in each.getMessage()]) == 1
    assert KEY["key"] not in caplog.text


def test_one_malformed_item_does_not_cost_the_list(
    call: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    without = {name: value for name, value in KEY.items() if name != "business_id"}
    items = [{**without, "id": "a"}, {**KEY, "id": "b"}, {**without, "id": "c"}]
    with serve(reply(200, {"items": items})) as server:
        page = call(lambda client: client.license_keys.list(), server.url)
    assert [key.id for key in page.items] == ["a", "b", "c"]
    assert page.items[1].business_id == KEY["business_id"]
    with pytest.raises(dodo.MissingFieldError, match="list_license_keys_handler"):
        _ = page.items[0].business_id
    # One warning for the field, not one for each item.
    assert len([each for each in caplog.records if "business_id" in each.getMessage()]) == 1


@pytest.mark.parametrize("items", [None, {}, [1], "none"])
def test_a_list_without_items_is_an_error(call: Caller, items: object) -> None:
    body = {} if items is None else {"items": items}
    with serve(reply(200, body)) as server, pytest.raises(dodo.MissingFieldError, match="items"):
        call(lambda client: client.license_keys.list(), server.url)


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", [KEY], "ok", None])
def test_what_is_no_object_is_an_error(call: Caller, body: object) -> None:
    with (
        serve(reply(200, body)) as server,
        pytest.raises(dodo.APIResponseValidationError, match="get_license_key_handler"),
    ):
        call(retrieve, server.url)


def test_strict_responses_reject_what_is_missing(call: Caller) -> None:
    with (
        serve(reply(201, TRIMMED_ACTIVATION)) as server,
        pytest.raises(dodo.APIResponseValidationError, match="business_id must be a string"),
    ):
        call(activate, server.url, strict_responses=True)


def test_from_dict_stays_strict() -> None:
    with pytest.raises(ValueError, match="business_id"):
        dodo.ActivateLicenseKeyResponse.from_dict(TRIMMED_ACTIVATION)


def test_a_captive_portal_has_not_deactivated_anything(call: Caller) -> None:
    portal = reply(200, b"<html>Sign in to the hotel's Wi-Fi</html>", Content_Type="text/html")
    with (
        serve(portal) as server,
        pytest.raises(dodo.APIResponseValidationError, match="deactivate_license_key"),
    ):
        call(deactivate, server.url)


@pytest.mark.parametrize("body", [b"", b"{}", b"null"])
def test_a_deactivation_may_return_nothing_or_json(call: Caller, body: bytes) -> None:
    with serve(reply(200, body)) as server:
        assert call(deactivate, server.url) is None


@pytest.mark.parametrize("fault", [hang_up, refusal(502), refusal(500)], ids=["lost", "502", "500"])
def test_a_deactivation_whose_response_was_lost_has_succeeded(call: Caller, fault: Any) -> None:
    with serve(fault, refusal(404, "NOT_FOUND")) as server:
        assert call(deactivate, server.url) is None
    assert len(server.received) == 2


@pytest.mark.parametrize("first", [[], [refusal(429)], [refusal(503)]], ids=["none", "429", "503"])
def test_an_instance_that_never_existed_is_still_not_found(call: Caller, first: list[Any]) -> None:
    with serve(*first, refusal(404, "NOT_FOUND")) as server, pytest.raises(dodo.NotFoundError):
        call(deactivate, server.url)
