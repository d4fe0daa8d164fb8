"""Judges the exchanges about single license keys against what earlier exchanges show."""

from collections.abc import Iterable, Iterator
from typing import Any

from ..contract.oracle import INT32_MAX
from ..judge.ledger import Finding
from ..judge.patch_checks import Key, judge_patch, judge_unchanged
from . import patch_rules
from .recorded import RecordedExchange
from .world import LAG, KnownKey, World, can_expire_between, instant_of, is_hidden

# Findings of these rules compare with a state that only a complete recording establishes.
_NEEDS_STATE = frozenset(
    {
        "patch.limit.omitted-keeps",
        "patch.expiry.omitted-keeps",
        "patch.disabled.omitted-keeps",
        "patch.disabled.null-keeps",
        "patch.expiry.subscription-null",
        "patch.frame.instances-count",
    }
)
# Rejections that say nothing about the body: authorization, an unknown id, the method, throttling.
_OTHER_REASONS = frozenset({401, 403, 404, 405, 429})
# Rejections that come before the body is read.
_BEFORE_BODY = frozenset({401, 403, 405, 411, 413, 414, 417, 431})
# The statuses by which a server decides about a body.
_DECIDED = frozenset({200, 400, 422})
_READ_AFTER_WRITE = "patch.read-after-write"
_NOT_FOUND = ("NOT_FOUND", "LICENSE_KEY_NOT_FOUND")


