"""No id reaches another path, and no redirect takes the token along."""

from typing import Any

import dodo_license_keys as dodo
import httpx
import pytest

from tests.client.conftest import TOKEN, Caller
from tests.client.server import KEY, reply, serve


@pytest.mark.parametrize("bad", ["", ".", "..", "\ud800"])
def test_an_id_that_names_nothing_is_refused(call: Caller, bad: str) -> None:
    with serve(reply(200, KEY)) as server, pytest.raises(ValueError, match=r"`id`|id "):
        call(lambda client: client.license_keys.update(bad, disabled=True), server.url)
    assert server.received == []


@pytest.mark.parametrize("bad", [None, 5, b"lic_123"])
def test_an_id_that_is_no_string_is_refused(call: Caller, bad: Any) -> None:
    with serve(reply(200, KEY)) as server, pytest.raises(TypeError, match="id must be a string"):
        call(lambda client: client.license_keys.retrieve(bad), server.url)
    assert server.received == []


@pytest.mark.parametrize(
    ("odd", "sent"),
    [
        ("../license_key_instances/lki_1", "..%2Flicense_key_instances%2Flki_1"),
        ("a/../b", "a%2F..%2Fb"),
        ("%2e%2e", "%252e%252e"),
        ("a?status=active", "a%3Fstatus%3Dactive"),
        ("a#b", "a%23b"),
        ("a;b", "a%3Bb"),
        ("a b\r\nHost: evil", "a%20b%0D%0AHost%3A%20evil"),
        ("\\..\\x", "%5C..%5Cx"),
        ("schlüssel", "schl%C3%BCssel"),
        ("...", "..."),
        ("lic_a-b~c.d", "lic_a-b~c.d"),
    ],
)
def test_an_odd_id_stays_one_segment(call: Caller, odd: str, sent: str) -> None:
    with serve(reply(200, KEY)) as server:
        call(lambda client: client.license_keys.retrieve(odd), server.url)
    assert server.last.path == f"/license_keys/{sent}"


def test_a_base_url_may_have_a_path(call: Caller) -> None:
    with serve(reply(200, KEY)) as server:
        call(lambda client: client.license_keys.retrieve("a"), f"{server.url}/proxy/dodo/")
    assert server.last.path == "/proxy/dodo/license_keys/a"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("given", [False, True], ids=["own", "given"])
def test_a_redirect_takes_nothing_to_another_host(call: Caller, status: int, given: bool) -> None:
    http_client: Any = None
    if given:
        client_class: Any = httpx.AsyncClient if call.asynchronous else httpx.Client
        http_client = client_class(follow_redirects=True)
    with (
        serve(reply(200, KEY)) as other,
        serve(reply(status, Location=f"{other.url}/license_keys/a")) as server,
        pytest.raises(dodo.APIStatusError, match="redirect, which is not followed") as caught,
    ):
        call(
            lambda client: client.license_keys.update("a", disabled=True),
            server.url,
            http_client=http_client,
        )
    assert caught.value.status_code == status
    assert other.received == []
    assert TOKEN not in str(caught.value)
