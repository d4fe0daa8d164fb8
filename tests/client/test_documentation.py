"""The code of docs/client.md runs as it stands, from top to bottom, against the mock."""

import asyncio
import gc
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dodo_license_keys as dodo
import pytest
from dodo_license_keys._settings import BASE_URLS

from tests.client.mock import Mock

PAGE = Path(__file__).parents[2] / "docs" / "client.md"


@pytest.fixture
def page(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Run the page and give the names that it defines."""
    monkeypatch.setitem(BASE_URLS, "test_mode", mock.url)
    monkeypatch.setenv("DODO_PAYMENTS_API_KEY", mock.token)
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
    names: dict[str, Any] = {}
    exec(compile(code.replace("lic_123", mock.key_ids[0]), str(PAGE), "exec"), names)  # noqa: S102
    yield names
    names.clear()
    gc.collect()


def find(client: Any, **traits: Any) -> Any:
    """Find a key of the mock with these traits."""
    return next(
        key
        for key in client.license_keys.list(page_size=100)
        if all(getattr(key, name) == value for name, value in traits.items())
    )


# A page leaves its clients open, as a service does.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_page_says_what_happens(
    page: dict[str, Any], mock: Mock, capsys: pytest.CaptureFixture[str]
) -> None:
    client = dodo.DodoLicenseKeys(bearer_token=mock.token, base_url=mock.url)
    with client:
        plain = find(client, status="active", subscription_id=None, expires_at=None)
        page["on_refund"](plain.id)
        assert client.license_keys.retrieve(plain.id).status == "disabled"
        page["on_renewal"](plain.id, 30)
        first: Any = client.license_keys.retrieve(plain.id).expires_at
        page["on_renewal"](plain.id, 30)
        assert client.license_keys.retrieve(plain.id).expires_at == first + timedelta(days=30)
        used = find(client, instances_count=2)
        page["on_upgrade"](used.id, 1)
        assert "More seats are in use" in capsys.readouterr().out
        page["on_upgrade"](used.id, None)
        assert client.license_keys.retrieve(used.id).activations_limit is None
        subscribed = next(key for key in client.license_keys.list() if key.subscription_id)
        page["on_renewal"](subscribed.id, 30)
        active = find(client, status="active")
        assert page["may_run"](active.key) is True
        asyncio.run(page["disable_all"](active.customer_id))
        listed = client.license_keys.list(customer_id=active.customer_id)
        assert {key.status for key in listed} == {"disabled"}


def test_every_error_and_option_is_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    for name in dodo.__all__:
        if name.endswith("Error"):
            assert f"`{name}`" in text
