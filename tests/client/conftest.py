"""What every test of the client starts from."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from dodo_license_keys import AsyncDodoLicenseKeys, DodoLicenseKeys

from tests.client.mock import Mock, serve_mock

TOKEN = "token-of-a-test"


class Caller:
    """Calls the blocking or the asynchronous client in the same words."""

    def __init__(self, *, asynchronous: bool) -> None:
        self.asynchronous = asynchronous
        self.client_class: Any = AsyncDodoLicenseKeys if asynchronous else DodoLicenseKeys

    def __call__(
        self, use: Callable[[Any], Any], base_url: str | None = None, **options: Any
    ) -> Any:
        """Make a client, use it, close it, and return what the use returned.

        Args:
            use: Takes the client and returns a result, or an awaitable of one.
            base_url: Where the server is.
            options: More arguments of the client. A given HTTP client is found to be still open
                at the end, and closed.
        """
        options = {"bearer_token": TOKEN, "base_url": base_url, **options}
        run = self._run_async if self.asynchronous else self._run
        return run(use, options)

    def settle(self, result: Any) -> Any:
        """Return a result, or that of an awaitable."""
        return asyncio.run(_settled(result))

    def _run(self, use: Callable[[Any], Any], options: dict[str, Any]) -> Any:
        http_client = options.get("http_client")
        try:
            with self.client_class(**options) as client:
                return use(client)
        finally:
            if http_client is not None:
                assert not http_client.is_closed
                http_client.close()

    def _run_async(self, use: Callable[[Any], Any], options: dict[str, Any]) -> Any:
        http_client = options.get("http_client")

        async def run() -> Any:
            try:
                async with self.client_class(**options) as client:
                    return await _settled(use(client))
            finally:
                if http_client is not None:
                    assert not http_client.is_closed
                    await http_client.aclose()

        return asyncio.run(run())


async def _settled(result: Any | Awaitable[Any]) -> Any:
    return await result if inspect.isawaitable(result) else result


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Caller:
    return Caller(asynchronous=request.param)


@pytest.fixture
def mock() -> Iterator[Mock]:
    with serve_mock() as served:
        yield served


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DODO_PAYMENTS_API_KEY", "DODO_PAYMENTS_BASE_URL", "DODO_PAYMENTS_LOG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def quick_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the course of retries, at a tenth of the time."""
    monkeypatch.setattr("dodo_license_keys._retry.FIRST_DELAY", 0.05)
