"""Creating keys: rejections always, successes only with --create-keys or on the mock."""

import uuid
from datetime import timedelta

import pytest

from ..account.account import LARGEST_PAGE, Account, now
from ..contract.oracle import parse_instant
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from ..transport.guard import MARKER
from .patch_cases import LATER, PAST

pytestmark = pytest.mark.priority(70)

METHOD_NOT_ALLOWED = 405
_CLOCK_SKEW = timedelta(days=1)
_INVALID_BODIES: tuple[dict[str, object], ...] = (
    {"product_id": None},
    {"activations_limit": "5"},
    {"expires_at": "tomorrow"},
    {"key": 5},
)


def _body(account: Account, **changes: object) -> dict[str, object]:
    if account.create_for is None:
        raise UnavailableError("requires permission to create keys: use --create-keys")
    customer_id, product_id = account.create_for
    return {
        "key": f"{account.marker}-{uuid.uuid4()}",
        "customer_id": customer_id,
        "product_id": product_id,
        **changes,
    }


def _unknown_customer_body() -> dict[str, object]:
    return {"key": f"{MARKER}-{uuid.uuid4()}", "customer_id": MARKER, "product_id": MARKER}


def _create(account: Account, body: dict[str, object]) -> Exchange:
    exchange = account.send("POST", "/license_keys", body)
    if exchange.status == METHOD_NOT_ALLOWED:
        raise UnavailableError("the API does not create keys, as before version 1.95.3")
    # The key string is unique to this run, so the key belongs to it.
    if exchange.status == 201 and exchange.item.get("key") == body["key"]:
        account.adopt(exchange.item)
    return exchange


@pytest.mark.exhaustive
@pytest.mark.rules("create.created-201", "create.answer", "create.stored", "create.duplicate-409")
def test_create(account: Account, ledger: Ledger) -> None:
    """A key is created with the requested values, and its string cannot be used again."""
    body = _body(account, activations_limit=3, expires_at=LATER)
    created = _create(account, body)
    if ledger.judge("create.created-201", created, created.status == 201, "201"):
        key = created.item
        names = ("key", "customer_id", "product_id", "activations_limit")
        right = (
            all(key.get(name) == body[name] for name in names)
            and parse_instant(key.get("expires_at")) == parse_instant(LATER)
            and key.get("status") == "active"
            and key.get("instances_count") == 0
            and key.get("subscription_id") is None
            and key.get("source") != "auto"
        )
        ledger.judge("create.answer", created, right, "an active key with the requested values")
        _judge_created_now(ledger, created)
        if key.get("id") not in account.keys:
            raise UnavailableError("the new key has another string than requested")
        account.read(str(key["id"]), "create.stored")
        again = _create(account, {**body, "activations_limit": 9})
        ledger.judge("create.duplicate-409", again, again.status == 409, "409")
        account.read(str(key["id"]), "create.duplicate-409")
        _judge_known(account, ledger, body)


def _judge_created_now(ledger: Ledger, created: Exchange) -> None:
    at = parse_instant(created.item.get("created_at"))
    recent = at is not None and abs(at - now()) < _CLOCK_SKEW
    ledger.judge("create.answer", created, recent, "a key that was created now")


def _judge_known(account: Account, ledger: Ledger, body: dict[str, object]) -> None:
    """The new key is in the list once, and valid."""
    listed = account.send("GET", f"/license_keys?customer_id={body['customer_id']}&page_size=100")
    own = [each for each in listed.items if str(each.get("key")).strip() == body["key"]]
    if len(listed.items) < LARGEST_PAGE:
        ledger.judge("create.stored", listed, len(own) == 1, "the new key once in the list")
    validated = account.send("POST", "/licenses/validate", {"license_key": body["key"]})
    valid = validated.item.get("valid") is True
    ledger.judge("create.stored", validated, valid, "a new key that is valid")


