"""Measure how the mock's operations scale with the number of license keys, and print one table.

Each storage is filled twice, with `--small` and with `--fill` keys. The figure of an operation is
the median time of its calls in process, in milliseconds, and the ratio of the two. The peak and the
size are the resident memory of the process while it loads and after it.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
from dodo_license_mock import LicenseMock

CUSTOMERS = 1000
CALLS = 30
DEEP = "last page"


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and return 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mock_scale", description=__doc__)
    parser.add_argument("--fill", type=int, default=1_000_000, help="number of keys (%(default)s)")
    parser.add_argument("--small", type=int, default=1000, help="compared with (%(default)s)")
    parser.add_argument("--postgresql", metavar="URL", help="empty database to measure as well")
    parser.add_argument("--only", choices=["memory", "sqlite", "postgresql"])
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        print(json.dumps(measure(options.one[0], Path(options.one[1]))))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("memory", "sqlite", "postgresql"):
            if options.only in (None, kind) and (kind != "postgresql" or options.postgresql):
                figures = [
                    measure_apart(kind, options.postgresql, size, Path(folder))
                    for size in (options.small, options.fill)
                ]
                print_table(kind, (options.small, options.fill), figures)
    return 0


def measure_apart(kind: str, url: str | None, size: int, folder: Path) -> dict[str, float]:
    """Measure one storage in a process of its own and return the figures by name."""
    seed = folder / f"{size}.json"
    if not seed.exists():
        write_seed(seed, size)
    database = {"memory": "", "sqlite": f"sqlite:///{folder / f'{size}.db'}"}.get(kind, url or "")
    command = [sys.executable, "-m", "benchmarks.mock_scale", "--one", database, str(seed)]
    schema = os.environ | {"MOCK_SCHEMA": f"scale_{size}"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=schema)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def write_seed(path: Path, size: int) -> None:
    """Write a seed of keys, a tenth with an instance, a few in each rare state."""
    customers = [{"customer_id": f"cus_{number}"} for number in range(CUSTOMERS)]
    with path.open("w", encoding="utf-8") as file:
        products = [{"product_id": "pdt_all"}]
        lists = f'"customers": {json.dumps(customers)}, "products": {json.dumps(products)}'
        file.write(f'{{{lists}, "license_keys": [')
        for number in range(size):
            key: dict[str, Any] = {
                "id": f"lic_{number}",
                "key": f"KEY-{number:012}",
                "customer_id": f"cus_{number % CUSTOMERS if number > 10 else 0}",
            }
            if number % 10 == 0:
                key["instances"] = [{"id": f"lki_{number}"}]
            if number in (500, 700):
                key |= {"disabled": True}
            if number in (501, 701):
                key |= {"expires_at": "2024-06-01T00:00:00Z"}
            if number in (502, 702):
                key |= {"source": "manual"}
            file.write(("," if number else "") + json.dumps(key))
        file.write("]}")


def measure(database: str, seed: Path) -> dict[str, float]:
    """Fill a storage from a seed and return the figures by name."""
    schema = os.environ["MOCK_SCHEMA"] if database.startswith("postgres") else None
    options: dict[str, Any] = {"database": database or None, "database_schema": schema}
    begin, begin_cpu = time.perf_counter(), time.process_time()
    mock = LicenseMock(seed=seed, **options)
    figures = {
        "start, s": time.perf_counter() - begin,
        "start, s of CPU": time.process_time() - begin_cpu,
    }
    figures["peak memory, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["memory, MiB"] = resident_mebibytes()
    _, size = mock.first_key_ids(0)
    headers = {"authorization": f"Bearer {mock.token}"}
    with closing(mock), httpx.Client(transport=mock.transport(), headers=headers) as client:
        for name, call in operations(client, size).items():
            figures[name] = median_milliseconds(call)
    if database:
        begin = time.perf_counter()
        LicenseMock(seed=seed, **options).close()
        figures["restart, s"] = time.perf_counter() - begin
    return figures


def operations(client: httpx.Client, size: int) -> dict[str, Callable[[int], httpx.Response]]:
    """Return the calls to measure by name. Each gets the number of the call."""

    def get(path: str) -> Callable[[int], httpx.Response]:
        return lambda _: client.get(f"http://mock{path}")

    def post(path: str, **body: Any) -> httpx.Response:
        return client.post(f"http://mock{path}", json=body)

    def deep(query: str, matches: int = size) -> Callable[[int], httpx.Response]:
        number = max(matches // 100 - 1, 0)
        return get(f"/license_keys?{query}&page_size=100&page_number={number}")

    middle = size // 2
    return {
        "GET a key": get(f"/license_keys/lic_{middle}"),
        "PATCH a key": lambda number: client.patch(
            f"http://mock/license_keys/lic_{middle}", json={"activations_limit": 10 + number}
        ),
        "PATCH the status": lambda number: client.patch(
            f"http://mock/license_keys/lic_{middle}", json={"disabled": number % 2 == 0}
        ),
        "create": lambda number: post(
            "/license_keys", key=f"NEW-{number}", customer_id="cus_1", product_id="pdt_all"
        ),
        "activate": lambda number: post(
            "/licenses/activate", license_key=f"KEY-{number:012}", name="Device"
        ),
        "validate": lambda number: post("/licenses/validate", license_key=f"KEY-{number:012}"),
        "first page": get("/license_keys?page_size=100"),
        DEEP: get(f"/license_keys?page_size=100&page_number={size // 100 - 1}"),
        f"{DEEP}, product": deep("product_id=pdt_all"),
        f"{DEEP}, customer": deep("customer_id=cus_7", (size - 1) // CUSTOMERS),
        f"{DEEP}, status": deep("status=active"),
        f"{DEEP}, source": deep("source=auto"),
        f"{DEEP}, created": deep("created_at_gte=2020-01-01T00:00:00Z"),
        "customer": get("/license_keys?customer_id=cus_7"),
        "customer and status": get("/license_keys?customer_id=cus_7&status=active"),
        "status, few": get("/license_keys?status=disabled"),
        "expired, few": get("/license_keys?status=expired"),
        "status, many": get("/license_keys?status=active"),
        "source, few": get("/license_keys?source=manual"),
        "created, few": get(
            "/license_keys?created_at_gte=2024-02-01T00:00:00Z&created_at_lte=2024-02-05T00:00:00Z"
        ),
        "created, many": get("/license_keys?created_at_gte=2020-01-01T00:00:00Z"),
        "instances of a key": get("/license_key_instances?license_key_id=lic_500"),
        "first page of instances": get("/license_key_instances"),
        f"{DEEP} of instances": get(
            f"/license_key_instances?page_size=10&page_number={size // 100 - 1}"
        ),
    }


def median_milliseconds(call: Callable[[int], httpx.Response]) -> float:
    """Return the median time of one call.

    Raises:
        RuntimeError: The response is an error.
    """
    times = []
    for number in range(CALLS):
        begin = time.perf_counter()
        response = call(number)
        times.append(time.perf_counter() - begin)
        if response.status_code >= 400:
            raise RuntimeError(f"{response.status_code}: {response.text}")
    return statistics.median(times) * 1000


def resident_mebibytes() -> float:
    """Return the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def print_table(kind: str, sizes: tuple[int, int], figures: list[dict[str, float]]) -> None:
    """Print the figures of one storage."""
    small, large = figures
    print(f"\n{kind:26}{sizes[0]:>12,}{sizes[1]:>12,}{'ratio':>9}")
    for name in small:
        ratio = f"{large[name] / small[name]:8.1f}x"
        print(f"{name:26}{small[name]:12.3f}{large[name]:12.3f} {ratio}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
