"""What a service uses decides which changes affect it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from dodo_license_mock import LicenseMock

from contract_tests.__main__ import main as suite
from tests.traffic.clients import recorded_client
from tools.diff.cli import main as diff

ROOT = Path(__file__).parents[2]
SERVICE_TEST = """
import httpx
from dodo_license_keys import DodoLicenseKeys
from dodo_license_mock import LicenseMock

def test_status():
    mock = LicenseMock()
    with DodoLicenseKeys(bearer_token=mock.token, base_url="http://mock.invalid",
                         http_client=httpx.Client(transport=mock.transport())) as client:
        key = client.license_keys.retrieve(mock.key_ids[0])
        assert key.status and key.id
"""


@pytest.fixture
def usages(tmp_path: Path) -> dict[str, Path]:
    """Billing sets limits; the portal validates keys."""
    mock = LicenseMock()
    key_id = mock.key_ids[0]
    with recorded_client(mock, tmp_path / "billing.har") as client:
        key = client.get(f"/license_keys/{key_id}").json()
        client.patch(f"/license_keys/{key_id}", json={"activations_limit": 50})
    with recorded_client(mock, tmp_path / "portal.har") as client:
        client.post("/licenses/validate", json={"license_key": key["key"]})
    made = {}
    for name in ("billing", "portal"):
        made[name] = tmp_path / f"{name}.json"
        arguments = [str(tmp_path / f"{name}.har"), "--output", str(made[name])]
        assert suite(["usage", *arguments]) == 0
    return made


def changed(tmp_path: Path, change: Any) -> str:
    document = yaml.safe_load((ROOT / "openapi.yaml").read_text())
    change(document)
    path = tmp_path / "new.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return str(path)


def services_of(
    usages: dict[str, Path], new: str, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, dict[str, list[str]]]:
    used = [each for name, path in usages.items() for each in ("--used-by", f"{name}={path}")]
    capsys.readouterr()
    arguments = [str(ROOT / "openapi.yaml"), new, "--format", "json", *used, *more]
    code = diff([*arguments, "--fail-on", "breaking"])
    changes = json.loads(capsys.readouterr().out)["changes"]
    return code, {each["rule"]: each["services"] for each in changes}


def test_usage_has_what_was_sent_and_no_secret(usages: dict[str, Path]) -> None:
    content = json.loads(usages["billing"].read_text())
    patched = content["operations"]["update_license_key"]
    assert patched["name"] == "PATCH /license_keys/{id}"
    assert patched["body"] == {"activations_limit": {"number": 1}}
    assert patched["statuses"] == {"200": 1}
    assert content["reads"] is None


def test_only_the_callers_of_an_operation_are_affected(
    usages: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = changed(tmp_path, lambda each: each["paths"].pop("/licenses/validate"))
    assert services_of(usages, new, capsys) == (1, {"operation-removed": ["portal"]})
    new = changed(tmp_path, lambda each: each["paths"].pop("/licenses/activate"))
    assert services_of(usages, new, capsys) == (0, {"operation-removed": []})


def test_only_the_senders_of_a_field_are_affected(
    usages: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def drop(field: str) -> Any:
        return lambda each: each["components"]["schemas"]["PatchLicenseKeyRequest"][
            "properties"
        ].pop(field)

    code, rules = services_of(usages, changed(tmp_path, drop("activations_limit")), capsys)
    assert (code, rules) == (1, {"request-property-removed": ["billing"]})
    code, rules = services_of(usages, changed(tmp_path, drop("disabled")), capsys)
    assert (code, rules) == (0, {"request-property-removed": []})


def test_fields_that_the_tests_read_decide_about_responses(
    usages: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = tmp_path / "test_service.py"
    service.write_text(SERVICE_TEST)
    reads = tmp_path / "reads.json"
    made = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"),
            *(f"--license-reads={reads}", f"--rootdir={tmp_path}", str(service)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout
    counted = json.loads(reads.read_text())["reads"]
    assert counted == {"LicenseKeyResponse.id": 1, "LicenseKeyResponse.status": 1}
    arguments = [str(tmp_path / "billing.har"), "--reads", str(reads)]
    assert suite(["usage", *arguments, "--output", str(usages["billing"])]) == 0

    def drop(field: str) -> Any:
        def change(document: Any) -> None:
            schema = document["components"]["schemas"]["LicenseKeyResponse"]
            schema["properties"].pop(field)
            schema["required"] = [each for each in schema["required"] if each != field]

        return change

    _, rules = services_of(usages, changed(tmp_path, drop("status")), capsys)
    assert set(map(tuple, rules.values())) == {("billing",)}
    code, rules = services_of(usages, changed(tmp_path, drop("product_id")), capsys)
    assert (code, set(map(tuple, rules.values()))) == (0, {()})


def test_old_usage_is_warned_about(
    usages: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = json.loads(usages["portal"].read_text())
    usages["portal"].write_text(json.dumps({**content, "last": "2020-01-02T03:04:05+00:00"}))
    new = changed(tmp_path, lambda each: each["paths"].pop("/licenses/activate"))
    diff([str(ROOT / "openapi.yaml"), new, "--used-by", f"portal={usages['portal']}"])
    assert "portal: the usage was last recorded on 2020-01-02" in capsys.readouterr().err


@pytest.mark.parametrize("argument", ["billing", "billing=/nowhere.json", "billing=pyproject.toml"])
def test_wrong_usage_is_one_sentence(
    argument: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert diff(["openapi.yaml", "openapi.yaml", "--used-by", argument]) == 2
    assert capsys.readouterr().err.count("\n") == 1
