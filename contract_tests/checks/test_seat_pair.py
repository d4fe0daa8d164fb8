"""Two instances of one key: one sequence of requests tests every operation of instances."""

import pytest

from ..account.account import Account
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from .license_calls import call, is_same_but_name, judge_valid, license_key_of, list_instances
from .near_misses import altered
from .pair import Instance, Pair
from .seat_limit import CHUNKED

pytestmark = [pytest.mark.combined, pytest.mark.priority(7)]

_SECOND = "page_size=1&page_number=1"


@pytest.mark.rules(
    "activate.created-201",
    "activate.answer",
    "activate.counts",
    "activate.limit-422",
    "activate.limit-code",
    "activate.race",
    "activate.refused-changes-nothing",
    "auth.changes-nothing",
    "auth.unknown-token-401",
    "body.equivalent-forms",
    "patch.frame.id",
    "patch.unknown-fields",
    "instance.list",
    "instance.count",
    "instance.pages",
    "instance.rename",
    "instance.rename-stored",
    "instance.frame",
    "validate.own-instance",
    "validate.foreign-instance",
    "validate.counts-nothing",
    "deactivate.foreign-403",
    "deactivate.done-200",
    "deactivate.frees",
    "deactivate.instance-gone",
)
def test_two_instances(account: Account, ledger: Ledger) -> None:
    """Two instances of a key stay apart from each other while they are used and removed."""
    pair = Pair(account, ledger)
    try:
        if pair.activate():
            _judge_renaming(pair)
            _judge_removal(pair)
    finally:
        pair.clean_up()


def _judge_renaming(pair: Pair) -> None:
    """The instance that a page shows gets a new name, and the other one keeps its name."""
    account, ledger = pair.account, pair.ledger
    # It must be JSON, or 406, for a client that prefers another media type.
    page = list_instances(account, pair.key_id, _SECOND, accept="text/html")
    shown = [each.get("id") for each in page.items]
    pair.both.sort(key=lambda each: each["id"] in shown)
    other, renamed = pair.both
    barred_name = f"{account.marker} barred"
    wrong = f"Bearer {altered(account.token)}"
    barred = account.send("PATCH", _path(other), {"name": barred_name}, authorization=wrong)
    ledger.judge("auth.unknown-token-401", barred, barred.status == 401, "401")
    name = f"{account.marker} Ünïque Nàme 名前"
    is_renamed = _rename(pair, renamed, name)
    listed = list_instances(account, pair.key_id)
    _judge_list(pair, listed, page)
    names = {each.get("id"): each.get("name") for each in listed.items}
    if is_renamed:
        stored = names.get(renamed["id"], name) == name
        ledger.judge("instance.rename-stored", listed, stored, "the new name in the list")
    sibling = names.get(other["id"], other["name"])
    unchanged = sibling != barred_name
    ledger.judge("auth.changes-nothing", listed, unchanged, "the name as before")
    if unchanged:
        kept = sibling == other["name"]
        ledger.judge("instance.frame", listed, kept, "the other name as before")


def _rename(pair: Pair, instance: Instance, name: str) -> bool:
    """Rename an instance, with a member that must not move it to another key."""
    other = pair.account.other_than(pair.key_id) or "lic_other"
    done = pair.account.send("PATCH", _path(instance), {"name": name, "license_key_id": other})
    right = done.status == 200 and done.item.get("name") == name
    pair.ledger.judge("instance.rename", done, right, "200 with the new name")
    same = is_same_but_name(instance, done.item)
    pair.ledger.judge("instance.frame", done, same, "nothing else new")
    return done.status == 200


def _judge_list(pair: Pair, listed: Exchange, page: Exchange) -> None:
    """The list has both instances, only those of the key, and in the order of its pages."""
    ledger = pair.ledger
    ids = [each.get("id") for each in listed.items]
    own = {each.get("license_key_id") for each in listed.items} == {pair.key_id}
    right = own and pair.active <= set(ids)
    expected = "both instances, and only those of the key"
    if not ledger.judge("instance.list", listed, right, expected):
        return
    added = pair.own(listed) - pair.active
    pair.active |= added
    rule, expected = "activate.refused-changes-nothing", "no instance of the rejected activation"
    if not ledger.judge(rule, listed, not added, expected):
        return
    count = pair.count + 2
    ledger.judge("instance.count", listed, len(ids) == count, f"{count} instances")
    if [each.get("id") for each in page.items] != ids[1:2]:
        # The instance that the page showed was renamed since.
        page = list_instances(pair.account, pair.key_id, _SECOND)
    alone = [each.get("id") for each in page.items] == ids[1:2]
    ledger.judge("instance.pages", page, alone, "the second of the list")


def _judge_removal(pair: Pair) -> None:
    """The instance with the old name is removed by its own key only; the other one stays."""
    account, ledger = pair.account, pair.ledger
    gone, kept = (str(each["id"]) for each in pair.both)
    body = {"license_key": pair.license_key, "license_key_instance_id": gone}
    judge_valid(
        ledger, "validate.own-instance", call(account, ledger, "validate", **body), valid=True
    )
    other = account.other_than(pair.key_id)
    if other is not None:
        foreign = {**body, "license_key": license_key_of(account, other)}
        rejected = call(account, ledger, "deactivate", **foreign)
        ledger.judge("deactivate.foreign-403", rejected, rejected.status == 403, "403")
    if not pair.deactivate(gone):
        return
    invalid = call(account, ledger, "validate", **body)
    judge_valid(ledger, "validate.foreign-instance", invalid, valid=False)
    page = list_instances(account, pair.key_id)
    left = [each.get("id") for each in page.items]
    ledger.judge("deactivate.instance-gone", page, gone not in left, "a list without the instance")
    ledger.judge("deactivate.frees", page, kept in left, "a list with the other instance")
    if pair.deactivate(kept) and not pair.active:
        pair.set_limit(pair.count, CHUNKED, pair.count, "deactivate.frees")
        pair.is_restored = True


def _path(instance: Instance) -> str:
    return f"/license_key_instances/{instance['id']}"
