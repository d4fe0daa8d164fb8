"""Activate, deactivate and validate: inactive keys, unknown keys and invalid bodies."""

import pytest

from ..account.account import Account
from ..judge.ledger import Ledger
from ..transport.guard import MARKER, unknown_id
from .license_calls import (
    INVALID_BODY_STATUSES,
    call,
    judge_rejection,
    judge_valid,
    license_key_of,
)
from .patch_cases import LATER, PAST

pytestmark = pytest.mark.priority(60)

_UNKNOWN = f"{MARKER}-unknown-key"
_NOT_FOUND = ("NOT_FOUND", "LICENSE_KEY_NOT_FOUND")


@pytest.mark.rules("activate.inactive-code", "activate.refused-changes-nothing")
@pytest.mark.parametrize(
    ("kind", "state", "back"),
    [
        ("expired", {"disabled": False, "expires_at": PAST}, {"expires_at": LATER}),
        pytest.param(
            "disabled",
            {"disabled": True, "expires_at": LATER},
            {"disabled": False},
            marks=pytest.mark.exhaustive,
        ),
    ],
    ids=["expired", "disabled"],
)
def test_inactive_key(
    account: Account,
    ledger: Ledger,
    kind: str,
    state: dict[str, object],
    back: dict[str, object],
) -> None:
    """An expired or disabled key is not valid and cannot be activated."""
    key_id = account.pick(subscription=False)
    license_key = license_key_of(account, key_id)
    account.ensure(key_id, {"activations_limit": None, **state})
    exchange = call(account, ledger, "activate", license_key=license_key, name=account.marker)
    judge_rejection(
        ledger,
        f"activate.{kind}-403",
        exchange,
        403,
        "activate.inactive-code",
        "INACTIVE_LICENSE_KEY",
    )
    judge_valid(
        ledger,
        f"validate.{kind}",
        call(account, ledger, "validate", license_key=license_key),
        valid=False,
    )
    count = account.keys[key_id].get("instances_count")
    seen = account.patch(key_id, back).item.get("instances_count")
    ledger.judge(
        "activate.refused-changes-nothing", exchange, seen == count, f"instances_count {count}"
    )


@pytest.mark.exhaustive
@pytest.mark.rules("validate.active")
def test_unused_key_is_valid(account: Account, ledger: Ledger) -> None:
    """A key without instances is valid."""
    key_id = account.pick(subscription=False, in_use=False)
    account.ensure(key_id, {"expires_at": LATER, "disabled": False})
    license_key = license_key_of(account, key_id)
    validated = call(account, ledger, "validate", license_key=license_key)
    judge_valid(ledger, "validate.active", validated, valid=True)


@pytest.mark.rules("activate.unknown-404", "deactivate.unknown-404", "validate.unknown")
def test_unknownlicense_key_of(account: Account, ledger: Ledger) -> None:
    """Activate and deactivate reject an unknown key, and validate returns `valid: false`."""
    _activate_unknown(account, ledger)
    _deactivate_unknown(account, ledger)
    validated = call(account, ledger, "validate", license_key=_UNKNOWN)
    judge_valid(ledger, "validate.unknown", validated, valid=False)


@pytest.mark.combined
# Early: an activation needs requests in reserve.
@pytest.mark.priority(8)
@pytest.mark.rules("activate.unknown-404")
def test_activate_unknown_key(account: Account, ledger: Ledger) -> None:
    """Activate rejects an unknown key."""
    _activate_unknown(account, ledger)


@pytest.mark.combined
@pytest.mark.rules("deactivate.unknown-404")
def test_deactivate_unknown_key(account: Account, ledger: Ledger) -> None:
    """Deactivate rejects an unknown key."""
    _deactivate_unknown(account, ledger)


def _activate_unknown(account: Account, ledger: Ledger) -> None:
    activated = call(account, ledger, "activate", license_key=_UNKNOWN, name=account.marker)
    right = activated.status == 404 and activated.item.get("code") in _NOT_FOUND
    ledger.judge("activate.unknown-404", activated, right, f"404 with {' or '.join(_NOT_FOUND)}")


def _deactivate_unknown(account: Account, ledger: Ledger) -> None:
    body = {"license_key": _UNKNOWN, "license_key_instance_id": unknown_id("lki")}
    deactivated = call(account, ledger, "deactivate", **body)
    ledger.judge("deactivate.unknown-404", deactivated, deactivated.status == 404, "404")


# Stands for the string of an allowed key: an API may look up an unknown one first and return 404.
OWN = "{own}"
_INVALID_BODIES: tuple[tuple[str, dict[str, object]], ...] = (
    ("validate", {}),
    ("activate", {"license_key": OWN}),
    ("deactivate", {"license_key": OWN}),
    ("activate", {"name": "contract test"}),
    ("activate", {"license_key": 5, "name": "contract test"}),
    ("deactivate", {"license_key_instance_id": unknown_id("lki")}),
    ("validate", {"license_key": None}),
    ("validate", {"license_key": OWN, "license_key_instance_id": 5}),
    ("validate", {"license_key": 5}),
)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("operation", "body"),
    [
        pytest.param(operation, body, marks=pytest.mark.rules(f"{operation}.body-refused"))
        for operation, body in _INVALID_BODIES
    ],
)
def test_body_is_rejected(
    account: Account, ledger: Ledger, operation: str, body: dict[str, object]
) -> None:
    """A body with a missing field or a field of the wrong type is rejected."""
    if body.get("license_key") == OWN:
        body = {**body, "license_key": license_key_of(account, account.pick())}
    exchange = call(account, ledger, operation, **body)
    rejected = exchange.status in INVALID_BODY_STATUSES
    ledger.judge(f"{operation}.body-refused", exchange, rejected, "400 or 422")
