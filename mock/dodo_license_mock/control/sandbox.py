"""The sandbox: the API under a clock, faults and a rate limit that can be controlled."""

from datetime import UTC, datetime, timedelta

import msgspec

from ..api.operations import Operations
from ..api.router import Api
from ..core.errors import ApiError
from ..core.faults import Fault, take
from ..core.instants import LAST_INSTANT
from ..core.messages import Request, Response, error_response
from ..core.models import LicenseKey, State
from ..core.seeds import BRAND_ID, BUSINESS_ID
from ..core.settings import Settings
from ..storage import KeyFilter, Page, Storage
from .journal import Journal
from .throttle import Throttle
from .webhooks import Webhooks


class Sandbox:
    """Answers requests to the API, and controls how.

    Settings and state are shared by all sandboxes over one storage; the journal and the count of
    the rate limit are this sandbox's own.

    Args:
        storage: Where the state and the settings are.
        seed: What a storage without a state gets, and a reset restores.
        token: The bearer token that is accepted.
        rate_limited: Whether the published rate limit holds at first.
        webhooks: Who is told of new keys.
    """

    def __init__(
        self,
        storage: Storage,
        seed: State,
        token: str,
        *,
        rate_limited: bool = False,
        webhooks: Webhooks | None = None,
    ) -> None:
        self.journal = Journal()
        self._storage = storage
        self._throttle = Throttle()
        self._bearer = b"bearer " + token.encode()
        on_created = (lambda _: None) if webhooks is None else webhooks.license_key_created
        self._api = Api(Operations(storage, BUSINESS_ID, BRAND_ID, on_created), token)
        self._initial = Settings(rate_limited=rate_limited)
        with storage.writing() as transaction:
            if transaction.seed() is None:
                transaction.set_seed(seed)
                transaction.load(seed)
                transaction.set_settings(self._initial)
            elif rate_limited:
                settings = msgspec.structs.replace(transaction.settings(), rate_limited=True)
                transaction.set_settings(settings)

    def respond(self, request: Request) -> Response:
        """Answer a request to the API and enter it in the journal."""
        settings = self.settings()
        now = settings.now()
        fault = self._take_fault(request) if settings.faults else None
        response = self._answer(request, settings, now, fault)
        self.journal.record(
            now,
            request.method,
            request.path,
            0 if response.reset else response.status,
            response.problem,
            fault=fault is not None,
        )
        return response

    def settings(self) -> Settings:
        """Return the settings as they are now."""
        with self._storage.reading() as transaction:
            return transaction.settings()

    def seed(self, state: State) -> None:
        """Replace the state, and what a reset restores."""
        with self._storage.writing() as transaction:
            transaction.set_seed(state)
            transaction.load(state)

    def reset(self) -> None:
        """Restore the seed, the machine's clock and the first settings; forget the journal."""
        with self._storage.writing() as transaction:
            transaction.load(transaction.seed() or State())
            transaction.set_settings(self._initial)
        self._throttle.clear()
        self.journal.clear()

    def seeded_key_ids(self) -> list[str]:
        """Return the ids of the license keys that a reset restores."""
        with self._storage.reading() as transaction:
            return [key.id for key in (transaction.seed() or State()).license_keys]

    def keys(self, page: Page) -> list[LicenseKey]:
        """Return one page of the license keys as they are kept."""
        with self._storage.reading() as transaction:
            return transaction.keys(KeyFilter(LAST_INSTANT), page)

    def set_clock(self, instant: datetime) -> None:
        """Make the clock show an instant, and run on from there."""
        self._change_settings(clock_offset=instant - datetime.now(UTC))

    def advance_clock(self, duration: timedelta) -> None:
        """Move the clock forward, or back by a negative duration."""
        with self._storage.writing() as transaction:
            settings = transaction.settings()
            offset = settings.clock_offset + duration
            transaction.set_settings(msgspec.structs.replace(settings, clock_offset=offset))

    def reset_clock(self) -> None:
        """Follow the machine's clock."""
        self._change_settings(clock_offset=timedelta())

    def add_fault(self, fault: Fault) -> None:
        """Let the next requests that match fail, after the faults that are there already."""
        with self._storage.writing() as transaction:
            settings = transaction.settings()
            faults = (*settings.faults, fault)
            transaction.set_settings(msgspec.structs.replace(settings, faults=faults))

    def clear_faults(self) -> None:
        """Let no more requests fail."""
        self._change_settings(faults=())

    def limit_rate(self, *, on: bool) -> None:
        """Turn the published rate limit on or off."""
        self._throttle.clear()
        self._change_settings(rate_limited=on)

    def _change_settings(self, **changes: object) -> None:
        with self._storage.writing() as transaction:
            settings = transaction.settings()
            transaction.set_settings(msgspec.structs.replace(settings, **changes))

    def _take_fault(self, request: Request) -> Fault | None:
        with self._storage.writing() as transaction:
            settings = transaction.settings()
            taken = take(settings.faults, request.method, request.path)
            if taken is None:
                return None
            fault, faults = taken
            transaction.set_settings(msgspec.structs.replace(settings, faults=faults))
        return fault

    def _answer(
        self, request: Request, settings: Settings, now: datetime, fault: Fault | None
    ) -> Response:
        if fault is None:
            return self._admit(request, settings, now)
        error = fault.error()
        if fault.reset == "before":
            response = Response(0)
        elif error is not None:
            response = error_response(error)
        else:
            response = self._admit(request, settings, now)
        return msgspec.structs.replace(
            response, latency=fault.latency, reset=fault.reset is not None
        )

    def _admit(self, request: Request, settings: Settings, now: datetime) -> Response:
        if not settings.rate_limited or not self._is_counted(request):
            return self._api.respond(request, now)
        try:
            remaining = self._throttle.admit(now)
        except ApiError as error:
            return error_response(error)
        response = self._api.respond(request, now)
        header = (b"x-ratelimit-remaining", str(remaining).encode())
        return msgspec.structs.replace(response, headers=(*response.headers, header))

    def _is_counted(self, request: Request) -> bool:
        """Tell whether a request carries the token: the published limit is one of the token."""
        scheme, _, token = (request.authorization or b"").partition(b" ")
        return scheme.lower() + b" " + token.strip() == self._bearer
