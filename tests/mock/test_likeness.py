"""A mock that is started with the verdict of an API shows no drift from that API."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock, LikenessError

from contract_tests.options import Options
from contract_tests.report.document import document
from contract_tests.report.redaction import Redactor
from mutants.catalogue import VARIATIONS
from mutants.server.layer import Layer
from tests.contract_suite.runs import run_in_process
from tests.mock.processes import running

# Servers that differ in status, code, order of checks, headers, fields, and the form of instants.
OBSERVED = (
    "benign-instants-with-microseconds",
    "benign-instants-with-nanoseconds",
    "benign-instants-with-zero-offset",
    "benign-look-up-before-body",
    "benign-more-beside-items",
    "benign-more-fields",
    "benign-negative-limit-refused-as-type",
    "benign-not-found-code",
    "benign-router-without-body",
    "benign-wrong-bodies-400",
    "benign-wrong-bodies-422",
    "benign-wrong-media-type-400",
    "benign-wrong-media-type-415",
    "benign-wrong-queries-422",
    "unusual-rate-limit-headers",
    "unusual-no-body-200",
)


def observe(server: str, folder: Path) -> Path:
    """Run the suite on a server and return the verdict.json."""
    mutant = VARIATIONS[server]
    mock = LicenseMock()
    verdict = run_in_process(
        mock, Options(profile="quick"), Layer(mock.app, mutant.behaviour, mock.token)
    )
    path = folder / "verdict.json"
    path.write_text(json.dumps(document(verdict, Redactor())))
    return path


@pytest.mark.weekly
@pytest.mark.parametrize("server", OBSERVED)
def test_the_mock_shows_no_drift_from_an_observed_api(server: str, tmp_path: Path) -> None:
    path = observe(server, tmp_path)
    plain = run_in_process(LicenseMock(), Options(profile="quick", baseline=path))
    alike = run_in_process(LicenseMock(like=path), Options(profile="quick", baseline=path))
    assert plain.drift != ()
    assert alike.drift == ()
    assert alike.outcome != "inconclusive"


VERDICT: dict[str, Any] = {
    "rules": [
        {"id": "get.unknown-404", "answers": ["404 NOT_FOUND"]},
        {"id": "body.malformed-refused", "answers": ["422 INVALID_REQUEST_BODY"]},
        {"id": "body.media-type-refused", "answers": ["400 BAD_CONTENT_TYPE"]},
        {"id": "method.not-allowed-405", "answers": ["405"]},
        # More than one error response: the mock keeps its own.
        {"id": "list.bad-query-refused", "answers": ["400 A", "422 B"]},
    ],
    "observed": {
        "PATCH of an unknown id with an invalid body": ["404 NOT_FOUND"],
        "fraction of instants of license_keys": ["3 digits"],
        "offset of instants of license_keys": ["+00:00"],
        "headers of 404": ["x-ratelimit-remaining"],
        "undocumented fields of get_license_key_handler 200": ["metadata"],
        "undocumented fields of list_license_keys_handler 200": ["items/metadata", "total"],
    },
}


@pytest.fixture(name="client")
def client_fixture() -> httpx.Client:
    """A client of a mock that is like the API of the verdict."""
    mock = LicenseMock(like=VERDICT)
    headers = {"Authorization": f"Bearer {mock.token}"}
    return httpx.Client(transport=mock.transport(), base_url="http://mock.invalid", headers=headers)


def test_errors_have_the_observed_status_and_code(client: httpx.Client) -> None:
    key_id = client.get("/license_keys").json()["items"][0]["id"]
    unknown = client.get("/license_keys/lic_unknown")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "NOT_FOUND")
    assert "x-ratelimit-remaining" in unknown.headers
    json_type = {"content-type": "application/json"}
    malformed = client.patch(f"/license_keys/{key_id}", content="{", headers=json_type)
    assert (malformed.status_code, malformed.json()["code"]) == (422, "INVALID_REQUEST_BODY")
    text = client.patch(
        f"/license_keys/{key_id}", content="{}", headers={"content-type": "text/plain"}
    )
    assert (text.status_code, text.json()["code"]) == (400, "BAD_CONTENT_TYPE")
    method = client.delete(f"/license_keys/{key_id}")
    assert (method.status_code, method.content) == (405, b"")
    query = client.get("/license_keys?page_size=x")
    assert (query.status_code, query.json()["code"]) == (400, "INVALID_QUERY_PARAMS")
    unseen = client.patch("/license_keys/lic_unknown", json={"disabled": "yes"})
    assert unseen.status_code == 404


def test_keys_have_the_observed_form(client: httpx.Client) -> None:
    page = client.get("/license_keys").json()
    assert page["total"] is None
    key = client.get(f"/license_keys/{page['items'][0]['id']}").json()
    for each in (key, *page["items"]):
        assert each["metadata"] is None
        assert each["created_at"].endswith("+00:00")
        assert len(each["created_at"]) == len("2026-01-01T00:00:00.123+00:00")


def test_what_is_no_verdict_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    with pytest.raises(LikenessError, match=f"cannot read {path}: No such file"):
        LicenseMock(like=path)
    for text in ("{", "[]", '{"rules": [{"id": 1}], "observed": {}}'):
        path.write_text(text)
        with pytest.raises(LikenessError, match=r"is not a verdict\.json"):
            LicenseMock(like=path)


def test_the_command_line_takes_a_verdict(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text(json.dumps(VERDICT))
    with running("--like", str(path)) as (_, facts):
        headers = {"Authorization": f"Bearer {facts['token']}"}
        response = httpx.get(f"{facts['base_url']}/license_keys/lic_x", headers=headers)
    assert response.json()["code"] == "NOT_FOUND"
