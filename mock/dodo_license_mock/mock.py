"""The mock: its public class and the function that worker processes call."""

import logging
from collections.abc import Collection, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .control.access import Access
from .control.routes import PREFIX, Control
from .controls import Controls
from .http.errors import HttpError, error_response, internal_error, storage_unavailable
from .http.messages import Request, Response
from .likeness.observed import read
from .sandbox.recording import Recording
from .sandbox.sandbox import Sandbox
from .sandbox.seed_sources import Seed, seed_state
from .sandbox.signing import WebhookError
from .serving.asgi import Application
from .storage.interface import (
    StorageConflictError,
    StorageError,
    StorageUnavailableError,
    Waits,
)
from .storage.opening import open_storage

if TYPE_CHECKING:
    from .serving.transport import MockTransport

log = logging.getLogger(__name__)

_THREADS = 8

DEFAULT_TOKEN = "mock_bearer_token"  # noqa: S105 - only mocks accept it


class LicenseMock(Controls):
    """A stateful mock of the License Keys API.

    Args:
        token: The accepted bearer token.
        seed: The initial state, which a reset restores: a seed as a dictionary, the path of a
            JSON file or a HAR recording, or the number of keys to create. By default, license keys
            in every state that a rule concerns.
        database: `sqlite:///FILE` or `postgresql://...`, None for memory. A database that already
            has a state keeps it.
        database_schema: The schema in a PostgreSQL database, `dodo_license_mock` by default.
        rate_limited: Whether the published rate limit is enforced: 100 requests per minute and 10
            per second.
        webhook_url: The receiver of events, an http URL on the loopback interface.
        webhook_secret: The signing secret of webhooks, `whsec_` and base64; generated if None.
        remote_control: Whether `/_mock/` accepts requests from other machines.
        control_hosts: The names beside those of the loopback interface that `/_mock/` accepts in
            the `Host` header.
        like: A verdict.json of the contract suite, or its content: where the contract leaves a
            choice, the mock responds as the API of the verdict did.

        record: A HAR file to record every exchange in, with license keys and customer data replaced
            by pseudonyms; None records nothing.

    Attributes:
        app: The ASGI 3 application.
        token: The accepted bearer token.
        key_ids: The ids of the license keys in the seed.
        webhook_secret: The signing secret of webhooks.

    Raises:
        SeedError: The seed is invalid.
        LikenessError: The verdict cannot be used.
        StorageError: The database cannot be used.
        OSError: The recording cannot be created.
        WebhookError: The webhook URL or secret is invalid.
    """

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        seed: Seed | None = None,
        database: str | None = None,
        database_schema: str | None = None,
        rate_limited: bool = False,
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        remote_control: bool = False,
        control_hosts: Collection[str] = (),
        record: Path | None = None,
        like: dict[str, Any] | Path | None = None,
    ) -> None:
        if webhook_secret is not None and webhook_url is None:
            raise WebhookError("a webhook secret has no effect without a webhook URL")
        self._storage = open_storage(database, database_schema)
        with ExitStack() as on_failure:
            on_failure.callback(self._storage.close)
            self._recording = Recording(record) if record is not None else None
            if self._recording is not None:
                on_failure.callback(self._recording.close)
            try:
                sandbox = Sandbox(
                    self._storage,
                    lambda: seed_state(seed),
                    token,
                    rate_limited=rate_limited,
                    webhook_url=webhook_url,
                    webhook_secret=webhook_secret,
                    recording=self._recording,
                    like=None if like is None else read(like),
                )
            except StorageUnavailableError as error:
                raise StorageError(f"the database does not respond: {error}") from error
            on_failure.pop_all()
        super().__init__(sandbox)
        # Requests that write may wait for each other; those that read must not wait for them.
        self._readers = ThreadPoolExecutor(_THREADS, "mock-reader")
        self._writers = ThreadPoolExecutor(_THREADS, "mock-writer")
        self._control = Control(self._sandbox, Access(remote=remote_control, hosts=control_hosts))
        waits = self._storage.waits is not Waits.NONE
        self.app = Application(self._respond, self._executor if waits else None)
        self.token = token
        self.webhook_secret = sandbox.webhooks.secret

    def __repr__(self) -> str:
        """Return the number of seeded keys, without secrets."""
        return f"<LicenseMock with {self._sandbox.count_seeded_keys()} seeded keys>"

    @property
    def key_ids(self) -> list[str]:
        """The ids of the license keys in the seed."""
        return self._sandbox.seeded_key_ids()

    def first_key_ids(self, limit: int) -> tuple[list[str], int]:
        """Return the ids of the first license keys in the seed, and the number of all."""
        return self._sandbox.seeded_key_ids(limit), self._sandbox.count_seeded_keys()

    def transport(self) -> "MockTransport":
        """Return an in-process transport for `httpx.Client` and `httpx.AsyncClient`."""
        from .serving.transport import MockTransport  # not needed over TCP

        return MockTransport(self._respond)

    @contextmanager
    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """Serve over TCP from a background thread and yield the base URL.

        Args:
            host: The address to listen on.
            port: The port to listen on, 0 for any free one.

        Raises:
            OSError: The port is in use or the host is not an address of this machine.
        """
        from .serving.server import listen, serve_in_background  # not needed in process

        with serve_in_background(self.app, listen(host, port)) as url:
            yield url

    def close(self) -> None:
        """Close the database, whose state remains, and the recording."""
        for executor in (self._readers, self._writers):
            executor.shutdown(wait=False, cancel_futures=True)
        self._sandbox.webhooks.close()
        self._sandbox.request_log.close()
        self._storage.close()
        if self._recording is not None:
            self._recording.close()

    def _executor(self, request: Request) -> Executor | None:
        """Return where to respond to a request, None for the event loop."""
        waits = self._storage.waits
        if waits is Waits.WRITES and request.method == "GET" and not self._sandbox.gets_write:
            return None
        return self._readers if request.method == "GET" else self._writers

    def _respond(self, request: Request) -> Response:
        """Return the response to any request. A defect of the mock is logged and returns 500."""
        try:
            if request.path.startswith(PREFIX):
                return self._control.respond(request)
            return self._sandbox.respond(request)
        except HttpError as error:
            return error_response(error)
        except (StorageUnavailableError, StorageConflictError) as error:
            log.warning("the database does not respond in time: %s", error)
            return error_response(storage_unavailable())
        except Exception:
            log.exception("the mock failed on a %s", request.method)
            return error_response(internal_error())


def make_app(**settings: Any) -> Application:
    """Return the ASGI application of a mock with these settings, for a worker process."""
    return LicenseMock(**settings).app
