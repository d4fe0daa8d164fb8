"""Recordings are valid HAR files without secrets, and change nothing of the traffic."""

import asyncio
import base64
import gzip
import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from dodo_license_mock import LicenseMock
from dodo_license_recording import AsyncRecorder, HarWriter, Message, Recorded, Recorder
from jsonschema import Draft6Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT6

from contract_tests.options import Options
from tests.contract_suite.runs import rewriting, run_in_process
from tests.contract_suite.test_redaction import CORES, SECRETS, SEED, TOKEN, Blabber
from tests.traffic.clients import (
    entries,
    recorded_client,
    use_everything,
    verdict_on,
    violated,
)

SCHEMAS = Path(__file__).with_name("har-1.2")


def har_errors(path: Path) -> list[str]:
    """What the HAR 1.2 JSON schema says about a file."""
    schemas = [json.loads(each.read_text()) for each in SCHEMAS.glob("*.json")]
    registry: Registry[Any] = Registry().with_resources(
        (each["$id"].rstrip("#"), Resource.from_contents(each, default_specification=DRAFT6))
        for each in schemas
    )
    whole = next(each for each in schemas if each["$id"].startswith("har.json"))
    validator = Draft6Validator(whole, registry=registry)
    return [each.message for each in validator.iter_errors(json.loads(path.read_text()))]


def readings(content: bytes) -> Iterator[str]:
    """A file as it is, and with its encodings undone."""
    text = content.decode("utf-8")
    yield text
    yield text.encode().decode("unicode_escape", "ignore")
    from urllib.parse import unquote

    yield unquote(unquote(text))
    yield html.unescape(text)


def assert_no_secret(path: Path) -> None:
    content = path.read_bytes()
    for text in readings(content):
        for core in CORES:
            assert core not in text.lower()
    for secret in SECRETS:
        encoded = secret.encode()
        for shift in range(3):
            inner = base64.b64encode(b"x" * shift + encoded).decode()[4:-4]
            assert inner not in content.decode()
        for form in (quote(secret), quote_plus(secret), json.dumps(secret)[1:-1], encoded.hex()):
            assert form not in content.decode()


