"""Webhook events: what is signed is read, and nothing else."""

import base64
import json
import logging
from datetime import datetime, timedelta, timezone
from typing import Any

import dodo_license_keys as dodo
import pytest
from dodo_license_keys.webhooks import Dispute, EntitlementGrant, Payment, Refund
from hypothesis import given
from hypothesis import strategies as st

from tests.client.server import KEY

standardwebhooks = pytest.importorskip("standardwebhooks")

SECRET = "whsec_" + base64.b64encode(b"a secret of a webhook endpoint").decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"the secret before the rotation").decode()
CUSTOMER = {"customer_id": "cus_1", "name": "A", "email": "a@example.com"}
CREATED = "2025-08-04T05:43:19.882409Z"
REFUND = {
    "payload_type": "Refund",
    "refund_id": "ref_1",
    "payment_id": "pay_1",
    "business_id": "bus_1",
    "status": "succeeded",
    "created_at": CREATED,
    "is_partial": False,
    "amount": 1000,
    "currency": "USD",
    "reason": None,
    "customer": CUSTOMER,
    "metadata": {},
}
DISPUTE = {
    "dispute_id": "dp_1",
    "payment_id": "pay_1",
    "business_id": "bus_1",
    "amount": "10.00",
    "currency": "USD",
    "dispute_status": "dispute_lost",
    "dispute_stage": "dispute",
    "created_at": CREATED,
}
PAYMENT = {
    "payment_id": "pay_1",
    "business_id": "bus_1",
    "total_amount": 1000,
    "currency": "USD",
    "created_at": CREATED,
    "status": "succeeded",
    "customer": CUSTOMER,
    "metadata": {"order": "7"},
}
GRANT = {
    "id": "ent_1",
    "business_id": "bus_1",
    "customer_id": "cus_1",
    "entitlement_id": "enm_1",
    "status": "Delivered",
    "created_at": CREATED,
    "integration_type": "license_key",
    "license_key": {"key": KEY["key"]},
}
webhooks = dodo.DodoLicenseKeys().webhooks


def event(kind: str, data: Any) -> str:
    return json.dumps(
        {"business_id": "bus_1", "type": kind, "timestamp": CREATED, "data": data}, indent=1
    )


def sign(
    body: str, secret: str = SECRET, when: datetime | None = None, message_id: str = "msg_1"
) -> dict[str, str]:
    """Sign as the sender does, with the library of the standard."""
    when = when or datetime.now(timezone.utc)
    return {
        "Webhook-Id": message_id,
        "webhook-timestamp": str(int(when.timestamp())),
        "webhook-signature": standardwebhooks.Webhook(secret).sign(message_id, when, body),
    }


@pytest.mark.parametrize(
    ("kind", "data", "model"),
    [
        ("license_key.created", {**KEY, "payload_type": "LicenseKey"}, dodo.LicenseKeyResponse),
        ("license_key.created", KEY, dodo.LicenseKeyResponse),
        ("entitlement_grant.revoked", GRANT, EntitlementGrant),
        ("payment.succeeded", PAYMENT, Payment),
        ("refund.succeeded", REFUND, Refund),
        ("dispute.lost", DISPUTE, Dispute),
        ("refund.something_new", REFUND, Refund),
    ],
)
@pytest.mark.parametrize("client_class", [dodo.DodoLicenseKeys, dodo.AsyncDodoLicenseKeys])
def test_an_event_is_typed(kind: str, data: Any, model: type[Any], client_class: Any) -> None:
    body = event(kind, data)
    found = client_class().webhooks.unwrap(body.encode(), sign(body), SECRET)
    assert (found.id, found.type, found.business_id) == ("msg_1", kind, "bus_1")
    assert found.timestamp == datetime(2025, 8, 4, 5, 43, 19, 882409, timezone.utc)
    assert type(found.data) is model
    assert found.data.to_dict() == data
    assert KEY["key"] not in repr(found) + repr(found.data)


def test_fields_that_consumers_need_are_there() -> None:
    body = event("refund.succeeded", REFUND)
    refund = webhooks.unwrap(body, sign(body), SECRET).data
    assert isinstance(refund, Refund)
    assert (refund.payment_id, refund.customer.customer_id) == ("pay_1", "cus_1")
    assert refund.additional_properties["metadata"] == {}


def test_an_unknown_event_is_json(caplog: pytest.LogCaptureFixture) -> None:
    body = json.dumps({"type": "comet.seen", "data": {"tail": 5}})
    found = webhooks.unwrap(body, sign(body), SECRET)
    assert found.data == {"tail": 5}
    assert (found.business_id, found.timestamp) == (None, None)
    assert not caplog.records


def test_a_missing_field_is_an_error_only_when_it_is_read(caplog: pytest.LogCaptureFixture) -> None:
    body = event("refund.succeeded", {"refund_id": "ref_1", "customer": {"name": "A"}})
    refund: Any = webhooks.unwrap(body, sign(body), SECRET).data
    assert refund.refund_id == "ref_1"
    with pytest.raises(dodo.MissingFieldError, match=r"refund\.succeeded .* Refund\.payment_id"):
        _ = refund.payment_id
    with pytest.raises(dodo.MissingFieldError, match=r"WebhookCustomer\.customer_id"):
        _ = refund.customer.customer_id
    assert {each.levelno for each in caplog.records} == {logging.WARNING}


