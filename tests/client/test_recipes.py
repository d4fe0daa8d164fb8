"""The code of docs/recipes.md runs with the frameworks that it is for, against the mock."""

import base64
import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from io import StringIO
from pathlib import Path
from queue import Queue
from types import ModuleType
from typing import Any

import dodo_license_keys as dodo
import pytest
from dodo_license_keys._settings import BASE_URLS

from tests.client.mock import Mock

PAGE = Path(__file__).parents[2] / "docs" / "recipes.md"
SECRET = "whsec_" + base64.b64encode(b"a secret of a webhook endpoint").decode()


@pytest.fixture
def client(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Send the recipes to the mock, and give a client to look at the results."""
    monkeypatch.setitem(BASE_URLS, "test_mode", mock.url)
    monkeypatch.setenv("DODO_PAYMENTS_API_KEY", mock.token)
    with dodo.DodoLicenseKeys(environment="test_mode") as looking:
        yield looking


@pytest.fixture
def recipe(tmp_path: Path, client: Any) -> Iterator[Any]:
    """Import the file of a recipe by its name."""
    blocks = re.findall(r"```python\n# (\S+)\.py\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    files = dict(blocks)
    assert client.base_url == BASE_URLS["test_mode"]

    def load(name: str) -> ModuleType:
        path = tmp_path / f"{name}.py"
        path.write_text(files[name], encoding="utf-8")
        specification = importlib.util.spec_from_file_location(f"recipe_{name}", path)
        assert specification is not None
        assert specification.loader is not None
        module = importlib.util.module_from_spec(specification)
        sys.modules[module.__name__] = module
        specification.loader.exec_module(module)
        return module

    yield load
    for name in files:
        sys.modules.pop(f"recipe_{name}", None)


def paid(client: Any) -> Any:
    """Return an active key that was paid for."""
    return next(key for key in client.license_keys.list(status="active") if key.payment_id)


def refund_event(key: Any, **changes: Any) -> str:
    data = {
        "payload_type": "Refund",
        "refund_id": "ref_1",
        "payment_id": key.payment_id,
        "status": "succeeded",
        "created_at": "2025-08-04T05:43:19Z",
        "is_partial": False,
        "customer": {"customer_id": key.customer_id, "name": "A", "email": "a@example.com"},
        **changes,
    }
    return json.dumps({"type": "refund.succeeded", "business_id": "bus_1", "data": data})


def signed(body: str) -> dict[str, str]:
    library = pytest.importorskip("standardwebhooks")
    now = datetime.now(timezone.utc)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": library.Webhook(SECRET).sign("msg_1", now, body),
    }


@pytest.fixture
def service(recipe: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Run the FastAPI application, from its start to its end."""
    pytest.importorskip("fastapi")
    testing = pytest.importorskip("fastapi.testclient")
    monkeypatch.setenv("DODO_PAYMENTS_WEBHOOK_KEY", SECRET)
    with testing.TestClient(recipe("service").app) as http:
        yield http


def test_fastapi_returns_the_fields_that_it_names(client: Any, service: Any) -> None:
    key = client.license_keys.list().items[0]
    response = service.get(f"/keys/{key.id}")
    assert response.status_code == 200
    assert response.json().keys() == {"id", "status", "expires_at"}
    assert key.key not in response.text
    assert service.get("/keys/lic_unknown").status_code == 404


def test_a_refund_disables_the_key_and_a_duplicate_does_no_harm(client: Any, service: Any) -> None:
    key = paid(client)
    body = refund_event(key)
    for _ in range(2):
        assert service.post("/webhooks/dodo", content=body, headers=signed(body)).status_code == 204
        assert client.license_keys.retrieve(key.id).status == "disabled"


def test_what_is_not_signed_or_not_a_full_refund_disables_nothing(
    client: Any, service: Any
) -> None:
    key = paid(client)
    body = refund_event(key)
    response = service.post("/webhooks/dodo", content=body + " ", headers=signed(body))
    assert response.status_code == 401
    body = refund_event(key, is_partial=True)
    assert service.post("/webhooks/dodo", content=body, headers=signed(body)).status_code == 204
    body = json.dumps({"type": "payment.succeeded", "data": {}})
    assert service.post("/webhooks/dodo", content=body, headers=signed(body)).status_code == 204
    assert client.license_keys.retrieve(key.id).status == "active"


@pytest.mark.parametrize("client_class", [dodo.DodoLicenseKeys, dodo.AsyncDodoLicenseKeys])
def test_fastapi_takes_no_setting_of_the_client_from_a_request(client_class: Any) -> None:
    """The page says that FastAPI rejects the class as a dependency."""
    fastapi = pytest.importorskip("fastapi")
    app = fastapi.FastAPI()

    dependency = fastapi.Depends(client_class)

    def route(client: Any = dependency) -> None: ...

    with pytest.raises(fastapi.exceptions.FastAPIError, match="Unset"):
        app.get("/")(route)


def test_a_returned_model_exposes_what_the_page_says(client: Any) -> None:
    encoders = pytest.importorskip("fastapi.encoders")
    key = client.license_keys.list().items[0]
    exposed = encoders.jsonable_encoder(dodo.LicenseKeyResponse.from_dict(key.to_dict()))
    assert exposed["key"] == key.key
    chosen = key.model_dump(mode="json", include={"id", "status", "expires_at"})
    assert chosen.keys() == {"id", "status", "expires_at"}


def test_lookups(recipe: Any, client: Any) -> None:
    lookups, key = recipe("lookups"), paid(client)
    lookups.disable_payment(client, key.payment_id, key.customer_id)
    assert client.license_keys.retrieve(key.id).status == "disabled"
    assert lookups.customer_of(client, key.key) == key.customer_id
    assert lookups.customer_of(client, "no such key") is None


def test_disable_all(recipe: Any, client: Any) -> None:
    recipe("disable_all").disable_all(client)
    assert client.license_keys.list(status="active").items == []


def test_the_django_command(recipe: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = pytest.importorskip("django.conf").settings
    management = pytest.importorskip("django.core.management")
    if not settings.configured:
        settings.configure()
    key, output = paid(client), StringIO()
    command = recipe("disable_payment").Command()
    management.call_command(command, key.payment_id, stdout=output)
    assert f"disabled {key.id}" in output.getvalue()
    assert client.license_keys.retrieve(key.id).status == "disabled"
    monkeypatch.setenv("DODO_PAYMENTS_API_KEY", "wrong")
    with pytest.raises(management.CommandError, match="401 UNAUTHORIZED"):
        management.call_command(command, key.payment_id, stdout=output)


def test_the_worker(recipe: Any, client: Any, caplog: pytest.LogCaptureFixture) -> None:
    key = paid(client)
    jobs, failed = Queue[Any](), Queue[str]()
    for job in (key.id, "lic_unknown", None):
        jobs.put(job)
    recipe("worker").work(jobs, failed, client)
    assert client.license_keys.retrieve(key.id).status == "disabled"
    assert failed.get_nowait() == "lic_unknown"
    assert "404" in caplog.text


def test_the_fast_transport(recipe: Any, client: Any) -> None:
    pytest.importorskip("pyreqwest.compatibility.httpx")
    with recipe("fast").client as fast:
        assert fast.license_keys.list().items == client.license_keys.list().items


def test_telemetry(recipe: Any) -> None:
    library = pytest.importorskip("opentelemetry.instrumentation.httpx")
    recipe("telemetry")
    library.HTTPXClientInstrumentor().uninstrument()
