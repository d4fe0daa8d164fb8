"""The life of an instance: activate, list, rename, validate and deactivate it."""

from typing import Any

import pytest

from ..account.account import Account
from ..judge.ledger import Ledger
from ..transport.guard import unknown_id
from .license_calls import (
    call,
    is_instance_of,
    is_same_but_name,
    judge_count,
    judge_rejection,
    judge_valid,
    key_with_seats,
    license_key_of,
    list_instances,
)

pytestmark = pytest.mark.priority(55)

Instance = dict[str, Any]


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
    """An instance is activated, listed, renamed, validated and deactivated."""
    key_id, license_key, count = key_with_seats(account, 1)
    validated = call(account, ledger, "validate", license_key=license_key)
    judge_valid(ledger, "validate.active", validated, valid=True)
    made = _activate(account, ledger, key_id)
    if made is None:
        return
    try:
        rejected = call(account, ledger, "activate", license_key=license_key, name=account.marker)
        judge_rejection(
            ledger,
            "activate.limit-422",
            rejected,
            422,
            "activate.limit-code",
            "LICENSE_KEY_LIMIT_REACHED",
        )
        judge_count(account, ledger, "activate.counts", key_id, count + 1)
        _judge_list(account, ledger, key_id, made)
        _judge_instance(account, ledger, made)
        _judge_validity(account, ledger, license_key, made)
        _judge_foreign(account, ledger, key_id, made)
    finally:
        gone = call(
            account,
            ledger,
            "deactivate",
            license_key=license_key,
            license_key_instance_id=made["id"],
        )
    ledger.judge("deactivate.done-200", gone, gone.status == 200, "200")
    judge_count(account, ledger, "deactivate.frees", key_id, count)
    lost = account.send("GET", f"/license_key_instances/{made['id']}")
    ledger.judge("deactivate.instance-gone", lost, lost.status == 404, "404")
    again = call(
        account, ledger, "deactivate", license_key=license_key, license_key_instance_id=made["id"]
    )
    ledger.judge("deactivate.twice-403", again, again.status == 403, "403")


def _activate(account: Account, ledger: Ledger, key_id: str) -> Instance | None:
    key = account.keys[key_id]
    exchange = call(
        account, ledger, "activate", license_key=key["key"], name=f"{account.marker} first"
    )
    made = exchange.item
    if not ledger.judge("activate.created-201", exchange, exchange.status == 201, "201"):
        return None
    right = is_instance_of(account, key_id, made, f"{account.marker} first")
    ledger.judge("activate.answer", exchange, right, "name, key, customer and product")
    return made if isinstance(made.get("id"), str) else None


def _judge_list(account: Account, ledger: Ledger, key_id: str, made: Instance) -> None:
    exchange = list_instances(account, key_id)
    ids = [each.get("id") for each in exchange.items]
    exact = {each.get("license_key_id") for each in exchange.items} == {key_id}
    expected = "the new instance and only instances of this key"
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
    frame = is_same_but_name(made, renamed.item)
    ledger.judge("instance.frame", renamed, frame, "all other fields unchanged")
    shown = account.send("GET", path)
    same = shown.status == 200 and is_same_but_name(made, shown.item)
    ledger.judge("instance.get", shown, same, "the instance that activate returned")
    ledger.judge("instance.rename-stored", shown, shown.item.get("name") == name, "the new name")


def _judge_validity(account: Account, ledger: Ledger, license_key: str, made: Instance) -> None:
    for rule, body, valid in (
        ("validate.own-instance", {"license_key_instance_id": made["id"]}, True),
        ("validate.foreign-instance", {"license_key_instance_id": unknown_id("lki")}, False),
    ):
        exchange = call(account, ledger, "validate", license_key=license_key, **body)
        judge_valid(ledger, rule, exchange, valid)


def _judge_foreign(account: Account, ledger: Ledger, key_id: str, made: Instance) -> None:
    """Deactivating an instance of another key is rejected."""
    other = account.other_than(key_id)
    if other is None:
        ledger.skip("deactivate.foreign-403", "requires two allowed keys: add another --key-id")
        return
    exchange = call(
        account,
        ledger,
        "deactivate",
        license_key=license_key_of(account, other),
        license_key_instance_id=made["id"],
    )
    ledger.judge("deactivate.foreign-403", exchange, exchange.status == 403, "403")
