"""Two instances of one key: one sequence of requests tests every operation of instances."""

import pytest

from ..account.account import Account
from ..contract.oracle import parse_instant
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from .license_calls import (
    INVALID_BODY_STATUSES,
    call,
    is_instance_of,
    is_same_but_name,
    judge_count,
    judge_valid,
    key_with_seats,
    license_key_of,
    list_instances,
)
from .near_misses import altered

pytestmark = [pytest.mark.combined, pytest.mark.priority(7)]

_NAME = "Zoë's 计算机"


@pytest.mark.rules(
    "activate.created-201",
    "activate.answer",
    "activate.counts",
    "auth.changes-nothing",
    "auth.unknown-token-401",
    "instance.get",
    "instance.list",
    "instance.rename",
    "instance.rename-stored",
    "instance.frame",
    "instance.body-refused",
    "validate.own-instance",
    "validate.foreign-instance",
    "deactivate.foreign-403",
    "deactivate.done-200",
    "deactivate.twice-403",
    "deactivate.frees",
    "deactivate.instance-gone",
)
def test_two_instances(account: Account, ledger: Ledger) -> None:
    """Two instances of one name stay apart from each other while they are used and removed."""
    key_id, license_key, count = key_with_seats(account, 2)
    name = f"{account.marker} {_NAME}"
    made = [call(account, ledger, "activate", license_key=license_key, name=name) for _ in range(2)]
    active = {str(each.item["id"]) for each in made if isinstance(each.item.get("id"), str)}
    try:
        for each in made:
            _judge_made(account, ledger, key_id, each, name)
        if len(active) == len(made) and all(each.status == 201 for each in made):
            judge_count(account, ledger, "activate.counts", key_id, count + 2)
            _judge_renaming(account, ledger, key_id, made)
            _judge_removal(account, ledger, key_id, made, active)
    finally:
        for instance_id in sorted(active):
            body = {"license_key_instance_id": instance_id}
            call(account, ledger, "deactivate", license_key=license_key, **body)
        judge_count(account, ledger, "deactivate.frees", key_id, count)


def _judge_made(account: Account, ledger: Ledger, key_id: str, made: Exchange, name: str) -> None:
    if not ledger.judge("activate.created-201", made, made.status == 201, "201"):
        return
    key, item = account.keys[key_id], made.item
    created, key_created = (parse_instant(each.get("created_at")) for each in (item, key))
    is_newer = created is None or key_created is None or created > key_created
    right = is_instance_of(account, key_id, item, name) and is_newer
    ledger.judge("activate.answer", made, right, "a new instance with name, key, customer, product")


def _judge_renaming(account: Account, ledger: Ledger, key_id: str, made: list[Exchange]) -> None:
    """The first instance gets a new name, and the second one keeps its name."""
    first, second = (each.item for each in made)
    path, other_path = (f"/license_key_instances/{each['id']}" for each in (first, second))
    wrong = f"Bearer {altered(account.token)}"
    barred = account.send("PATCH", other_path, {"name": account.marker}, authorization=wrong)
    ledger.judge("auth.unknown-token-401", barred, barred.status == 401, "401")
    invalid = account.send("PATCH", other_path, {"name": 5})
    refused = invalid.status in INVALID_BODY_STATUSES
    ledger.judge("instance.body-refused", invalid, refused, "400 or 422")
    name = f"{account.marker} Ünïque Nàme 名前"
    other = next((each for each in account.keys if each != key_id), "lic_other")
    renamed = account.send("PATCH", path, {"name": name, "license_key_id": other})
    right = renamed.status == 200 and renamed.item.get("name") == name
    ledger.judge("instance.rename", renamed, right, "200 with the new name")
    ledger.judge(
        "instance.frame", renamed, is_same_but_name(first, renamed.item), "nothing else new"
    )
    page = list_instances(account, key_id)
    names = {each.get("id"): each.get("name") for each in page.items}
    both = {first["id"], second["id"]} <= names.keys()
    own = {each.get("license_key_id") for each in page.items} == {key_id}
    ledger.judge("instance.list", page, both and own, "both instances, and only those of the key")
    shown = account.send("GET", path)
    same = shown.status == 200 and is_same_but_name(first, shown.item)
    ledger.judge("instance.get", shown, same, "the instance that activate returned")
    stored = shown.item.get("name") == name == names.get(first["id"], name)
    ledger.judge("instance.rename-stored", shown, stored, "the new name in GET and in the list")
    sibling = names.get(second["id"], second["name"])
    kept = sibling == second["name"]
    if kept or sibling != account.marker:
        ledger.judge("instance.frame", page, kept, "the other name as before")
    ledger.judge("auth.changes-nothing", page, sibling != account.marker, "the name as before")


def _judge_removal(
    account: Account, ledger: Ledger, key_id: str, made: list[Exchange], active: set[str]
) -> None:
    """The first instance is removed by its own key only, and the second one stays."""
    license_key = license_key_of(account, key_id)
    first = str(made[0].item["id"])
    body = {"license_key": license_key, "license_key_instance_id": first}
    valid = call(account, ledger, "validate", **body)
    judge_valid(ledger, "validate.own-instance", valid, valid=True)
    other = next((each for each in account.keys if each != key_id), None)
    if other is not None:
        foreign = {**body, "license_key": license_key_of(account, other)}
        rejected = call(account, ledger, "deactivate", **foreign)
        ledger.judge("deactivate.foreign-403", rejected, rejected.status == 403, "403")
    gone = call(account, ledger, "deactivate", **body)
    if ledger.judge("deactivate.done-200", gone, gone.status == 200, "200"):
        active.discard(first)
    valid = call(account, ledger, "validate", **body)
    judge_valid(ledger, "validate.foreign-instance", valid, valid=False)
    again = call(account, ledger, "deactivate", **body)
    ledger.judge("deactivate.twice-403", again, again.status == 403, "403")
    lost = account.send("GET", f"/license_key_instances/{first}")
    ledger.judge("deactivate.instance-gone", lost, lost.status == 404, "404")
    page = list_instances(account, key_id)
    left = [each.get("id") for each in page.items]
    ledger.judge("deactivate.instance-gone", page, first not in left, "a list without the instance")
    kept = made[1].item["id"] in left
    ledger.judge("deactivate.frees", page, kept, "a list with the other instance")


@pytest.mark.rules("instance.pages", "instance.get", "instance.count", "instance.list")
def test_existing_instances(account: Account, ledger: Ledger) -> None:
    """The instances that a key has already are listed page by page, and found by their ids."""
    key_id = max(account.keys, key=lambda each: int(account.keys[each].get("instances_count", 0)))
    everything = list_instances(account, key_id)
    ids = [each.get("id") for each in everything.items]
    if not ids:
        raise UnavailableError("requires an allowed key with instances")
    count = account.keys[key_id].get("instances_count")
    if isinstance(count, int) and count < 100:
        ledger.judge("instance.count", everything, len(ids) == count, f"{count} instances")
    own = {each.get("license_key_id") for each in everything.items} == {key_id}
    ledger.judge("instance.list", everything, own, "only instances of this key")
    last = len(ids) - 1
    page = list_instances(account, key_id, f"page_size=1&page_number={last}")
    alone = [each.get("id") for each in page.items] == ids[last:]
    ledger.judge("instance.pages", page, alone, f"the instance at the place of page {last}")
    shown = account.send("GET", f"/license_key_instances/{ids[last]}")
    same = shown.status == 200 and is_same_but_name(everything.items[last], shown.item)
    ledger.judge("instance.get", shown, same, "the instance of the list")