@pytest.mark.exhaustive
@pytest.mark.rules("create.answer", "create.stored")
@pytest.mark.parametrize(
    "changes", [{"activations_limit": 0}, {"expires_at": None}, {"expires_at": PAST}], ids=repr
)
def test_create_at_the_edge(account: Account, ledger: Ledger, changes: dict[str, object]) -> None:
    """A limit of 0 is kept, a null expiry never expires, and a past expiry makes an expired key."""
    created = _create(account, _body(account, **changes))
    if created.status in (400, 422):
        raise UnavailableError("the API does not create a key with these values")
    name, value = next(iter(changes.items()))
    seen = created.item.get(name)
    same = parse_instant(seen) == parse_instant(value) if value == PAST else seen == value
    status = "expired" if value == PAST else "active"
    right = created.status == 201 and same and created.item.get("status") == status
    ledger.judge("create.answer", created, right, f"{status}, with {name} {value}")
    if created.item.get("id") in account.keys:
        account.read(str(created.item["id"]), "create.stored")


@pytest.mark.exhaustive
@pytest.mark.rules("create.unknown-fields")
def test_create_with_unknown_field(account: Account, ledger: Ledger) -> None:
    """A member that is not documented is ignored."""
    created = _create(account, _body(account, no_such_field=1))
    ledger.judge("create.unknown-fields", created, created.status == 201, "201")


@pytest.mark.exhaustive
@pytest.mark.rules("create.body-refused")
@pytest.mark.parametrize(
    "changes",
    [
        {"activations_limit": -1},
        {"activations_limit": 2.5},
        {"activations_limit": "3"},
        {"activations_limit": 2**31},
        {"expires_at": "2031-01-01T00:00:00"},
        {"expires_at": "tomorrow"},
        {"key": None},
        {"product_id": 5},
    ],
    ids=repr,
)
def test_invalid_body_creates_nothing(
    account: Account, ledger: Ledger, changes: dict[str, object]
) -> None:
    """A body that is wrong in one field is rejected, and no key is created."""
    body = _body(account, **changes)
    exchange = _create(account, body)
    rejected = exchange.status in (400, 422)
    ledger.judge("create.body-refused", exchange, rejected, "400 or 422")
    if rejected and isinstance(body["key"], str):
        validated = account.send("POST", "/licenses/validate", {"license_key": body["key"]})
        absent = validated.item.get("valid") is False
        ledger.judge("create.body-refused", validated, absent, "no key with this string")


@pytest.mark.exhaustive
@pytest.mark.rules("create.optional")
def test_create_without_limit(account: Account, ledger: Ledger) -> None:
    """A key created without a limit and an expiry has neither."""
    created = _create(account, _body(account))
    shown = [created.item.get(name) for name in ("activations_limit", "expires_at")]
    right = created.status == 201 and shown == [None, None]
    ledger.judge("create.optional", created, right, "201 with a null limit and a null expiry")


@pytest.mark.rules("create.unknown-customer-404")
def test_unknown_customer(account: Account, ledger: Ledger) -> None:
    """Creating a key for an unknown customer returns 404."""
    exchange = _create(account, _unknown_customer_body())
    ledger.judge("create.unknown-customer-404", exchange, exchange.status == 404, "404")


@pytest.mark.exhaustive
@pytest.mark.rules("create.unknown-product-404")
def test_unknown_product(account: Account, ledger: Ledger) -> None:
    """Creating a key for an unknown product returns 404."""
    exchange = _create(account, _body(account, product_id=f"pdt_{MARKER}"))
    ledger.judge("create.unknown-product-404", exchange, exchange.status == 404, "404")


@pytest.mark.rules("create.body-refused")
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(changes, id=str(changes), marks=[pytest.mark.exhaustive] if number else [])
        for number, changes in enumerate(_INVALID_BODIES)
    ],
)
def test_body_is_rejected(account: Account, ledger: Ledger, changes: dict[str, object]) -> None:
    """A body with a missing field or a field of the wrong type is rejected."""
    exchange = _create(account, {**_unknown_customer_body(), **changes})
    # The API may look up the customer before it validates the other fields.
    rejected = exchange.status in (400, 404, 422)
    ledger.judge("create.body-refused", exchange, rejected, "400, 404 or 422")
