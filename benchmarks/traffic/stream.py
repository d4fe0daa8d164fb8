"""Writes recordings of any length: the life of a license key, again and again with new keys."""

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from dodo_license_mock import LicenseMock
from dodo_license_recording import Recorder

_STARTED = re.compile(rb'"startedDateTime":"([^"]+)"')
_NUMBER = re.compile(rb'"_number":\d+')
_INTERVAL = timedelta(milliseconds=20)
_LISTED = 10


def write_own(path: Path, exchanges: int) -> None:
    """Write a recording in the form of this project.

    Args:
        path: The file to create.
        exchanges: How many exchanges it has.
    """
    head, life = _recorded_life()
    with path.open("wb") as file:
        file.write(head)
        for number, line in enumerate(_lines(life), 1):
            file.write(_NUMBER.sub(b'"_number":%d' % number, line, count=1))
            if number == exchanges:
                break
            file.write(b",\n")
        file.write(b"\n]}}\n")


def write_other(path: Path, size: int) -> int:
    """Write a recording as other tools do: indented, and without a statement about its keys.

    Args:
        path: The file to create.
        size: Its size in bytes, at least.

    Returns:
        The number of exchanges.
    """
    _, life = _recorded_life()
    indented = [json.dumps(json.loads(each), indent=2).encode() for each in life]
    indented = [re.sub(rb'"startedDateTime": ', b'"startedDateTime":', each) for each in indented]
    with path.open("wb") as file:
        file.write(b'{"log": {"version": "1.2", "creator": {"name": "other", "version": "1"},')
        file.write(b' "entries": [\n')
        exchanges = 0
        for entry in _lines(indented):
            file.write(entry)
            exchanges += 1
            if file.tell() >= size:
                break
            file.write(b",\n")
        file.write(b"\n]}}\n")
    return exchanges


def _lines(life: list[bytes]) -> Iterator[bytes]:
    """Yield the life of one key after another, each with ids and times of its own."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    names = sorted({name for line in life for name in _names(line)})
    cycle = 0
    while True:
        renamed = _renaming(names, cycle)
        for line in life:
            at += _INTERVAL
            started = b'"startedDateTime":"%s"' % at.isoformat(timespec="microseconds").encode()
            yield _STARTED.sub(started, renamed(line), count=1)
        cycle += 1


def _names(line: bytes) -> list[bytes]:
    return re.findall(rb"\b(?:lic|lki|anon)_[A-Za-z0-9]{12,}", line)


def _renaming(names: list[bytes], cycle: int) -> Callable[[bytes], bytes]:
    """Rename ids and key strings so that those of each cycle differ, at the same length."""
    number = b"%08d" % cycle
    new = {name: name[: -len(number)] + number for name in names}
    pattern = re.compile(b"|".join(names))
    return lambda line: pattern.sub(lambda match: new[match.group()], line)


def _recorded_life() -> tuple[bytes, list[bytes]]:
    """Record what a service does with a key: the head of the file and its entries."""
    mock = LicenseMock(seed={"license_keys": [{"activations_limit": 5}] * _LISTED})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "life.har"
        with (
            Recorder(mock.transport(), path, complete=True) as transport,
            httpx.Client(
                transport=transport,
                base_url="http://mock.invalid",
                headers={"Authorization": f"Bearer {mock.token}"},
            ) as client,
        ):
            _live(client, mock.key_ids[0])
        head, _, rest = path.read_bytes().partition(b"\n")
    return head + b"\n", [each.rstrip(b",") for each in rest.splitlines()[:-1]]


def _live(client: httpx.Client, key_id: str) -> None:
    """Buy, change, activate, validate often, deactivate and revoke."""
    path = f"/license_keys/{key_id}"
    key = client.get(path).json()["key"]
    client.get("/license_keys", params={"page_size": _LISTED, "status": "active"})
    client.patch(path, json={"activations_limit": 5, "expires_at": None})
    client.patch(path, json={"expires_at": "2099-01-15T00:00:00Z"})
    instance = client.post("/licenses/activate", json={"license_key": key, "name": "a"}).json()
    used = {"license_key": key, "license_key_instance_id": instance["id"]}
    for _ in range(6):
        client.post("/licenses/validate", json=used)
        client.get(path)
    client.get(f"/license_key_instances/{instance['id']}")
    client.post("/licenses/deactivate", json=used)
    client.patch(path, json={"activations_limit": "many"})
    client.patch(path, json={"disabled": True})
    client.post("/licenses/validate", json={"license_key": key})
    client.get(path)
