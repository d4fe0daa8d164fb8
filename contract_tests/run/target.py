"""The API under test: the embedded mock, or one at a base URL."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import httpx
from dodo_license_mock import LicenseMock, StorageError

from ..address import is_this_machine
from ..errors import CannotRunError
from ..options import Options
from ..transport.asgi import Application, ApplicationTransport
from ..transport.deadline_transport import DeadlineTransport
from ..transport.guarded_transport import DEFAULT_LIMITS

_IN_PROCESS_URL = "http://mock.invalid"


@dataclass(frozen=True)
class Target:
    """An API under test.

    Attributes:
        name: Its name in the verdict.
        base_url: Scheme, host and port.
        token: A bearer token that it accepts.
        key_ids: License keys that may be changed.
        transport: Sends requests to it.
        is_disposable: Whether its keys need not be restored.
    """

    name: str
    base_url: str
    token: str = field(repr=False)
    key_ids: tuple[str, ...]
    transport: httpx.BaseTransport = field(repr=False)
    is_disposable: bool = False

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine, without a rate limit to keep."""
        return is_this_machine(self.base_url)


@contextmanager
def open_target(options: Options) -> Iterator[Target]:
    """Connect to the API of the options, or start the embedded mock and stop it at the end.

    Raises:
        CannotRunError: The mock cannot use its database.
    """
    if options.base_url:
        with DeadlineTransport(DEFAULT_LIMITS.seconds) as transport:
            yield Target(
                options.base_url, options.base_url, options.token, options.key_ids, transport
            )
        return
    try:
        mock = LicenseMock(database=options.database)
    except StorageError as error:
        raise CannotRunError(f"--database: {error}") from error
    with closing(mock):
        if options.in_process:
            with in_process(mock.app, mock.token, tuple(mock.key_ids)) as target:
                yield target
        else:
            with mock.serve() as base_url, DeadlineTransport(DEFAULT_LIMITS.seconds) as transport:
                name = f"the embedded mock at {base_url}"
                ids = tuple(mock.key_ids)
                yield Target(name, base_url, mock.token, ids, transport, is_disposable=True)


@contextmanager
def in_process(application: Application, token: str, key_ids: tuple[str, ...]) -> Iterator[Target]:
    """Call the ASGI application of a mock, without a port.

    Args:
        application: The mock's application, or one in front of it.
        token: A bearer token that it accepts.
        key_ids: License keys that may be changed.
    """
    with ApplicationTransport(application) as transport:
        name = "the embedded mock in process"
        yield Target(name, _IN_PROCESS_URL, token, key_ids, transport, is_disposable=True)
