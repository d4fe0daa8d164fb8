"""What the documentation promises about secrets, errors, processes and limits."""

import asyncio
import gc
import gzip
import json
import os
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from typing import Any

import dodo_license_keys as dodo
import httpx
import pytest

from tests.client.conftest import TOKEN, Caller
from tests.client.server import KEY, Handler, refusal, reply, serve, stall

LICENSE = "Sold-To-A-Friend-42"


def retrieve(client: Any) -> Any:
    return client.license_keys.retrieve("lic_123")


def texts(error: BaseException) -> str:
    """Return all that a traceback would show of an error and its causes."""
    shown = [str(error), repr(error)]
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
        shown += [str(error), repr(error)]
    return "\n".join(shown)


def reflect_in_malformed_header(handler: Handler) -> None:
    handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nX-Seen " + handler.headers["Authorization"].encode() + b"\r\n\r\n"
    )
    handler.wfile.flush()
    handler.close_connection = True


def test_a_malformed_header_that_reflects_the_request_shows_no_token(call: Caller) -> None:
    with (
        serve(reflect_in_malformed_header) as server,
        pytest.raises(dodo.APIConnectionError) as caught,
    ):
        call(retrieve, server.url, max_retries=0)
    assert TOKEN not in texts(caught.value)


@pytest.mark.parametrize("change", [str, str.upper, str.lower], ids=["same", "upper", "lower"])
@pytest.mark.parametrize(
    "arguments",
    [
        {"license_key": LICENSE},
        {"license_key": "other", "extra_body": {"license_key": LICENSE}},
        {"license_key": "other", "extra_body": {"nested": [{"key": LICENSE}]}},
        {"license_key": "other", "extra_query": {"license_key": LICENSE}},
        {"license_key": "other", "extra_headers": {"Authorization": f"Bearer {LICENSE}"}},
        {"license_key": "other", "extra_headers": {"X-Api-Key": LICENSE}},
    ],
    ids=["argument", "body", "nested", "query", "authorization", "header"],
)
def test_no_secret_of_a_call_is_in_an_error(call: Caller, arguments: Any, change: Any) -> None:
    echo = f"what is {change(LICENSE)}?"
    with serve(refusal(422, change(LICENSE), echo)) as server, pytest.raises(dodo.DodoError) as e:
        call(lambda client: client.licenses.validate(**arguments), server.url)
    assert change(LICENSE) not in texts(e.value) + str(e.value.code)
    assert "[redacted]" in e.value.message


@pytest.mark.parametrize("typed", ["LICENSE", "NOT", "license_key", "E", "KEY_NOT_FOUND"])
def test_the_code_is_the_servers_whatever_the_customer_typed(call: Caller, typed: str) -> None:
    with (
        serve(refusal(404, "LICENSE_KEY_NOT_FOUND", "The license key was not found.")) as server,
        pytest.raises(dodo.NotFoundError) as caught,
    ):
        call(lambda client: client.licenses.validate(license_key=typed), server.url)
    assert caught.value.code == "LICENSE_KEY_NOT_FOUND"
    assert "found" in caught.value.message


