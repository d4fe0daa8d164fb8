"""The clients that the benchmark compares, each as a function that updates one key."""

import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

LIMIT = 100


class Server:
    """The mock as the benchmark's driver describes it: URL, token, key ids, number of calls."""

    def __init__(self) -> None:
        described = json.loads(os.environ.get("BENCH_SERVER", "{}"))
        self.url, self.token = described.get("base_url", ""), described.get("token", "")
        self.ids = described.get("key_ids", [])
        self.calls = int(os.environ.get("BENCH_CALLS", "0"))

    @property
    def headers(self) -> dict[str, str]:
        """The headers that authorize a request."""
        return {"Authorization": f"Bearer {self.token}"}


def sync_call(contender: str, server: Server) -> Callable[[str], object]:
    """Return a function that updates one key and returns the result."""
    if contender == "httpx":
        import httpx

        client = httpx.Client(base_url=server.url, headers=server.headers)
        body = {"activations_limit": LIMIT}
        return lambda key: client.patch(f"/license_keys/{key}", json=body).raise_for_status().json()
    if contender == "stock":
        sys.path.insert(0, os.environ["BENCH_STOCK"])
        from stock import AuthenticatedClient  # type: ignore[import-not-found]
        from stock.api.license_keys import update_license_key  # type: ignore[import-not-found]
        from stock.models import PatchLicenseKeyRequest  # type: ignore[import-not-found]

        stock = AuthenticatedClient(base_url=server.url, token=server.token)
        return lambda key: update_license_key.sync(
            key, client=stock, body=PatchLicenseKeyRequest(activations_limit=LIMIT)
        )
    if contender == "pyreqwest":
        from pyreqwest.client import SyncClientBuilder

        fast = SyncClientBuilder().error_for_status(True).build()
        headers, body = server.headers, {"activations_limit": LIMIT}
        url = f"{server.url}/license_keys/"
        return lambda key: (
            fast.patch(url + key).headers(headers).body_json(body).build().send().json()
        )
    sdk = sync_client(contender, server)
    return lambda key: sdk.license_keys.update(key, activations_limit=LIMIT)


def sync_client(contender: str, server: Server) -> Any:
    """Return a client with the interface of the official SDK."""
    options: dict[str, Any] = {"bearer_token": server.token, "base_url": server.url}
    if contender == "official SDK":
        from dodopayments import DodoPayments

        return DodoPayments(**options)
    from dodo_license_keys import DodoLicenseKeys

    if contender == "ours given httpx":
        import httpx

        options["http_client"] = httpx.Client()
    elif contender == "ours on pyreqwest":
        from pyreqwest.compatibility.httpx import SyncHttpxTransport

        options["transport"] = SyncHttpxTransport()
    return DodoLicenseKeys(**options)


@asynccontextmanager
async def async_call(
    contender: str, server: Server
) -> AsyncIterator[Callable[[str], Awaitable[object]]]:
    """Yield a function that updates one key and returns the result."""
    if contender == "httpx":
        import httpx

        body = {"activations_limit": LIMIT}
        async with httpx.AsyncClient(base_url=server.url, headers=server.headers) as client:

            async def patch(key: str) -> object:
                response = await client.patch(f"/license_keys/{key}", json=body)
                return response.raise_for_status().json()

            yield patch
    elif contender == "pyreqwest":
        from pyreqwest.client import ClientBuilder

        body, url = {"activations_limit": LIMIT}, f"{server.url}/license_keys/"
        async with ClientBuilder().error_for_status(True).build() as fast:

            async def send(key: str) -> object:
                request = fast.patch(url + key).headers(server.headers).body_json(body).build()
                return await (await request.send()).json()

            yield send
    elif contender == "stock":
        sys.path.insert(0, os.environ["BENCH_STOCK"])
        from stock import AuthenticatedClient
        from stock.api.license_keys import update_license_key
        from stock.models import PatchLicenseKeyRequest

        async with AuthenticatedClient(base_url=server.url, token=server.token) as stock:
            yield lambda key: update_license_key.asyncio(
                key, client=stock, body=PatchLicenseKeyRequest(activations_limit=LIMIT)
            )
    else:
        async with async_client(contender, server) as sdk:
            yield lambda key: sdk.license_keys.update(key, activations_limit=LIMIT)


def async_client(contender: str, server: Server) -> Any:
    """Return an asynchronous client with the interface of the official SDK."""
    options: dict[str, Any] = {"bearer_token": server.token, "base_url": server.url}
    if contender == "official SDK":
        from dodopayments import AsyncDodoPayments

        return AsyncDodoPayments(**options)
    from dodo_license_keys import AsyncDodoLicenseKeys

    if contender == "ours given httpx2":
        import httpx2

        options["http_client"] = httpx2.AsyncClient()
    elif contender == "ours on pyreqwest":
        from pyreqwest.compatibility.httpx import HttpxTransport

        options["transport"] = HttpxTransport()
    return AsyncDodoLicenseKeys(**options)
