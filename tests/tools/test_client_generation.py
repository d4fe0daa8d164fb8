"""The client is generated from the contract alone, the same each time, and from others like it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import dodo_license_keys
import pytest
import yaml

from specification import load
from tests.tools.calling import Caller, imported
from tools.client.generate import (
    ROOT,
    SPECIFICATION,
    contents,
    generate,
    main,
)

PUBLISHED = ROOT.parent / "shared" / "upstream" / "dodo-openapi-1.113.0.json"


def run(program: str, path: Path) -> str:
    """Run a program on a fresh interpreter that sees the packages of a folder."""
    command = [sys.executable, "-W", "ignore", "-c", f"import sys; sys.path[0] = {str(path)!r}\n"]
    command[-1] += program
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(SPECIFICATION.read_text(encoding="utf-8"))
    return found


def write(document: dict[str, Any], folder: Path) -> Path:
    specification = folder / "openapi.yaml"
    specification.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return specification


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first" / "client", tmp_path / "second" / "client"
    for package in (first, second):
        package.parent.mkdir()
        generate(SPECIFICATION, package)
    assert contents(first) == contents(second)


def test_every_module_says_that_it_is_generated_and_is_short(tmp_path: Path) -> None:
    generate(SPECIFICATION, tmp_path / "client")
    for module in (tmp_path / "client").rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert text.startswith("# Generated from openapi.yaml 1.0.0 by openapi-python-client ")


def test_the_client_follows_the_contract(tmp_path: Path) -> None:
    """A new operation, parameter, field and server come out; nothing else names them."""
    changed = document()
    changed["servers"].append({"url": "https://stage.dodopayments.com"})
    item = changed["paths"]["/license_keys/{id}"]
    item["delete"] = {
        "operationId": "delete_license_key",
        "responses": {"204": {"description": "Gone."}},
    }
    item["patch"]["deprecated"] = False
    schemas = changed["components"]["schemas"]
    schemas["LicenseKeyResponse"]["properties"]["seats"] = {"type": "number"}
    schemas["PatchLicenseKeyRequest"]["properties"]["note"] = {"type": "string"}
    generate(write(changed, tmp_path), tmp_path / "changed")
    printed = run(
        "import inspect, changed\n"
        "keys = changed.Changed(environment='stage_mode').license_keys\n"
        "print(*inspect.signature(keys.delete).parameters)\n"
        "print(inspect.signature(keys.update).parameters['note'])\n"
        "print(inspect.signature(changed.LicenseKeyResponse).parameters['seats'])\n"
        "print('Deprecated' in keys.update.__doc__, 'Deprecated' in keys.retrieve.__doc__)",
        tmp_path,
    ).splitlines()
    assert printed == [
        "id extra_headers extra_query extra_body timeout",
        "note: 'str | Unset' = UNSET",
        "seats: 'float | Unset' = UNSET",
        "False True",
    ]


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published specification is not here")
def test_the_published_specification_gives_the_same_client(tmp_path: Path) -> None:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    paths = {path: item for path, item in published["paths"].items() if "/license" in path}
    published["paths"] = {path: item for path, item in paths.items() if path[:8] == "/license"}
    generate(write(published, tmp_path), tmp_path / "published")
    printed = run(
        "import published\n"
        "client = published.Published(environment='test_mode')\n"
        "print(client.base_url)\n"
        "for name in ('license_keys', 'license_key_instances', 'licenses'):\n"
        "    methods = vars(type(getattr(client, name)))\n"
        "    print(name, *sorted(each for each in methods if each[0] != '_'))\n",
        tmp_path,
    ).splitlines()
    assert printed == [
        "https://test.dodopayments.com",
        "license_keys create list retrieve update with_raw_response with_streaming_response",
        "license_key_instances list retrieve update with_raw_response with_streaming_response",
        "licenses activate deactivate validate with_raw_response with_streaming_response",
    ]


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published specification is not here")
def test_the_complete_published_specification_gives_a_client_of_every_operation(
    tmp_path: Path,
) -> None:
    arguments = [f"--spec={PUBLISHED}", f"--dest={tmp_path}", "--name=dodo_payments"]
    assert main(arguments) == 0
    with imported(tmp_path, "dodo_payments") as package:
        assert Caller(load(str(PUBLISHED)), package).call_all() == 156
        ours = set(dodo_license_keys.__all__) - {"DodoLicenseKeys", "AsyncDodoLicenseKeys"}
        assert ours <= set(package.__all__)
    cache = ["--cache-dir", str(ROOT / ".mypy_cache")]
    check = [sys.executable, "-m", "mypy", "--strict", *cache, "-p", "dodo_payments"]
    checked = subprocess.run(check, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published specification is not here")
def test_a_large_client_imports_models_on_first_use(tmp_path: Path) -> None:
    generate(PUBLISHED, tmp_path / "large")
    printed = run(
        "import large, sys\n"
        "client = large.Large(environment='test_mode')\n"
        "client.payments\n"
        "print([name for name in sys.modules if name.startswith('large.models._')])\n"
        "large.PaymentResponse\n"
        "print([name for name in sys.modules if name.startswith('large.models._')])\n",
        tmp_path,
    ).splitlines()
    assert printed == ["[]", "['large.models._payment_response']"]
