"""Do one contender's work once, in a fresh process, and print its cost as JSON."""

import asyncio
import json
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from benchmarks.client.contenders import LIMIT, Server, async_call, sync_call, sync_client

IN_FLIGHT = 32
THREADS = 128
MODELS = 20_000
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


def threads(contender: str) -> dict[str, float]:
    """Update keys in many threads that share one client."""
    server = Server()
    call = sync_call(contender, server)
    calls = max(1, server.calls // THREADS)
    keys = [server.ids[number % len(server.ids)] for number in range(calls)]
    with ThreadPoolExecutor(THREADS) as pool:
        ready = Barrier(THREADS)

        def work(keys: list[str]) -> None:
            ready.wait()  # else a fast thread would do the work of several
            for key in keys:
                call(key)

        for _ in pool.map(work, [keys[:1]] * THREADS):
            pass
        cost = Cost()
        for _ in pool.map(work, [keys] * THREADS):
            pass
        return cost.each(calls * THREADS)


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
        from stock.models import LicenseKeyResponse  # type: ignore[import-not-found]

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
    "threads": threads,
    "model": model,
    "start": start,
    "first call": lambda contender: start(contender, call=True),
    "import": import_alone,
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(WORKS[sys.argv[1]](sys.argv[2])), flush=True)
    os._exit(0)  # the threads of pyreqwest now and then abort the interpreter while it shuts down
