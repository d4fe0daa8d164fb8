"""The mock as a whole."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .control.journal import Entry
from .control.routes import PREFIX, Control
from .control.sandbox import Sandbox
from .control.webhooks import Webhooks
from .core.default_seed import default_state
from .core.errors import ApiError, Code
from .core.faults import Fault
from .core.messages import Request, Response, error_response
from .core.models import State
from .core.seeds import SeedError, parse_seed
from .serving.asgi import Application
from .storage.opening import open_storage

if TYPE_CHECKING:
    from .serving.transport import MockTransport

log = logging.getLogger(__name__)

DEFAULT_TOKEN = "mock_bearer_token"  # noqa: S105 - it opens nothing but mocks


class LicenseMock:
    """A stateful mock of the License Keys API.

    Args:
        token: The bearer token that it accepts.
        seed: What it holds at first and after a reset: a seed as a dictionary, or the path of a
            JSON file. Without one, keys on which every rule can be observed.
        database: `sqlite:///FILE` or `postgresql://...`; without one, memory. A database that has a
            state already keeps it.
        rate_limited: Whether the published rate limit holds: 100 requests a minute, 10 a second.
        webhook_url: Where `license_key.created` is sent, an http URL on the loopback interface.
        webhook_secret: What webhooks are signed with, `whsec_` and base64; made up if None.
        remote_control: Whether `/_mock/` answers other machines too.

    Attributes:
        app: The ASGI 3 application.
        token: The bearer token that it accepts.
        key_ids: The ids of the license keys that it holds at first.
        webhook_secret: What webhooks are signed with, None if none are sent.

    Raises:
        SeedError: The seed does not fit.
        StorageError: The database can not be used.
        WebhookError: The webhook URL or secret can not be used.
    """

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        seed: dict[str, Any] | Path | None = None,
        database: str | None = None,
        rate_limited: bool = False,
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        remote_control: bool = False,
    ) -> None:
        self._webhooks = Webhooks(webhook_url, webhook_secret) if webhook_url else None
        state = _state(seed)
        self._storage = open_storage(database)
        self._sandbox = Sandbox(
            self._storage, state, token, rate_limited=rate_limited, webhooks=self._webhooks
        )
        self._control = Control(self._sandbox, remote=remote_control)
        self.app = Application(self._respond, in_thread=self._storage.waits)
        self.token = token
        self.webhook_secret = self._webhooks.secret if self._webhooks else None

    def __repr__(self) -> str:
        """Tell how many keys there are, and no secret."""
        return f"<LicenseMock with {len(self.key_ids)} seeded keys>"

    @property
    def key_ids(self) -> list[str]:
        """The ids of the license keys that it holds at first and after a reset."""
        return self._sandbox.seeded_key_ids()

    def transport(self) -> "MockTransport":
        """Return a transport for `httpx.Client` and `httpx.AsyncClient` that answers in process."""
        from .serving.transport import MockTransport  # not needed over TCP

        return MockTransport(self._respond)

    @contextmanager
    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """Serve over TCP from a background thread; the value is the base URL.

        Args:
            host: The address to listen on.
            port: The port to listen on, 0 for any free one.

        Raises:
            OSError: The port is taken or the address is not this machine's.
        """
        from .serving.server import listen, serve_in_background  # not needed in process

        with serve_in_background(self.app, listen(host, port)) as url:
            yield url

    def close(self) -> None:
        """Let go of the database; what it holds stays."""
        self._storage.close()

    def reset(self) -> None:
        """Go back to the seed, the machine's clock and no faults, with an empty journal."""
        self._sandbox.reset()

    def seed(self, seed: dict[str, Any] | Path) -> None:
        """Replace the state by a seed.

        Raises:
            SeedError: The seed does not fit; the state stays as it was.
        """
        self._sandbox.seed(_state(seed))

    def set_clock(self, now: datetime) -> None:
        """Make the mock's clock show an aware instant, and run on from there."""
        if now.tzinfo is None:
            raise ValueError("`now` needs a time zone: datetime(..., tzinfo=timezone.utc)")
        self._sandbox.set_clock(now)

    def advance_clock(self, duration: timedelta) -> None:
        """Move the mock's clock forward, so that keys expire."""
        self._sandbox.advance_clock(duration)

    def fail(
        self,
        *,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        retry_after: int | None = None,
        latency: float = 0,
        reset: Literal["before", "after"] | None = None,
    ) -> None:
        """Let the next requests that match fail.

        Args:
            times: For how many requests.
            method: Only for this method; None for any.
            path: Only for this path, in which `*` stands for anything; None for any.
            status: Answer with this status, 400 to 599, instead of doing what was asked for.
            retry_after: Seconds to name in the `Retry-After` header of that answer.
            latency: Seconds to wait before the answer, at most 300.
            reset: Cut the connection `before` the request takes effect or `after` it.

        Raises:
            ValueError: The fault does nothing, or two things at once.
        """
        self._sandbox.add_fault(
            Fault(times, method, path, status, retry_after, latency, reset).checked()
        )

    def limit_rate(self, *, on: bool = True) -> None:
        """Turn the published rate limit on or off."""
        self._sandbox.limit_rate(on=on)

    def journal(self) -> list[Entry]:
        """Return the recent requests and what was wrong with each, the oldest first."""
        return self._sandbox.journal.entries()

    def flush_webhooks(self) -> None:
        """Wait until every webhook is sent or given up."""
        if self._webhooks is not None:
            self._webhooks.flush()

    def _respond(self, request: Request) -> Response:
        """Answer any request. What goes wrong within is logged and answered as 500."""
        try:
            if request.path.startswith(PREFIX):
                return self._control.respond(request)
            return self._sandbox.respond(request)
        except ApiError as error:
            return error_response(error)
        except Exception:
            log.exception("the mock failed on a %s", request.method)
            return error_response(
                ApiError(500, Code.INTERNAL_SERVER_ERROR, "The mock failed; its log tells why.")
            )


def make_app(**settings: Any) -> Application:
    """Return the ASGI application of a mock with these settings; worker processes call it."""
    return LicenseMock(**settings).app


def _state(seed: dict[str, Any] | Path | None) -> State:
    if seed is None:
        return default_state()
    if isinstance(seed, dict):
        return parse_seed(seed)
    try:
        document = seed.read_bytes()
    except OSError as error:
        raise SeedError(f"can not read the seed {seed}: {error.strerror}") from error
    try:
        return parse_seed(document)
    except SeedError as error:
        raise SeedError(f"{seed}: {error}") from error
