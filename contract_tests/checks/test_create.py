"""Creating keys: rejections always, successes only with --create-keys or on the mock."""

import uuid

import pytest

from ..account.account import Account
from ..contract.oracle import parse_instant
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from ..transport.guard import MARKER
from .patch_cases import LATER

pytestmark = pytest.mark.priority(70)

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
        )
        ledger.judge("create.answer", created, right, "an active key with the requested values")
        account.read(str(key.get("id")), "create.stored")
        again = _create(account, body)
        ledger.judge("create.duplicate-409", again, again.status == 409, "409")


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
    rejected = exchange.status in (400, 422)
    ledger.judge("create.body-refused", exchange, rejected, "400 or 422")
