"""Bodies and headers in other valid forms, and bytes that a server must survive."""

import json

import pytest

from ..account.account import Account
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from .forms import EQUIVALENT, JSON, OPTIONAL, Form
from .patch_cases import above

pytestmark = [pytest.mark.priority(45), pytest.mark.exhaustive]

# Values of an unknown member, which the API may ignore or reject.
SURVIVED = {
    "a large string": json.dumps({"no_such_field": "x" * 70_000}).encode(),
    "half of a surrogate pair": b'{"no_such_field": "\\ud83d"}',
    "a zero character": b'{"no_such_field": "\\u0000"}',
    "a member twice": b'{"no_such_field": 1, "no_such_field": 2}',
    "many members": json.dumps({f"field_{number}": 0 for number in range(2000)}).encode(),
    # One request for all of them, and for a limit that fits no number of the server.
    "all at once": json.dumps(
        {
            "no_such_field": "x" * 70_000,
            "half": "\ud83d",
            "zero": "\x00",
            **{f"field_{number}": 0 for number in range(2000)},
            "activations_limit": 10**25,
        }
    ).encode(),
}


@pytest.mark.rules("body.equivalent-forms")
@pytest.mark.parametrize("form", EQUIVALENT)
def test_equivalent_form(account: Account, ledger: Ledger, form: str) -> None:
    """A body in another form with the same meaning has the same effect."""
    exchange, holds = _apply(account, EQUIVALENT[form])
    ledger.judge("body.equivalent-forms", exchange, holds, "200 with the new limit")


@pytest.mark.rules("body.equivalent-forms")
@pytest.mark.parametrize("form", OPTIONAL)
def test_optional_form(account: Account, ledger: Ledger, form: str) -> None:
    """A chunked or compressed body is applied or rejected, and not ignored."""
    exchange, holds = _apply(account, OPTIONAL[form])
    rejected = 400 <= exchange.status < 500
    expected = "200 with the new limit, or a 4xx status"
    ledger.judge("body.equivalent-forms", exchange, holds or rejected, expected)


@pytest.mark.rules("response.no-server-error")
@pytest.mark.parametrize("name", SURVIVED)
def test_unusual_body(account: Account, ledger: Ledger, name: str) -> None:
    """A body with unusual contents does not break the server."""
    key_id = account.pick()
    exchange = account.send(
        "PATCH",
        f"/license_keys/{key_id}",
        content=SURVIVED[name],
        headers={"content-type": JSON},
    )
    survived = exchange.status < 500
    ledger.judge("response.no-server-error", exchange, survived, "a status below 500")


@pytest.mark.rules("response.no-server-error")
@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0.1"])
def test_other_media_type_is_wanted(account: Account, ledger: Ledger, accept: str) -> None:
    """A client that prefers another media type gets JSON or 406."""
    path = f"/license_keys/{account.pick()}"
    exchange = account.send("GET", path, headers={"accept": accept})
    survived = exchange.status < 500
    ledger.judge("response.no-server-error", exchange, survived, "a status below 500")


def _apply(account: Account, form: Form) -> tuple[Exchange, bool]:
    key_id = account.pick()
    known = account.keys[key_id].get("activations_limit")
    limit = above(12 if known != above(12)(account.keys[key_id]) else 13)(account.keys[key_id])
    content, headers = form(json.dumps({"activations_limit": limit}).encode())
    path = f"/license_keys/{key_id}"
    exchange = account.send("PATCH", path, content=content, headers=headers)
    seen = account.refresh(key_id) if exchange.status == 200 else exchange
    applied = seen.item.get("activations_limit") == limit
    return exchange, exchange.status == 200 and (applied or not seen.is_telling)
