"""Do one contender's work once, in a fresh process, and print its cost as JSON."""

import asyncio
import json
import os
import resource
import sys
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

IN_FLIGHT = 32
MODELS = 20_000
LIMIT = 100
# The first documented response, with the fields that newer servers add.
KEY = {
    "id": "lic_123",
    "business_id": "bus_123",
    "brand_id": "brnd_123",
    "customer_id": "cus_123",
    "product_id": "pdt_123",
    "payment_id": "pay_123",
    "subscription_id": None,
    "key": "2b1f8e2d-c41e-4e8f-b2d3-d9fd61c38f43",
    "status": "active",
    "source": "auto",
    "activations_limit": 5,
    "instances_count": 1,
    "expires_at": None,
    "created_at": "2025-08-04T05:43:19.882409Z",
}


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


class Cost:
    """CPU and wall time since its creation, per call."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()

    def each(self, count: int) -> dict[str, float]:
        """Return the CPU time, user and system, in us and ns, and the wall time in us, per call."""
        cpu, wall = time.process_time() - self._cpu, time.perf_counter() - self._wall
        return {"cpu": cpu / count * 1e6, "ns": cpu / count * 1e9, "wall": wall / count * 1e6}


def sync(contender: str) -> dict[str, float]:
    """Update keys one after another."""
    server = Server()
    call = sync_call(contender, server)
    for _ in range(50):
        call(server.ids[0])
    cost = Cost()
    for number in range(server.calls):
        call(server.ids[number % len(server.ids)])
    return cost.each(server.calls)


def in_flight(contender: str) -> dict[str, float]:
    """Update keys in concurrent tasks."""

    async def run() -> dict[str, float]:
        server = Server()
        async with async_call(contender, server) as call:

            async def work(calls: int) -> None:
                for number in range(calls):
                    await call(server.ids[number % len(server.ids)])

            await asyncio.gather(*(work(3) for _ in range(IN_FLIGHT)))
            calls = server.calls // IN_FLIGHT
            cost = Cost()
            await asyncio.gather(*(work(calls) for _ in range(IN_FLIGHT)))
            return cost.each(calls * IN_FLIGHT)

    return asyncio.run(run())


def model(contender: str) -> dict[str, float]:
    """Build the model from decoded JSON, as the contender does after a call."""
    make: Callable[[dict[str, Any]], object]
    if contender == "official SDK":
        from dodopayments._models import construct_type
        from dodopayments.types import LicenseKey

        def make(data: dict[str, Any]) -> object:
            return construct_type(type_=LicenseKey, value=data)

    elif contender == "stock":
        sys.path.insert(0, os.environ["BENCH_STOCK"])
        from stock.models import LicenseKeyResponse

        make = LicenseKeyResponse.from_dict
    else:
        import dodo_license_keys

        make = dodo_license_keys.LicenseKeyResponse.from_dict
    for _ in range(1000):
        make(KEY)
    cost = Cost()
    for _ in range(MODELS):
        make(KEY)
    return cost.each(MODELS)


def start(contender: str, *, call: bool = False) -> dict[str, float]:
    """Import the package, create a client and access the first resource, in a bare Python."""
    # httpx and httpcore import these packages if they are installed, as they are for development.
    sys.modules.update(dict.fromkeys(("click", "rich", "pygments", "trio")))  # type: ignore[arg-type]
    server = Server()
    cost, before = Cost(), peak_memory()
    if contender == "httpx":
        import httpx

        client: Any = httpx.Client(base_url=server.url, headers=server.headers)
    else:
        client = sync_client(contender, server).license_keys
        if call:
            client.update(server.ids[0], activations_limit=LIMIT)
    return {**cost.each(1), "memory": peak_memory() - before, "kept": id(client)}


def peak_memory() -> int:
    """Return the peak memory of this process in KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def import_alone(contender: str) -> dict[str, float]:
    """Run a Python that imports the package, or nothing."""
    program = "import dodo_license_keys" if contender == "ours" else "pass"
    before, wall = children_cpu(), time.perf_counter()
    for _ in range(10):
        os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-c", program], os.environ), 0)
    cpu = children_cpu() - before
    return {"cpu": cpu / 10 * 1e6, "wall": (time.perf_counter() - wall) / 10 * 1e6}


def children_cpu() -> float:
    """Return the CPU time of the child processes so far, user and system, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


WORKS: dict[str, Callable[[str], dict[str, float]]] = {
    "sync": sync,
    "async": in_flight,
    "model": model,
    "start": start,
    "first call": lambda contender: start(contender, call=True),
    "import": import_alone,
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(WORKS[sys.argv[1]](sys.argv[2])), flush=True)
    os._exit(0)  # the threads of pyreqwest now and then abort the interpreter while it shuts down
