"""Single keys: reading them, unknown and unusual ids, and what several PATCHes do together."""

from functools import partial
from urllib.parse import quote

import pytest

from contract_tests.account import Account
from contract_tests.conformance import PASSING
from contract_tests.effects import describe
from contract_tests.guard import MARKER, unknown_id
from contract_tests.ledger import Finding, Ledger
from contract_tests.table import LATER, LATEST

NOT_FOUND_CODES = ("NOT_FOUND", "LICENSE_KEY_NOT_FOUND")
UNUSUAL_IDS = (
    f"lic_{MARKER}" + "x" * 3000,
    f"lic_{MARKER}ü漢😀",
    f"lic_{MARKER}\x00",
    f"lic_{MARKER}' OR '1'='1",
    f"../license_keys/lic_{MARKER}",
    f"%2e%2e%2flic_{MARKER}",
    f"{MARKER}/../lic_{MARKER}",
    "%FF%FE",
)


@pytest.mark.rules("get.unknown-404", "get.unknown-code")
def test_unknown_key_is_not_found(account: Account, ledger: Ledger) -> None:
    """GET of an id that nobody has."""
    exchange = account.send("GET", f"/license_keys/{unknown_id('lic')}")
    code = exchange.item.get("code")
    ledger.add(
        [
            Finding("get.unknown-404", exchange.status == 404, "404", describe(exchange)),
            Finding(
                "get.unknown-code",
                code in NOT_FOUND_CODES,
                " or ".join(NOT_FOUND_CODES),
                describe(exchange),
            ),
        ],
        exchange,
    )


@pytest.mark.rules("patch.unknown-id-404")
@pytest.mark.parametrize("body", [{}, {"activations_limit": 5}], ids=["empty", "limit"])
def test_unknown_key_cannot_be_updated(
    account: Account, ledger: Ledger, body: dict[str, object]
) -> None:
    """PATCH of an id that nobody has."""
    exchange = account.send("PATCH", f"/license_keys/{unknown_id('lic')}", body)
    finding = Finding("patch.unknown-id-404", exchange.status == 404, "404", describe(exchange))
    ledger.add([finding], exchange)


@pytest.mark.rules("get.unusual-id-refused")
@pytest.mark.parametrize("unusual", UNUSUAL_IDS, ids=range(len(UNUSUAL_IDS)))
def test_unusual_id_is_refused(account: Account, ledger: Ledger, unusual: str) -> None:
    """GET of ids that are not like an id at all."""
    exchange = account.send("GET", f"/license_keys/{quote(unusual, safe='%')}")
    if exchange.status not in PASSING:
        refused = 400 <= exchange.status < 500
        ledger.add(
            [Finding("get.unusual-id-refused", refused, "404 or 400", describe(exchange))],
            exchange,
        )


@pytest.mark.rules("patch.idempotent")
@pytest.mark.parametrize("subscription", [False, True], ids=["no subscription", "subscription"])
def test_same_patch_twice(account: Account, ledger: Ledger, subscription: bool) -> None:
    """The same body gets the same answer twice."""
    key_id = account.pick(subscription=subscription)
    limit = account.keys[key_id].get("instances_count", 0) + 4
    body = {"activations_limit": limit, "disabled": True}
    first, second = account.patch(key_id, body), account.patch(key_id, body)
    same = (first.status, first.json) == (second.status, second.json)
    ledger.add(
        [Finding("patch.idempotent", same, "the same answer again", describe(second))], second
    )


@pytest.mark.rules("patch.concurrent-fields")
@pytest.mark.parametrize("attempt", range(3))
def test_fields_changed_at_once(account: Account, ledger: Ledger, attempt: int) -> None:
    """PATCHes of one field each, at the same time, all take effect."""
    key_id = account.pick(subscription=False)
    count = account.keys[key_id].get("instances_count", 0)
    account.ensure(key_id, {"activations_limit": None, "expires_at": LATER, "disabled": False})
    bodies: list[dict[str, object]] = [
        {"activations_limit": count + attempt + 1},
        {"expires_at": LATEST},
        {"disabled": True},
    ]
    path = f"/license_keys/{key_id}"
    exchanges = account.at_once([partial(account.send, "PATCH", path, body) for body in bodies])
    if any(each.status in PASSING for each in exchanges):
        return
    last = account.send("GET", path)
    shown = (
        last.item.get("activations_limit"),
        last.item.get("status"),
        (last.item.get("expires_at") or "")[:19],
    )
    expected = (count + attempt + 1, "disabled", LATEST[:19])
    finding = Finding(
        "patch.concurrent-fields", shown == expected, f"all of {expected}", f"{shown}"
    )
    ledger.add([finding], last)
    if last.status == 200:
        account.keys[key_id] = last.item
