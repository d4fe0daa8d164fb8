"""Instances: unknown ids and invalid bodies."""

import pytest

from ..account.account import Account
from ..judge.ledger import Ledger
from ..transport.guard import unknown_id
from .license_calls import INVALID_BODY_STATUSES

pytestmark = pytest.mark.priority(65)


@pytest.mark.rules("instance.unknown-404")
@pytest.mark.parametrize("method", ["GET", pytest.param("PATCH", marks=pytest.mark.exhaustive)])
def test_unknown_instance(account: Account, ledger: Ledger, method: str) -> None:
    """An unknown instance id returns 404."""
    path = f"/license_key_instances/{unknown_id('lki')}"
    exchange = (
        account.send("GET", path)
        if method == "GET"
        else account.send("PATCH", path, {"name": account.marker})
    )
    ledger.judge("instance.unknown-404", exchange, exchange.status == 404, "404")


@pytest.mark.exhaustive
@pytest.mark.rules("instance.body-refused")
@pytest.mark.parametrize("body", [{}, {"name": None}, {"name": 5}, []], ids=repr)
def test_instance_body_is_rejected(account: Account, ledger: Ledger, body: object) -> None:
    """PATCH without a valid name is rejected. A 404 for the unknown id may take precedence."""
    exchange = account.send("PATCH", f"/license_key_instances/{unknown_id('lki')}", body)
    rejected = exchange.status in (*INVALID_BODY_STATUSES, 404)
    ledger.judge("instance.body-refused", exchange, rejected, "400, 422 or 404")
