"""The mock under the libraries that freeze the time of a test."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock
from freezegun import freeze_time
from time_machine import travel

from .conftest import client_of
from .keys import find, plain

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
Freeze = Callable[[], AbstractContextManager[Any]]


@pytest.mark.parametrize(
    "freeze",
    [lambda: freeze_time(NOON), lambda: travel(NOON, tick=False)],
    ids=["freezegun", "time-machine"],
)
def test_everything_works_while_the_time_is_frozen(
    mock: LicenseMock, client: httpx.Client, freeze: Freeze
) -> None:
    key = find(client, lambda key: plain(key) and not key["expires_at"])
    path = f"/license_keys/{key['id']}"
    with freeze():
        assert client.get("/_mock/clock").json()["now"] == "2030-06-01T12:00:00Z"
        assert client.get("/_mock/state").status_code == 200
        body = {"license_key": key["key"], "name": "Laptop"}
        activated = client.post("/licenses/activate", json=body)
        assert activated.status_code == 201
        assert activated.json()["created_at"] == "2030-06-01T12:00:00Z"
        later = (NOON + timedelta(hours=1)).isoformat()
        assert client.patch(path, json={"expires_at": later}).json()["status"] == "active"
        mock.set_clock(datetime(2031, 1, 1, tzinfo=UTC))
        assert client.get(path).json()["status"] == "expired"
        assert client.get("/license_keys?created_at_gte=2020-01-01T00:00:00Z").status_code == 200
        assert client.get("/_mock/journal").status_code == 200
    assert client.get(path).status_code == 200


def test_the_first_import_while_the_time_is_frozen() -> None:
    code = (
        "import freezegun\n"
        "with freezegun.freeze_time('2030-01-01'):\n"
        "    from dodo_license_mock import LicenseMock\n"
        "    mock = LicenseMock(seed={'license_keys': [{'expires_at': '2040-01-01T00:00:00Z'}]})\n"
        "    import httpx\n"
        "    client = httpx.Client(transport=mock.transport(), base_url='http://mock')\n"
        "    print(client.get('/_mock/state').status_code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "200\n"


def test_the_frozen_time_decides_what_is_expired() -> None:
    mock = LicenseMock(
        seed={"license_keys": [{"id": "lic_1", "expires_at": "2030-06-01T12:00:00Z"}]}
    )
    with client_of(mock) as client:
        for instant, status in ((NOON - timedelta(seconds=1), "active"), (NOON, "expired")):
            with freeze_time(instant):
                assert client.get("/license_keys/lic_1").json()["status"] == status
