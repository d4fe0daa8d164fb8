"""Two instances of one key: one sequence of requests tests every operation of instances."""

from functools import partial
from typing import Any

import pytest

from ..account.account import Account
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from .forms import Form
from .license_calls import (
    INVALID_BODY_STATUSES,
    call,
    is_instance_of,
    is_newer_than_key,
    is_same_but_name,
    judge_rejection,
    judge_valid,
    key_with_few_instances,
    license_key_of,
    list_instances,
)
from .near_misses import altered
from .patch_cases import LATER
from .seat_limit import CHUNKED, UNUSUAL, set_limit

pytestmark = [pytest.mark.combined, pytest.mark.priority(7)]

_NAME = "Zoë's 计算机"
_LONG = 500
_SECOND = "page_size=1&page_number=1"
_REACHED = "LICENSE_KEY_LIMIT_REACHED"
Instance = dict[str, Any]


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
    pair = _Pair(account, ledger)
    try:
        if pair.activate():
            pair.rename()
            pair.remove()
    finally:
        pair.clean_up()


class _Pair:
    """Two instances of a key that has no limit at first, and no activation left then.

    Args:
        account: The account under test.
        ledger: Receives the findings.
    """

    def __init__(self, account: Account, ledger: Ledger) -> None:
        self._account = account
        self._ledger = ledger
        self._key_id = key_with_few_instances(account)
        self._license_key = license_key_of(account, self._key_id)
        self._count: int = account.keys[self._key_id].get("instances_count") or 0
        self._short_name = f"{account.marker} {_NAME}"
        self._name = f"{self._short_name} {'x' * _LONG}"
        self._active: set[str] = set()
        self._both: list[Instance] = []
        self._may_be_lost = False
        self._is_restored = False

    def activate(self) -> bool:
        """Activate the key once without a limit, and twice at once when one activation is left."""
        state: dict[str, object] = {"activations_limit": None, "disabled": False}
        if not self._account.keys[self._key_id].get("subscription_id"):
            state["expires_at"] = LATER
        self._account.ensure(self._key_id, state)
        first = self._activate_first()
        if not self._is_created(first):
            return False
        self._set_limit(self._count + 2, UNUSUAL, self._count + 1, "activate.counts")
        if (self._account.keys[self._key_id].get("instances_count") or 0) > self._count + 1:
            return False
        last = self._activate_last(self._account.at_once([self._activate] * 2))
        if last is None or not self._is_created(last):
            return False
        self._both = [first.item, last.item]
        return len(self._active) == len(self._both)

    def _activate_first(self) -> Exchange:
        """Activate with a long name, which may be rejected or cut, but must do no harm."""
        made = self._activate()
        is_rejected = made.status in INVALID_BODY_STATUSES or made.status >= 500
        if not (made.is_telling and is_rejected):
            return made
        self._name = self._short_name
        return self._activate()

    def _activate(self) -> Exchange:
        body = {"license_key": self._license_key, "name": self._name}
        made = call(self._account, self._ledger, "activate", **body)
        if made.status < 300 and isinstance(made.item.get("id"), str):
            self._active.add(made.item["id"])
        self._may_be_lost |= made.status >= 500 or not made.is_telling
        return made

    def _is_created(self, made: Exchange) -> bool:
        created = made.status == 201
        if not self._ledger.judge("activate.created-201", made, created, "201"):
            return False
        shown = str(made.item.get("name"))
        name = shown if shown.startswith(f"{self._short_name} x") else self._name
        right = is_instance_of(self._account, self._key_id, made.item, name)
        right = right and is_newer_than_key(self._account, self._key_id, made.item)
        expected = "a new instance with name, key, customer, product"
        return self._ledger.judge("activate.answer", made, right, expected)

    def _activate_last(self, made: list[Exchange]) -> Exchange | None:
        """Return the one activation that succeeded; find the cause if not exactly one did."""
        done = [each for each in made if each.status == 201]
        left = [each for each in made if each.status != 201]
        if not all(each.is_telling for each in made):
            return None
        if not done:
            return self._activate()
        ids = {each.item.get("id") for each in done}
        if len(ids | self._active) != 1 + len(done):
            expected = "an instance of its own for each activation"
            self._ledger.judge("activate.answer", done[0], False, expected)
            return None
        if len(done) > 1:
            if self._is_within_limit():
                return None
            # If one that is alone succeeds beyond the limit, it was not the race that let both.
            self._remove(str(done[1].item["id"]))
            self._account.refresh(self._key_id)
            self._account.patch(self._key_id, {"activations_limit": self._count + 2})
        if not left or (left[0].status, left[0].item.get("code")) != (422, _REACHED):
            left = [self._activate()]
        judged = ("activate.limit-422", left[0], 422, "activate.limit-code", _REACHED)
        judge_rejection(self._ledger, *judged)
        if left[0].status != 201:
            once = len(done) == 1
            self._ledger.judge("activate.race", done[-1], once, "one activation, and one 422")
        return done[0] if len(done) == 1 else None

    def _is_within_limit(self) -> bool:
        """Whether more activations succeeded than the key seemed to have left, and no more."""
        listed = list_instances(self._account, self._key_id)
        ids = {each.get("id") for each in listed.items}
        within = self._active <= ids and len(ids) <= self._count + 2
        if within:
            known = len(ids) - len(self._active)
            expected = f"{self._count} instances before, not {known}"
            self._ledger.judge("instance.count", listed, False, expected)
        return within

    def _set_limit(self, limit: int, form: Form, count: int, rule: str) -> None:
        """Set the limit; if the number of instances is wrong, find out what has changed it."""
        account, ledger, key_id = self._account, self._ledger, self._key_id
        if set_limit(account, ledger, key_id, limit=limit, form=form, count=count, rule=rule):
            return
        seen = account.count(key_id, count).item.get("instances_count")
        call(account, ledger, "validate", license_key=self._license_key)
        validated = account.refresh(key_id)
        shown = validated.item.get("instances_count")
        if shown == seen:
            expected = f"instances_count {count}, not {shown}"
            ledger.judge(rule, validated, shown == count, expected)
        else:
            ledger.judge("validate.counts-nothing", validated, False, f"instances_count {seen}")

    def rename(self) -> None:
        """The instance that a page shows gets a new name, and the other one keeps its name."""
        # It must be JSON, or 406, for a client that prefers another media type.
        page = list_instances(self._account, self._key_id, _SECOND, accept="text/html")
        shown = [each.get("id") for each in page.items]
        self._both.sort(key=lambda each: each["id"] in shown)
        other, renamed = self._both
        barred_name = f"{self._account.marker} barred"
        wrong = f"Bearer {altered(self._account.token)}"
        body = {"name": barred_name}
        barred = self._account.send("PATCH", _path(other), body, authorization=wrong)
        self._ledger.judge("auth.unknown-token-401", barred, barred.status == 401, "401")
        name = f"{self._account.marker} Ünïque Nàme 名前"
        self._rename(renamed, name)
        listed = list_instances(self._account, self._key_id)
        self._judge_list(listed, page)
        names = {each.get("id"): each.get("name") for each in listed.items}
        stored = names.get(renamed["id"], name) == name
        self._ledger.judge("instance.rename-stored", listed, stored, "the new name in the list")
        sibling = names.get(other["id"], other["name"])
        unchanged = sibling != barred_name
        self._ledger.judge("auth.changes-nothing", listed, unchanged, "the name as before")
        if unchanged:
            kept = sibling == other["name"]
            self._ledger.judge("instance.frame", listed, kept, "the other name as before")

    def _rename(self, instance: Instance, name: str) -> None:
        """Rename an instance, with a member that must not move it to another key."""
        other = next((each for each in self._account.keys if each != self._key_id), "lic_other")
        body = {"name": name, "license_key_id": other}
        done = self._account.send("PATCH", _path(instance), body)
        right = done.status == 200 and done.item.get("name") == name
        self._ledger.judge("instance.rename", done, right, "200 with the new name")
        same = is_same_but_name(instance, done.item)
        self._ledger.judge("instance.frame", done, same, "nothing else new")

    def _judge_list(self, listed: Exchange, page: Exchange) -> None:
        """The list has both instances, only those of the key, and in the order of its pages."""
        ids = [each.get("id") for each in listed.items]
        own = {each.get("license_key_id") for each in listed.items} == {self._key_id}
        right = own and self._active <= set(ids)
        expected = "both instances, and only those of the key"
        if not self._ledger.judge("instance.list", listed, right, expected):
            return
        added = self._own(listed) - self._active
        self._active |= added
        rule = "activate.refused-changes-nothing"
        self._ledger.judge(rule, listed, not added, "no instance of the rejected activation")
        shown = len(ids) - len(added)
        right = shown == self._count + 2
        self._ledger.judge("instance.count", listed, right, f"{self._count + 2} instances")
        if not added and [each.get("id") for each in page.items] != ids[1:2]:
            # The instance that the page showed was renamed since.
            page = list_instances(self._account, self._key_id, _SECOND)
        alone = [each.get("id") for each in page.items] == ids[1:2]
        self._ledger.judge("instance.pages", page, alone or bool(added), "the second of the list")

    def _own(self, listed: Exchange) -> set[str]:
        """The ids of the instances that have the name of an activation."""
        return {
            each["id"]
            for each in listed.items
            if isinstance(each.get("id"), str)
            and str(each.get("name")).startswith(self._short_name)
        }

    def remove(self) -> None:
        """The instance with the old name is removed by its own key only; the other one stays."""
        gone, kept = (str(each["id"]) for each in self._both)
        body = {"license_key": self._license_key, "license_key_instance_id": gone}
        send = partial(call, self._account, self._ledger)
        judge_valid(self._ledger, "validate.own-instance", send("validate", **body), valid=True)
        other = next((each for each in self._account.keys if each != self._key_id), None)
        if other is not None:
            foreign = {**body, "license_key": license_key_of(self._account, other)}
            rejected = send("deactivate", **foreign)
            self._ledger.judge("deactivate.foreign-403", rejected, rejected.status == 403, "403")
        if not self._deactivate(gone):
            return
        invalid = send("validate", **body)
        judge_valid(self._ledger, "validate.foreign-instance", invalid, valid=False)
        page = list_instances(self._account, self._key_id)
        left = [each.get("id") for each in page.items]
        absent = gone not in left
        self._ledger.judge("deactivate.instance-gone", page, absent, "a list without the instance")
        self._ledger.judge("deactivate.frees", page, kept in left, "a list with the other instance")
        if self._deactivate(kept) and not self._active:
            self._set_limit(self._count, CHUNKED, self._count, "deactivate.frees")
            self._is_restored = True

    def _remove(self, instance_id: str) -> Exchange:
        body = {"license_key": self._license_key, "license_key_instance_id": instance_id}
        done = call(self._account, self._ledger, "deactivate", **body)
        if done.status == 200:
            self._active.discard(instance_id)
        return done

    def _deactivate(self, instance_id: str) -> bool:
        done = self._remove(instance_id)
        return self._ledger.judge("deactivate.done-200", done, done.status == 200, "200")

    def clean_up(self) -> None:
        """Deactivate what is still active after a violation, and learn the state of the key."""
        if self._may_be_lost:
            self._active |= self._own(list_instances(self._account, self._key_id))
        for instance_id in sorted(self._active):
            self._remove(instance_id)
        if not self._is_restored:
            self._account.refresh(self._key_id)


def _path(instance: Instance) -> str:
    return f"/license_key_instances/{instance['id']}"
