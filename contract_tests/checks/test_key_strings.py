"""Key strings that are nearly right, and validation in every state of a key."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from ..account.account import Account, now
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..judge.patch_checks import Key
from ..transport.guard import MARKER
from .created import created_key
from .license_calls import call, judge_valid, license_key_of
from .patch_cases import LATER, PAST, above

pytestmark = [pytest.mark.priority(62), pytest.mark.exhaustive]


def _in_other_case(text: str) -> str:
    """The marker of a created key's string stays as it is, so that the guard knows it."""
    marker = MARKER if text.startswith(MARKER) else ""
    return marker + text.removeprefix(marker).swapcase()


_NEARLY: dict[str, Callable[[str], str]] = {
    "in other case": _in_other_case,
    "with white space": lambda text: f" {text} ",
    "without its end": lambda text: text[:-2],
    "with a wildcard": lambda text: f"{text[:-2]}%",
}


@pytest.mark.rules("validate.unknown")
@pytest.mark.parametrize("form", [*_NEARLY, "its id"])
def test_validate_nearly_right_string(account: Account, ledger: Ledger, form: str) -> None:
    """A key string that is nearly right is not valid, although the key is."""
    key = _usable_key(account)
    if key.get("status") != "active":
        state = {} if key.get("subscription_id") else {"expires_at": LATER}
        account.ensure(str(key["id"]), {"disabled": False, **state})
    nearly = str(key["id"]) if form == "its id" else _NEARLY[form](str(key["key"]))
    if nearly == key["key"]:
        raise UnavailableError("requires a key string with letters")
    judge_valid(
        ledger, "validate.unknown", call(account, ledger, "validate", license_key=nearly), False
    )


@pytest.mark.rules("activate.unknown-404", "deactivate.unknown-404")
@pytest.mark.parametrize("form", _NEARLY)
def test_activate_nearly_right_string(account: Account, ledger: Ledger, form: str) -> None:
    """A key string that is nearly right activates and deactivates nothing."""
    nearly = _NEARLY[form](str(created_key(account)["key"]))
    made = call(account, ledger, "activate", license_key=nearly, name=account.marker)
    ledger.judge("activate.unknown-404", made, made.status == 404, "404")
    gone = call(
        account,
        ledger,
        "deactivate",
        license_key=nearly,
        license_key_instance_id=str(made.item.get("id") or f"lki_{MARKER}"),
    )
    ledger.judge("deactivate.unknown-404", gone, gone.status == 404, "404")


@pytest.mark.parametrize(
    ("rule", "subscription", "state", "valid"),
    [
        ("validate.active", False, {"activations_limit": None, "disabled": False}, True),
        ("validate.active", False, {"activations_limit": above(0), "expires_at": LATER}, True),
        ("validate.active", True, {"disabled": False}, True),
        ("validate.disabled", True, {"disabled": True}, False),
        ("validate.disabled", False, {"disabled": True, "expires_at": PAST}, False),
    ],
    ids=["unlimited", "full", "subscription", "disabled subscription", "disabled and expired"],
)
@pytest.mark.rules("validate.active", "validate.disabled")
def test_validate_in_state(
    account: Account,
    ledger: Ledger,
    rule: str,
    subscription: bool,
    state: dict[str, object],
    valid: bool,
) -> None:
    """Validity depends on the status alone."""
    key_id = account.pick(subscription=subscription)
    key = account.keys[key_id]
    wanted = {name: value(key) if callable(value) else value for name, value in state.items()}
    if not subscription:
        wanted = {"disabled": False, "expires_at": LATER, **wanted}
    account.ensure(key_id, wanted)
    exchange = call(account, ledger, "validate", license_key=license_key_of(account, key_id))
    judge_valid(ledger, rule, exchange, valid)


@pytest.mark.rules("validate.active")
def test_validate_shortly_before_expiry(account: Account, ledger: Ledger) -> None:
    """A key that expires in an hour is active and valid, and an instance of null counts as none."""
    key_id = account.pick(subscription=False)
    soon = (now() + timedelta(hours=1)).replace(microsecond=0)
    expiry = soon.isoformat().replace("+00:00", "Z")
    account.ensure(key_id, {"expires_at": expiry, "disabled": False})
    license_key = license_key_of(account, key_id)
    for body in ({}, {"license_key_instance_id": None}):
        exchange = call(account, ledger, "validate", license_key=license_key, **body)
        judge_valid(ledger, "validate.active", exchange, True)


@pytest.mark.rules("validate.unknown")
def test_validate_empty_string(account: Account, ledger: Ledger) -> None:
    """An empty key string is not valid, or is rejected."""
    exchange = call(account, ledger, "validate", license_key="")
    permitted = exchange.item.get("valid") is False or exchange.status in (400, 422)
    ledger.judge("validate.unknown", exchange, permitted, "valid: false, or 400 or 422")


@pytest.mark.rules("validate.counts-nothing")
def test_validate_counts_nothing(account: Account, ledger: Ledger) -> None:
    """Validating a key takes no activation."""
    key_id = account.pick()
    count = int(account.refresh(key_id).item.get("instances_count", 0))
    call(account, ledger, "validate", license_key=license_key_of(account, key_id))
    seen = account.count(key_id, count)
    same = seen.item.get("instances_count") == count
    ledger.judge("validate.counts-nothing", seen, same, f"instances_count {count}")


def _usable_key(account: Account) -> Key:
    """A key with a string: active if possible, and created by the run rather than allowed."""
    usable = [
        key
        for key in (*account.created_keys, *account.keys.values())
        if isinstance(key.get("key"), str) and len(str(key["key"])) > len(MARKER)
    ]
    if not usable:
        raise UnavailableError("requires a key with a string of more than 12 characters")
    return next((key for key in usable if key.get("status") == "active"), usable[0])
