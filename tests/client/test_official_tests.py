"""The official SDK's own tests of the license operations, with its client and with this one."""

import importlib
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SDK = "dodopayments==1.123.0"
SHA256 = "b280796a8c02f9087f3a1ad344f76d4c1ae170dfda28de84e7ed4da991d6aac0"
# What the tests expect to exist. They activate without end, so the mock is reset before each test.
SEED = {
    "customers": [{"customer_id": "customer_id", "name": "A", "email": "a@example.com"}],
    "products": [{"product_id": "product_id", "name": "P"}],
    "license_keys": [
        {
            "id": "lic_7namTC0VcgrnzrF3GTSwB",
            "key": "2b1f8e2d-c41e-4e8f-b2d3-d9fd61c38f43",
            "customer_id": "customer_id",
            "product_id": "product_id",
        },
        {
            "key": "license_key",
            "customer_id": "customer_id",
            "product_id": "product_id",
            "instances": [
                {"id": "lki_EeWORStkMc7z0KycI31VS", "name": "A"},
                {"id": "license_key_instance_id", "name": "B"},
            ],
        },
    ],
}
TOTAL = 195

RESET = """
import os
import urllib.request

import pytest


@pytest.fixture(autouse=True)
def reset_the_mock():
    url = os.environ["TEST_API_BASE_URL"] + "/_mock/reset"
    urllib.request.urlopen(urllib.request.Request(url, method="PUT")).read()
"""

# This package under the name of the official SDK. Only the names are mapped, and what the tests'
# helpers ask pydantic about a model. Their own helpers, in _utils and _types, stay as they are.
# The token of the tests contains spaces, which this client rejects.
CLIENT = """
import dodo_license_keys
from dodo_license_keys import *
from dodo_license_keys import __version__, types


class DodoPayments(dodo_license_keys.DodoPayments):
    def __init__(self, *, bearer_token, _strict_response_validation, **options):
        super().__init__(bearer_token=bearer_token.replace(" ", ""), **options)


class AsyncDodoPayments(dodo_license_keys.AsyncDodoPayments):
    def __init__(self, *, bearer_token, _strict_response_validation, **options):
        super().__init__(bearer_token=bearer_token.replace(" ", ""), **options)
"""
COMPAT = """
from typing import Literal, Union, get_args, get_type_hints

from dodo_license_keys import UNSET, Unset

from ._original_compat import *

PYDANTIC_V1 = False


def get_model_fields(model):
    if hasattr(model, "item"):
        return {"items": list[model.item]}
    return {name: get_type_hints(model)[name] for name in model._fields.kinds}


def field_outer_type(field):
    variants = get_args(field)
    if Unset not in variants:
        return field
    return Union[tuple(Literal[UNSET] if each is Unset else each for each in variants)]
"""
PAGINATION = """
from dodo_license_keys import AsyncPage, BaseModel, Page


class PageType(type):
    def __getitem__(cls, item):
        return PageType(cls.__name__, (cls,), {"item": item})

    def __instancecheck__(cls, value):
        items = value.items if isinstance(value, cls.page) else [None]
        return all(isinstance(item, cls.item) for item in items)


class SyncDefaultPageNumberPagination(BaseModel, metaclass=PageType):
    page = Page


class AsyncDefaultPageNumberPagination(BaseModel, metaclass=PageType):
    page = AsyncPage
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Download the source distribution of the official SDK and unpack it."""
    for module in ("dodo_license_mock", "httpx_aiohttp", "pydantic", "pytest_asyncio"):
        pytest.importorskip(module, reason=f"the official tests need {module}")
    folder = tmp_path_factory.mktemp("official")
    pin = folder / "requirements.txt"
    pin.write_text(f"{SDK} --hash=sha256:{SHA256}\n", encoding="utf-8")
    download = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", "dodopayments"]
    run = subprocess.run(
        [*download, "--require-hashes", "--requirement", str(pin), "--dest", str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    archives = list(folder.glob("*.tar.gz"))
    if not archives:
        # A wrong hash is a failure, and every other error means that the index is out of reach.
        assert "HASHES" not in run.stderr, run.stderr
        pytest.skip(f"{SDK} cannot be downloaded: {run.stderr.strip().splitlines()[-1:]}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    (folder / "reset_mock.py").write_text(RESET, encoding="utf-8")
    return next(path for path in folder.glob("dodopayments-*") if path.is_dir())


def run_tests(source: Path, package: Path, token: str) -> dict[str, str]:
    """Run the official tests of the license operations against the mock.

    Args:
        source: The unpacked source distribution.
        package: The folder that contains the package `dodopayments`.
        token: The bearer token that the client sends.

    Returns:
        The outcome of each test, such as `PASSED`, by its id.
    """
    mock = importlib.import_module("dodo_license_mock").LicenseMock(token=token, seed=SEED)
    with mock.serve() as base_url:
        run = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-rA", "--tb=no", "--override-ini=addopts="),
                *("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "reset_mock"),
                # pytest 9 warns of how their conftest.py is written.
                *("-W", "ignore::pytest.PytestDeprecationWarning"),
                *sorted(map(str, source.glob("tests/api_resources/test_license*.py"))),
            ],
            cwd=source,
            env={
                **{name: value for name, value in os.environ.items() if "COV" not in name},
                "TEST_API_BASE_URL": base_url,
                "PYTHONPATH": os.pathsep.join(map(str, (package, source.parent, *sys.path))),
            },
            check=False,
            capture_output=True,
            text=True,
        )
    lines = re.findall(r"^(PASSED|FAILED|ERROR|SKIPPED) (\S+)", run.stdout, re.MULTILINE)
    outcomes = {test: outcome for outcome, test in lines}
    assert len(outcomes) == TOTAL, run.stdout[-3000:] + run.stderr[-3000:]
    return outcomes


def test_they_pass_with_the_official_client(source: Path) -> None:
    outcomes = run_tests(source, source / "src", "My Bearer Token")
    assert [test for test, outcome in outcomes.items() if outcome != "PASSED"] == []


def test_they_pass_with_this_client_under_its_name(source: Path, tmp_path: Path) -> None:
    package = tmp_path / "dodopayments"
    package.mkdir()
    official = source / "src" / "dodopayments"
    (package / "_utils").symlink_to(official / "_utils")
    for name in ("_types.py", "_files.py", "_constants.py", "_qs.py"):
        (package / name).symlink_to(official / name)
    (package / "_original_compat.py").symlink_to(official / "_compat.py")
    for name, text in {
        "__init__.py": CLIENT,
        "_compat.py": COMPAT,
        "_models.py": "from dodo_license_keys import BaseModel",
        "pagination.py": PAGINATION,
        "types.py": "from dodo_license_keys.types import *",
    }.items():
        (package / name).write_text(text, encoding="utf-8")
    outcomes = run_tests(source, tmp_path, "MyBearerToken")
    assert [test for test, outcome in outcomes.items() if outcome != "PASSED"] == []
