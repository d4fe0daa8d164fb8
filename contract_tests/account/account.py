"""The account under test: sends requests and remembers how each key is known to be."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from ..errors import UnavailableError
from ..judge.ledger import Finding, Ledger
from ..judge.patch_checks import Key, judge_patch, judge_unchanged
from ..transport.exchange import Exchange
from ..transport.guarded_transport import Gate
from ..transport.requester import Caller

LARGEST_PAGE = 100
PATCHABLE = ("activations_limit", "expires_at")


class Account(Caller):
    """Drives the target with a bearer token and holds every answer to the oracle.

    Attributes:
        keys: The keys that may be changed, by id, as last seen.
        made: Ids of those of them that the run made.
        marker: Begins the name of every instance that the run makes.
        create_for: Customer and product for whom keys may be made, None for none.
    """

    def __init__(self, gate: Gate, base_url: str, token: str, ledger: Ledger, marker: str) -> None:
        super().__init__(gate, base_url, token)
        self.keys: dict[str, Key] = {}
        self.made: list[str] = []
        self.create_for: tuple[str, str] | None = None
        self.marker = marker
        self._others: dict[str, Key] = {}
        self._patched: set[str] = set()
        self._refused: set[str] = set()
        self._listing: Exchange | None = None
        self._written: list[Any] = []
        self._ledger = ledger

    def adopt(self, key: Key) -> None:
        """Take a key that the run made among those that may be changed."""
        if isinstance(key.get("id"), str):
            self.gate.guard.key_ids.add(key["id"])
            self.keys[key["id"]] = key
            self._patched.add(key["id"])
            self.made.append(key["id"])

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

    def send(self, method: str, target: str, *arguments: Any, **options: Any) -> Exchange:
        """Send a request as any caller does; what may change a key makes a known list stale."""
        if method != "GET":
            self._listing = None
        return super().send(method, target, *arguments, **options)

    def patch(self, key_id: str, body: Any, about: str | None = None) -> Exchange:
        """Update a key and hold the answer to the oracle.

        Args:
            key_id: A key that may be changed.
            body: The JSON body.
            about: Id of the rule that the body is made to test.
        """
        exchange = self.send("PATCH", f"/license_keys/{key_id}", body)
        findings = judge_patch(self.keys[key_id], body, exchange, now(), about)
        self._ledger.add(findings, exchange)
        if exchange.status == 200 and exchange.item.get("id") == key_id:
            self.keys[key_id] = exchange.item
            self._patched.add(key_id)
            self._written += [exchange.item.get(name) for name in PATCHABLE]
            self._refused.discard(key_id)
        elif 400 <= exchange.status < 500:
            self._refused.add(key_id)
        return exchange

    def read(self, key_id: str, rule: str | None = None) -> Exchange:
        """Get a key and hold it to how it is known to be.

        Args:
            key_id: A key that may be changed.
            rule: Id of the rule that a difference breaks; by default that of the last PATCH.
        """
        exchange = self.send("GET", f"/license_keys/{key_id}")
        found = exchange.status == 200 and exchange.item.get("id") == key_id
        if self._ledger.judge("get.known-200", exchange, found, "200 with the key"):
            self._note_seen(key_id, exchange.item, exchange, rule or "patch.stored.get")
        return exchange

    def listing(self) -> Exchange:
        """The first page of keys at its largest, asked for anew after what may have changed one."""
        if self._listing is None:
            self._listing = self.send("GET", f"/license_keys?page_size={LARGEST_PAGE}")
            self.note_listed(self._listing)
        return self._listing

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


def now() -> datetime:
    """The current instant, UTC."""
    return datetime.now(UTC)


def _missing(subscription: bool | None, in_use: bool | None) -> str:
    kind = {None: "any kind", True: "a subscription", False: "no subscription"}[subscription]
    use = {None: "", True: " with an active instance", False: " without active instances"}[in_use]
    return f"needs an allowed key of {kind}{use}: name one with --key-id"
