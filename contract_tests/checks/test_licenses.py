"""Activating, deactivating and validating keys, and the instances that come of it."""

from typing import Any

import pytest

from ..account.account import Account
from ..contract.oracle import parse_instant
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from ..transport.guard import MARKER, unknown_id
from .patch_cases import LATER, PAST

pytestmark = pytest.mark.priority(60)

_NOT_FOUND = ("NOT_FOUND", "LICENSE_KEY_NOT_FOUND")
_INVALID = (400, 422)
Instance = dict[str, Any]


def _call(account: Account, ledger: Ledger, operation: str, **body: object) -> Exchange:
    """Call an operation that needs no bearer token, without one."""
    exchange = account.send("POST", f"/licenses/{operation}", body, authorization=None)
    ledger.judge("auth.not-needed", exchange, exchange.status != 401, "any status but 401")
    return exchange


def _license_key(account: Account, key_id: str) -> str:
    license_key = account.keys[key_id].get("key")
    if not isinstance(license_key, str):
        raise UnavailableError(f"needs the key string of {key_id}, which the API does not show")
    return license_key


def _refused(
    ledger: Ledger, rule: str, exchange: Exchange, status: int, code_rule: str, code: str
) -> None:
    if ledger.judge(rule, exchange, exchange.status == status, f"{status}"):
        ledger.judge(code_rule, exchange, exchange.item.get("code") == code, code)


@pytest.mark.rules(
    "activate.created-201",
    "activate.answer",
    "activate.counts",
    "activate.limit-422",
    "activate.limit-code",
    "deactivate.done-200",
    "deactivate.foreign-403",
    "deactivate.frees",
    "deactivate.instance-gone",
    "deactivate.twice-403",
    "validate.active",
    "validate.own-instance",
    "validate.foreign-instance",
    "instance.get",
    "instance.list",
    "instance.count",
    "instance.rename",
    "instance.rename-stored",
    "instance.frame",
)
def test_life_of_an_instance(account: Account, ledger: Ledger) -> None:
    """An instance is made, shown, renamed and deactivated, and the key counts it."""
    key_id = account.pick(subscription=False)
    license_key = _license_key(account, key_id)
    count = account.keys[key_id].get("instances_count", 0)
    account.ensure(key_id, {"activations_limit": count + 1, "expires_at": LATER, "disabled": False})
    validated = _call(account, ledger, "validate", license_key=license_key)
    _judge_valid(ledger, "validate.active", validated, valid=True)
    made = _activate(account, ledger, key_id)
    if made is None:
        return
    try:
        refused = _call(account, ledger, "activate", license_key=license_key, name=account.marker)
        _refused(
            ledger,
            "activate.limit-422",
            refused,
            422,
            "activate.limit-code",
            "LICENSE_KEY_LIMIT_REACHED",
        )
        _judge_count(account, ledger, "activate.counts", key_id, count + 1)
        _judge_list(account, ledger, key_id, made)
        _judge_instance(account, ledger, made)
        _judge_validity(account, ledger, license_key, made)
        _judge_foreign(account, ledger, key_id, made)
    finally:
        gone = _call(
            account,
            ledger,
            "deactivate",
            license_key=license_key,
            license_key_instance_id=made["id"],
        )
    ledger.judge("deactivate.done-200", gone, gone.status == 200, "200")
    _judge_count(account, ledger, "deactivate.frees", key_id, count)
    lost = account.send("GET", f"/license_key_instances/{made['id']}")
    ledger.judge("deactivate.instance-gone", lost, lost.status == 404, "404")
    again = _call(
        account, ledger, "deactivate", license_key=license_key, license_key_instance_id=made["id"]
    )
    ledger.judge("deactivate.twice-403", again, again.status == 403, "403")


