"""The official SDKs, unchanged, against the mock over TCP."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import dodopayments
import httpx
import pytest
from dodo_license_mock import LicenseMock
from dodo_license_mock.sandbox.events import EVENTS
from dodopayments import DodoPayments

pytestmark = pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")


@pytest.fixture
def mock() -> LicenseMock:
    return LicenseMock(seed={"license_keys": [{"id": f"lic_{n}"} for n in range(1, 8)]})


@pytest.fixture
def base_url(mock: LicenseMock) -> Iterator[str]:
    with mock.serve() as base_url:
        yield base_url


def test_python(mock: LicenseMock, base_url: str) -> None:
    client = DodoPayments(bearer_token=mock.token, base_url=base_url, max_retries=0)
    keys, licenses = client.license_keys, client.licenses

    assert len(keys.list(page_size=5).items) == 5
    before = keys.retrieve("lic_1")
    limited = keys.update("lic_1", activations_limit=3, expires_at="2090-01-01T00:00:00Z")
    assert limited.activations_limit == 3
    assert limited.expires_at is not None
    assert limited.expires_at.isoformat() == "2090-01-01T00:00:00+00:00"
    kept = keys.update("lic_1")
    assert kept == limited
    cleared = keys.update("lic_1", activations_limit=None, expires_at=None)
    assert cleared == before

    created = keys.create(
        key="FROM-PYTHON",
        customer_id=before.customer_id,
        product_id=before.product_id,
        activations_limit=1,
    )
    instance = licenses.activate(license_key=created.key, name="Laptop")
    assert instance.customer.customer_id == before.customer_id
    assert client.license_key_instances.update(instance.id, name="Desktop").name == "Desktop"
    listed = client.license_key_instances.list(license_key_id=created.id).items
    assert [each.name for each in listed] == ["Desktop"]
    assert licenses.validate(license_key=created.key).valid

    assert refusal(lambda: licenses.activate(license_key=created.key, name="Second")) == (
        dodopayments.UnprocessableEntityError,
        "LICENSE_KEY_LIMIT_REACHED",
    )
    licenses.deactivate(license_key=created.key, license_key_instance_id=instance.id)
    assert refusal(lambda: client.license_key_instances.retrieve(instance.id)) == (
        dodopayments.NotFoundError,
        "NOT_FOUND",
    )
    assert keys.update(created.id, disabled=True).status == "disabled"
    assert not licenses.validate(license_key=created.key).valid
    assert refusal(lambda: licenses.activate(license_key=created.key, name="Third")) == (
        dodopayments.PermissionDeniedError,
        "INACTIVE_LICENSE_KEY",
    )
    assert refusal(lambda: keys.retrieve("lic_unknown")) == (
        dodopayments.NotFoundError,
        "LICENSE_KEY_NOT_FOUND",
    )
    assert refusal(lambda: keys.update("lic_1", expires_at="tomorrow")) == (
        dodopayments.UnprocessableEntityError,
        "INVALID_REQUEST_BODY",
    )
    stranger = client.with_options(bearer_token="wrong")
    assert refusal(lambda: stranger.license_keys.retrieve("lic_1")) == (
        dodopayments.AuthenticationError,
        "UNAUTHORIZED",
    )
    mock.fail(status=429, retry_after=0)
    assert client.with_options(max_retries=1).license_keys.retrieve("lic_1") == before
    assert mock.journal()[-2].status == 429


def refusal(call: Callable[[], Any]) -> tuple[type[Exception], str]:
    with pytest.raises(dodopayments.APIStatusError) as caught:
        call()
    body = caught.value.response.json()
    return type(caught.value), body["code"]


@pytest.mark.slow
def test_node(mock: LicenseMock, base_url: str, node_packages: Path) -> None:
    done = subprocess.run(
        ["node", "license_flow.mjs"],  # noqa: S607 - the fixture found it
        cwd=node_packages,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ
        | {"MOCK_BASE_URL": base_url, "MOCK_TOKEN": mock.token, "MOCK_KEY_ID": "lic_2"},
    )
    assert json.loads(done.stdout) == {
        "listed": 5,
        "limits": [None, 3, None],
        "expiries": [None, "2090-01-01T00:00:00Z", "2090-01-01T00:00:00Z"],
        "sample": [
            415,
            "The request must have a JSON body with the content type application/json."
            " To send no fields, send {}.",
        ],
        "unchanged": True,
        "renamed": "Desktop",
        "instances": ["Desktop"],
        "valid": [True, False],
        "refusals": [
            ["UnprocessableEntityError", 422, "LICENSE_KEY_LIMIT_REACHED"],
            ["NotFoundError", 404, "NOT_FOUND"],
            ["PermissionDeniedError", 403, "INACTIVE_LICENSE_KEY"],
            ["NotFoundError", 404, "LICENSE_KEY_NOT_FOUND"],
            ["UnprocessableEntityError", 422, "INVALID_REQUEST_BODY"],
            ["ConflictError", 409, "LICENSE_KEY_ALREADY_EXISTS"],
            ["AuthenticationError", 401, "UNAUTHORIZED"],
        ],
    }


class Receiver(BaseHTTPRequestHandler):
    """A webhook endpoint that fails once."""

    received: list[tuple[dict[str, str], str]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(500 if len(self.received) == 1 else 200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")
def test_webhooks_verify_by_the_official_sdk() -> None:
    Receiver.received = []
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        mock = LicenseMock(webhook_url=f"http://127.0.0.1:{server.server_port}/hook")
        headers = {"authorization": f"Bearer {mock.token}"}
        with httpx.Client(
            transport=mock.transport(), base_url="http://mock", headers=headers
        ) as client:
            old = client.get(f"/license_keys/{mock.key_ids[0]}").json()
            created = client.post(
                "/license_keys",
                json={
                    "key": "HOOKED",
                    "customer_id": old["customer_id"],
                    "product_id": old["product_id"],
                },
            ).json()
        mock.flush_webhooks()
        mock.advance_clock(timedelta(seconds=5))
        mock.flush_webhooks()
        server.shutdown()
        thread.join()
    assert len(Receiver.received) == 2
    assert Receiver.received[0][1] == Receiver.received[1][1]
    hook_headers, body = Receiver.received[1]
    assert mock.webhook_secret is not None
    official = DodoPayments(bearer_token="x", webhook_key=mock.webhook_secret)
    event: Any = official.webhooks.unwrap(body, headers=hook_headers)
    assert (event.type, event.business_id) == ("license_key.created", old["business_id"])
    assert json.loads(body)["data"] == created | {"payload_type": "LicenseKey"}
    with pytest.raises(Exception, match="signature"):
        official.webhooks.unwrap(body.replace("active", "Active"), headers=hook_headers)


@pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")
@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_has_the_published_shape(mock: LicenseMock, kind: str) -> None:
    webhook = mock.send_webhook(kind, "lic_1")
    official = DodoPayments(
        bearer_token="x", webhook_key=mock.webhook_secret, _strict_response_validation=True
    )
    event: Any = official.webhooks.unwrap(webhook.body.decode(), headers=webhook.headers)
    model = type(event)
    assert model.model_fields["type"].annotation.__args__ == (kind,)
    model.model_validate_json(webhook.body, strict=False)
    assert [each.type for each in mock.webhooks()] == [kind]