@pytest.mark.weekly
def test_run_against_a_server_that_tells_every_secret(tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    mock = LicenseMock(token=TOKEN, seed=SEED)
    run_in_process(
        mock, Options(profile="quick", record=path), rewriting(mock, Blabber()), mock.key_ids
    )
    assert len(entries(path)) > 200
    assert_no_secret(path)
    assert har_errors(path) == []


def test_unusual_places_of_secrets(tmp_path: Path) -> None:
    path = tmp_path / "places.har"
    secret, pair = SECRETS[1], ("x-debug", SECRETS[1])
    body = json.dumps({secret: {"deep": [secret]}, "code": secret, "id": secret}).encode()
    with HarWriter(path) as writer:
        for content in (body, secret.encode(), gzip.compress(secret.encode()), b"\xff" + body):
            writer.write(
                Recorded(
                    started=0.0,
                    seconds=0.1,
                    method="POST",
                    url=f"http://user:{quote(secret)}@h/license_keys/{quote(secret, safe='')}"
                    f"?customer_id={quote(secret)}&{quote(secret)}=1#{quote(secret)}",
                    request=Message((pair, ("Cookie", secret), (secret, "1")), content),
                    status=200,
                    response=Message((pair, ("Set-Cookie", secret)), content),
                    problem=f"broke off at {secret}",
                )
            )
    assert_no_secret(path)
    assert har_errors(path) == []


def test_pseudonyms_preserve_equality_and_differ_between_recordings(tmp_path: Path) -> None:
    mock = LicenseMock()
    shown = []
    for name in ("one.har", "two.har"):
        with recorded_client(mock, tmp_path / name) as client:
            for _ in range(2):
                client.get(f"/license_keys/{mock.key_ids[0]}")
        texts = [each["response"]["content"]["text"] for each in entries(tmp_path / name)]
        assert texts[0] == texts[1]
        shown.append(json.loads(texts[0])["key"])
    assert shown[0] != shown[1]


def test_file_is_valid_after_every_exchange(tmp_path: Path) -> None:
    mock = LicenseMock()
    path = tmp_path / "growing.har"
    with recorded_client(mock, path) as client:
        assert har_errors(path) == []
        for count in (1, 2):
            client.get("/license_keys")
            assert len(entries(path)) == count
            assert har_errors(path) == []


def test_responses_are_unchanged(tmp_path: Path) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        content = gzip.compress(request.content[::-1])
        headers = [("content-encoding", "gzip"), ("set-cookie", "a"), ("set-cookie", "b")]
        return httpx.Response(207, headers=headers, content=content)

    plain = httpx.Client(transport=httpx.MockTransport(respond))
    with httpx.Client(
        transport=Recorder(httpx.MockTransport(respond), tmp_path / "r.har")
    ) as client:
        seen, expected = (each.post("http://h/x", content=b"abc") for each in (client, plain))
    assert (seen.status_code, seen.content) == (expected.status_code, expected.content)
    assert seen.headers.raw == expected.headers.raw


def test_failures_are_recorded_and_raised(tmp_path: Path) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    path = tmp_path / "failed.har"
    with (
        httpx.Client(transport=Recorder(httpx.MockTransport(fail), path)) as client,
        pytest.raises(httpx.ConnectError),
    ):
        client.get("http://h/license_keys")
    assert entries(path)[0]["response"]["status"] == 0
    assert har_errors(path) == []


def test_async_recorder(tmp_path: Path) -> None:
    path = tmp_path / "async.har"
    mock = LicenseMock()

    async def use() -> None:
        recorder = AsyncRecorder(mock.transport(), path, complete=True)
        headers = {"Authorization": f"Bearer {mock.token}"}
        async with httpx.AsyncClient(
            transport=recorder, base_url="http://mock.invalid", headers=headers
        ) as client:
            await asyncio.gather(*(client.get("/license_keys") for _ in range(20)))

    asyncio.run(use())
    assert len(entries(path)) == 20
    assert verdict_on(path).outcome == "conforms"


def test_mock_records_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "mock.har"
    mock = LicenseMock(record=path)
    with httpx.Client(
        transport=mock.transport(),
        base_url="http://mock.invalid",
        headers={"Authorization": f"Bearer {mock.token}"},
    ) as client:
        use_everything(client, mock.key_ids[0])
        before = len(entries(path))
        mock.reset()
        use_everything(client, mock.key_ids[0])
    mock.close()
    assert before > 15
    verdict = verdict_on(path)
    assert verdict.outcome == "conforms"
    assert har_errors(path) == []
    numbers = [each["_number"] for each in entries(path)]
    assert numbers[before] == before + 2  # the reset left a gap


def test_unwritable_recording_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from contract_tests.__main__ import main

    assert main(["--profile", "quick", "--record", str(tmp_path / "no" / "x.har")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_body_with_half_of_a_surrogate_pair_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "half.har"
    mock = LicenseMock()
    with recorded_client(mock, path) as client:
        key = f"/license_keys/{mock.key_ids[0]}"
        headers = {"content-type": "application/json"}
        client.patch(key, content=b'{"no_such_field": "\\ud800"}', headers=headers)
    assert "text" not in entries(path)[0]["request"]["postData"]
    assert har_errors(path) == []
    assert verdict_on(path).violated == ()


def test_member_that_occurs_twice_is_recorded_twice(tmp_path: Path) -> None:
    path = tmp_path / "twice.har"
    body = (
        b'{"customer":{"email":"a@b.example","email":"c@d.example"},"status":"active","status":5}'
    )
    response = httpx.Response(200, content=body, headers={"content-type": "application/json"})
    with (
        Recorder(httpx.MockTransport(lambda _: response), path) as transport,
        httpx.Client(transport=transport) as client,
    ):
        client.get("http://mock.invalid/license_keys/lic_1")
    text = entries(path)[0]["response"]["content"]["text"]
    assert (text.count('"email"'), text.count('"status"')) == (2, 2)
    assert "example" not in text
    assert "response.unambiguous" in violated(verdict_on(path))
