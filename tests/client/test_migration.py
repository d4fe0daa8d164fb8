"""What a service that moves from the official SDK relies on."""

import inspect
import json
import subprocess
import sys
import typing
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

import dodo_license_keys as dodo
import httpx
import pytest
from dodo_license_keys import types

from tests.client.conftest import TOKEN, Caller
from tests.client.server import KEY, Server, refusal, reply, serve

PACKAGE = Path(dodo.__file__).parent


def test_the_names_of_the_official_sdk_exist() -> None:
    official = pytest.importorskip("dodopayments")
    # The rest belongs to file uploads and streams, which the license operations do not have, and to
    # pydantic.
    left_out = {
        *("APIWebhookValidationError", "AsyncStream", "NoneType", "ProxiesTypes", "Stream"),
        *("Transport", "__title__", "file_from_path"),
    }
    names = set(official.__all__) | {"APIResponse", "AsyncAPIResponse"}
    assert names - left_out <= set(dodo.__all__)
    licenses = {name for name in dir(official.types) if name.startswith("License")}
    kept = {name for name in licenses if not name.startswith(("LicenseKeyDuration",))}
    assert {name for name in kept if "Webhook" not in name} <= set(types.__all__)
    assert types.LicenseKey is dodo.LicenseKeyResponse
    assert dodo.types is types
    assert dodo.pagination.SyncDefaultPageNumberPagination is dodo.Page
    assert issubclass(dodo.APIStatusError, dodo.APIError)
    assert dodo.APIError.__base__ is dodo.DodoPaymentsError
    assert isinstance(dodo.DefaultHttpxClient(timeout=3), httpx.Client)
    assert dodo.DefaultAsyncHttpxClient().timeout == dodo.DEFAULT_TIMEOUT


def test_the_arguments_of_a_method_can_be_passed_as_a_typed_dictionary(call: Caller) -> None:
    changes: types.LicenseKeyUpdateParams = {"activations_limit": None, "expires_at": dodo.omit}
    with serve(reply(200, KEY)) as server:
        call(lambda client: client.license_keys.update("lic_123", **changes), server.url)
    assert server.last.json == {"activations_limit": None}


