"""The mock as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .api import Api
from .asgi import Application
from .instants import Clock
from .operations import Operations
from .seeds import default_state
from .storage import State
from .storage.memory import MemoryStorage

if TYPE_CHECKING:
    from .transport import MockTransport

DEFAULT_TOKEN = "mock_bearer_token"  # noqa: S105 - it opens nothing but mocks


class LicenseMock:
    """A stateful mock of the License Keys API.

    Args:
        token: The bearer token that it accepts.
        state: What it holds at first; without one, keys on which every rule can be observed.

    Attributes:
        app: The ASGI 3 application.
        key_ids: The ids of the license keys that it holds at first.
    """

    def __init__(self, *, token: str = DEFAULT_TOKEN, state: State | None = None) -> None:
        state = default_state() if state is None else state
        self.token = token
        self.key_ids = [key.id for key in state.license_keys]
        storage = MemoryStorage()
        storage.load(state)
        operations = Operations(
            storage,
            Clock(),
            business_id=state.license_keys[0].business_id,
            brand_id=state.license_keys[0].brand_id,
        )
        self._api = Api(operations, token)
        self.app = Application(self._api.respond)

    def __repr__(self) -> str:
        """Tell how many keys there are, and no secret."""
        return f"<LicenseMock with {len(self.key_ids)} seeded keys>"

    def transport(self) -> "MockTransport":
        """Return a transport for `httpx.Client` and `httpx.AsyncClient` that answers in process."""
        from .transport import MockTransport  # not needed over TCP

        return MockTransport(self._api.respond)

    @contextmanager
    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """Serve over TCP from a background thread; the value is the base URL.

        Args:
            host: The address to listen on.
            port: The port to listen on, 0 for any free one.

        Raises:
            OSError: The port is taken or the address is not this machine's.
        """
        from .server import listen, serve_in_background  # not needed in process

        with serve_in_background(self.app, listen(host, port)) as url:
            yield url
