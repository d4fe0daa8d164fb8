"""Broken and hostile files end in one sentence."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contract_tests.__main__ import main
from contract_tests.traffic import entries, har
from tests.traffic.clients import with_entries

if TYPE_CHECKING:
    from contract_tests.traffic.recorded import RecordedExchange

_ENTRY = {
    "startedDateTime": "2026-01-02T03:04:05.678Z",
    "time": 3,
    "request": {"method": "GET", "url": "https://test.dodopayments.com/license_keys"},
    "response": {"status": 500, "headers": [], "content": {"size": 0}},
}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x00\x01\x02", "is neither a HAR file nor"),
        (b"PNG and so on", "is neither a HAR file nor"),
        (b"{}", "has no log.entries"),
        (b'{"log": {"entries": [{"request"', "is not a complete HAR file"),
        (b'{"log": {"entries": [' + b"[" * 100_000, "is nested too deeply"),
        (b'{"log": {"entries": [\xff\xfe', "is not a complete HAR file"),
        (b'{"log":{"version":"1.2","creator":{"name": "dodo-license-keys"\n', "its end is missing"),
        (b"120:9:websocket;", "mitmproxy"),
    ],
)
def test_damaged_file_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    path = tmp_path / "recording"
    path.write_bytes(content)
    assert main(["judge", str(path)]) == 2
    output = capsys.readouterr()
    assert said in output.err
    assert output.err.count("\n") == 1
    assert output.out == ""


def test_missing_file_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", "/nowhere/file.har"]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_strange_entries_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strange: list[Any] = [
        None,
        5,
        [],
        {},
        {**_ENTRY, "request": {"method": 5, "url": "x"}},
        {**_ENTRY, "request": {"method": "GET", "url": "http://[::1/license_keys"}},
        {**_ENTRY, "startedDateTime": "never", "time": None},
        {**_ENTRY, "response": {"status": 200, "content": {"text": "%%", "encoding": "base64"}}},
    ]
    path = with_entries(tmp_path / "strange.har", [*strange, _ENTRY])
    report = tmp_path / "report"
    assert main(["judge", str(path), "--report", str(report)]) == 1
    verdict = json.loads((report / "verdict.json").read_text())
    assert verdict["ignored"]["unreadable entries"] >= 5
    assert "response.no-server-error" in capsys.readouterr().out


def test_endless_entry_is_not_read_into_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "LARGEST_ENTRY", 1_000_000)
    path = tmp_path / "endless.har"
    path.write_bytes(b'{"log": {"entries": [{"comment": "' + b"x" * 5_000_000 + b'"}]}}')
    assert main(["judge", str(path)]) == 2
    assert "has an entry of more than" in capsys.readouterr().err


def test_members_of_a_json_body_are_read_if_their_types_are_certain(tmp_path: Path) -> None:
    headers = [{"name": "content-type", "value": "application/json"}] * 2
    read: list[RecordedExchange] = []
    for size in (23, 25):
        request = {
            "method": "PATCH",
            "url": "https://test.dodopayments.com/license_keys/lic_1",
            "headers": headers,
            "bodySize": size,
            "postData": {"params": [{"name": "activations_limit", "value": 4}]},
        }
        path = with_entries(tmp_path / "params.har", [{**_ENTRY, "request": request}])
        read += har.HarFile(path).entries()
    assert [each.sends_json for each in read] == [True, None]
    assert read[0].sent == (True, {"activations_limit": 4})


@pytest.mark.parametrize("padding", [0, 65_400, 65_500, 65_530])
def test_half_of_a_surrogate_pair_makes_only_its_body_unknown(tmp_path: Path, padding: int) -> None:
    bodies = ["\udcff", "\U0001f600", "a\\\\ud800", '{"a": "\\ud800"}', "z" * padding, "x\ud83d"]
    made = [
        {**_ENTRY, "response": {"status": 200, "content": {"size": 9, "text": each}}}
        for each in bodies
    ]
    path = with_entries(tmp_path / "halves.har", made)
    read = [each.body if each.has_body else None for each in har.HarFile(path).entries()]
    assert read == [None, *(each.encode() for each in bodies[1:-1]), None]
