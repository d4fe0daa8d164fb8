"""The sandbox: the API with a clock, faults, a rate limit and a request log."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from ..api.operations import Operations
from ..api.responses import key_response
from ..api.router import Api
from ..domain.deliveries import Delivery
from ..domain.instants import LAST_INSTANT, Moment
from ..domain.models import Instance, LicenseKey, State, Status
from ..http.errors import HttpError, error_response
from ..http.messages import Request, Response
from ..likeness.alike import Alike
from ..likeness.observed import Observed
from ..storage.interface import InstanceFilter, KeyFilter, Page, Storage, Transaction, Waits
from .clock import Clock
from .events import EVENTS, Subject
from .faults import Fault, Pending, take
from .rate_limiter import RateLimiter
from .recording import Recording
from .request_log import RequestLog
from .search import find_keys
from .seeds import BRAND_ID, BUSINESS_ID
from .settings import SETTINGS, Settings, change_settings, read_settings
from .shared_request_log import SharedRequestLog
from .snapshots import Snapshot, Snapshots, restore_snapshot, take_snapshot
from .webhooks import Webhooks

_SNAPSHOTS = "snapshots"


class Sandbox:
    """Responds to requests to the API under controllable conditions.

    All sandboxes over one storage share its state, settings, rate limit and request log.

    Args:
        storage: The storage of the state and the settings.
        seed: Returns the state that an empty storage gets and a reset restores.
        token: The accepted bearer token.
        rate_limited: Whether the published rate limit is enforced initially.
        webhook_url: The receiver of events, None to record them only.
        webhook_secret: The signing secret of webhooks, generated if None.
        recording: Receives every exchange with the API, if any.
        like: What an API does where the contract leaves a choice, None for the mock's choices.

    Attributes:
        clock: The mock's clock.
        request_log: The most recent requests to the API.
        webhooks: The events, and what sends them.
        gets_write: Whether GET requests change the state: they take faults or are counted.
    """

    def __init__(
        self,
        storage: Storage,
        seed: Callable[[], State],
        token: str,
        *,
        rate_limited: bool = False,
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        recording: Recording | None = None,
        like: Observed | None = None,
    ) -> None:
        self.request_log = (
            RequestLog() if storage.waits is Waits.NONE else SharedRequestLog(storage)
        )
        self.clock = Clock(storage, self._note_change)
        self.gets_write = True
        self._storage = storage
        self._recording = recording
        self._rate_limiter = RateLimiter(storage)
        self._bearer = b"bearer " + token.encode()
        self.webhooks = Webhooks(webhook_url, webhook_secret, storage, self.clock.now)
        api = Api(Operations(storage, BUSINESS_ID, BRAND_ID, self._on_created), token)
        self._api = api if like is None else Alike(api, like)
        self._initial = Settings(rate_limited=rate_limited)
        with storage.reading() as transaction:
            is_loaded = transaction.is_loaded()
        # A large seed takes longer to read than a database lets a transaction wait.
        state = State() if is_loaded else seed()
        with storage.writing() as transaction:
            if not transaction.is_loaded():
                transaction.load(state)
                transaction.set_document(SETTINGS, self._initial)
            elif rate_limited:
                change_settings(transaction, rate_limited=True)
        self.webhooks.resume()

    def respond(self, request: Request) -> Response:
        """Return the response to a request to the API, and log the request."""
        begin = time.perf_counter()
        settings = self._storage.committed_document(SETTINGS, Settings) or Settings()
        moment = settings.moment()
        fault = None
        if settings.faults or settings.rate_limited:
            self.gets_write = True
            fault = self._take_fault(request) if settings.faults else None
            response = self._respond(request, settings, moment, fault)
        else:
            self.gets_write = False
            response = self._api.respond(request, moment)
        duration = time.perf_counter() - begin
        if self._recording is not None:
            self._recording.record(request, response, moment.instant(), duration)
        self.request_log.record((moment, request, response, duration, fault is not None))
        return response

    def perform(self, request: Request) -> Response:
        """Perform an operation without a token, apart from faults, rate limit and request log."""
        self._note_change()
        trusted = msgspec.structs.replace(request, authorization=self._bearer)
        return self._api.respond(trusted, self.settings().moment())

    def settings(self) -> Settings:
        """Return the current settings."""
        return self._storage.committed_document(SETTINGS, Settings) or Settings()

    def seed(self, state: State) -> None:
        """Replace the state, and the state that a reset restores."""
        self._note_change()
        with self._storage.writing() as transaction:
            transaction.load(state)

    def reset(self) -> None:
        """Restore the seed, the system clock and the initial settings; clear the request log."""
        self._note_change()
        with self._storage.writing() as transaction:
            transaction.restore()
            transaction.set_document(SETTINGS, self._initial)
            self.webhooks.clear(transaction)
        self._rate_limiter.clear()
        self.request_log.clear()

    def _note_change(self) -> None:
        if self._recording is not None:
            self._recording.note_change()

    def seeded_key_ids(self, limit: int | None = None) -> list[str]:
        """Return the ids of the license keys that a reset restores, at most `limit`."""
        with self._storage.reading() as transaction:
            return transaction.loaded_key_ids(limit)

    def count_seeded_keys(self) -> int:
        """Return the number of license keys that a reset restores."""
        with self._storage.reading() as transaction:
            return transaction.count_loaded_keys()

    def find_keys(
        self, text: str, status: Status | None, page: Page
    ) -> tuple[list[LicenseKey], bool]:
        """Return one page of the keys that match a text, and whether there are more."""
        now = self.clock.now()
        with self._storage.reading() as transaction:
            keys = find_keys(transaction, text, status, now, page)
            following = msgspec.structs.replace(page, number=page.number + 1)
            is_last = len(keys) < page.size
            return keys, not is_last and bool(find_keys(transaction, text, status, now, following))

    def instances(self, wanted: InstanceFilter, page: Page) -> list[Instance]:
        """Return one page of the instances that match a filter."""
        with self._storage.reading() as transaction:
            return transaction.instances(wanted, page)

    def keys(self, page: Page) -> list[LicenseKey]:
        """Return one page of all license keys."""
        with self._storage.reading() as transaction:
            return transaction.keys(KeyFilter(LAST_INSTANT), page)

    def add_fault(self, fault: Fault) -> None:
        """Add a fault after the pending ones."""
        with self._storage.writing() as transaction:
            faults = (*read_settings(transaction).faults, Pending(fault))
            change_settings(transaction, faults=faults)

    def clear_faults(self) -> None:
        """Remove all pending faults."""
        self._change_settings(faults=())

    def snapshot(self) -> Snapshot:
        """Return all records and settings."""
        with self._storage.writing() as transaction:
            return take_snapshot(transaction, read_settings(transaction))

    def restore(self, snapshot: Snapshot) -> None:
        """Return to the records and settings of a snapshot."""
        with self._storage.writing() as transaction:
            restore_snapshot(transaction, snapshot)
            transaction.set_document(SETTINGS, snapshot.settings)

    def save_snapshot(self, name: str) -> None:
        """Keep a snapshot under a name, in the storage."""
        with self._storage.writing() as transaction:
            kept = transaction.document(_SNAPSHOTS, Snapshots) or Snapshots()
            taken = take_snapshot(transaction, read_settings(transaction))
            transaction.set_document(_SNAPSHOTS, kept.with_one(name, taken))

    def restore_saved(self, name: str) -> bool:
        """Return to the snapshot with a name; return False if there is none."""
        with self._storage.writing() as transaction:
            kept = transaction.document(_SNAPSHOTS, Snapshots) or Snapshots()
            snapshot = kept.by_name.get(name)
            if snapshot is not None:
                restore_snapshot(transaction, snapshot)
                transaction.set_document(SETTINGS, snapshot.settings)
        return snapshot is not None

    def state(self) -> State:
        """Return all records."""
        with self._storage.writing() as transaction:
            return transaction.state()

    def key(self, key_id: str) -> LicenseKey | None:
        """Return a license key."""
        with self._storage.reading() as transaction:
            return transaction.key(key_id)

    def send_event(self, kind: str, key_id: str, changes: dict[str, Any]) -> Delivery | None:
        """Send an event about a license key; return None if the key does not exist.

        Args:
            kind: The type of the event, one of `EVENTS`.
            key_id: The id of the key.
            changes: Fields of the data that differ from the default ones.
        """
        now = self.clock.now()
        with self._storage.reading() as transaction:
            key = transaction.key(key_id)
            if key is None:
                return None
            event = self._event(transaction, kind, key, now)
        with self._storage.writing() as transaction:
            delivery = self.webhooks.record(
                transaction, kind, key.business_id, event | changes, now
            )
        self.webhooks.wake()
        return delivery

    def limit_rate(self, *, on: bool) -> None:
        """Turn the published rate limit on or off."""
        self._rate_limiter.clear()
        self._change_settings(rate_limited=on)

    def _event(
        self, transaction: Transaction, kind: str, key: LicenseKey, now: datetime
    ) -> dict[str, Any]:
        customer = transaction.customer(key.customer_id)
        if customer is None:
            raise AssertionError("the customer of a key is missing")
        return EVENTS[kind](Subject(key_response(key, now), key.grant_id, customer, now))

    def _on_created(self, transaction: Transaction, key: LicenseKey, now: datetime) -> None:
        kind = "license_key.created"
        event = self._event(transaction, kind, key, now)
        self.webhooks.record(transaction, kind, key.business_id, event, now)
        self.webhooks.wake()

    def _change_settings(self, **changes: object) -> None:
        with self._storage.writing() as transaction:
            change_settings(transaction, **changes)

    def _take_fault(self, request: Request) -> Fault | None:
        with self._storage.writing() as transaction:
            fault, faults = take(read_settings(transaction).faults, request.method, request.path)
            change_settings(transaction, faults=faults)
        return fault

    def _respond(
        self, request: Request, settings: Settings, moment: Moment, fault: Fault | None
    ) -> Response:
        if fault is None:
            return self._respond_within_rate(request, settings, moment)
        response = fault.response() or self._respond_within_rate(request, settings, moment)
        return fault.applied_to(response)

    def _respond_within_rate(
        self, request: Request, settings: Settings, moment: Moment
    ) -> Response:
        if not settings.rate_limited or not self._is_counted(request):
            return self._api.respond(request, moment)
        try:
            remaining = self._rate_limiter.admit(moment.instant())
        except HttpError as error:
            return error_response(error)
        response = self._api.respond(request, moment)
        header = (b"x-ratelimit-remaining", str(remaining).encode())
        return msgspec.structs.replace(response, headers=(*response.headers, header))

    def _is_counted(self, request: Request) -> bool:
        """Return whether a request has the token, to which the published limit applies."""
        scheme, _, token = (request.authorization or b"").partition(b" ")
        return scheme.lower() + b" " + token.strip() == self._bearer