def test_default_headers_and_query_come_from_client_environment_and_copy(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DODO_PAYMENTS_CUSTOM_HEADERS", "X-Team: billing\nX-Both: a:b\nnone")

    def use(client: Any) -> Any:
        changed = client.copy(
            default_headers={"X-Copy": "1", "User-Agent": dodo.UNSET}, default_query={"c": "d"}
        )
        assert changed.default_headers["X-Team"] == "billing"
        assert client.default_query == {"a": "b"}
        replaced = changed.with_options(set_default_headers={}, set_default_query={"e": "f"})
        assert dict(replaced.default_headers) == {}
        assert replaced.default_query == {"e": "f"}
        with pytest.raises(ValueError, match="default_query and set_default_query"):
            client.copy(default_query={}, set_default_query={})
        return changed.license_keys.update(
            "lic_123", extra_headers={"X-Copy": "2"}, extra_query={"a": "z"}
        )

    with serve(reply(200, KEY)) as server:
        call(use, server.url, default_headers={"X-Both": "argument"}, default_query={"a": "b"})
    headers = server.last.headers
    assert (headers["X-Team"], headers["X-Both"], headers["X-Copy"]) == ("billing", "argument", "2")
    assert "User-Agent" not in headers
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert server.last.path == "/license_keys/lic_123?a=z&c=d"


def test_the_options_of_a_client_can_be_read_and_changed_in_a_copy(call: Caller) -> None:
    client = call.client_class(bearer_token=TOKEN, base_url=httpx.URL("http://localhost:1/"))
    assert client.base_url == "http://localhost:1"
    assert client.bearer_token == TOKEN
    assert client.timeout == httpx.Timeout(60, connect=5)
    assert client.max_retries == 2
    copy = client.with_options(timeout=3, environment="test_mode", max_retries=0)
    assert (copy.timeout, copy.max_retries) == (3, 0)
    assert copy.base_url == "https://test.dodopayments.com"
    assert client.with_options(timeout=None).timeout is None
    assert client.with_options(bearer_token=None, base_url=None).bearer_token == TOKEN
    assert dodo.__version__ == "1.0.0"


def test_a_copy_may_have_its_own_http_client_and_class(call: Caller) -> None:
    class Service(call.client_class):  # type: ignore[misc, name-defined]
        pass

    library: Any = httpx.AsyncClient if call.asynchronous else httpx.Client
    other = library(headers={"X-Other": "1"}, timeout=7)
    copy = Service(bearer_token=TOKEN, base_url="http://localhost:1").copy(http_client=other)
    assert type(copy) is Service
    assert not copy.is_closed()
    with serve(reply(200, KEY)) as server:
        call(lambda client: client.license_keys.retrieve("a"), server.url, http_client=other)
    assert server.last.headers["X-Other"] == "1"
    with pytest.raises(TypeError, match="http_client must be"):
        copy.copy(http_client=httpx.Client() if call.asynchronous else httpx.AsyncClient())


def test_a_raw_response_gives_all_of_the_response(call: Caller) -> None:
    def use(client: Any) -> Any:
        return client.license_keys.with_raw_response.retrieve("lic_123")

    with serve(refusal(503), reply(200, KEY, X_RateLimit_Remaining="7")) as server:
        raw = call(use, server.url)
    assert (raw.status_code, raw.method, raw.http_version) == (200, "GET", "HTTP/1.1")
    assert raw.headers["x-ratelimit-remaining"] == "7"
    assert str(raw.url) == str(raw.http_request.url) == f"{server.url}/license_keys/lic_123"
    assert raw.retries_taken == 1
    assert raw.elapsed.total_seconds() > 0
    assert raw.is_closed is True
    assert call.settle(raw.parse()) == dodo.LicenseKeyResponse.from_dict(KEY)
    assert call.settle(raw.parse(to=dict[str, Any])) == call.settle(raw.json()) == KEY
    assert json.loads(call.settle(raw.text())) == json.loads(call.settle(raw.read())) == KEY
    assert raw.http_response.status_code == 200
    assert KEY["key"] not in repr(raw)
    for method in (raw.parse, raw.json, raw.text, raw.read):
        assert inspect.iscoroutinefunction(method) is call.asynchronous
    with pytest.raises(dodo.APIResponseValidationError, match="the body is not of type list"):
        call.settle(raw.parse(to=list[int]))


def test_a_streamed_response_is_open_until_its_block_ends(call: Caller) -> None:
    def use(client: Any) -> Any:
        with client.license_keys.with_streaming_response.retrieve("lic_123") as response:
            assert response.is_closed is False
            return response, b"".join(response.iter_bytes()), list(response.iter_lines())

    async def use_async(client: Any) -> Any:
        async with client.license_keys.with_streaming_response.retrieve("lic_123") as response:
            assert response.is_closed is False
            body = b"".join([chunk async for chunk in response.iter_bytes(chunk_size=5)])
            return response, body, [line async for line in response.iter_lines()]

    with serve(reply(200, KEY)) as server:
        response, body, lines = call(use_async if call.asynchronous else use, server.url)
    assert response.is_closed is True
    assert json.loads(body) == json.loads(lines[0]) == KEY
    assert server.received == [server.last]


def test_an_endpoint_without_a_method_is_called_by_its_path(call: Caller) -> None:
    def calls(client: Any) -> list[Any]:
        return [
            client.get("/products?page=1", cast_to=object, options={"params": {"size": 2}}),
            client.post("/products", cast_to=httpx.Response, body={"name": "A"}),
            client.patch("/a/b", cast_to=dodo.LicenseKeyResponse, options={"extra_json": {"c": 1}}),
            client.put("/products", cast_to=str, options={"headers": {"X-A": "1"}}),
            client.delete("/products/a", cast_to=type(None), options={"max_retries": 0}),
        ]

    async def use_async(client: Any) -> list[Any]:
        return [await each for each in calls(client)]

    with serve(reply(200, KEY)) as server:
        results = call(use_async if call.asynchronous else calls, server.url)
    found, response, key, text, nothing = results
    assert found == json.loads(text) == KEY
    assert response.status_code == 200
    assert key.id == "lic_123"
    assert nothing is None
    first, second, third, fourth, _ = server.received
    assert (first.method, first.path) == ("GET", "/products?page=1&size=2")
    assert (second.method, second.json) == ("POST", {"name": "A"})
    assert (third.method, third.json) == ("PATCH", {"c": 1})
    assert fourth.headers["X-A"] == "1"
    assert {each.headers["Authorization"] for each in server.received} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize("path", ["https://example.com/a", "a", "/a/../b", "/."])
def test_a_path_that_leaves_the_api_is_rejected(call: Caller, path: str) -> None:
    with serve(reply(200, {})) as server, pytest.raises(ValueError, match="path must start"):
        call(lambda client: client.get(path, cast_to=dict), server.url)
    assert server.received == []


def test_a_post_by_path_is_not_repeated(call: Caller) -> None:
    with serve(refusal(500), reply(200, {})) as server:
        with pytest.raises(dodo.InternalServerError):
            call(lambda client: client.post("/a", cast_to=object), server.url)
        assert len(server.received) == 1


def retry_counts(server: Server) -> list[str | None]:
    """Return the retry count that each request sent."""
    names = ("X-Stainless-Retry-Count", "x-stainless-retry-count")
    return [
        next((each.headers[name] for name in names if name in each.headers), None)
        for each in server.received
    ]


def test_the_server_decides_about_retries(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[str | None] = []
    delay = import_module("dodo_license_keys._retry").delay

    def record(attempt: int, retry_after: str | None = None) -> float:
        delays.append(retry_after)
        return float(delay(attempt, "0"))

    def activate(client: Any) -> Any:
        return client.licenses.activate(license_key="a", name="b")

    with serve(refusal(500, X_Should_Retry="false"), reply(200, KEY)) as server:
        with pytest.raises(dodo.InternalServerError):
            call(lambda client: client.license_keys.retrieve("a"), server.url)
        assert retry_counts(server) == ["0"]
    monkeypatch.setattr("dodo_license_keys._retry.delay", record)
    script = (
        refusal(422, X_Should_Retry="true", Retry_After_MS="250", Retry_After="9"),
        refusal(404),
    )
    with serve(*script) as server:
        with pytest.raises(dodo.NotFoundError):
            call(activate, server.url)
        assert retry_counts(server) == ["0", "1"]
    assert delays == ["0.25"]


def test_the_retry_count_can_be_replaced_or_left_out(call: Caller) -> None:
    def use(client: Any) -> Any:
        return client.license_keys.retrieve("a", extra_headers=headers)

    for value, sent in (("7", "7"), (dodo.UNSET, None)):
        headers = {"x-stainless-retry-count": value}
        with serve(refusal(503), reply(200, KEY)) as server:
            call(use, server.url)
            assert retry_counts(server) == [sent, sent]


def test_an_error_gives_the_body(call: Caller) -> None:
    def fail(client: Any) -> Any:
        return client.license_keys.retrieve("a")

    body = {"code": "NOT_FOUND", "message": "no", "detail": [1]}
    with serve(reply(404, body)) as server, pytest.raises(dodo.APIError) as caught:
        call(fail, server.url)
    assert caught.value.body == body
    with serve(reply(404, b"<html>")) as server, pytest.raises(dodo.APIError) as caught:
        call(fail, server.url)
    assert caught.value.body == "<html>"


def test_a_service_can_create_errors_in_its_tests() -> None:
    request = httpx.Request("GET", "http://localhost")
    response = httpx.Response(404, request=request)
    error = dodo.NotFoundError("nothing", response=response, body={"code": "A"})
    assert (error.status_code, error.request, error.body) == (404, request, {"code": "A"})
    assert dodo.NotFoundError("nothing", response=response, body=None).body is None
    assert dodo.APITimeoutError(request=request).body is None
    assert str(dodo.APIConnectionError(request=request)) == "the connection failed"


def test_a_closed_client_rejects_calls(call: Caller) -> None:
    clients: list[Any] = []

    def use(client: Any) -> Any:
        clients.append(client.with_options(max_retries=0))
        assert not client.is_closed()
        return client.license_keys.retrieve("a")

    with serve(reply(200, KEY)) as server:
        call(use, server.url)
        assert clients[0].is_closed()
        with pytest.raises(dodo.DodoError, match="the client is closed"):
            call.settle(clients[0].license_keys.retrieve("a"))
    assert len(server.received) == 1


def test_a_model_is_converted_as_by_pydantic() -> None:
    official = pytest.importorskip("dodopayments.types")
    body = {**KEY, "new_field": {"a": [1]}, "created_at": "2024-01-01T00:00:00Z"}
    del body["expires_at"]
    key, theirs = types.LicenseKey.from_dict(body), official.LicenseKey.construct(**body)
    for options in ({}, {"exclude_unset": True}, {"exclude_none": True}, {"exclude": {"id"}}):
        assert key.model_dump(**options) == theirs.model_dump(**options)
        ours = json.loads(key.model_dump_json(**options))
        assert ours == json.loads(theirs.model_dump_json(**options))
    assert key.model_dump(include={"id", "key"}) == theirs.model_dump(include={"id", "key"})
    assert key.to_dict(mode="python") == theirs.to_dict()
    assert key.to_dict() == theirs.to_dict(mode="json") == body
    assert json.loads(key.to_json()) == body
    assert key.to_json(indent=2).count("\n") == theirs.to_json().count("\n")
    assert key.model_fields_set == theirs.model_fields_set
    assert key.model_extra == theirs.model_extra == {"new_field": {"a": [1]}}
    assert key.new_field == theirs.new_field  # type: ignore[attr-defined]


def test_nested_models_are_converted_too() -> None:
    listing = dodo.ListLicenseKeysResponse.from_dict({"items": [KEY]})
    assert listing.to_dict() == {"items": [KEY]}
    created = datetime(2024, 1, 1, tzinfo=timezone.utc)
    assert listing.model_dump()["items"][0]["created_at"] == created


def test_models_are_hashable() -> None:
    key, same = (dodo.LicenseKeyResponse.from_dict({**KEY, "new": []}) for _ in range(2))
    assert len({key, same}) == 1
    assert len({key, dodo.LicenseKeyResponse.from_dict({**KEY, "id": "other"})}) == 2
    listing = dodo.ListLicenseKeysResponse.from_dict({"items": [KEY]})
    assert hash(listing) == hash(dodo.ListLicenseKeysResponse.from_dict({"items": [KEY]}))
    customer = dodo.CustomerLimitedDetailsResponse.from_dict(
        {"customer_id": "a", "name": "b", "email": "c", "metadata": {"d": "e"}}
    )
    assert len({customer}) == 1


def test_the_page_names_the_next_one(call: Caller) -> None:
    def use(client: Any) -> Any:
        return client.license_keys.list(page_number=3, status="active")

    with serve(reply(200, {"items": [KEY]})) as server:
        page = call(use, server.url)
    assert page.next_page_info().params == {"page_number": 4, "status": "active"}
    with serve(reply(200, {"items": []})) as server:
        assert call(use, server.url).next_page_info() is None


def test_every_async_method_is_a_coroutine_function() -> None:
    client = dodo.AsyncDodoLicenseKeys(bearer_token=TOKEN)
    for resource in (client.license_keys, client.license_key_instances, client.licenses):
        for view in (resource, resource.with_raw_response):
            for name in dir(view):
                if not name.startswith(("_", "with_", "list", "find_by_payment")):
                    assert inspect.iscoroutinefunction(getattr(view, name)), name


def modules() -> list[str]:
    paths = [path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.rglob("*.py")]
    names = [".".join((dodo.__name__, *path.parts)) for path in paths]
    return sorted(name.removesuffix(".__init__") for name in names)


@pytest.mark.parametrize("name", modules())
def test_every_annotation_resolves(name: str) -> None:
    module = import_module(name)
    resolved = 0
    for owner in vars(module).values():
        if getattr(owner, "__module__", None) != name:
            continue
        members = [owner]
        if inspect.isclass(owner):
            for member in vars(owner).values():
                wrapped = getattr(member, "fget", None) or getattr(member, "func", member)
                members.append(getattr(wrapped, "__func__", wrapped))
        for each in members:
            if inspect.isclass(each) or inspect.isfunction(each):
                typing.get_type_hints(each)
                resolved += 1
    assert resolved or name.endswith(("pagination", "resources", "_logs"))


def test_the_warning_can_be_turned_off_for_a_service_that_makes_errors_of_warnings() -> None:
    program = "import dodo_license_keys as dodo, sys\ndodo.DodoLicenseKeys(bearer_token='a', "
    program += "base_url='http://127.0.0.1:9', max_retries=0).license_keys.retrieve('a')"

    def error_of(*filters: str) -> str:
        options = [option for each in filters for option in ("-W", each)]
        run = subprocess.run(
            [sys.executable, *options, "-c", program], check=False, capture_output=True, text=True
        )
        return run.stderr.splitlines()[-1]

    assert error_of("error").startswith("DeprecationWarning: Deprecated by Dodo Payments")
    kept = error_of("error", "ignore:Deprecated by Dodo Payments:DeprecationWarning")
    assert kept.startswith("dodo_license_keys.errors.APIConnectionError")
