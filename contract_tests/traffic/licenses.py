"""Judges activate, deactivate and validate, and the instances of a key."""

from typing import Any

from ..contract.oracle import parse_instant
from .recorded import RecordedExchange
from .world import KnownInstance, KnownKey, World, can_be_equal, can_expire_between, is_hidden

_FIXED = ("id", "license_key_id", "business_id")
_LARGEST_PAGE = 100


class LicenseJudge:
    """Judges the operations of /licenses and /license_key_instances.

    Args:
        world: What the exchanges so far establish.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def judge_activate(
        self, exchange: RecordedExchange, body: dict[str, Any], *, alone: bool
    ) -> None:
        """Judge an activation and count the new instance."""
        known = self._world.key_of(body["license_key"])
        if exchange.status == 201:
            self._judge_activated(exchange, body, known)
            if known is None:
                self._judge_owner(exchange, body["license_key"])
        elif exchange.status == 403:
            self._judge_code("activate.inactive-code", exchange, "INACTIVE_LICENSE_KEY")
        elif exchange.status == 422:
            self._judge_code("activate.limit-code", exchange, "LICENSE_KEY_LIMIT_REACHED")
        if known is None:
            return
        if self._is_trusted(known, exchange, alone=alone):
            self._judge_permitted(exchange, known)
        else:
            known.is_current = False
        self._count(exchange, known, 201, 1, alone=alone)

    def judge_deactivate(
        self, exchange: RecordedExchange, body: dict[str, Any], *, alone: bool
    ) -> None:
        """Judge a deactivation and count the instance that is gone."""
        known = self._world.key_of(body["license_key"])
        instance = self._world.instances.get(body["license_key_instance_id"])
        decided = exchange.is_telling and exchange.status < 500 and exchange.status != 401
        if instance is not None and known is not None and decided:
            own = self._belongs_to(instance, known)
            if instance.is_gone:
                again = exchange.status == 403
                self._world.check("deactivate.twice-403", exchange, again, "403")
            elif own is False:
                right = exchange.status == 403
                self._world.check("deactivate.foreign-403", exchange, right, "403")
            elif own and self._is_trusted(known, exchange, alone=alone):
                done = exchange.status == 200
                self._world.check("deactivate.done-200", exchange, done, "200")
        if exchange.status == 200 and instance is not None:
            instance.is_gone = True
        if known is not None:
            known.is_current &= alone
            self._count(exchange, known, 200, -1, alone=alone)

    def judge_validate(
        self, exchange: RecordedExchange, body: dict[str, Any], *, alone: bool
    ) -> None:
        """Judge whether a key is valid, as far as its state is known."""
        known = self._world.key_of(body["license_key"])
        if known is None or exchange.status not in (200, 400, 422):
            return
        valid = exchange.item.get("valid")
        instance_id = body.get("license_key_instance_id")
        instance = self._world.instances.get(instance_id) if instance_id is not None else None
        if instance is not None:
            own = self._belongs_to(instance, known)
            if own is None and not instance.is_gone:
                return
            if not own or instance.is_gone:
                if exchange.status == 200:
                    self._judge_valid("validate.foreign-instance", exchange, valid is False)
                return
        elif instance_id is not None:
            return
        if exchange.status != 200:
            if known.is_current and alone and self._world.is_complete:
                self._world.check("validate.active", exchange, False, "200")
            return
        if not self._is_trusted(known, exchange, alone=alone):
            return
        status = known.key.get("status")
        if status in ("disabled", "expired"):
            self._judge_valid(f"validate.{status}", exchange, valid is False)
        elif status == "active":
            rule = "validate.active" if instance is None else "validate.own-instance"
            self._judge_valid(rule, exchange, valid is True)

    def judge_instance(
        self, exchange: RecordedExchange, instance_id: str, name: Any, *, alone: bool
    ) -> None:
        """Judge GET or PATCH of an instance.

        Args:
            exchange: The exchange.
            instance_id: The id in the path.
            name: The new name of a PATCH, None for a GET.
            alone: Whether no request that can change the instance was in progress meanwhile.
        """
        known = self._world.instances.get(instance_id)
        lost = known is not None and not known.is_gone and self._is_known(known, alone=alone)
        if exchange.status == 404 and lost:
            self._world.check("instance.get", exchange, False, "200 with the instance")
        if exchange.status != 200:
            return
        seen = exchange.item
        if known is not None and known.is_gone:
            self._world.check("deactivate.instance-gone", exchange, False, "404")
        is_patch = exchange.method == "PATCH"
        frame_rule = "instance.frame" if is_patch else "instance.get"
        same = seen.get("id") == instance_id and (known is None or _same(known.instance, seen))
        self._world.check(frame_rule, exchange, same, "the instance with its fixed fields")
        if is_patch:
            renamed = seen.get("name") == name
            self._world.check("instance.rename", exchange, renamed, "200 with the new name")
        elif known is not None and known.is_renamed and self._is_known(known, alone=alone):
            kept = seen.get("name") == known.instance.get("name")
            self._world.check("instance.rename-stored", exchange, kept, "the new name")
        if seen.get("id") == instance_id:
            gone = known.is_gone if known is not None else False
            taken = KnownInstance(seen, is_current=alone, is_gone=gone, is_renamed=is_patch)
            self._world.instances.put(instance_id, taken)

    def judge_instances(self, exchange: RecordedExchange, *, alone: bool) -> None:
        """Judge a list of instances."""
        if exchange.status != 200 or not isinstance(exchange.item.get("items"), list):
            return
        given, items = exchange.parameters, exchange.items
        key_id = given.get("license_key_id")
        if key_id is not None and items:
            own = all(can_be_equal(each.get("license_key_id"), key_id) for each in items)
            self._world.check("instance.list", exchange, own, "only instances of this key")
        known = self._world.keys.get(key_id) if key_id is not None else None
        size = given.get("page_size", "10")
        whole = size.isdecimal() and len(items) < min(int(size[:9]), _LARGEST_PAGE)
        only = not (given.keys() - {"license_key_id", "page_size"})
        if known and whole and only and self._is_trusted(known, exchange, alone=alone):
            count = known.key.get("instances_count")
            seen = f"{len(items)} instances"
            right = len(items) == count
            self._world.check("instance.count", exchange, right, f"{count} instances", seen)
        for item in items:
            self._see_instance(exchange, item)

    def _see_instance(self, exchange: RecordedExchange, item: dict[str, Any]) -> None:
        instance_id = item.get("id")
        if not isinstance(instance_id, str):
            return
        known = self._world.instances.get(instance_id)
        if known is None:
            self._world.instances.put(instance_id, KnownInstance(item))
        elif known.instance != item:
            same = _same(known.instance, item)
            expected = "the instance that earlier responses show"
            self._world.check("instance.list", exchange, same, expected)

    def _judge_activated(
        self, exchange: RecordedExchange, body: dict[str, Any], known: KnownKey | None
    ) -> None:
        made = exchange.item
        asked: dict[str, Any] = {"name": body["name"]}
        shown: dict[str, Any] = {"name": made.get("name")}
        if known is not None:
            asked |= {name: known.key.get(name) for name in ("id", "business_id")}
            asked |= {name: known.key.get(name) for name in ("customer_id", "product_id")}
            shown |= {"id": made.get("license_key_id"), "business_id": made.get("business_id")}
            shown["customer_id"] = _member(made, "customer", "customer_id")
            shown["product_id"] = _member(made, "product", "product_id")
        wrong = ", ".join(
            name for name, value in asked.items() if not can_be_equal(shown[name], value)
        )
        expected = "name, key, customer and product"
        self._world.check("activate.answer", exchange, not wrong, expected, f"another {wrong}")
        if isinstance(made.get("id"), str):
            taken = {name: made.get(name) for name in (*_FIXED, "name", "created_at")}
            instance = KnownInstance(taken, is_current=True)
            is_new = made["id"] not in self._world.instances
            self._world.check("activate.created-201", exchange, is_new, "201 with a new instance")
            self._world.instances.put(made["id"], instance)

    def _judge_owner(self, exchange: RecordedExchange, license_key: str) -> None:
        """A key string that is not known must not activate a key with another string."""
        owner_id = exchange.item.get("license_key_id")
        owner = self._world.keys.get(owner_id) if isinstance(owner_id, str) else None
        if owner is not None and isinstance(owner.key.get("key"), str):
            same = can_be_equal(owner.key["key"], license_key)
            self._world.check("activate.unknown-404", exchange, same, "404")
            owner.is_current = False

    def _judge_permitted(self, exchange: RecordedExchange, known: KnownKey) -> None:
        key, status = known.key, known.key.get("status")
        limit, count = key.get("activations_limit"), key.get("instances_count", 0)
        if exchange.status not in (201, 403, 404, 422):
            return
        if status in ("disabled", "expired"):
            rule, wanted = f"activate.{status}-403", 403
        elif isinstance(limit, int) and isinstance(count, int) and count >= limit:
            rule, wanted = "activate.limit-422", 422
        else:
            rule, wanted = "activate.created-201", 201
        self._world.check(rule, exchange, exchange.status == wanted, str(wanted))

    def _count(
        self, exchange: RecordedExchange, known: KnownKey, done: int, step: int, *, alone: bool
    ) -> None:
        known.repeated = None
        if not exchange.is_telling or exchange.status >= 500 or not alone:
            known.is_current = False
            return
        activates = step > 0
        if exchange.status == done:
            count = known.key.get("instances_count")
            known.earlier = known.earlier_at(exchange.ended or 0.0)
            if isinstance(count, int):
                known.key = {**known.key, "instances_count": count + step}
            known.count_rule = "activate.counts" if activates else "deactivate.frees"
        elif activates and known.count_rule is None:
            known.count_rule = "activate.refused-changes-nothing"

    def _is_trusted(self, known: KnownKey, exchange: RecordedExchange, *, alone: bool) -> bool:
        current = known.is_current and alone and self._world.is_complete
        return current and not can_expire_between(known.key, known.at, exchange.ended or 0.0)

    @staticmethod
    def _belongs_to(instance: KnownInstance, known: KnownKey) -> bool | None:
        """Whether an instance belongs to a key, None if the recording hides one of their ids."""
        owner, key_id = instance.instance.get("license_key_id"), known.key.get("id")
        return bool(owner == key_id) if is_hidden(owner) == is_hidden(key_id) else None

    def _is_known(self, known: KnownInstance, *, alone: bool) -> bool:
        return known.is_current and alone and self._world.is_complete

    def _judge_code(self, rule: str, exchange: RecordedExchange, code: str) -> None:
        if exchange.has_body:
            self._world.check(rule, exchange, exchange.item.get("code") == code, code)

    def _judge_valid(self, rule: str, exchange: RecordedExchange, right: bool) -> None:
        seen = f"valid: {exchange.item.get('valid')}".lower()
        self._world.check(rule, exchange, right, "the other value of valid", seen)


def _member(item: dict[str, Any], name: str, member: str) -> Any:
    inner = item.get(name)
    return inner.get(member) if isinstance(inner, dict) else None


def _same(known: dict[str, Any], seen: dict[str, Any]) -> bool:
    """Whether two forms of an instance agree in what never changes."""
    created = parse_instant(known.get("created_at")) == parse_instant(seen.get("created_at"))
    return created and all(can_be_equal(known.get(name), seen.get(name)) for name in _FIXED)
