"""Activations of keys in every state: names, limits, races, and what deactivating leaves."""

from functools import partial
from typing import Any

import pytest

from ..account.account import Account
from ..contract.oracle import parse_instant
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from .created import created_key
from .license_calls import (
    INVALID_BODY_STATUSES,
    call,
    judge_valid,
    license_key_of,
    list_instances,
)
from .patch_cases import LATER

pytestmark = [pytest.mark.priority(57), pytest.mark.exhaustive]

_UNLIMITED = {"activations_limit": None, "expires_at": LATER, "disabled": False}


def _activate(account: Account, ledger: Ledger, key_id: str, name: object) -> Exchange:
    license_key = license_key_of(account, key_id)
    return call(account, ledger, "activate", license_key=license_key, name=name)


def _release(account: Account, ledger: Ledger, key_id: str, exchanges: list[Exchange]) -> None:
    """Deactivate what was activated."""
    for exchange in exchanges:
        if isinstance(exchange.item.get("id"), str) and exchange.status < 300:
            body = {"license_key_instance_id": exchange.item["id"]}
            call(account, ledger, "deactivate", license_key=license_key_of(account, key_id), **body)
    account.refresh(key_id)


@pytest.mark.rules(
    "activate.created-201",
    "activate.answer",
    "activate.counts",
    "instance.rename",
    "instance.rename-stored",
    "instance.frame",
    "instance.pages",
    "instance.list",
    "deactivate.instance-gone",
    "deactivate.frees",
    "validate.foreign-instance",
    "auth.changes-nothing",
)
def test_two_seats(account: Account, ledger: Ledger) -> None:
    """Two instances of one name are two instances, and stay apart from each other."""
    key_id = account.pick(subscription=False)
    account.ensure(key_id, _UNLIMITED)
    count = account.keys[key_id].get("instances_count", 0)
    list_instances(account, key_id)
    name = f"{account.marker} Zoë's 计算机"
    made = [_activate(account, ledger, key_id, name) for _ in range(2)]
    try:
        for each in made:
            ledger.judge("activate.created-201", each, each.status == 201, "201")
            same = each.status != 201 or each.item.get("name") == name
            ledger.judge("activate.answer", each, same, "the name of the request")
        if any(each.status != 201 for each in made):
            return
        seen = account.count(key_id, count + 2)
        added = seen.item.get("instances_count") == count + 2
        ledger.judge("activate.counts", seen, added, f"instances_count {count + 2}")
        _judge_created_now(account, ledger, made[0], key_id)
        _judge_pages(account, ledger, key_id, made)
        _judge_names(account, ledger, key_id, made)
        _judge_gone(account, ledger, key_id, made)
    finally:
        _release(account, ledger, key_id, made)


def _judge_created_now(account: Account, ledger: Ledger, made: Exchange, key_id: str) -> None:
    created = parse_instant(made.item.get("created_at"))
    key_created = parse_instant(account.keys[key_id].get("created_at"))
    if created is not None and key_created is not None:
        later = created > key_created
        ledger.judge("activate.answer", made, later, "an instance that is newer than its key")


def _judge_pages(account: Account, ledger: Ledger, key_id: str, made: list[Exchange]) -> None:
    everything = [each.get("id") for each in list_instances(account, key_id).items]
    pages = [
        list_instances(account, key_id, f"page_size=1&page_number={number}") for number in (0, 1)
    ]
    seen = [each.get("id") for page in pages for each in page.items]
    ledger.judge("instance.pages", pages[1], seen == everything[:2], "one instance on each page")
    both = {each.item.get("id") for each in made} <= set(everything)
    ledger.judge("instance.list", pages[1], both, "both new instances in the list")


def _judge_names(account: Account, ledger: Ledger, key_id: str, made: list[Exchange]) -> None:
    """A new name reaches one instance only, is stored as it is, and changes nothing else."""
    path = f"/license_key_instances/{made[0].item['id']}"
    rejected = account.send("PATCH", path, {"name": account.marker}, authorization="Bearer none")
    shown = account.send("GET", path)
    same = shown.item.get("name") == made[0].item["name"]
    ledger.judge("auth.changes-nothing", shown, same or not rejected.is_telling, "the old name")
    name = f"{account.marker} Ünïque Nàme 名前"
    renamed = account.send("PATCH", path, {"name": name, "license_key_id": "lic_other"})
    right = renamed.status == 200 and renamed.item.get("name") == name
    ledger.judge("instance.rename", renamed, right, "200 with the new name")
    moved = renamed.item.get("license_key_id") == key_id
    ledger.judge("instance.frame", renamed, moved, f"an instance of {key_id}")
    listed = {
        str(each.get("id")): each.get("name") for each in list_instances(account, key_id).items
    }
    shown = account.send("GET", path)
    own = name == listed.get(str(made[0].item["id"])) == shown.item.get("name")
    ledger.judge("instance.rename-stored", shown, own, "the new name in GET and in the list")
    sibling = listed.get(str(made[1].item["id"]))
    ledger.judge(
        "instance.frame", shown, sibling == made[1].item["name"], "the other name as before"
    )
    for wrong in ({"name": None}, {"name": 5}):
        exchange = account.send("PATCH", path, wrong)
        rejection = exchange.status in INVALID_BODY_STATUSES
        ledger.judge("instance.body-refused", exchange, rejection, "400 or 422")


