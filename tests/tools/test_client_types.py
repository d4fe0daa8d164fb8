"""Callers of the client are checked by mypy strict and by pyright, right and wrong ones."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.generate import ROOT

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
    DodoLicenseKeys,
    LicenseKeyResponse,
    NotFoundError,
    Page,
    RawResponse,
    Unset,
)


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
    assert_type(client.with_options(timeout=3), DodoLicenseKeys)
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
        assert_type(raw.parse(), LicenseKeyResponse)
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
DodoLicenseKeys(environment="prod")
"""


def write(program: str, folder: Path) -> Path:
    path = folder / "program.py"
    path.write_text(program, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(
        json.dumps(
            {
                "typeCheckingMode": "strict",
                "extraPaths": [str(ROOT / "generated")],
                "pythonVersion": "3.11",
            }
        ),
        encoding="utf-8",
    )
    return path


def mypy(path: Path) -> str:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", path.name]
    run = subprocess.run(command, check=False, cwd=path.parent, capture_output=True, text=True)
    return run.stdout


def pyright(path: Path) -> list[int]:
    """Return the lines that pyright has an error on."""
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--level", "error", "."]
    command += ["--pythonpath", sys.executable]
    run = subprocess.run(command, check=False, cwd=path.parent, capture_output=True, text=True)
    found = json.loads(run.stdout)["generalDiagnostics"]
    errors = [each for each in found if each["severity"] == "error"]
    return sorted({each["range"]["start"]["line"] for each in errors})


@pytest.fixture
def right(tmp_path: Path) -> Path:
    return write(RIGHT, tmp_path)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    return write(WRONG, tmp_path)


def test_mypy_finds_nothing_wrong_with_a_good_caller(right: Path) -> None:
    assert "Success" in mypy(right)


def test_pyright_finds_nothing_wrong_with_a_good_caller(right: Path) -> None:
    assert pyright(right) == []


def test_mypy_finds_each_mistake(wrong: Path) -> None:
    found = mypy(wrong)
    assert [line for line in range(5, 13) if f"program.py:{line}:" not in found] == []


def test_pyright_finds_each_mistake(wrong: Path) -> None:
    assert pyright(wrong) == list(range(4, 12))
