"""The account under test: sends requests and remembers how each key is known to be."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx

from contract_tests.effects import Key, judge_patch, judge_unchanged
from contract_tests.exchange import Exchange
from contract_tests.gate import Gate
from contract_tests.ledger import Finding, Ledger

_UNTOUCHED = object()
PATCHABLE = ("activations_limit", "expires_at")


class UnavailableError(Exception):
    """The account lacks what a check needs; the text says what would enable it."""


class Account:
    """Drives the target with a bearer token and holds every answer to the oracle.

    Attributes:
        keys: The keys that may be changed, by id, as last seen.
    """

    def __init__(self, gate: Gate, base_url: str, token: str, ledger: Ledger) -> None:
        self.keys: dict[str, Key] = {}
        self.token = token
        self._originals: dict[str, Key] = {}
        self._others: dict[str, Key] = {}
        self._patched: set[str] = set()
        self._refused: set[str] = set()
        self._written: list[Any] = []
        self.gate = gate
        self.base_url = base_url
        self._url = httpx.URL(base_url)
        self._ledger = ledger

    def send(
        self,
        method: str,
        target: str,
        body: Any = _UNTOUCHED,
        *,
        content: bytes = b"",
        headers: dict[str, str] | None = None,
        authorization: str | None = _UNTOUCHED,  # type: ignore[assignment]
    ) -> Exchange:
        """Send a request and return the exchange.

        Args:
            method: The method in capitals.
            target: Path and query, percent-encoded as it is to be sent.
            body: A JSON value to send.
            content: A raw body to send instead.
            headers: Headers to add or to replace.
            authorization: The whole header in place of the bearer token, None for no header.
        """
        fields = httpx.Headers({"accept": "application/json"})
        if authorization is _UNTOUCHED:
            fields["authorization"] = f"Bearer {self.token}"
        elif authorization is not None:
            fields["authorization"] = authorization
        if body is not _UNTOUCHED:
            content = json.dumps(body).encode()
            fields["content-type"] = "application/json"
        fields.update(headers or {})
        raw_path = self._url.raw_path.rstrip(b"/") + target.encode("ascii")
        url = self._url.copy_with(raw_path=raw_path)
        return self.gate.send(httpx.Request(method, url, headers=fields, content=content))

    def adopt(self, key: Key) -> None:
        """Take a key, as the API showed it, among those that may be changed."""
        self.keys[key["id"]] = key
        self._originals.setdefault(key["id"], key)

    def pick(
        self,
        *,
        subscription: bool | None = None,
        in_use: bool | None = None,
    ) -> str:
        """Choose a key that may be changed.

        Args:
            subscription: Whether it must belong to a subscription, None for either.
            in_use: Whether it must have instances, None for either.

        Raises:
            UnavailableError: No allowed key is like that.
        """
        for key_id, key in self.keys.items():
            on_subscription = bool(key.get("subscription_id"))
            used = bool(key.get("instances_count"))
            if subscription in (None, on_subscription) and in_use in (None, used):
                return key_id
        raise UnavailableError(_missing(subscription, in_use))

    def patch(self, key_id: str, body: Any, about: str | None = None) -> Exchange:
        """Update a key and hold the answer to the oracle.

        Args:
            key_id: A key that may be changed.
            body: The JSON body.
            about: Id of the rule that the body is made to test.
        """
        exchange = self.send("PATCH", f"/license_keys/{key_id}", body)
        self.note_patch(key_id, body, exchange, about)
        return exchange

    def note_patch(
        self, key_id: str, body: Any, exchange: Exchange, about: str | None = None
    ) -> None:
        """Hold an update that was sent some other way to the oracle, and remember its outcome."""
        findings = judge_patch(self.keys[key_id], body, exchange, now(), about)
        self._ledger.add(findings, exchange)
        if exchange.status == 200 and exchange.item.get("id") == key_id:
            self.keys[key_id] = exchange.item
            self._patched.add(key_id)
            self._written += [exchange.item.get(name) for name in PATCHABLE]
            self._refused.discard(key_id)
        elif 400 <= exchange.status < 500:
            self._refused.add(key_id)

    def read(self, key_id: str, rule: str | None = None) -> Exchange:
        """Get a key and hold it to how it is known to be.

        Args:
            key_id: A key that may be changed.
            rule: Id of the rule that a difference breaks; by default that of the last PATCH.
        """
        exchange = self.send("GET", f"/license_keys/{key_id}")
        found = exchange.status == 200 and exchange.item.get("id") == key_id
        self._ledger.add([Finding("get.known-200", found, "200 with the key")], exchange)
        if found:
            self._note_seen(key_id, exchange.item, exchange, rule or "patch.stored.get")
        return exchange

    def note_listed(self, exchange: Exchange) -> None:
        """Hold the keys of a list answer to how they are known to be."""
        for item in exchange.items:
            key_id = item.get("id")
            if key_id in self.keys:
                self._note_seen(key_id, item, exchange, "patch.stored.list")
            elif isinstance(key_id, str):
                self._note_other(key_id, item, exchange)

    def ensure(self, key_id: str, body: dict[str, Any]) -> None:
        """Bring a key into a state, with no request where it is in that state already."""
        key = self.keys[key_id]
        shown = {**key, "disabled": key.get("status") == "disabled"}
        if any(shown.get(name) != value for name, value in body.items()):
            self.patch(key_id, body)

    def at_once(self, calls: list[Callable[[], Exchange]]) -> list[Exchange]:
        """Send several requests at the same time and return the exchanges in order."""
        with ThreadPoolExecutor(len(calls)) as pool:
            return [each.result() for each in [pool.submit(call) for call in calls]]

    def restore(self) -> Iterator[str]:
        """Put every key back as it was first seen and yield the ids of those that are not."""
        for key_id, original in self._originals.items():
            if self.keys[key_id] != original or key_id in self._refused:
                self.send("PATCH", f"/license_keys/{key_id}", original_state(original))
                seen = self.send("GET", f"/license_keys/{key_id}").item
                findings = judge_unchanged(original, seen, "patch.stored.get")
                if not all(each.holds for each in findings):
                    yield key_id

    def _note_seen(self, key_id: str, seen: Key, exchange: Exchange, rule: str) -> None:
        if key_id in self._refused:
            rule = "patch.refused-changes-nothing"
        elif key_id not in self._patched:
            rule = "patch.other-keys"
        self._ledger.add(judge_unchanged(self.keys[key_id], seen, rule), exchange)
        self.keys[key_id] = seen
        self._refused.discard(key_id)
        self._patched.discard(key_id)

    def _note_other(self, key_id: str, seen: Key, exchange: Exchange) -> None:
        """Others use the account too: only a value written elsewhere here proves a fault."""
        known = self._others.setdefault(key_id, seen)
        changed = [name for name in PATCHABLE if known.get(name) != seen.get(name)]
        written = [name for name in changed if seen.get(name) in self._written]
        expected, shown = f"{key_id} as before", f"{', '.join(written)} as sent for another key"
        self._ledger.add([Finding("patch.other-keys", not written, expected, shown)], exchange)
        self._others[key_id] = seen


def original_state(key: Key) -> dict[str, Any]:
    """The body that brings a key back to how it is."""
    state = {
        "activations_limit": key.get("activations_limit"),
        "disabled": key.get("status") == "disabled",
    }
    if not key.get("subscription_id"):
        state["expires_at"] = key.get("expires_at")
    return state


def now() -> datetime:
    """The current instant, UTC."""
    return datetime.now(UTC)


def _missing(subscription: bool | None, in_use: bool | None) -> str:
    kind = {None: "any kind", True: "a subscription", False: "no subscription"}[subscription]
    use = {None: "", True: " with an active instance", False: " without active instances"}[in_use]
    return f"needs an allowed key of {kind}{use}: name one with --key-id"