def _activate(account: Account, ledger: Ledger, key_id: str) -> Instance | None:
    key = account.keys[key_id]
    exchange = _call(
        account, ledger, "activate", license_key=key["key"], name=f"{account.marker} first"
    )
    made = exchange.item
    if not ledger.judge("activate.created-201", exchange, exchange.status == 201, "201"):
        return None
    shown = (
        made.get("name"),
        made.get("license_key_id"),
        made.get("business_id"),
        _member(made, "customer", "customer_id"),
        _member(made, "product", "product_id"),
    )
    asked = (
        f"{account.marker} first",
        key_id,
        key.get("business_id"),
        key.get("customer_id"),
        key.get("product_id"),
    )
    ledger.judge("activate.answer", exchange, shown == asked, "name, key, customer and product")
    return made if isinstance(made.get("id"), str) else None


def _member(item: Instance, name: str, member: str) -> object:
    inner = item.get(name)
    return inner.get(member) if isinstance(inner, dict) else None


def _judge_count(account: Account, ledger: Ledger, rule: str, key_id: str, expected: int) -> None:
    exchange = account.refresh(key_id)
    seen = exchange.item.get("instances_count")
    ledger.judge(rule, exchange, seen == expected, f"instances_count {expected}, not {seen}")


def _judge_list(account: Account, ledger: Ledger, key_id: str, made: Instance) -> None:
    exchange = account.send("GET", f"/license_key_instances?license_key_id={key_id}&page_size=100")
    ids = [each.get("id") for each in exchange.items]
    exact = {each.get("license_key_id") for each in exchange.items} == {key_id}
    expected = "the new instance, and no other key's"
    ledger.judge("instance.list", exchange, exact and made["id"] in ids, expected)
    count = account.keys[key_id].get("instances_count")
    if isinstance(count, int) and count < 100:
        ledger.judge("instance.count", exchange, len(ids) == count, f"{count} instances")


def _judge_instance(account: Account, ledger: Ledger, made: Instance) -> None:
    path = f"/license_key_instances/{made['id']}"
    name = f"{account.marker} renamed"
    renamed = account.send("PATCH", path, {"name": name})
    right = renamed.status == 200 and renamed.item.get("name") == name
    ledger.judge("instance.rename", renamed, right, "200 with the new name")
    frame = _same_but_name(made, renamed.item)
    ledger.judge("instance.frame", renamed, frame, "all else as before")
    shown = account.send("GET", path)
    same = shown.status == 200 and _same_but_name(made, shown.item)
    ledger.judge("instance.get", shown, same, "what activate answered")
    ledger.judge("instance.rename-stored", shown, shown.item.get("name") == name, "the new name")


def _same_but_name(known: Instance, seen: Instance) -> bool:
    created = parse_instant(known.get("created_at")) == parse_instant(seen.get("created_at"))
    names = ("id", "license_key_id", "business_id")
    return created and all(known.get(name) == seen.get(name) for name in names)


def _judge_validity(account: Account, ledger: Ledger, license_key: str, made: Instance) -> None:
    for rule, body, valid in (
        ("validate.own-instance", {"license_key_instance_id": made["id"]}, True),
        ("validate.foreign-instance", {"license_key_instance_id": unknown_id("lki")}, False),
    ):
        exchange = _call(account, ledger, "validate", license_key=license_key, **body)
        _judge_valid(ledger, rule, exchange, valid)


def _judge_foreign(account: Account, ledger: Ledger, key_id: str, made: Instance) -> None:
    """A key cannot deactivate the instance of another key."""
    other = next((each for each in account.keys if each != key_id), None)
    if other is None:
        ledger.skip("deactivate.foreign-403", "needs two allowed keys: name another with --key-id")
        return
    exchange = _call(
        account,
        ledger,
        "deactivate",
        license_key=_license_key(account, other),
        license_key_instance_id=made["id"],
    )
    ledger.judge("deactivate.foreign-403", exchange, exchange.status == 403, "403")


