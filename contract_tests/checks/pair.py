"""Two instances of one key, and what their activation itself tests."""

from typing import Any

from ..account.account import Account
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from .forms import Form
from .license_calls import (
    INVALID_BODY_STATUSES,
    call,
    is_instance_of,
    is_newer_than_key,
    judge_rejection,
    key_with_few_instances,
    license_key_of,
    list_instances,
)
from .patch_cases import LATER
from .seat_limit import UNUSUAL, set_limit

Instance = dict[str, Any]
_NAME = "Zoë's 计算机"
_LONG = 500
_REACHED = "LICENSE_KEY_LIMIT_REACHED"


class Pair:
    """Two instances of a key that has no limit at first, and no activation left then.

    Args:
        account: The account under test.
        ledger: Receives the findings.

    Attributes:
        key_id: The id of the key.
        license_key: Its key string.
        count: How many instances it had before.
        both: The two instances, as activate returned them.
        active: The ids of all instances that must still be deactivated.
        is_restored: Whether the state of the key is known at the end.
    """

    def __init__(self, account: Account, ledger: Ledger) -> None:
        self.account = account
        self.ledger = ledger
        self.key_id = key_with_few_instances(account)
        self.license_key = license_key_of(account, self.key_id)
        self.count: int = account.keys[self.key_id].get("instances_count") or 0
        self._short_name = f"{account.marker} {_NAME}"
        self._name = f"{self._short_name} {'x' * _LONG}"
        self.active: set[str] = set()
        self.both: list[Instance] = []
        self._may_be_lost = False
        self.is_restored = False

    def activate(self) -> bool:
        """Activate the key once without a limit, and twice at once when one activation is left."""
        state: dict[str, object] = {"activations_limit": None, "disabled": False}
        if not self.account.keys[self.key_id].get("subscription_id"):
            state["expires_at"] = LATER
        self.account.ensure(self.key_id, state)
        first = self._activate_first()
        if not self._is_created(first):
            return False
        self.set_limit(self.count + 2, UNUSUAL, self.count + 1, "activate.counts")
        if (self.account.keys[self.key_id].get("instances_count") or 0) > self.count + 1:
            return False
        last = self._activate_last(self.account.at_once([self._activate] * 2))
        if last is None or not self._is_created(last):
            return False
        self.both = [first.item, last.item]
        return len(self.active) == len(self.both)

    def _activate_first(self) -> Exchange:
        """Activate with a long name, which may be rejected or cut, but must do no harm."""
        made = self._activate()
        is_rejected = made.status in INVALID_BODY_STATUSES or made.status >= 500
        if not (made.is_telling and is_rejected):
            return made
        self._name = self._short_name
        return self._activate()

    def _activate(self) -> Exchange:
        body = {"license_key": self.license_key, "name": self._name}
        made = call(self.account, self.ledger, "activate", **body)
        if made.status < 300 and isinstance(made.item.get("id"), str):
            self.active.add(made.item["id"])
        self._may_be_lost |= made.status >= 500 or not made.is_telling
        return made

    def _is_created(self, made: Exchange) -> bool:
        created = made.status == 201
        if not self.ledger.judge("activate.created-201", made, created, "201"):
            return False
        shown = str(made.item.get("name"))
        name = shown if shown.startswith(f"{self._short_name} x") else self._name
        right = is_instance_of(self.account, self.key_id, made.item, name)
        right = right and is_newer_than_key(self.account, self.key_id, made.item)
        expected = "a new instance with name, key, customer, product"
        return self.ledger.judge("activate.answer", made, right, expected)

    def _activate_last(self, made: list[Exchange]) -> Exchange | None:
        """Return the one activation that succeeded; find the cause if not exactly one did."""
        done = [each for each in made if each.status == 201]
        left = [each for each in made if each.status != 201]
        if not all(each.is_telling for each in made):
            return None
        if not done:
            return self._activate()
        ids = {each.item.get("id") for each in done}
        if len(ids | self.active) != 1 + len(done):
            expected = "an instance of its own for each activation"
            self.ledger.judge("activate.answer", done[0], False, expected)
            return None
        if len(done) > 1:
            if self._is_within_limit():
                return None
            # If one that is alone succeeds beyond the limit, it was not the race that let both.
            self._remove(str(done[1].item["id"]))
            self.account.refresh(self.key_id)
            self.account.patch(self.key_id, {"activations_limit": self.count + 2})
        if not left or (left[0].status, left[0].item.get("code")) != (422, _REACHED):
            left = [self._activate()]
        judged = ("activate.limit-422", left[0], 422, "activate.limit-code", _REACHED)
        judge_rejection(self.ledger, *judged)
        if left[0].status != 201:
            once = len(done) == 1
            self.ledger.judge("activate.race", done[-1], once, "one activation, and one 422")
        return done[0] if len(done) == 1 else None

    def _is_within_limit(self) -> bool:
        """Whether more activations succeeded than the key seemed to have left, and no more."""
        listed = list_instances(self.account, self.key_id)
        ids = {each.get("id") for each in listed.items}
        within = self.active <= ids and len(ids) <= self.count + 2
        if within:
            known = len(ids) - len(self.active)
            expected = f"{self.count} instances before, not {known}"
            self.ledger.judge("instance.count", listed, False, expected)
        return within

    def set_limit(self, limit: int, form: Form, count: int, rule: str) -> None:
        """Set the limit; if the number of instances is wrong, find out what has changed it."""
        account, ledger, key_id = self.account, self.ledger, self.key_id
        if set_limit(account, ledger, key_id, limit=limit, form=form, count=count, rule=rule):
            return
        seen = account.count(key_id, count).item.get("instances_count")
        call(account, ledger, "validate", license_key=self.license_key)
        validated = account.refresh(key_id)
        shown = validated.item.get("instances_count")
        if shown == seen:
            expected = f"instances_count {count}, not {shown}"
            ledger.judge(rule, validated, shown == count, expected)
        else:
            ledger.judge("validate.counts-nothing", validated, False, f"instances_count {seen}")

    def own(self, listed: Exchange) -> set[str]:
        """The ids of the instances that have the name of an activation."""
        return {
            each["id"]
            for each in listed.items
            if isinstance(each.get("id"), str)
            and str(each.get("name")).startswith(self._short_name)
        }

    def _remove(self, instance_id: str) -> Exchange:
        body = {"license_key": self.license_key, "license_key_instance_id": instance_id}
        done = call(self.account, self.ledger, "deactivate", **body)
        if done.status == 200:
            self.active.discard(instance_id)
        return done

    def deactivate(self, instance_id: str) -> bool:
        """Deactivate an instance, and return whether the API did."""
        done = self._remove(instance_id)
        return self.ledger.judge("deactivate.done-200", done, done.status == 200, "200")

    def clean_up(self) -> None:
        """Deactivate what is still active after a violation, and learn the state of the key."""
        if self._may_be_lost:
            self.active |= self.own(list_instances(self.account, self.key_id))
        for instance_id in sorted(self.active):
            self._remove(instance_id)
        if not self.is_restored:
            self.account.refresh(self.key_id)
