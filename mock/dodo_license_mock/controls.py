"""What a test can do with a mock beside sending requests."""

from datetime import datetime, timedelta
from typing import Any, Literal

from .api.responses import KeyResponse, key_response
from .sandbox.events import EVENTS
from .sandbox.exports import seed_of
from .sandbox.faults import Fault
from .sandbox.received_webhook import Webhook
from .sandbox.recorded_calls import is_call, table
from .sandbox.request_log import Entry
from .sandbox.sandbox import Sandbox
from .sandbox.seed_sources import Seed, seed_state
from .sandbox.snapshots import Snapshot
from .storage.interface import Page

_EVERY_KEY = Page(2**31 - 1)


class Controls:
    """The clock, faults, records and request log of a mock.

    Args:
        sandbox: The sandbox of the mock.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def reset(self) -> None:
        """Restore the seed and the initial settings, and clear the request log."""
        self._sandbox.reset()

    def seed(self, seed: Seed) -> None:
        """Replace the state, and the state that a reset restores.

        Raises:
            SeedError: The seed is invalid. The state does not change.
        """
        self._sandbox.seed(seed_state(seed))

    @property
    def now(self) -> datetime:
        """The time of the mock's clock."""
        return self._sandbox.clock.now()

    def keys(self) -> list[KeyResponse]:
        """Return all license keys as the API returns them, the newest first."""
        now = self.now
        return [key_response(key, now) for key in self._sandbox.keys(_EVERY_KEY)]

    def key(self, key_id: str) -> KeyResponse:
        """Return a license key as the API returns it.

        Raises:
            KeyError: The key does not exist.
        """
        key = self._sandbox.key(key_id)
        if key is None:
            raise KeyError(f"the license key {key_id!r} does not exist")
        return key_response(key, self.now)

    def set_clock(self, now: datetime) -> None:
        """Set the mock's clock to an instant, from which it continues to run unless it is frozen.

        Raises:
            ValueError: The instant has no time zone.
        """
        self._sandbox.clock.set(_aware(now))

    def advance_clock(self, duration: timedelta) -> None:
        """Move the mock's clock forward, for example to let keys expire."""
        self._sandbox.clock.advance(duration)

    def freeze_clock(self, now: datetime | None = None) -> None:
        """Stop the mock's clock, at an instant or at its current time.

        Raises:
            ValueError: The instant has no time zone.
        """
        self._sandbox.clock.freeze(None if now is None else _aware(now))

    def unfreeze_clock(self) -> None:
        """Let the mock's clock run on from where it was stopped."""
        self._sandbox.clock.unfreeze()

    def reset_clock(self) -> None:
        """Set the mock's clock to the system clock."""
        self._sandbox.clock.reset()

    def snapshot(self) -> Snapshot:
        """Return all records and settings, for `restore`."""
        return self._sandbox.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Return to the records and settings of a snapshot. The request log remains."""
        self._sandbox.restore(snapshot)

    def export_seed(self) -> dict[str, Any]:
        """Return the records as a seed in JSON types. It contains the key strings."""
        return seed_of(self._sandbox.state())

    def fail(
        self,
        *,
        times: int | None = 1,
        method: str | None = None,
        path: str | None = None,
        every: int = 1,
        probability: float = 1,
        seed: int = 0,
        status: int | None = None,
        code: str | None = None,
        body: Any = None,
        headers: dict[str, str] | None = None,
        retry_after: int | None = None,
        latency: float = 0,
        slow: float = 0,
        reset: Literal["before", "after"] | None = None,
        spoil: Literal["malformed", "truncated"] | None = None,
    ) -> None:
        """Inject a fault into the next requests that match.

        Args:
            times: The number of requests that fail, None for all.
            method: The method to match, in upper case, None for any.
            path: The path to match, in which `*` matches any text, None for any.
            every: Fail only every nth request that matches.
            probability: Fail a request that matches with this probability, from 0 to 1.
            seed: The seed of the random numbers for `probability`.
            status: The status to return, 400 to 599, instead of performing the operation; with a
                `body` also 200 to 399.
            code: The `code` in the body of that response.
            body: The JSON body of that response, instead of a code and a message.
            headers: Headers of that response.
            retry_after: The seconds in the `Retry-After` header of that response.
            latency: The delay of the response in seconds, at most 300.
            slow: The time over which the response is sent, in seconds, at most 300.
            reset: Reset the connection `before` or `after` the request takes effect.
            spoil: Send a body that is not JSON (`malformed`) or close the connection in the middle
                of the body (`truncated`). The request takes effect.

        Raises:
            ValueError: The fault has no effect, or two that exclude each other.
        """
        fault = Fault(
            times=times,
            method=method,
            path=path,
            every=every,
            probability=probability,
            seed=seed,
            status=status,
            code=code,
            body=body,
            headers=headers or {},
            retry_after=retry_after,
            latency=latency,
            slow=slow,
            reset=reset,
            spoil=spoil,
        )
        self._sandbox.add_fault(fault.checked())

    def clear_faults(self) -> None:
        """Remove all pending faults."""
        self._sandbox.clear_faults()

    def unfired_faults(self) -> list[Fault]:
        """Return the faults that no request has met yet."""
        return [each.fault for each in self._sandbox.settings().faults if not each.fired]

    def assert_called(
        self,
        method: str | None = None,
        path: str | None = None,
        *,
        times: int | None = None,
        status: int | None = None,
        body: Any = ...,
    ) -> None:
        """Check that requests were received since the last reset, among the last 1000.

        Args:
            method: The method of the requests, None for any.
            path: The path of the requests, in which `*` matches any text, None for any.
            times: The number of requests, None for at least one.
            status: The status of the responses, None for any; 0 is a connection that was reset.
            body: The content of the request body, with secrets as `{redacted}`.

        Raises:
            AssertionError: There are fewer or more. The text lists all requests.
        """
        entries = self.journal()
        found = sum(is_call(entry, method, path, status, body) for entry in entries)
        if found != times and not (times is None and found):
            expected = "at least one request" if times is None else f"{times} requests"
            raise AssertionError(
                f"expected {expected} {method or 'of any method'} {path or 'to any path'},"
                f" found {found} among:\n{table(entries)}"
            )

    def limit_rate(self, *, on: bool = True) -> None:
        """Turn the published rate limit on or off."""
        self._sandbox.limit_rate(on=on)

    def journal(self) -> list[Entry]:
        """Return the most recent requests and why they were rejected, the oldest first."""
        return self._sandbox.request_log.entries()

    def send_webhook(self, kind: str, key_id: str, **data: Any) -> Webhook:
        """Send an event about a license key, or record it without a webhook URL.

        Args:
            kind: The type of the event, such as `refund.succeeded`.
            key_id: The id of the license key.
            data: Fields of the event's data that differ from the default ones.

        Raises:
            ValueError: The type is unknown.
            KeyError: The key does not exist.
        """
        if kind not in EVENTS:
            raise ValueError(f"the event must be one of {', '.join(EVENTS)}, not {kind!r}")
        delivery = self._sandbox.send_event(kind, key_id, data)
        if delivery is None:
            raise KeyError(f"the license key {key_id!r} does not exist")
        return Webhook(delivery, self._sandbox.webhooks.headers(delivery))

    def webhooks(self) -> list[Webhook]:
        """Return the most recent events since the last reset, the oldest first."""
        sent = self._sandbox.webhooks
        return [Webhook(delivery, sent.headers(delivery)) for delivery in sent.deliveries()]

    def resend_webhook(self, message_id: str) -> None:
        """Send an event again.

        Raises:
            KeyError: The event does not exist.
        """
        if not self._sandbox.webhooks.resend(message_id):
            raise KeyError(f"the event {message_id!r} does not exist")

    def flush_webhooks(self) -> None:
        """Wait until every attempt that is due by the mock's clock has been made."""
        self._sandbox.webhooks.flush()


def _aware(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("`now` requires a time zone: datetime(..., tzinfo=timezone.utc)")
    return now
