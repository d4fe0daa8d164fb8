"""The account under test: sends requests about its keys and judges the responses."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from ..address import is_this_machine
from ..contract.oracle import parse_instant
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..judge.patch_checks import Key
from ..transport.exchange import Exchange
from ..transport.guard import Guard
from ..transport.guarded_transport import GuardedTransport
from ..transport.requester import Requester
from .doubt import Experiment
from .known_keys import KnownKeys
from .lag import Lag
from .other_runs import OtherRuns

LARGEST_PAGE = 100


class Account(Requester):
    """Sends requests with a bearer token and checks every response against the oracle.

    Args:
        transport: Every request goes through it.
        guard: Learns which keys the run creates.
        base_url: Scheme, host and port of the target.
        token: The bearer token.
        ledger: Receives the findings.
        marker: The start of the name of every instance and of every key that the run creates.
        is_shared: Whether other programs may use the account during the run.
    """

    def __init__(
        self,
        transport: GuardedTransport,
        guard: Guard,
        base_url: str,
        token: str,
        ledger: Ledger,
        marker: str,
        *,
        is_shared: bool = False,
    ) -> None:
        super().__init__(transport, base_url, token)
        self.marker = marker
        self._guard = guard
        self.is_shared = is_shared
        self.other_runs = OtherRuns(marker)
        transport.observers.append(self.other_runs)
        self._experiment = Experiment(self, self._learn) if is_shared else None
        self._known = KnownKeys(ledger, self._experiment)
        self._create_for: tuple[str, str] | None = None
        self._created: list[str] = []
        self._listing: Exchange | None = None
        self.lag = Lag(ledger)

    @property
    def keys(self) -> Mapping[str, Key]:
        """The keys that may be changed, by id, as last seen."""
        return self._known.keys

    @property
    def is_local(self) -> bool:
        """Whether the target runs on this machine."""
        return is_this_machine(self.base_url)

    @property
    def create_for(self) -> tuple[str, str] | None:
        """Ids of the customer and the product that keys may be created for, None for none."""
        return self._create_for

    @property
    def created_keys(self) -> list[Key]:
        """The keys that the run created, in the order of their creation, as last seen."""
        return [self.keys[key_id] for key_id in self._created]

    def allow_creation(self, customer_id: str, product_id: str) -> None:
        """Allow the creation of keys for a customer and a product."""
        self._create_for = (customer_id, product_id)
        self._guard.allow_creation(customer_id)

    def meet(self, key: Key) -> None:
        """Add a key that may be changed, as the API returned it."""
        self._known.remember(key["id"], key)

    def adopt(self, key: Key) -> None:
        """Add a key that the run created to those that may be changed."""
        if isinstance(key.get("id"), str):
            self._guard.allow_key(key["id"])
            self._known.remember_created(key["id"], key)
            self._created.append(key["id"])

    def pick(
        self,
        *,
        subscription: bool | None = None,
        in_use: bool | None = None,
    ) -> str:
        """Return the id of a key that may be changed.

        Args:
            subscription: Whether the key must belong to a subscription, None for either.
            in_use: Whether the key must have instances, None for either.

        Raises:
            UnavailableError: No allowed key qualifies.
        """
        for key_id, key in self.keys.items():
            on_subscription = bool(key.get("subscription_id"))
            used = bool(key.get("instances_count"))
            if subscription in (None, on_subscription) and in_use in (None, used):
                return key_id
        raise UnavailableError(_missing(subscription, in_use))

    def other_than(self, key_id: str) -> str | None:
        """Return the id of another key that may be changed, None if there is none."""
        return next((each for each in self.keys if each != key_id), None)

    def send(self, method: str, target: str, *arguments: Any, **options: Any) -> Exchange:
        """Send a request; any method but GET may change a key and so discards the known list."""
        if method != "PATCH":
            self.lag.wait()
        if method == "GET":
            return super().send(method, target, *arguments, **options)
        self._listing = None
        if self._experiment is not None:
            self._experiment.sent(method, target, arguments, options)
        exchange = super().send(method, target, *arguments, **options)
        if not 400 <= exchange.status < 500 and target != "/licenses/validate":
            self.lag.wrote()
        return exchange

    def patch(
        self, key_id: str, body: Any, rule_id: str | None = None, *, target: str | None = None
    ) -> Exchange:
        """Update a key and check the response against the oracle.

        Args:
            key_id: A key that may be changed.
            body: The JSON body.
            rule_id: Id of the rule that the body tests.
            target: Path and query to send the PATCH to, by default the path of the key.
        """
        exchange = self.send("PATCH", target or f"/license_keys/{key_id}", body)
        self.judge_patched(key_id, body, exchange, rule_id)
        return exchange

    def judge_patched(
        self, key_id: str, body: Any, exchange: Exchange, rule_id: str | None = None
    ) -> None:
        """Check the response to a PATCH, which was just sent, against the oracle.

        Args:
            key_id: A key that may be changed.
            body: The JSON body.
            exchange: The PATCH and its response.
            rule_id: Id of the rule that the body tests.
        """
        self._known.judge_patched(key_id, body, exchange, now(), rule_id)

    def read(self, key_id: str, rule_id: str | None = None) -> Exchange:
        """Get a key and compare it with its last known state.

        Args:
            key_id: A key that may be changed.
            rule_id: Id of the rule that a difference violates; by default that of the last PATCH.
        """
        exchange = self._settled(f"/license_keys/{key_id}")
        self._known.judge_read(key_id, exchange, rule_id)
        return exchange

    def _settled(self, target: str) -> Exchange:
        """Read, and read again while the response shows a key as it was before a PATCH."""
        return self.lag.settled(
            self.send("GET", target),
            self._known.is_outdated,
            lambda: self.send("GET", target),
        )

    def refresh(self, key_id: str) -> Exchange:
        """Get a key and take its state as it is, without a finding."""
        exchange = self.send("GET", f"/license_keys/{key_id}")
        if exchange.status == 200:
            self._known.remember(key_id, exchange.item)
        return exchange

    def count(self, key_id: str, expected: int) -> Exchange:
        """Get a key, again while its number of instances differs and reads may lag behind writes.

        Args:
            key_id: A key that may be changed.
            expected: The number of instances that the key must have.
        """
        exchange = self.lag.settled(
            self.refresh(key_id),
            lambda seen: seen.item.get("instances_count") != expected,
            lambda: self.refresh(key_id),
        )
        if self.is_shared and exchange.item.get("instances_count") != expected:
            # The instances may show another run.
            self.send("GET", f"/license_key_instances?license_key_id={key_id}&page_size=100")
        return exchange

    def listing(self) -> Exchange:
        """Return the first page of 100 keys, requested again if a key may have changed."""
        if self._listing is None:
            self._listing = self.list_keys(f"?page_size={LARGEST_PAGE}")
        return self._listing

    def relisted(self) -> Exchange:
        """Return the first page of 100 keys, requested again in any case."""
        self._listing = None
        return self.listing()

    def list_keys(self, query: str = "") -> Exchange:
        """List keys and compare them with their last known states.

        Args:
            query: The query with its question mark, percent-encoded.
        """
        exchange = self._settled(f"/license_keys{query}")
        self._known.judge_listed(exchange)
        return exchange

    def ensure(self, key_id: str, body: dict[str, Any], rule_id: str | None = None) -> None:
        """Bring a key into a state; sends no request if the key is in that state.

        Args:
            key_id: A key that may be changed.
            body: The state, as the body of a PATCH.
            rule_id: Id of the rule that is violated if the API rejects this body.

        Raises:
            UnavailableError: The key is not in that state afterwards.
        """
        if _is_in_state(self.keys[key_id], body):
            return
        exchange = self.patch(key_id, body, rule_id)
        if not _is_in_state(self.keys[key_id], body):
            raise UnavailableError(
                f"the precondition {', '.join(body)} was not reached: PATCH returned"
                f" {exchange.summary}"
            )

    @property
    def has_faults(self) -> bool:
        """Whether the API itself was seen to change a key in a way that the contract excludes."""
        return self._experiment is not None and self._experiment.reproduced > 0

    def at_once(self, calls: list[Callable[[], Exchange]]) -> list[Exchange]:
        """Send several requests at the same time and return the exchanges in order."""
        with ThreadPoolExecutor(len(calls)) as pool:
            return [each.result() for each in [pool.submit(call) for call in calls]]

    def _learn(self, key: Key) -> None:
        if key["id"] in self.keys:
            self._known.remember(key["id"], key)


def _is_in_state(key: Key, wanted: dict[str, Any]) -> bool:
    shown = {**key, "disabled": key.get("status") == "disabled"}
    return all(
        parse_instant(shown.get(name)) == parse_instant(value)
        if name == "expires_at" and value is not None
        else shown.get(name) == value
        for name, value in wanted.items()
    )


def now() -> datetime:
    """The current instant, UTC."""
    return datetime.now(UTC)


def _missing(subscription: bool | None, in_use: bool | None) -> str:
    needed = (
        {None: "", True: "of a subscription", False: "without a subscription"}[subscription],
        {None: "", True: "with an active instance", False: "without active instances"}[in_use],
    )
    kind = " and ".join(each for each in needed if each) or "of any kind"
    return f"needs an allowed key {kind}: name one with --key-id"
