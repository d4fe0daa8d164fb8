"""Checks of access that ask several questions at once still name the rule that is violated."""

from pathlib import Path

import pytest
from dodo_license_mock import LicenseMock

from contract_tests.judge.verdict import Verdict
from contract_tests.options import Options
from contract_tests.run.plugin import Plugin
from mutants.catalogue import FAULTS
from mutants.server.layer import Layer
from tests.contract_suite.runs import run_in_process

ACCESS = "test_access.py::"
LIST = f"{ACCESS}test_list_without_token"
UNKNOWN_ID = "test_near_ids.py::test_update_of_an_unknown_id_reaches_no_key"
MEMBERS = "test_near_ids.py::test_only_documented_members_count"
METHOD = "test_methods.py::test_method_of_an_unknown_key"

pytestmark = pytest.mark.slow


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Parts of the names of the checks that a run consists of."""
    names: list[str] = []
    monkeypatch.setattr(
        Plugin,
        "_night",
        lambda _self, items, _budget: [
            each for each in items if any(name in each.nodeid for name in names)
        ],
    )
    return names


def _verdict(mock: LicenseMock, fault: str | None, count: int, folder: Path) -> Verdict:
    application = Layer(mock.app, FAULTS[fault].behaviour, mock.token) if fault else mock.app
    options = Options(profile="live", budget=1000, journal=folder / "journal.jsonl")
    key_ids = mock.key_ids[2 : 2 + count]
    return run_in_process(mock, options, application, key_ids, is_disposable=False)


@pytest.mark.parametrize(
    ("fault", "check", "rules"),
    [
        ("token-in-cookie-accepted", LIST, {"auth.missing-token-401"}),
        (
            "auth-unknown-id-before-token",
            f"{ACCESS}test_access[GET /license_keys/{{unknown}} no token]",
            {"auth.before-404"},
        ),
        (
            "auth-get-open",
            f"{ACCESS}test_access[GET /license_keys/{{unknown}} no token]",
            {"auth.before-404", "auth.missing-token-401"},
        ),
        (
            "auth-schema-before-token",
            f"{ACCESS}test_access[PATCH /license_keys/{{key}} without a scheme]",
            {"auth.before-body"},
        ),
        (
            "auth-token-case-ignored",
            f"{ACCESS}test_access[PATCH /license_keys/{{unknown}} in other case]",
            {"auth.before-body", "auth.unknown-token-401"},
        ),
        ("get-unknown-code", UNKNOWN_ID, {"get.unknown-code"}),
        ("get-patch-of-unknown-422", UNKNOWN_ID, {"patch.unknown-id-404"}),
        ("id-id-in-query-wins", UNKNOWN_ID, {"patch.frame.id"}),
        ("patch-unknown-fields-refused", MEMBERS, {"patch.unknown-fields"}),
        ("value-camel-case-names-known", MEMBERS, {"patch.unknown-fields"}),
        ("id-id-in-body-wins", MEMBERS, {"patch.frame.id"}),
        ("wire-accept-text-500", MEMBERS, {"response.no-server-error"}),
        ("frame-business-changed", MEMBERS, {"patch.frame.business-id"}),
        ("methods-override-header-acts", METHOD, {"method.not-allowed-405"}),
    ],
)
def test_cause_is_named(
    only: list[str], tmp_path: Path, fault: str, check: str, rules: set[str]
) -> None:
    only.append(check)
    verdict = _verdict(LicenseMock(), fault, 3, tmp_path)
    assert {each.rule.id for each in verdict.violated} == rules


@pytest.mark.parametrize("count", [1, 3])
def test_each_check_takes_one_request_if_the_server_is_right(
    only: list[str], tmp_path: Path, count: int
) -> None:
    only += [ACCESS, UNKNOWN_ID, MEMBERS, METHOD]
    verdict = _verdict(LicenseMock(), None, count, tmp_path)
    assert verdict.outcome == "conforms"
    assert len(verdict.checks) == 20
    assert {each.name: each.requests for each in verdict.checks if each.requests != 1} == {}