def _judge_valid(ledger: Ledger, rule: str, exchange: Exchange, valid: bool) -> None:
    right = exchange.status == 200 and exchange.item.get("valid") is valid
    ledger.judge(rule, exchange, right, f"200 with valid {str(valid).lower()}")


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
    """A key that is disabled or expired is not valid and cannot be activated."""
    key_id = account.pick(subscription=False)
    license_key = _license_key(account, key_id)
    account.ensure(key_id, {"activations_limit": None, **state})
    exchange = _call(account, ledger, "activate", license_key=license_key, name=account.marker)
    _refused(
        ledger,
        f"activate.{kind}-403",
        exchange,
        403,
        "activate.inactive-code",
        "INACTIVE_LICENSE_KEY",
    )
    _judge_valid(
        ledger,
        f"validate.{kind}",
        _call(account, ledger, "validate", license_key=license_key),
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
    """A key needs no instance to be valid."""
    key_id = account.pick(subscription=False, in_use=False)
    account.ensure(key_id, {"expires_at": LATER, "disabled": False})
    license_key = _license_key(account, key_id)
    validated = _call(account, ledger, "validate", license_key=license_key)
    _judge_valid(ledger, "validate.active", validated, valid=True)


@pytest.mark.rules("activate.unknown-404", "deactivate.unknown-404", "validate.unknown")
def test_unknown_license_key(account: Account, ledger: Ledger) -> None:
    """A key string that nobody has."""
    unknown = f"{MARKER}-unknown-key"
    activated = _call(account, ledger, "activate", license_key=unknown, name=account.marker)
    right = activated.status == 404 and activated.item.get("code") in _NOT_FOUND
    ledger.judge("activate.unknown-404", activated, right, f"404 with {' or '.join(_NOT_FOUND)}")
    deactivated = _call(
        account,
        ledger,
        "deactivate",
        license_key=unknown,
        license_key_instance_id=unknown_id("lki"),
    )
    ledger.judge("deactivate.unknown-404", deactivated, deactivated.status == 404, "404")
    validated = _call(account, ledger, "validate", license_key=unknown)
    _judge_valid(ledger, "validate.unknown", validated, valid=False)


_LACKING: tuple[tuple[str, dict[str, object]], ...] = (
    ("validate", {}),
    ("activate", {"license_key": f"{MARKER}-key"}),
    ("deactivate", {"license_key": f"{MARKER}-key"}),
    ("activate", {"name": "contract test"}),
    ("activate", {"license_key": 5, "name": "contract test"}),
    ("deactivate", {"license_key_instance_id": unknown_id("lki")}),
    ("validate", {"license_key": None}),
    ("validate", {"license_key": f"{MARKER}-key", "license_key_instance_id": 5}),
)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("operation", "body"),
    [
        pytest.param(operation, body, marks=pytest.mark.rules(f"{operation}.body-refused"))
        for operation, body in _LACKING
    ],
)
def test_lacking_body(
    account: Account, ledger: Ledger, operation: str, body: dict[str, object]
) -> None:
    """A field is missing or of the wrong type."""
    exchange = _call(account, ledger, operation, **body)
    refused = exchange.status in _INVALID
    ledger.judge(f"{operation}.body-refused", exchange, refused, "400 or 422")


@pytest.mark.rules("instance.unknown-404")
@pytest.mark.parametrize("method", ["GET", pytest.param("PATCH", marks=pytest.mark.exhaustive)])
def test_unknown_instance(account: Account, ledger: Ledger, method: str) -> None:
    """An instance id that nobody has."""
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
def test_instance_body_is_refused(account: Account, ledger: Ledger, body: object) -> None:
    """A PATCH of an instance that gives no name; an unknown instance may be told first."""
    exchange = account.send("PATCH", f"/license_key_instances/{unknown_id('lki')}", body)
    refused = exchange.status in (*_INVALID, 404)
    ledger.judge("instance.body-refused", exchange, refused, "400, 422 or 404")
