"""No key outside the list is ever touched."""

import json
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import pytest
from dodo_license_mock import LicenseMock
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.errors import RefusedByGuardError
from contract_tests.options import Options
from contract_tests.transport.asgi import Application, Message, Receive, Send
from contract_tests.transport.guard import MARKER, Guard
from tests.contract_suite.runs import run_in_process, snapshot

OWN, OTHER = "lic_own", "lic_other"
BASE = httpx.URL("https://test.dodopayments.com")


def _passes(method: str, path: str, content: bytes = b"{}") -> bool:
    guard = Guard([OWN])
    guard.learn({"id": OWN, "key": "own-license-key"})
    guard.learn({"id": "lki_own", "license_key_id": OWN, "name": f"{MARKER} 1"})
    guard.learn({"id": "lki_of_customer", "license_key_id": OWN, "name": "Laptop"})
    guard.learn({"id": "lki_other", "license_key_id": OTHER, "name": f"{MARKER} 1"})
    guard.learn({"id": OTHER, "key": "other-license-key"})
    request = httpx.Request(method, BASE.copy_with(raw_path=path.encode()), content=content)
    try:
        guard.check(request)
    except RefusedByGuardError:
        return False
    return True


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/license_keys/lic_other", None),
        ("PATCH", "/license_keys/lic_own", {"disabled": True}),
        ("PATCH", f"/license_keys/lic_{MARKER}1", {"disabled": True}),
        ("DELETE", f"/license_keys/lic_{MARKER}1", None),
        ("PATCH", "/license_key_instances/lki_own", {"name": "x"}),
        ("POST", "/licenses/validate", {"license_key": "other-license-key"}),
        ("POST", "/licenses/activate", {"license_key": "own-license-key", "name": "x"}),
        (
            "POST",
            "/licenses/deactivate",
            {"license_key": "own-license-key", "license_key_instance_id": "lki_own"},
        ),
        ("POST", "/license_keys", {"customer_id": MARKER}),
    ],
)
def test_what_may_be_sent(method: str, path: str, body: object) -> None:
    assert _passes(method, path, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/license_keys/lic_other", {}),
        ("PATCH", "/license_keys/lic_own%2F..%2Flic_other", {}),
        ("PATCH", f"/license_keys/{MARKER}/../lic_other", {}),
        ("PATCH", f"/license_keys/{MARKER}%252F..%252Flic_other", {}),
        ("PATCH", "//license_keys/lic_other", {}),
        ("PATCH", "/license_keys/", {}),
        ("DELETE", "/license_keys/lic_own", None),
        ("DELETE", "/license_keys", None),
        ("POST", "/license_keys", {"customer_id": "cus_real"}),
        ("PATCH", "/license_key_instances/lki_other", {"name": "x"}),
        ("PATCH", "/license_key_instances/lki_of_customer", {"name": "x"}),
        ("POST", "/licenses/activate", {"license_key": "other-license-key", "name": "x"}),
        (
            "POST",
            "/licenses/deactivate",
            {"license_key": "own-license-key", "license_key_instance_id": "lki_of_customer"},
        ),
        ("POST", "/customers", {}),
    ],
)
def test_what_is_refused(method: str, path: str, body: object) -> None:
    assert not _passes(method, path, json.dumps(body).encode())


def test_duplicate_members_do_not_smuggle() -> None:
    body = b'{"license_key": "other-license-key", "name": "x", "license_key": "own-license-key"}'
    assert not _passes("POST", "/licenses/activate", body)


@given(st.text(max_size=12), st.sampled_from(["PATCH", "PUT", "POST", "DELETE"]))
def test_no_drawn_id_passes(text: str, method: str) -> None:
    segment = quote(text, safe="/%")
    path = f"/license_keys/{segment}{OTHER}"
    ascii_path = path.encode("ascii", "ignore").decode()
    assert not _passes(method, ascii_path)


class Log:
    """Writes down every request that an application gets and that may change something."""

    def __init__(self, application: Application) -> None:
        self.entries: list[tuple[str, str, bytes]] = []
        self._application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        message = await receive() if scope["type"] == "http" else None

        async def replay() -> Message:
            nonlocal message
            first, message = message, None
            return first or await receive()

        if message is not None and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            path = unquote(scope["raw_path"].decode())
            self.entries.append((scope["method"], path, message.get("body", b"")))
        await self._application(scope, replay, send)


@pytest.mark.slow
def test_full_run_touches_allowed_keys_alone(tmp_path: Path) -> None:
    mock = LicenseMock()
    log = Log(mock.app)
    allowed, others = mock.key_ids[:3], mock.key_ids[3:]
    before = [each for each in _keys(mock) if each["id"] in others]
    secrets = [each["key"] for each in before]

    options = Options(journal=tmp_path / "journal.jsonl")
    verdict = run_in_process(mock, options, log, allowed, is_disposable=False)

    assert verdict.outcome == "conforms", verdict.reason
    assert [each for each in _keys(mock) if each["id"] in others] == before
    changing = [entry for entry in log.entries if entry[1] != "/licenses/validate"]
    assert len(changing) > 500
    for method, path, body in changing:
        assert not any(other in path for other in others), (method, path)
        assert not any(secret.encode() in body for secret in secrets), (method, path)
        collection, _, last = path.strip("/").partition("/")
        if collection == "license_keys" and last:
            assert last in allowed or MARKER in last, (method, path)


def _keys(mock: LicenseMock) -> list[dict[str, str]]:
    listing = snapshot(mock)[0]
    assert isinstance(listing, dict)
    items: list[dict[str, str]] = listing["items"]
    return items
