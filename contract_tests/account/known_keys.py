"""The last known state of every key, and what an exchange reveals about it."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ..judge.ledger import Finding, Ledger
from ..judge.patch_checks import Key, is_same_state, judge_patch, judge_unchanged
from ..transport.exchange import Exchange
from .doubt import Doubt

_PATCHABLE = ("activations_limit", "expires_at")


class KnownKeys:
    """Follows the keys from exchange to exchange and adds a finding for every difference.

    It sends nothing, so that recorded exchanges can be judged too.

    Args:
        ledger: Receives the findings.
        doubt: Is asked before a difference counts as a fault, None if only the run can change keys.
    """

    def __init__(self, ledger: Ledger, doubt: Doubt | None = None) -> None:
        self._ledger = ledger
        self._doubt = doubt
        self._keys: dict[str, Key] = {}
        self._others: dict[str, Key] = {}
        self._patched: set[str] = set()
        self._refused: set[str] = set()
        self._written: list[tuple[str, str, Any]] = []
        # The states before the PATCHes that a GET, or a list, has not shown yet.
        self._before_get: dict[str, list[Key]] = {}
        self._before_list: dict[str, list[Key]] = {}

    @property
    def keys(self) -> Mapping[str, Key]:
        """The keys that may be changed, by id, as last seen."""
        return MappingProxyType(self._keys)

    def remember(self, key_id: str, key: Key) -> None:
        """Take the state of a key as it is, without a finding."""
        self._replace(key_id, key)

    def remember_created(self, key_id: str, key: Key) -> None:
        """Take the state of a new key; the next difference counts against what created it."""
        self.remember(key_id, key)
        self._patched.add(key_id)

    def judge_patched(
        self, key_id: str, body: Any, exchange: Exchange, now: datetime, rule_id: str | None = None
    ) -> None:
        """Check the response to a PATCH against the oracle and take the new state.

        Args:
            key_id: A known key.
            body: The JSON body of the PATCH.
            exchange: The PATCH and its response.
            now: The instant of the exchange, UTC.
            rule_id: Id of the rule that the body tests.
        """
        before = self._keys[key_id]
        findings = list(judge_patch(before, body, exchange, now, rule_id))
        if self._doubt is not None and not all(each.holds for each in findings):
            self._doubt.confirm_patch(before, exchange, body, rule_id)
            findings = [each._replace(is_proven=True) for each in findings]
        self._ledger.add(findings, exchange)
        if exchange.status == 200 and exchange.item.get("id") == key_id:
            if self._doubt is not None:
                self._doubt.patched(key_id)
            self._replace(key_id, exchange.item)
            self._patched.add(key_id)
            self._written += [(key_id, name, exchange.item.get(name)) for name in _PATCHABLE]
            self._refused.discard(key_id)
        elif 400 <= exchange.status < 500:
            self._refused.add(key_id)

    def _replace(self, key_id: str, key: Key) -> None:
        if key_id in self._keys:
            for before in (self._before_get, self._before_list):
                before.setdefault(key_id, []).append(self._keys[key_id])
        self._keys[key_id] = key

    def is_outdated(self, exchange: Exchange) -> bool:
        """Whether a read shows a key as it was before a PATCH that no such read has shown yet."""
        if any(self._is_earlier(item, self._before_list) for item in exchange.items):
            return True
        return self._is_earlier(exchange.item, self._before_get)

    def _is_earlier(self, seen: Key, before: dict[str, list[Key]]) -> bool:
        key_id = seen.get("id")
        if not isinstance(key_id, str) or is_same_state(self._keys.get(key_id, seen), seen):
            return False
        return any(is_same_state(each, seen) for each in before.get(key_id, ()))

    def judge_read(self, key_id: str, exchange: Exchange, rule_id: str | None = None) -> None:
        """Compare the response to a GET of a key with its last known state.

        Args:
            key_id: A known key.
            exchange: The GET and its response.
            rule_id: Id of the rule that a difference violates; by default that of the last PATCH.
        """
        found = exchange.status == 200 and exchange.item.get("id") == key_id
        if self._ledger.judge("get.known-200", exchange, found, "200 with the key"):
            self._judge_seen(key_id, exchange.item, exchange, rule_id or "patch.stored.get")
            self._before_get.pop(key_id, None)

    def judge_listed(self, exchange: Exchange) -> None:
        """Compare the keys in the response to a list request with their last known states."""
        ids = [item.get("id") for item in exchange.items]
        if ids:
            once = len(ids) == len(set(map(str, ids)))
            self._ledger.judge("list.pages-follow", exchange, once, "every key once")
        by_id = {each["id"]: each for each in exchange.items if isinstance(each.get("id"), str)}
        own = [key_id for key_id in by_id if key_id in self._keys]
        for key_id in own:
            self._judge_seen(key_id, by_id[key_id], exchange, "patch.stored.list")
            self._before_list.pop(key_id, None)
        # Last, because a doubt about another key is resolved by changing an allowed one.
        for key_id, item in by_id.items():
            if key_id not in own:
                self._judge_other(key_id, item, exchange)

    def _judge_seen(self, key_id: str, seen: Key, exchange: Exchange, rule_id: str) -> None:
        if key_id in self._refused:
            rule_id = "patch.refused-changes-nothing"
        elif key_id not in self._patched:
            rule_id = "patch.other-keys"
        known = self._keys[key_id]
        findings = list(judge_unchanged(known, seen, rule_id))
        if self._doubt is not None:
            if not all(each.holds for each in findings):
                self._doubt.confirm_seen(known, exchange, rule_id)
                findings = [each._replace(is_proven=True) for each in findings]
            self._doubt.seen(key_id)
        self._ledger.add(findings, exchange)
        self._keys[key_id] = seen
        self._refused.discard(key_id)
        self._patched.discard(key_id)

    def _judge_other(self, key_id: str, seen: Key, exchange: Exchange) -> None:
        """Others use the account too: only a value that the run sent to another key is a fault."""
        known = self._others.setdefault(key_id, seen)
        changed = [name for name in _PATCHABLE if known.get(name) != seen.get(name)]
        written = [name for name in changed if self._comes_from_the_run(key_id, name, seen)]
        expected, shown = f"{key_id} as before", f"{', '.join(written)} as sent for another key"
        finding = Finding("patch.other-keys", not written, expected, shown, is_proven=True)
        self._ledger.add([finding], exchange)
        self._others[key_id] = seen

    def _comes_from_the_run(self, other_id: str, name: str, seen: Key) -> bool:
        sources = [
            key_id
            for key_id, _, value in self._written
            if value == seen.get(name) and key_id in self._keys
        ]
        if not sources or self._doubt is None:
            return bool(sources)
        return self._doubt.comes_from(self._keys[sources[-1]], other_id, name)