def test_a_servers_text_cannot_flood_or_forge_a_log(call: Caller) -> None:
    text = "first\nERROR forged \x1b[2J" + "x" * 100_000
    with serve(refusal(422, "A\nB" * 999, text)) as server, pytest.raises(dodo.DodoError) as caught:
        call(retrieve, server.url)
    assert len(str(caught.value)) < 1000
    assert str(caught.value).isprintable()
    assert "first\\nERROR forged \\x1b[2J" in caught.value.message


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork()")
def test_forked_processes_do_not_share_a_connection() -> None:
    program = """
import os, sys, warnings
from dodo_license_keys import DodoLicenseKeys
warnings.simplefilter("ignore")
client = DodoLicenseKeys(bearer_token="t", base_url=sys.argv[1], max_retries=0)
client.license_keys.retrieve("parent")
children = []
for child in range(4):
    pid = os.fork()
    if not pid:
        ids = [f"lic_{child}_{number}" for number in range(20)]
        try:
            wrong = sum(client.license_keys.retrieve(each).id != each for each in ids)
        except Exception:
            wrong = 99
        os._exit(wrong)
    children.append(pid)
print(sum(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children))
"""

    def echo(handler: Handler) -> None:
        time.sleep(0.002)  # so that the requests of the children overlap
        reply(200, {**KEY, "id": handler.path.rpartition("/")[2]})(handler)

    with serve(echo) as server:
        run = subprocess.run(
            [sys.executable, "-c", program, server.url],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert run.stdout.strip() == "0"


def test_a_url_that_is_too_long_is_an_error_of_this_package(call: Caller) -> None:
    with serve(reply(200, KEY)) as server, pytest.raises(dodo.DodoError, match="URL is too long"):
        call(lambda client: client.license_keys.retrieve("a" * 70_000), server.url)
    assert server.received == []


@pytest.mark.parametrize("given", [False, True], ids=["own", "given"])
def test_a_violation_of_http_is_an_error_of_this_package(call: Caller, given: bool) -> None:
    http_client: Any = None
    if given:
        http_client = httpx.AsyncClient() if call.asynchronous else httpx.Client()
    headers = {"Content-Length": "5000"}
    with serve(reply(200, KEY)) as server, pytest.raises(dodo.DodoError):
        call(
            lambda client: client.license_keys.update("a", disabled=True, extra_headers=headers),
            server.url,
            http_client=http_client,
            timeout=1,
            max_retries=0,
        )


@pytest.mark.parametrize(
    "timeout",
    [1e10, float("inf"), float("nan"), httpx.Timeout(5, read=1e10)],
    ids=["1e10", "inf", "nan", "read"],
)
def test_a_timeout_that_no_system_supports_is_rejected(call: Caller, timeout: Any) -> None:
    with serve(reply(200, KEY)) as server:
        with pytest.raises(ValueError, match=r"timeout.* must be a positive number of at most"):
            call.client_class(bearer_token=TOKEN, timeout=timeout)
        with pytest.raises(ValueError, match="timeout"):
            call(lambda client: client.license_keys.retrieve("a", timeout=timeout), server.url)
        call(retrieve, server.url, timeout=2_000_000)


@pytest.mark.parametrize("given", [False, True], ids=["own", "given"])
def test_a_client_outlives_an_event_loop(given: bool) -> None:
    """`asyncio.run` may be called again; a given HTTP client may reject that with an error."""
    with warnings.catch_warnings():
        # The connections of the first loop cannot be closed any more.
        warnings.simplefilter("ignore", ResourceWarning)
        call_in_two_loops(given=given)
        gc.collect()


def call_in_two_loops(*, given: bool) -> None:
    http_client = httpx.AsyncClient() if given else None
    with serve(reply(200, KEY)) as server:
        client = dodo.AsyncDodoLicenseKeys(
            bearer_token=TOKEN, base_url=server.url, http_client=http_client, max_retries=0
        )

        async def run() -> str:
            return (await client.license_keys.retrieve("a")).id

        assert asyncio.run(run()) == "lic_123"
        # Whether the connections of a given HTTP client survive depends on its version.
        with suppress(dodo.APIConnectionError) if given else nullcontext():
            assert asyncio.run(run()) == "lic_123"


def test_trio_runs_calls_and_retries() -> None:
    trio = pytest.importorskip("trio")

    async def run(url: str) -> str:
        async with dodo.AsyncDodoLicenseKeys(bearer_token=TOKEN, base_url=url) as client:
            await client.license_keys.retrieve("a")
            return (await client.license_keys.retrieve("b")).id

    with serve(reply(200, KEY), refusal(503), reply(200, KEY)) as server:
        assert trio.run(run, server.url) == "lic_123"
    assert len(server.received) == 3


class Sneaky(str):
    """A string that formats itself as another path."""

    __slots__ = ()

    def __format__(self, specification: str) -> str:
        return "../license_key_instances/lki_1"

    def __str__(self) -> str:
        return "../license_key_instances/lki_1"


def test_a_subclass_of_str_reaches_no_other_path(call: Caller) -> None:
    with serve(reply(200, KEY), reply(200, {"items": []})) as server:
        call(lambda client: client.license_keys.retrieve(Sneaky("lic_1")), server.url)
        call(lambda client: client.license_keys.list(customer_id=Sneaky("cus_1")), server.url)
    assert server.received[0].path == "/license_keys/lic_1"
    assert server.received[1].path == "/license_keys?customer_id=cus_1"


@pytest.mark.parametrize("name", ["key", "customer_id", "product_id"])
def test_a_required_argument_cannot_be_unset(call: Caller, name: str) -> None:
    arguments: Any = {"key": "k", "customer_id": "c", "product_id": "p", name: dodo.UNSET}
    with (
        serve(reply(201, KEY)) as server,
        pytest.raises(TypeError, match=f"{name} is required and cannot be UNSET"),
    ):
        call(lambda client: client.license_keys.create(**arguments), server.url)
    assert server.received == []


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"bearer_token": b"x"}, TypeError, "bearer_token must be a string, not bytes"),
        ({"base_url": b"https://a"}, TypeError, "base_url must be a string, not bytes"),
        ({"base_url": "https://a?"}, ValueError, "must not contain"),
        ({"base_url": "https://a#"}, ValueError, "must not contain"),
        ({"base_url": "https://a/b?c=d"}, ValueError, "must not contain"),
        ({"base_url": "https://a:port"}, ValueError, "with a port from 1 to 65535"),
        ({"base_url": "https://a:0"}, ValueError, "with a port from 1 to 65535"),
        ({"base_url": "https://a:70000"}, ValueError, "with a port from 1 to 65535"),
        ({"base_url": "https://[::1"}, ValueError, "must be a URL"),
        ({"base_url": "https://dödö.test"}, ValueError, "in its ASCII form"),
        ({"base_url": "https://a\n.test"}, ValueError, "not allowed"),
        ({"base_url": "https://a b.test"}, ValueError, "not allowed"),
        ({"deadline": 0}, ValueError, "deadline must be a positive number"),
        ({"deadline": "5"}, TypeError, "deadline must be a number of seconds"),
        ({"transport": object()}, TypeError, "transport must be"),
    ],
)
def test_a_setting_that_cannot_work_is_rejected(
    call: Caller, options: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        call.client_class(**options)


def test_a_token_in_clear_text_is_warned_of(call: Caller) -> None:
    with pytest.warns(UserWarning, match=r"sent to license\.test without encryption") as caught:
        call.client_class(bearer_token=TOKEN, base_url="http://license.test")
    assert caught[0].filename == __file__
    client = call.client_class(bearer_token=TOKEN)
    with pytest.warns(UserWarning, match="without encryption"):
        client.with_options(base_url="http://license.test")
    for base_url in ("http://localhost:1", "http://127.0.0.1", "http://[::1]:5", "https://a.test"):
        call.client_class(bearer_token=TOKEN, base_url=base_url)
    call.client_class(base_url="http://license.test")


def drip(handler: Handler) -> None:
    """Send a body byte by byte, each well within the timeout for reading."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    try:
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        pass


@pytest.mark.parametrize("given", [False, True], ids=["own", "given"])
def test_a_deadline_ends_a_call_that_drips(call: Caller, given: bool) -> None:
    http_client: Any = None
    if given:
        http_client = httpx.AsyncClient() if call.asynchronous else httpx.Client()
    with serve(drip) as server, pytest.raises(dodo.APITimeoutError, match="deadline"):
        call(retrieve, server.url, deadline=0.4, http_client=http_client)
    assert len(server.received) == 1


def test_a_deadline_includes_retries_and_silence(call: Caller) -> None:
    with serve(stall) as server, pytest.raises(dodo.APITimeoutError):
        call(retrieve, server.url, deadline=0.3)
    with (
        serve(refusal(429, Retry_After="30")) as server,
        pytest.raises(dodo.APITimeoutError, match="deadline"),
    ):
        call(retrieve, server.url, deadline=5)
    with serve(refusal(503), reply(200, KEY)) as server:
        assert call(retrieve, server.url, deadline=20).id == "lic_123"


def chunked(content: bytes) -> Any:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        try:
            for start in range(0, len(content), 65536):
                chunk = content[start : start + 65536]
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            handler.wfile.write(b"0\r\n\r\n")
        except OSError:
            handler.close_connection = True

    return answer


@pytest.mark.parametrize("given", [False, True], ids=["own", "given"])
@pytest.mark.parametrize("form", ["gzip", "length", "chunked"])
def test_a_response_cannot_fill_the_memory(call: Caller, given: bool, form: str) -> None:
    http_client: Any = None
    if given:
        http_client = httpx.AsyncClient() if call.asynchronous else httpx.Client()
    content = b" " * (32 * 2**20)
    answers = {
        "gzip": lambda: reply(200, gzip.compress(content, 1), Content_Encoding="gzip"),
        "length": lambda: reply(200, content),
        "chunked": lambda: chunked(content),
    }
    with (
        serve(answers[form]()) as server,  # type: ignore[no-untyped-call]
        pytest.raises(dodo.DodoError, match="larger than 16777216 bytes"),
    ):
        call(retrieve, server.url, http_client=http_client, max_retries=0)


def test_compressed_and_chunked_responses_are_read(call: Caller) -> None:
    content = json.dumps(KEY).encode()
    with serve(
        reply(200, gzip.compress(content), Content_Encoding="gzip"), chunked(content)
    ) as server:
        for _ in range(2):
            raw = call(
                lambda client: client.license_keys.with_raw_response.retrieve("a"), server.url
            )
            assert raw.http_response.json() == KEY
            assert call(retrieve, server.url).to_dict() == KEY


def test_many_threads_share_a_client_and_reuse_their_connections() -> None:
    ports: set[int] = set()
    lock = threading.Lock()

    def answer(handler: Handler) -> None:
        with lock:
            ports.add(handler.client_address[1])
        reply(200, {**KEY, "id": handler.path.rpartition("/")[2]})(handler)

    with (
        serve(answer) as server,
        dodo.DodoLicenseKeys(bearer_token=TOKEN, base_url=server.url) as client,
        ThreadPoolExecutor(120) as pool,
    ):
        ids = [f"lic_{number}" for number in range(600)]
        found = list(pool.map(lambda each: client.license_keys.retrieve(each).id, ids))
    assert found == ids
    assert len(ports) <= 120


@pytest.mark.parametrize("given", ["httpx", "wrapped"])
def test_a_transport_sends_directly_and_is_closed(call: Caller, given: str) -> None:
    base: Any = httpx.AsyncHTTPTransport if call.asynchronous else httpx.HTTPTransport
    seen: list[str] = []

    class Transport(base):  # type: ignore[misc]
        def handle_request(self, request: Any) -> Any:
            seen.append(request.url.path)
            return super().handle_request(request)

        async def handle_async_request(self, request: Any) -> Any:
            seen.append(request.url.path)
            return await super().handle_async_request(request)

        def close(self) -> None:
            seen.append("closed")
            super().close()

        async def aclose(self) -> None:
            seen.append("closed")
            await super().aclose()

    transport = Transport() if given == "wrapped" else base()
    with serve(refusal(503), reply(200, KEY)) as server:
        assert call(retrieve, server.url, transport=transport).id == "lic_123"
    if given == "wrapped":
        assert seen == ["/license_keys/lic_123", "/license_keys/lic_123", "closed"]
    with pytest.raises(ValueError, match="http_client or transport, not both"):
        call.client_class(
            transport=base(),
            http_client=httpx.AsyncClient() if call.asynchronous else httpx.Client(),
        )


def test_a_transport_of_pyreqwest_sends(call: Caller) -> None:
    library = pytest.importorskip("pyreqwest.compatibility.httpx")
    make = library.HttpxTransport if call.asynchronous else library.SyncHttpxTransport
    with serve(refusal(503), reply(200, KEY)) as server:
        assert call(retrieve, server.url, transport=make()).id == "lic_123"
    assert server.last.headers["Authorization"] == f"Bearer {TOKEN}"
    with pytest.raises(dodo.APIConnectionError):
        call(retrieve, "http://127.0.0.1:9", transport=make(), max_retries=0)
    with serve(stall) as server, pytest.raises(dodo.APITimeoutError):
        call(retrieve, server.url, transport=make(), max_retries=0, timeout=0.2)