@pytest.mark.parametrize("secret", [[SECRET, OLD_SECRET], (OLD_SECRET, SECRET)])
def test_both_secrets_are_valid_during_a_rotation(secret: Any) -> None:
    body = event("dispute.lost", DISPUTE)
    for signed in (SECRET, OLD_SECRET):
        assert webhooks.unwrap(body, sign(body, signed), secret).type == "dispute.lost"
    headers = sign(body, OLD_SECRET)
    headers["webhook-signature"] = (
        f"v1a,abc v1,? {sign(body)['webhook-signature']} {headers['webhook-signature']}"
    )
    assert webhooks.unwrap(body, headers, OLD_SECRET).type == "dispute.lost"


def test_the_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    body = event("dispute.lost", DISPUTE)
    monkeypatch.delenv("DODO_PAYMENTS_WEBHOOK_KEY", raising=False)
    with pytest.raises(ValueError, match="DODO_PAYMENTS_WEBHOOK_KEY"):
        webhooks.unwrap(body, sign(body))
    monkeypatch.setenv("DODO_PAYMENTS_WEBHOOK_KEY", SECRET)
    assert webhooks.unwrap(body, sign(body)).type == "dispute.lost"


@pytest.mark.parametrize("secret", ["", "whsec_", [], [SECRET, ""], "not base64!", b""])
def test_a_secret_that_signs_nothing_is_rejected(secret: Any) -> None:
    body = event("dispute.lost", DISPUTE)
    with pytest.raises(ValueError, match="secret is"):
        webhooks.unwrap(body, sign(body), secret)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"webhook-signature": "v1,AAAA"}, "no signature is valid"),
        ({"webhook-signature": "v2,AAAA"}, "no signature is valid"),
        ({"webhook-signature": ""}, "missing"),
        ({"webhook-signature": "v1,é"}, "no signature is valid"),
        ({"webhook-timestamp": "soon"}, "not a number of seconds"),
        ({"webhook-timestamp": "1e9"}, "not a number of seconds"),
        ({"webhook-timestamp": "9" * 400}, "not a number of seconds"),
        ({"Webhook-Id": "msg_2"}, "no signature is valid"),
        ({"Webhook-Id": ""}, "missing"),
    ],
)
def test_a_changed_header_is_rejected(change: dict[str, str], sentence: str) -> None:
    body = event("dispute.lost", DISPUTE)
    with pytest.raises(dodo.WebhookVerificationError, match=sentence) as caught:
        webhooks.unwrap(body, {**sign(body), **change}, SECRET)
    assert SECRET not in str(caught.value)


def test_a_changed_time_is_rejected() -> None:
    body = event("dispute.lost", DISPUTE)
    headers = sign(body)
    headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 7)
    with pytest.raises(dodo.WebhookVerificationError, match="no signature is valid"):
        webhooks.unwrap(body, headers, SECRET)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_early_request_is_rejected(minutes: int) -> None:
    body = event("dispute.lost", DISPUTE)
    headers = sign(body, when=datetime.now(timezone.utc) + timedelta(minutes=minutes))
    with pytest.raises(dodo.WebhookVerificationError, match=r"too (old|new)"):
        webhooks.unwrap(body, headers, SECRET)
    assert webhooks.unwrap(body, headers, SECRET, tolerance=600).type == "dispute.lost"


def test_a_changed_body_or_another_secret_is_rejected() -> None:
    body = event("dispute.lost", DISPUTE)
    for changed in (body + " ", json.dumps(json.loads(body))):
        with pytest.raises(dodo.WebhookVerificationError, match="pass the body unchanged"):
            webhooks.unwrap(changed, sign(body), SECRET)
    with pytest.raises(dodo.WebhookVerificationError):
        webhooks.unwrap(body, sign(body), OLD_SECRET)
    with pytest.raises(dodo.WebhookVerificationError):
        webhooks.unwrap(body, {}, SECRET)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"type": 5}', "[" * 100_000])
def test_a_signed_body_that_is_no_event_is_an_error(body: str) -> None:
    with pytest.raises(dodo.APIResponseValidationError, match="not a JSON object with a type"):
        webhooks.unwrap(body, sign(body), SECRET)


@given(key=st.binary(min_size=1, max_size=64), content=st.text(max_size=50))
def test_the_library_of_the_standard_agrees(key: bytes, content: str) -> None:
    body = json.dumps({"type": "note", "data": {"content": content}}, ensure_ascii=False)
    secret = "whsec_" + base64.b64encode(key).decode()
    headers = sign(body, secret)
    standardwebhooks.Webhook(secret).verify(body, headers)
    for spelled in (secret, secret.removeprefix("whsec_"), secret.rstrip("="), key):
        assert webhooks.unwrap(body, headers, spelled).data == {"content": content}
