"""Single keys: unknown and unusual ids, concurrent and repeated PATCHes."""

from functools import partial
from urllib.parse import quote

import pytest

from ..account.account import Account
from ..contract.oracle import parse_instant
from ..judge.ledger import Finding, Ledger
from ..transport.exchange import Exchange
from ..transport.guard import MARKER, unknown_id
from .patch_cases import LATEST

pytestmark = pytest.mark.priority(20)

NOT_FOUND_CODES = ("NOT_FOUND", "LICENSE_KEY_NOT_FOUND")
UNUSUAL_IDS = (
    # All variants in one id, for runs with a small request budget.
    f"../lic_{MARKER}ü漢😀' OR '1'='1" + "x" * 300,
    f"lic_{MARKER}ü漢😀",
    f"../license_keys/lic_{MARKER}",
    f"lic_{MARKER}" + "x" * 3000,
    f"lic_{MARKER}\x00",
    f"lic_{MARKER}' OR '1'='1",
    f"%2e%2e%2flic_{MARKER}",
    f"{MARKER}/../lic_{MARKER}",
    "%FF%FE",
)


@pytest.mark.exhaustive
@pytest.mark.rules("patch.concurrent-fields")
@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_fields_changed_at_once(account: Account, ledger: Ledger, attempt: int) -> None:
    """Concurrent PATCHes of one field each all take effect."""
    key_id = account.pick(subscription=False)
    limit = account.keys[key_id].get("instances_count", 0) + attempt
    account.ensure(key_id, {"activations_limit": None, "expires_at": None, "disabled": False})
    bodies: list[dict[str, object]] = [
        {"activations_limit": limit},
        {"expires_at": LATEST},
        {"disabled": True},
    ]
    path = f"/license_keys/{key_id}"
    exchanges = account.at_once([partial(account.send, "PATCH", path, body) for body in bodies])
    last = account.refresh(key_id)
    if all(each.is_telling for each in (*exchanges, last)):
        shown = [last.item.get(name) for name in ("activations_limit", "expires_at", "status")]
        took_effect = [limit, parse_instant(LATEST), "disabled"] == [
            shown[0],
            parse_instant(shown[1]),
            shown[2],
        ]
        expected = f"activations_limit {limit}, expires_at {LATEST}, status disabled"
        seen = "activations_limit {}, expires_at {}, status {}".format(*shown)
        ledger.add([Finding("patch.concurrent-fields", took_effect, expected, seen)], last)


@pytest.mark.rules("get.unknown-404", "get.unknown-code")
def test_unknown_key_is_not_found(account: Account, ledger: Ledger) -> None:
    """GET of an unknown id returns 404."""
    exchange = account.send("GET", f"/license_keys/{unknown_id('lic')}")
    expect_404(ledger, "get.unknown-404", exchange)


@pytest.mark.rules("patch.unknown-id-404", "get.unknown-code")
@pytest.mark.parametrize(
    "body",
    [{"activations_limit": 5}, pytest.param({}, marks=pytest.mark.exhaustive)],
    ids=["limit", "empty"],
)
def test_unknown_key_cannot_be_updated(
    account: Account, ledger: Ledger, body: dict[str, object]
) -> None:
    """PATCH of an unknown id returns 404."""
    exchange = account.send("PATCH", f"/license_keys/{unknown_id('lic')}", body)
    expect_404(ledger, "patch.unknown-id-404", exchange)


def expect_404(ledger: Ledger, rule: str, exchange: Exchange) -> None:
    """Record whether a response is a 404 with a code for an unknown id."""
    if ledger.judge(rule, exchange, exchange.status == 404, "404"):
        right = exchange.item.get("code") in NOT_FOUND_CODES
        ledger.judge("get.unknown-code", exchange, right, " or ".join(NOT_FOUND_CODES))


def _unusual_ids() -> list[object]:
    return [
        pytest.param(unusual, id=str(number), marks=[pytest.mark.exhaustive] if number else [])
        for number, unusual in enumerate(UNUSUAL_IDS)
    ]


@pytest.mark.rules("get.unusual-id-refused")
@pytest.mark.parametrize("unusual", _unusual_ids())
def test_unusual_id_is_rejected(account: Account, ledger: Ledger, unusual: str) -> None:
    """GET of an id in an unusual form is rejected."""
    exchange = account.send("GET", f"/license_keys/{quote(unusual, safe='%')}")
    rejected = 400 <= exchange.status < 500
    ledger.judge("get.unusual-id-refused", exchange, rejected, "a 4xx status")


@pytest.mark.rules("patch.idempotent")
@pytest.mark.parametrize(
    "subscription",
    [True, pytest.param(False, marks=pytest.mark.exhaustive)],
    ids=["subscription", "no subscription"],
)
def test_same_patch_twice(account: Account, ledger: Ledger, subscription: bool) -> None:
    """The same PATCH twice returns the same response."""
    key_id = account.pick(subscription=subscription)
    body = {"expires_at": None, "disabled": True}
    first, second = account.patch(key_id, body), account.patch(key_id, body)
    same = (first.status, first.json) == (second.status, second.json)
    ledger.judge(
        "patch.idempotent",
        second,
        same or not first.is_telling,
        "the same response as for the first PATCH",
    )