class KeyJudge:
    """Judges GET and PATCH of a key.

    Args:
        world: What the exchanges so far establish.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def judge_get(self, exchange: RecordedExchange, key_id: str, *, alone: bool) -> None:
        """Judge the response to a GET of a key and take the state that it shows."""
        if exchange.status == 200:
            seen_id = exchange.item.get("id")
            self._world.check(
                "get.known-200", exchange, seen_id == key_id, "200 with the key", f"id {seen_id!r}"
            )
            if seen_id == key_id:
                self.see(exchange.item, exchange, alone=alone, stored_rule="patch.stored.get")
        elif exchange.status == 404:
            code = exchange.item.get("code")
            if exchange.has_body:
                right = code in _NOT_FOUND
                self._world.check("get.unknown-code", exchange, right, " or ".join(_NOT_FOUND))
            known = self._world.keys.get(key_id)
            if self._is_trusted(known, alone=alone):
                self._world.check("get.known-200", exchange, False, "200 with the key")

    def judge_patch(self, exchange: RecordedExchange, key_id: str, *, alone: bool) -> None:
        """Judge the response to a PATCH of a key and take the state that it shows."""
        is_json, body = exchange.sent
        known = self._world.keys.get(key_id)
        if exchange.sends_json and is_json and not patch_rules.is_ambiguous(body):
            findings = self._patch_findings(exchange, key_id, body, known, alone=alone)
            self._add(findings, exchange, known)
            self._judge_repeated(exchange, body, known, alone=alone)
        self._take_patched(exchange, key_id, body if is_json else None, known, alone=alone)

    def see(self, seen: Key, exchange: RecordedExchange, *, alone: bool, stored_rule: str) -> None:
        """Compare a key in a response with its last known state and take the new one.

        Args:
            seen: The key as the response shows it.
            exchange: The exchange with the response.
            alone: Whether no request that can change the key was in progress meanwhile.
            stored_rule: Id of the rule that a difference violates after a PATCH.
        """
        key_id = seen.get("id")
        if not isinstance(key_id, str):
            return
        known = self._world.keys.get(key_id)
        at = exchange.ended or 0.0
        if known is not None:
            pending = known.is_patched or known.is_refused or known.count_rule is not None
            if pending or known.key != seen:
                trusted = self._is_trusted(known, alone=alone)
                if trusted and known.key != seen and known.may_show(seen, exchange.started):
                    expected = "the state after the last write"
                    self._world.check(_READ_AFTER_WRITE, exchange, False, expected)
                    return
                if trusted and can_expire_between(known.key, known.at, at):
                    trusted = False
                findings = self._seen_findings(known, seen, trusted, stored_rule)
                self._add(findings, exchange, known)
        self.remember(seen, at, current=alone)

    def remember(self, key: Key, at: float, *, current: bool, patched: bool = False) -> KnownKey:
        """Take the state of a key.

        Args:
            key: The key as a response shows it.
            at: When it was seen, in seconds since 1970.
            current: Whether no other request can have changed it.
            patched: Whether the response is that to a write.
        """
        known = KnownKey(key, at, is_current=current, is_patched=patched)
        before = self._world.keys.get(key["id"])
        if before is None and is_hidden(key["id"]):
            # Earlier exchanges may show the same key with its id.
            self._world.forget()
        if before is not None and (patched or before.earlier):
            known.earlier = before.earlier_at(at) if patched else before.earlier
        elif patched:
            known.earlier = ((at + LAG, None),)
        self._world.keys.put(key["id"], known)
        if isinstance(key.get("key"), str):
            self._world.ids.put(key["key"], key["id"])
        return known

    def _is_trusted(self, known: KnownKey | None, *, alone: bool) -> bool:
        return known is not None and known.is_current and alone and self._world.is_complete

    def _patch_findings(
        self,
        exchange: RecordedExchange,
        key_id: str,
        body: Any,
        known: KnownKey | None,
        *,
        alone: bool,
    ) -> list[Finding]:
        now = exchange.ended or 0.0
        accepted = exchange.status == 200 and exchange.item.get("id") == key_id
        if exchange.status in _BEFORE_BODY:
            return []
        if known is not None and self._is_trusted(known, alone=alone):
            if can_expire_between(known.key, known.at, now) or _expires_near(body, now):
                return []
            return self._findings([known.key], exchange, body, now)
        if exchange.status in _OTHER_REASONS:
            return []
        if _expires_near(body, now):
            return []
        if accepted:
            befores: list[Key] = [_snapshot(exchange.item, known)]
        else:
            befores = list(_possible_states(known))
        findings = self._findings(befores, exchange, body, now)
        return [
            each
            for each in findings
            if each.rule_id not in _NEEDS_STATE
            and (known is not None or not each.rule_id.startswith("patch.frame."))
        ]

    @staticmethod
    def _findings(
        befores: list[Key], exchange: RecordedExchange, body: Any, now: float
    ) -> list[Finding]:
        """The findings that are the same whichever of the states the key was in."""
        at = instant_of(now)
        judged = [
            list(judge_patch(before, body, exchange, at, patch_rules.rule_of(before, body)))
            for before in befores
        ]
        if len(judged) == 1:
            return judged[0]
        outcomes = [{(each.rule_id, each.holds) for each in findings} for findings in judged]
        return [
            each
            for each in judged[0]
            if all((each.rule_id, each.holds) in outcome for outcome in outcomes)
        ]

    def _judge_repeated(
        self, exchange: RecordedExchange, body: Any, known: KnownKey | None, *, alone: bool
    ) -> None:
        if known is None or known.repeated is None or not self._is_trusted(known, alone=alone):
            return
        if exchange.status in _DECIDED and known.repeated[0] == body and exchange.has_body:
            same = known.repeated[1:] == (exchange.status, exchange.json)
            expected = "the same response as for the first PATCH"
            self._world.check("patch.idempotent", exchange, same, expected)

    def _take_patched(
        self,
        exchange: RecordedExchange,
        key_id: str,
        body: Any,
        known: KnownKey | None,
        *,
        alone: bool,
    ) -> None:
        if exchange.status == 200 and exchange.item.get("id") == key_id:
            taken = self.remember(exchange.item, exchange.ended or 0.0, current=alone, patched=True)
            taken.repeated = (body, exchange.status, exchange.json)
        elif known is None or exchange.is_throttled:
            return
        elif not alone or not exchange.is_telling or not 400 <= exchange.status < 500:
            self._world.forget_key(key_id)
        elif exchange.status in _DECIDED:
            known.is_refused = True
            known.repeated = (body, exchange.status, exchange.json)

    @staticmethod
    def _seen_findings(
        known: KnownKey, seen: Key, trusted: bool, stored_rule: str
    ) -> Iterator[Finding]:
        before = known.key
        if trusted and known.count_rule is not None:
            expected, count = before.get("instances_count"), seen.get("instances_count")
            yield Finding(
                known.count_rule,
                expected == count,
                f"instances_count {expected}",
                f"instances_count {count}",
            )
            before = {**before, "instances_count": count}
        rule = stored_rule
        if known.is_refused:
            rule = "patch.refused-changes-nothing"
        elif not known.is_patched:
            rule = "patch.other-keys"
        for each in judge_unchanged(before, seen, rule):
            is_frame = each.rule_id.startswith("patch.frame.")
            if trusted or (is_frame and each.rule_id not in _NEEDS_STATE):
                yield each

    def _add(
        self, findings: Iterable[Finding], exchange: RecordedExchange, known: KnownKey | None
    ) -> None:
        findings = list(findings)
        if known is not None and any(not each.holds for each in findings):
            self._world.learn(known.key)
        self._world.ledger.add(findings, exchange)


def _expires_near(body: Any, now: float) -> bool:
    """Whether a body sets an expiry so near that the clocks decide about the status."""
    return isinstance(body, dict) and can_expire_between(body, now, now)


def _snapshot(item: Key, known: KnownKey | None) -> Key:
    """The state before an accepted PATCH, as far as its response and earlier ones show it."""
    if known is None:
        return item
    changing = ("activations_limit", "expires_at", "status", "instances_count")
    return known.key | {name: item.get(name) for name in changing}


def _possible_states(known: KnownKey | None) -> Iterator[Key]:
    """The states that decide whether a PATCH is rejected."""
    key = {} if known is None else known.key
    subscriptions = (None, "sub_any") if known is None else (key.get("subscription_id"),)
    for subscription_id in subscriptions:
        for count in (0, INT32_MAX):
            yield {**key, "subscription_id": subscription_id, "instances_count": count}
