"""Callers of the client are checked by mypy strict and by pyright, right and wrong ones."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.client.generate import ROOT

RIGHT = """
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import httpx
import httpx2
from typing_extensions import assert_type

from dodo_license_keys import (
    UNSET,
    AsyncDodoLicenseKeys,
    AsyncRawResponse,
    DodoLicenseKeys,
    LicenseKeyResponse,
    NotFoundError,
    Page,
    RawResponse,
    Unset,
)
from dodo_license_keys.types import LicenseKey, LicenseKeyUpdateParams


def use() -> None:
    client = DodoLicenseKeys(environment="test_mode", http_client=httpx.Client(), timeout=5)
    DodoLicenseKeys(http_client=httpx2.Client(), timeout=httpx.Timeout(5))
    key = client.license_keys.update("a", activations_limit=None, disabled=UNSET)
    assert_type(key, LicenseKeyResponse)
    assert_type(key.activations_limit, int | None | Unset)
    client.license_keys.update("a", expires_at=datetime.now(timezone.utc), extra_body={"a": 1})
    client.license_keys.update("a", expires_at="2030-01-01T00:00:00Z")
    assert_type(client.license_keys.list(status="active"), Page[LicenseKeyResponse])
    for each in client.license_keys.list():
        assert_type(each, LicenseKeyResponse)
    raw = client.license_keys.with_raw_response.update("a", disabled=True)
    assert_type(raw, RawResponse[LicenseKeyResponse])
    assert_type(raw.status_code, int)
    with client.license_keys.with_streaming_response.list() as streamed:
        assert_type(streamed.parse(), Page[LicenseKeyResponse])
    assert_type(client.with_options(timeout=3), DodoLicenseKeys)
    assert_type(client.copy(http_client=httpx.Client()).timeout, float | httpx.Timeout | None)
    assert_type(client.get("/products", cast_to=httpx.Response), httpx.Response)
    changes: LicenseKeyUpdateParams = {"activations_limit": None}
    assert_type(client.license_keys.update("a", **changes), LicenseKey)
    assert_type(client.licenses.deactivate(license_key="a", license_key_instance_id="b"), None)
    try:
        client.license_keys.retrieve("a")
    except NotFoundError as error:
        assert_type(error.status_code, int)
        assert_type(error.code, str | None)
        assert_type(error.response, httpx.Response)
    extra: Mapping[str, Any] = key.additional_properties
    print(extra)


async def use_async() -> None:
    async with AsyncDodoLicenseKeys(http_client=httpx.AsyncClient()) as client:
        assert_type(await client.license_keys.update("a", disabled=True), LicenseKeyResponse)
        async for key in client.license_keys.list():
            assert_type(key, LicenseKeyResponse)
        page = await client.license_keys.list()
        assert_type(page.items, list[LicenseKeyResponse])
        raw = await client.license_keys.with_raw_response.retrieve("a")
        assert_type(raw, AsyncRawResponse[LicenseKeyResponse])
        assert_type(await raw.parse(), LicenseKeyResponse)
        async with client.license_keys.with_streaming_response.retrieve("a") as streamed:
            assert_type(await streamed.parse(to=dict[str, str]), dict[str, str])
"""

WRONG = """
from dodo_license_keys import DodoLicenseKeys

client = DodoLicenseKeys()
client.license_keys.update("a", activations_limit="5")
client.license_keys.update("a", no_such_field=5)
client.license_keys.update(5)
client.license_keys.list(status="actve")
client.license_keys.with_raw_response.update("a", disabled="yes")
client.license_keys.retrieve("a").status = "disabled"
client.license_keys.create(key="a")
client.license_keys.retrieve("a").expire_at
client.license_keys.with_raw_response.retrieve("a").parse().expire_at
DodoLicenseKeys(environment="prod")
"""


Lines = dict[str, set[int]]


@pytest.fixture(scope="module")
def callers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write both callers into one folder, so that each checker runs once."""
    folder = tmp_path_factory.mktemp("callers")
    (folder / "right.py").write_text(RIGHT, encoding="utf-8")
    (folder / "wrong.py").write_text(WRONG, encoding="utf-8")
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT / "generated")]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def mypy(folder: Path) -> Lines:
    """Return the lines of each file, counted from 1, that mypy strict has an error on."""
    options = ["--strict", "--cache-dir", str(ROOT / ".mypy_cache"), "--output", "json"]
    command = [sys.executable, "-m", "mypy", *options, "right.py", "wrong.py"]
    run = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    assert run.returncode in {0, 1}, run.stderr
    found: Lines = {"right.py": set(), "wrong.py": set()}
    for line in run.stdout.splitlines():
        complaint = json.loads(line)
        if complaint["severity"] == "error":
            found[complaint["file"]].add(complaint["line"])
    return found


def pyright(folder: Path) -> Lines:
    """Return the lines of each file, counted from 1, that pyright strict has an error on."""
    options = ["--outputjson", "--level", "error", "--pythonpath", sys.executable]
    command = [sys.executable, "-m", "basedpyright", *options, "."]
    run = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    found: Lines = {"right.py": set(), "wrong.py": set()}
    for complaint in json.loads(run.stdout)["generalDiagnostics"]:
        found[Path(complaint["file"]).name].add(complaint["range"]["start"]["line"] + 1)
    return found


@pytest.mark.parametrize("check", [mypy, pytest.param(pyright, marks=pytest.mark.slow)])
def test_a_good_caller_is_fine_and_each_mistake_is_found(
    check: Callable[[Path], Lines], callers: Path
) -> None:
    mistakes = {number for number, line in enumerate(WRONG.splitlines(), 1) if "client." in line}
    mistakes.add(len(WRONG.splitlines()))
    assert check(callers) == {"right.py": set(), "wrong.py": mistakes}