def _judge_gone(account: Account, ledger: Ledger, key_id: str, made: list[Exchange]) -> None:
    license_key = license_key_of(account, key_id)
    gone = {"license_key_instance_id": made[0].item["id"]}
    done = call(account, ledger, "deactivate", license_key=license_key, **gone)
    listed = [each.get("id") for each in list_instances(account, key_id).items]
    absent = made[0].item["id"] not in listed or done.status != 200
    ledger.judge("deactivate.instance-gone", done, absent, "a list without the instance")
    kept = made[1].item["id"] in listed
    ledger.judge("deactivate.frees", done, kept, "a list with the other instance")
    if done.status != 200:
        return
    exchange = call(account, ledger, "validate", license_key=license_key, **gone)
    judge_valid(ledger, "validate.foreign-instance", exchange, valid=False)


@pytest.mark.rules("activate.limit-422")
def test_limit_of_zero(account: Account, ledger: Ledger) -> None:
    """A key with a limit of 0 cannot be activated."""
    key_id = account.pick(subscription=False, in_use=False)
    account.ensure(key_id, {"activations_limit": 0, "expires_at": None, "disabled": False})
    _expect(account, ledger, key_id, "activate.limit-422", 422)


@pytest.mark.rules("activate.created-201", "activate.limit-422", "activate.disabled-403")
def test_subscription_key(account: Account, ledger: Ledger) -> None:
    """A key of a subscription is activated up to its limit, and not while it is disabled."""
    key_id = account.pick(subscription=True)
    count = account.keys[key_id].get("instances_count", 0)
    account.ensure(key_id, {"activations_limit": count + 1, "disabled": False})
    made = _activate(account, ledger, key_id, account.marker)
    ledger.judge("activate.created-201", made, made.status == 201, "201")
    try:
        if made.status == 201:
            _expect(account, ledger, key_id, "activate.limit-422", 422)
    finally:
        _release(account, ledger, key_id, [made])
    account.ensure(key_id, {"disabled": True})
    _expect(account, ledger, key_id, "activate.disabled-403", 403)


@pytest.mark.rules("activate.refused-changes-nothing")
def test_rejected_activation_takes_no_seat(account: Account, ledger: Ledger) -> None:
    """An activation beyond the limit is rejected and leaves no instance."""
    key_id = account.pick(subscription=False, in_use=True)
    count = account.keys[key_id].get("instances_count", 0)
    account.ensure(key_id, {**_UNLIMITED, "activations_limit": count})
    _expect(account, ledger, key_id, "activate.limit-422", 422)
    seen = account.count(key_id, count)
    same = seen.item.get("instances_count") == count
    ledger.judge("activate.refused-changes-nothing", seen, same, f"instances_count {count}")


@pytest.mark.rules("activate.race")
def test_activations_at_once(account: Account, ledger: Ledger) -> None:
    """Of several activations at once, no more succeed than the limit permits."""
    key_id = account.pick(subscription=False)
    count = account.keys[key_id].get("instances_count", 0)
    account.ensure(key_id, {**_UNLIMITED, "activations_limit": count + 1})
    one = partial(_activate, account, ledger, key_id, account.marker)
    made = account.at_once([one] * 4)
    try:
        successes = [each for each in made if each.status == 201]
        seen = account.refresh(key_id)
        total = seen.item.get("instances_count")
        within = len(successes) <= 1 and total in (count, count + 1)
        ledger.judge("activate.race", seen, within, f"instances_count {count + 1}, not {total}")
    finally:
        _release(account, ledger, key_id, made)


@pytest.mark.rules("activate.body-refused")
@pytest.mark.parametrize(
    ("name", "is_valid"),
    [("", None), ("x" * 2000, None), (5, False), (None, False), (["a"], False)],
    ids=["empty", "long", "number", "null", "list"],
)
def test_unusual_name(account: Account, ledger: Ledger, name: Any, is_valid: bool | None) -> None:
    """A name of another type is rejected, and one of an unusual length does no harm."""
    key_id = str(created_key(account)["id"])
    account.ensure(key_id, {"activations_limit": None, "disabled": False})
    exchange = _activate(account, ledger, key_id, name)
    rejected = exchange.status in INVALID_BODY_STATUSES
    permitted = rejected or (is_valid is None and exchange.status == 201)
    ledger.judge("activate.body-refused", exchange, permitted, "400 or 422")
    account.refresh(key_id)


@pytest.mark.rules("instance.list")
def test_instances_of_unknown_key(account: Account, ledger: Ledger) -> None:
    """An unknown key has no instances."""
    exchange = list_instances(account, "lic_doesnotexist")
    empty = exchange.items == [] or exchange.status == 404
    ledger.judge("instance.list", exchange, empty, "an empty list")


def _expect(account: Account, ledger: Ledger, key_id: str, rule: str, status: int) -> None:
    exchange = _activate(account, ledger, key_id, account.marker)
    ledger.judge(rule, exchange, exchange.status == status, str(status))
    if exchange.status == 201:
        _release(account, ledger, key_id, [exchange])
