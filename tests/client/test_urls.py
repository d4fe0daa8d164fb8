"""The URL of a request is the one that httpx parses, although it is parsed only if it is read."""

import copy
import pickle
from urllib.parse import quote, urlencode

import dodo_license_keys as dodo
import httpx
import pytest

from tests.client.conftest import TOKEN
from tests.client.server import KEY

PROPERTIES = sorted(
    name for name, value in vars(httpx.URL).items() if isinstance(value, property) and name != "raw"
)


class Transport(httpx.BaseTransport):
    """A transport that keeps the URL of the request."""

    url: httpx.URL

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.url = request.url
        return httpx.Response(200, json=KEY)


def url_of(base_url: str, key_id: str, query: dict[str, str]) -> httpx.URL:
    transport = Transport()
    with dodo.DodoLicenseKeys(bearer_token=TOKEN, base_url=base_url, transport=transport) as client:
        client.license_keys.retrieve(key_id, extra_query=query)
    return transport.url


@pytest.mark.parametrize("query", [{}, {"a": "b c", "d": "é&="}], ids=["path", "query"])
@pytest.mark.parametrize(
    "key_id", ["lic_123", "a/../b", "50% off?", "a.b", "...", "schlüssel", "~-_", "x" * 3000]
)
@pytest.mark.parametrize(
    "base_url",
    [
        "http://127.0.0.1:4010",
        "https://Test.DodoPayments.com:443",
        "https://[::1]:8443/a%20b/../proxy/",
    ],
)
def test_a_url_reads_like_a_parsed_one(base_url: str, key_id: str, query: dict[str, str]) -> None:
    text = f"{base_url.rstrip('/')}/license_keys/{quote(key_id, safe='')}"
    expected = httpx.URL(f"{text}?{urlencode(query, quote_via=quote)}" if query else text)
    for name in PROPERTIES:
        assert getattr(url_of(base_url, key_id, query), name) == getattr(expected, name), name
    for convert in (str, repr, hash):
        assert convert(url_of(base_url, key_id, query)) == convert(expected)
    url = url_of(base_url, key_id, query)
    assert isinstance(url, httpx.URL)
    assert url == expected
    assert expected == url_of(base_url, key_id, query)


def test_a_url_can_be_copied_changed_and_pickled() -> None:
    def url() -> httpx.URL:
        return url_of("http://127.0.0.1:4010", "lic_1", {})

    assert url().copy_with(host="example.com") == "http://example.com:4010/license_keys/lic_1"
    assert url().join("/x") == "http://127.0.0.1:4010/x"
    assert copy.copy(url()) == url()
    assert copy.deepcopy(url()) == url()
    assert pickle.loads(pickle.dumps(url())) == url()  # noqa: S301
    with pytest.raises(AttributeError, match="URL has no attribute 'target'"):
        url().target  # type: ignore[attr-defined]  # noqa: B018
