"""A change of the specification, walked through to the service that vendored the client."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from dodo_license_keys import DodoLicenseKeys
from dodo_license_mock import LicenseMock

from tests.tools.changed_api import CHANGES, ChangedAPI, change, serve
from tests.tools.conftest import Clone

PYTHON = sys.executable
CALLS = """
from {package} import DodoLicenseKeys

with DodoLicenseKeys() as client:
    key = client.license_keys.retrieve("{key_id}")
    assert key.region == "eu"
    assert client.revocations.retrieve("{key_id}").status == "revoked"
    active = next(each for each in client.license_keys.list(status="active")
                  if each.activations_limit is None)
    instance = client.licenses.activate(license_key=active.key, name="Rehearsal")
    assert instance.customer.name is None
    client.licenses.deactivate(license_key=active.key, license_key_instance_id=instance.id)
"""
STRICT = """
from dodo_license_keys import DodoLicenseKeys

with DodoLicenseKeys(strict_responses={strict}) as client:
    client.license_keys.retrieve("{key_id}")
"""


def contract(
    clone: Clone, base_url: str, mock: LicenseMock, profile: str
) -> tuple[int, dict[str, Any]]:
    """Run the clone's contract suite against a server; return its exit code and its verdict."""
    run = clone.run(
        PYTHON,
        "-m",
        "contract_tests",
        f"--base-url={base_url}",
        f"--profile={profile}",
        "--report=reports",
        XDG_STATE_HOME=str(clone.path / "state"),
        DODO_PAYMENTS_API_KEY=mock.token,
        LICENSE_KEY_IDS=",".join(mock.key_ids),
    )
    assert run.returncode in {0, 1}, run.stdout + run.stderr
    verdict: dict[str, Any] = json.loads((clone.path / "reports" / "verdict.json").read_text())
    return run.returncode, verdict


@pytest.mark.slow
def test_a_change_goes_all_the_way(clone: Clone, tmp_path: Path) -> None:
    # A service vendored the client as it is today.
    copy = tmp_path / "acme" / "licenses"
    assert clone.run(PYTHON, "-m", "tools.vendor", copy).returncode == 0

    # The specification changes, and the comparison says how.
    path = clone.path / "openapi.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    run = clone.run(PYTHON, "-m", "tools.diff", "--format", "json")
    report = json.loads(run.stdout)
    assert {
        (each["impact"], each["rule"], each["where"])
        for each in report["changes"]
        if each["impact"] != "documentation only"
    } == CHANGES
    assert report["release"] == "major"
    (promised,) = (each for each in report["changes"] if each["where"].endswith(".region"))
    assert promised["consequences"] == {
        "old client, new server": "unaffected",
        "new client, old server or mock": (
            "a response of the old server may violate the new schema"
        ),
        "contract suite": "reports the mock as violating until the mock is changed",
        "mock": "must be changed to return what the new schema requires",
    }
    failing = clone.run(PYTHON, "-m", "tools.diff", "--fail-on", "breaking")
    assert failing.returncode == 1

    # The committed client is stale, a new one is generated, and it has the right types.
    assert clone.run(PYTHON, "-m", "tools.client.generate", "--check").returncode == 1
    run = clone.run(PYTHON, "-m", "tools.client.generate")
    assert run.returncode == 0, run.stderr
    assert clone.run(PYTHON, "-m", "tools.client.generate", "--check").returncode == 0
    run = clone.run(PYTHON, "-m", "mypy", "-p", "dodo_license_keys")
    assert run.returncode == 0, run.stdout

    # The contract suite, which reads the changed contract, tells the two servers apart.
    mock = LicenseMock()
    with mock.serve() as base_url:
        code, verdict = contract(clone, base_url, mock, "quick")
        assert (code, verdict["verdict"]) == (1, "violates")
        # The new client reads the old server, and finds what the new schema requires if asked to.
        for strict, expected in ((False, 0), (True, 1)):
            run = clone.run(
                PYTHON,
                "-c",
                STRICT.format(strict=strict, key_id=mock.key_ids[0]),
                PYTHONWARNINGS="ignore::DeprecationWarning",
                DODO_PAYMENTS_API_KEY=mock.token,
                DODO_PAYMENTS_BASE_URL=base_url,
            )
            assert run.returncode == expected, run.stderr
            assert ("region" in run.stderr) == strict
    mock = LicenseMock()
    with serve(ChangedAPI(mock.app)) as base_url:
        code, verdict = contract(clone, base_url, mock, "full")
        broken = [rule["id"] for rule in verdict["rules"] if rule["status"] == "violated"]
        assert (code, broken) == (0, [])
        assert verdict["spec"]["version"] == "1.1.0"

        # The service's copy is intact but older; renewed, it is current and knows the changes.
        verify: list[str | Path] = [
            PYTHON,
            copy / "verify.py",
            "--source",
            clone.path / "generated/dodo_license_keys",
        ]
        assert clone.run(*verify).returncode == 3
        assert clone.run(PYTHON, "-m", "tools.vendor", copy).returncode == 0
        assert clone.run(*verify).returncode == 0
        run = clone.run(
            PYTHON,
            "-c",
            CALLS.format(package="acme.licenses", key_id=mock.key_ids[0]),
            PYTHONPATH=str(tmp_path),
            PYTHONWARNINGS="ignore::DeprecationWarning",
            DODO_PAYMENTS_API_KEY=mock.token,
            DODO_PAYMENTS_BASE_URL=base_url,
        )
        assert run.returncode == 0, run.stderr

        # A service that did not renew its copy goes on reading: nothing it asks for is lost.
        with DodoLicenseKeys(bearer_token=mock.token, base_url=base_url) as client:
            key = client.license_keys.retrieve(mock.key_ids[0])
            assert key.to_dict()["region"] == "eu"
