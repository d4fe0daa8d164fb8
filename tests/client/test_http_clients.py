"""Any HTTP client that is made like httpx's sends the requests, with all that it is set up for."""

import asyncio
from collections.abc import Generator
from typing import Any

import dodo_license_keys as dodo
import httpx
import pytest

from tests.client.conftest import TOKEN, Caller
from tests.client.server import KEY, hang_up, refusal, reply, serve, stall


def client_of(library: Any, call: Caller, **options: Any) -> Any:
    return (library.AsyncClient if call.asynchronous else library.Client)(**options)


@pytest.fixture(params=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> Any:
    return pytest.importorskip(request.param, reason="httpx2 needs Python 3.11")


def update(client: Any) -> Any:
    return client.license_keys.update("lic_123", disabled=True)


def test_a_given_client_sends_and_stays_open(call: Caller, library: Any) -> None:
    with serve(reply(200, KEY)) as server:
        http_client = client_of(library, call, headers={"X-Team": "billing"}, params={"a": "b"})
        assert call(update, server.url, http_client=http_client).id == "lic_123"
    assert server.last.path == "/license_keys/lic_123?a=b"
    assert server.last.json == {"disabled": True}
    assert server.last.headers["X-Team"] == "billing"
    assert server.last.headers["Authorization"] == f"Bearer {TOKEN}"


def test_hooks_see_request_and_response(call: Caller, library: Any) -> None:
    seen: list[Any] = []

    def on_request(request: Any) -> None:
        request.headers["X-Trace"] = "1"
        seen.append((request.method, str(request.url), request.content))

    def on_response(response: Any) -> None:
        seen.append(response.status_code)

    async def on_request_async(request: Any) -> None:
        on_request(request)

    async def on_response_async(response: Any) -> None:
        on_response(response)

    hooks = {"request": [on_request], "response": [on_response]}
    if call.asynchronous:
        hooks = {"request": [on_request_async], "response": [on_response_async]}
    with serve(reply(200, KEY)) as server:
        call(update, server.url, http_client=client_of(library, call, event_hooks=hooks))
    assert seen == [("PATCH", f"{server.url}/license_keys/lic_123", b'{"disabled":true}'), 200]
    assert server.last.headers["X-Trace"] == "1"


def test_its_authentication_takes_the_place_of_a_token(call: Caller, library: Any) -> None:
    class Signature(library.Auth):  # type: ignore[misc]
        requires_request_body = True

        def auth_flow(self, request: Any) -> Generator[Any, Any, None]:
            request.headers["Authorization"] = f"Signed {len(request.content)}"
            yield request

    with serve(reply(200, KEY)) as server:
        call(
            update,
            server.url,
            bearer_token=None,
            http_client=client_of(library, call, auth=Signature()),
        )
    assert server.last.headers["Authorization"] == "Signed 17"


@pytest.mark.filterwarnings("ignore:the bearer token is sent")
def test_its_mounts_choose_the_transport(call: Caller, library: Any) -> None:
    """A mount leads one host elsewhere; here to a real server under another name."""
    base: Any = library.AsyncHTTPTransport if call.asynchronous else library.HTTPTransport

    class Elsewhere(base):  # type: ignore[misc]
        def lead(self, request: Any) -> Any:
            request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=port)
            return request

        def handle_request(self, request: Any) -> Any:
            return super().handle_request(self.lead(request))

        async def handle_async_request(self, request: Any) -> Any:
            return await super().handle_async_request(self.lead(request))

    with serve(reply(200, KEY)) as server:
        port = int(server.url.rpartition(":")[2])
        http_client = client_of(library, call, mounts={"all://license.test": Elsewhere()})
        call(update, "http://license.test", http_client=http_client)
    assert server.last.headers["Host"] == "license.test"


def test_its_cookies_and_changed_headers_go_along(library: Any) -> None:
    with (
        serve(reply(200, KEY, Set_Cookie="seen=1"), reply(200, KEY)) as server,
        library.Client() as http_client,
    ):
        client = dodo.DodoLicenseKeys(
            bearer_token=TOKEN, base_url=server.url, http_client=http_client
        )
        update(client)
        http_client.headers["X-Later"] = "yes"
        update(client)
    assert "Cookie" not in server.received[0].headers
    assert server.received[1].headers["Cookie"] == "seen=1"
    assert server.received[1].headers["X-Later"] == "yes"


def test_its_errors_become_ours(call: Caller, library: Any) -> None:
    with serve(hang_up, refusal(429), reply(200, KEY)) as server:
        assert call(update, server.url, http_client=client_of(library, call)).id == "lic_123"
    with serve(stall) as server, pytest.raises(dodo.APITimeoutError):
        call(update, server.url, max_retries=0, timeout=0.1, http_client=client_of(library, call))


def test_its_own_timeout_counts_unless_another_is_given(call: Caller, library: Any) -> None:
    http_client = client_of(library, call, timeout=0.1)
    with serve(stall) as server, pytest.raises(dodo.APITimeoutError):
        call(update, server.url, max_retries=0, http_client=http_client)


def test_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(TypeError, match=r"blocking, such as an httpx\.Client"):
        dodo.DodoLicenseKeys(http_client=httpx.AsyncClient())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"asynchronous, such as an httpx\.AsyncClient"):
        dodo.AsyncDodoLicenseKeys(http_client=httpx.Client())  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:the bearer token is sent")
def test_a_proxy_of_the_environment_is_used(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(reply(200, KEY)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        call(update, "http://license.test")
    assert proxy.last.path == "http://license.test/license_keys/lic_123"


def test_many_calls_at_once_share_the_connections() -> None:
    with serve(reply(200, KEY)) as server:

        async def run() -> list[str]:
            async with dodo.AsyncDodoLicenseKeys(bearer_token=TOKEN, base_url=server.url) as client:
                calls = [client.license_keys.retrieve(f"lic_{number}") for number in range(300)]
                return [key.id for key in await asyncio.gather(*calls)]

        assert asyncio.run(run()) == ["lic_123"] * 300
    assert {each.path for each in server.received} == {
        f"/license_keys/lic_{number}" for number in range(300)
    }
