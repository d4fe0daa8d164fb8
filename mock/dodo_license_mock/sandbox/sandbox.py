"""The sandbox: the API with a clock, faults, a rate limit and a request log."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from ..api.operations import Operations
from ..api.router import Api
from ..domain import instants
from ..domain.instants import LAST_INSTANT, system_now
from ..domain.models import LicenseKey, State
from ..http.errors import HttpError, error_response
from ..http.messages import Request, Response
from ..likeness.alike import Alike
from ..likeness.observed import Observed
from ..storage.interface import KeyFilter, Page, Storage, Transaction, Waits
from .faults import Fault, Pending, take
from .rate_limiter import RateLimiter
from .recording import Recording
from .request_log import Record, RequestLog
from .seeds import BRAND_ID, BUSINESS_ID
from .settings import Settings
from .shared_request_log import SharedRequestLog
from .snapshots import Snapshot, Snapshots, restore_snapshot, take_snapshot
from .webhooks import Webhooks

_SETTINGS = "settings"
_SNAPSHOTS = "snapshots"


class Sandbox:
    """Responds to requests to the API under controllable conditions.

    All sandboxes over one storage share its state, settings, rate limit and request log.

    Args:
        storage: The storage of the state and the settings.
        seed: Returns the state that an empty storage gets and a reset restores.
        token: The accepted bearer token.
        rate_limited: Whether the published rate limit is enforced initially.
        webhooks: The sender of events, if any.
        recording: Receives every exchange with the API, if any.
        like: What an API does where the contract leaves a choice, None for the mock's choices.

    Attributes:
        request_log: The most recent requests to the API.
        gets_write: Whether GET requests change the state: they take faults or are counted.
    """

    def __init__(
        self,
        storage: Storage,
        seed: Callable[[], State],
        token: str,
        *,
        rate_limited: bool = False,
        webhooks: Webhooks | None = None,
        recording: Recording | None = None,
        like: Observed | None = None,
    ) -> None:
        self.request_log = (
            RequestLog() if storage.waits is Waits.NONE else SharedRequestLog(storage)
        )
        self.gets_write = True
        self._storage = storage
        self._recording = recording
        self._rate_limiter = RateLimiter(storage)
        self._bearer = b"bearer " + token.encode()
        on_created = (lambda _: None) if webhooks is None else webhooks.license_key_created
        api = Api(Operations(storage, BUSINESS_ID, BRAND_ID, on_created), token)
        self._api = api if like is None else Alike(api, like)
        self._initial = Settings(rate_limited=rate_limited)
        with storage.writing() as transaction:
            if not transaction.is_loaded():
                transaction.load(seed())
                transaction.set_document(_SETTINGS, self._initial)
            elif rate_limited:
                _change_settings(transaction, rate_limited=True)

    def respond(self, request: Request) -> Response:
        """Return the response to a request to the API, and log the request."""
        begin = time.perf_counter()
        settings = self.settings()
        self.gets_write = settings.rate_limited or bool(settings.faults)
        now = settings.now()
        fault = self._take_fault(request) if settings.faults else None
        response = self._respond(request, settings, now, fault)
        duration = time.perf_counter() - begin
        if self._recording is not None:
            self._recording.record(request, response, now.timestamp(), duration)
        self.request_log.record(Record(now, request, response, duration, fault is not None))
        return response

    def settings(self) -> Settings:
        """Return the current settings."""
        with self._storage.reading() as transaction:
            return _settings(transaction)

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
            transaction.set_document(_SETTINGS, self._initial)
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

    def keys(self, page: Page) -> list[LicenseKey]:
        """Return one page of all license keys."""
        with self._storage.reading() as transaction:
            return transaction.keys(KeyFilter(LAST_INSTANT), page)

    def set_clock(self, instant: datetime) -> None:
        """Set the clock to an instant, from which it continues to run unless it is frozen."""
        self._note_change()
        with self._storage.writing() as transaction:
            _set_clock(transaction, instant)

    def advance_clock(self, duration: timedelta) -> None:
        """Move the clock forward, or back by a negative duration."""
        self._note_change()
        with self._storage.writing() as transaction:
            settings = _settings(transaction)
            if settings.frozen_at is None:
                _change_settings(transaction, clock_offset=settings.clock_offset + duration)
            else:
                _set_clock(transaction, instants.moved(settings.frozen_at, duration))

    def freeze_clock(self, instant: datetime | None) -> None:
        """Stop the clock, at an instant or at its current time."""
        self._note_change()
        with self._storage.writing() as transaction:
            now = _settings(transaction).now()
            _change_settings(transaction, frozen_at=instant or now)

    def unfreeze_clock(self) -> None:
        """Let the clock run on from where it was stopped."""
        self._note_change()
        with self._storage.writing() as transaction:
            frozen_at = _settings(transaction).frozen_at
            if frozen_at is not None:
                _change_settings(transaction, frozen_at=None)
                _set_clock(transaction, frozen_at)

    def reset_clock(self) -> None:
        """Set the clock to the system clock."""
        self._note_change()
        self._change_settings(clock_offset=timedelta(), frozen_at=None)

    def add_fault(self, fault: Fault) -> None:
        """Add a fault after the pending ones."""
        with self._storage.writing() as transaction:
            faults = (*_settings(transaction).faults, Pending(fault))
            _change_settings(transaction, faults=faults)

    def clear_faults(self) -> None:
        """Remove all pending faults."""
        self._change_settings(faults=())

    def snapshot(self) -> Snapshot:
        """Return all records and settings."""
        with self._storage.writing() as transaction:
            return take_snapshot(transaction, _settings(transaction))

    def restore(self, snapshot: Snapshot) -> None:
        """Return to the records and settings of a snapshot."""
        with self._storage.writing() as transaction:
            restore_snapshot(transaction, snapshot)
            transaction.set_document(_SETTINGS, snapshot.settings)

    def save_snapshot(self, name: str) -> None:
        """Keep a snapshot under a name, in the storage."""
        with self._storage.writing() as transaction:
            kept = transaction.document(_SNAPSHOTS, Snapshots) or Snapshots()
            taken = take_snapshot(transaction, _settings(transaction))
            transaction.set_document(_SNAPSHOTS, kept.with_one(name, taken))

    def restore_saved(self, name: str) -> bool:
        """Return to the snapshot with a name; return False if there is none."""
        with self._storage.writing() as transaction:
            kept = transaction.document(_SNAPSHOTS, Snapshots) or Snapshots()
            snapshot = kept.by_name.get(name)
            if snapshot is not None:
                restore_snapshot(transaction, snapshot)
                transaction.set_document(_SETTINGS, snapshot.settings)
        return snapshot is not None

    def state(self) -> State:
        """Return all records."""
        with self._storage.writing() as transaction:
            return transaction.state()

    def key(self, key_id: str) -> LicenseKey | None:
        """Return a license key."""
        with self._storage.reading() as transaction:
            return transaction.key(key_id)

    def limit_rate(self, *, on: bool) -> None:
        """Turn the published rate limit on or off."""
        self._rate_limiter.clear()
        self._change_settings(rate_limited=on)

    def _change_settings(self, **changes: object) -> None:
        with self._storage.writing() as transaction:
            _change_settings(transaction, **changes)

    def _take_fault(self, request: Request) -> Fault | None:
        with self._storage.writing() as transaction:
            fault, faults = take(_settings(transaction).faults, request.method, request.path)
            _change_settings(transaction, faults=faults)
        return fault

    def _respond(
        self, request: Request, settings: Settings, now: datetime, fault: Fault | None
    ) -> Response:
        if fault is None:
            return self._respond_within_rate(request, settings, now)
        response = fault.response() or self._respond_within_rate(request, settings, now)
        return fault.applied_to(response)

    def _respond_within_rate(self, request: Request, settings: Settings, now: datetime) -> Response:
        if not settings.rate_limited or not self._is_counted(request):
            return self._api.respond(request, now)
        try:
            remaining = self._rate_limiter.admit(now)
        except HttpError as error:
            return error_response(error)
        response = self._api.respond(request, now)
        header = (b"x-ratelimit-remaining", str(remaining).encode())
        return msgspec.structs.replace(response, headers=(*response.headers, header))

    def _is_counted(self, request: Request) -> bool:
        """Return whether a request has the token, to which the published limit applies."""
        scheme, _, token = (request.authorization or b"").partition(b" ")
        return scheme.lower() + b" " + token.strip() == self._bearer


def _settings(transaction: Transaction) -> Settings:
    return transaction.document(_SETTINGS, Settings) or Settings()


def _set_clock(transaction: Transaction, instant: datetime) -> None:
    if _settings(transaction).frozen_at is None:
        _change_settings(transaction, clock_offset=instant - system_now())
    else:
        _change_settings(transaction, frozen_at=instant)


def _change_settings(transaction: Transaction, **changes: object) -> None:
    changed = msgspec.structs.replace(_settings(transaction), **changes)
    transaction.set_document(_SETTINGS, changed)
