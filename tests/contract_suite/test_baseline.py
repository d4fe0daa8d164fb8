"""Drift is named even where no rule is broken."""

import json
from pathlib import Path

import pytest
from dodo_license_mock import LicenseMock

from contract_tests import report
from contract_tests.errors import CannotRunError
from contract_tests.options import Options
from contract_tests.report.redaction import Redactor
from contract_tests.transport.asgi import Application, Message, Receive, Send
from tests.contract_suite.runs import run_in_process


def _newer(application: Application) -> Application:
    """The same API with another code for unknown keys, a new field and a rate limit header."""

    async def newer(scope: Message, receive: Receive, send: Send) -> None:
        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [each for each in message["headers"] if each[0] != b"content-length"]
                message["headers"] = [*headers, (b"x-ratelimit-remaining", b"99")]
            else:
                body = message.get("body", b"").replace(b"LICENSE_KEY_NOT_FOUND", b"NOT_FOUND")
                message["body"] = body.replace(b'{"id":"lic_', b'{"seats":5,"id":"lic_')
            await send(message)

        await application(scope, receive, changed)

    return newer


@pytest.fixture(name="baseline", scope="module")
def baseline_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("baseline")
    verdict = run_in_process(LicenseMock(), Options(profile="quick"))
    report.write(folder, verdict, Redactor())
    return folder / "verdict.json"


def test_same_server_shows_no_drift(baseline: Path) -> None:
    verdict = run_in_process(LicenseMock(), Options(profile="quick", baseline=baseline))
    assert verdict.drift == ()


def test_drift_is_named(baseline: Path, tmp_path: Path) -> None:
    mock = LicenseMock()
    options = Options(profile="quick", baseline=baseline)
    verdict = run_in_process(mock, options, _newer(mock.app))
    assert verdict.outcome == "conforms"
    assert (
        "get.unknown-404: answered 404 LICENSE_KEY_NOT_FOUND before, 404 NOT_FOUND now"
        in verdict.drift
    )
    assert "headers of 200: nothing before, x-ratelimit-remaining now" in verdict.drift
    undocumented = "undocumented fields of get_license_key_handler 200: nothing before, seats now"
    assert undocumented in verdict.drift
    report.write(tmp_path, verdict, Redactor())
    assert undocumented in json.loads((tmp_path / "verdict.json").read_text())["drift"]


@pytest.mark.parametrize("text", ["", "[]", '{"rules": [{}]}', '{"rules": 5}'])
def test_what_is_no_baseline(text: str, tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text(text)
    with pytest.raises(CannotRunError, match=r"is not a verdict\.json"):
        run_in_process(LicenseMock(), Options(baseline=path))


def test_missing_baseline(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="cannot be read"):
        run_in_process(LicenseMock(), Options(baseline=tmp_path / "none.json"))
