"""Every row of the table of differences in docs/client.md, seen on both clients."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import dodo_license_keys as dodo
import httpx
import pytest
from dodo_license_keys import DodoLicenseKeys

from tests.client.conftest import TOKEN
from tests.client.server import KEY, Answer, Handler, refusal, reply, serve

official = pytest.importorskip("dodopayments", reason="the official SDK is not installed")
pydantic = pytest.importorskip("pydantic")

PAGE = Path(__file__).parents[2] / "docs" / "client.md"
NAIVE = datetime(2030, 1, 1)  # noqa: DTZ001 - the difference
ACTIVATED = {
    "id": "lki_1",
    "business_id": "bus_1",
    "name": "a",
    "license_key_id": "lic_123",
    "created_at": "2024-01-01T00:00:00Z",
    "product": {"product_id": "pdt_1", "name": "P"},
    "customer": {"customer_id": "cus_1", "name": "A", "email": "a@example.com", "metadata": {}},
}

pytestmark = pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")

ROWS: dict[str, Callable[[], None]] = {}


def row(function: Callable[[], None]) -> Callable[[], None]:
    """Register the test of a row. The docstring is the first cell of the row."""
    ROWS[str(function.__doc__)] = function
    return function


def both(
    use: Callable[[Any], Any], *script: Answer, **options: Any
) -> tuple[tuple[Any, list[Any]], tuple[Any, list[Any]]]:
    """Call the official SDK and this client.

    Returns:
        For each, first the official SDK: the result, or the exception, and the received requests.
    """
    results = []
    for client_class in (official.DodoPayments, DodoLicenseKeys):
        with serve(*script) as server:
            with client_class(
                **{"bearer_token": TOKEN, "base_url": server.url, **options}
            ) as client:
                try:
                    result = use(client)
                except Exception as error:  # noqa: BLE001 - the result
                    result = error
            results.append((result, server.received))
    return results[0], results[1]


@row
def first_page() -> None:
    """iteration over a list without `page_number`"""

    def answer(handler: Handler) -> None:
        number = int((re.search(r"page_number=(\d+)", handler.path) or ["", "0"])[1])
        ids = {0: ["a"], 1: ["b"], 2: ["c"]}.get(number, [])
        reply(200, {"items": [{**KEY, "id": each} for each in ids]})(handler)

    (theirs, _), (ours, _) = both(
        lambda client: [key.id for key in client.license_keys.list()], answer
    )
    assert theirs == ["a", "c"]
    assert ours == ["a", "b", "c"]


@row
def post_is_not_retried() -> None:
    """create or activate gets a server error or no response"""
    (theirs, seen), (ours, sent) = both(
        lambda client: client.licenses.activate(license_key="a", name="b"),
        refusal(500),
        reply(201, ACTIVATED),
    )
    assert theirs.id == "lki_1"
    assert len(seen) == 2
    assert isinstance(ours, dodo.InternalServerError)
    assert len(sent) == 1


@row
def redirects() -> None:
    """a redirect"""
    with serve(reply(200, KEY)) as other:
        (theirs, _), (ours, _) = both(
            lambda client: client.license_keys.retrieve("a"),
            reply(307, Location=f"{other.url}/license_keys/a"),
        )
        assert theirs.id == "lic_123"
        assert len(other.received) == 1
    assert isinstance(ours, dodo.APIStatusError)
    assert ours.status_code == 307


@row
def naive_datetimes() -> None:
    """a datetime without a time zone"""
    (_, seen), (ours, sent) = both(
        lambda client: client.license_keys.update("a", expires_at=NAIVE), reply(200, KEY)
    )
    assert seen[0].json == {"expires_at": "2030-01-01T00:00:00"}
    assert isinstance(ours, ValueError)
    assert sent == []


@row
def wrong_types() -> None:
    """an argument of the wrong type"""
    (_, seen), (ours, sent) = both(
        lambda client: client.license_keys.update("a", activations_limit="5"), reply(200, KEY)
    )
    assert seen[0].json == {"activations_limit": "5"}
    assert isinstance(ours, TypeError)
    assert sent == []


@row
def omitted_fields() -> None:
    """a field that the server omits"""
    (theirs, _), (ours, _) = both(
        lambda client: client.license_keys.retrieve("a").brand_id, reply(200, KEY)
    )
    assert theirs is None
    assert ours is dodo.UNSET


@row
def no_token() -> None:
    """no bearer token"""
    with pytest.raises(official.DodoPaymentsError):
        official.DodoPayments()
    with serve(reply(200, {"valid": True})) as server:
        client = DodoLicenseKeys(base_url=server.url)
        assert client.licenses.validate(license_key="a").valid
        with pytest.raises(dodo.DodoError, match="requires a bearer token"):
            client.license_keys.retrieve("a")
        client.close()


@row
def token_of_licenses() -> None:
    """the bearer token in activate, deactivate and validate"""
    (_, seen), (_, sent) = both(
        lambda client: client.licenses.validate(license_key="a"), reply(200, {"valid": True})
    )
    assert seen[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert "Authorization" not in sent[0].headers


@row
def token_with_space() -> None:
    """a bearer token that contains a space"""
    (_, seen), _ = both(
        lambda client: client.license_keys.retrieve("a"), reply(200, KEY), bearer_token="a"
    )
    assert seen
    official.DodoPayments(bearer_token="two words").close()
    with pytest.raises(ValueError, match="contains a space"):
        DodoLicenseKeys(bearer_token="two words")


@row
def given_http_client() -> None:
    """closing a client with a given `http_client`"""
    theirs, ours = httpx.Client(), httpx.Client()
    official.DodoPayments(bearer_token=TOKEN, http_client=theirs).close()
    DodoLicenseKeys(bearer_token=TOKEN, http_client=ours).close()
    assert theirs.is_closed
    assert not ours.is_closed
    ours.close()


@row
def options_are_fixed() -> None:
    """`client.bearer_token = ...`"""
    theirs = official.DodoPayments(bearer_token=TOKEN)
    theirs.bearer_token = "other"
    theirs.close()
    with pytest.raises(AttributeError):
        DodoLicenseKeys(bearer_token=TOKEN).bearer_token = "other"  # type: ignore[misc]


@row
def datetimes_of_to_dict() -> None:
    """datetimes in `to_dict()`"""
    (theirs, _), (ours, _) = both(
        lambda client: client.license_keys.retrieve("a").to_dict()["created_at"], reply(200, KEY)
    )
    assert theirs.isoformat() == "2024-01-01T00:00:00+00:00"
    assert ours == "2024-01-01T00:00:00Z"


@row
def models() -> None:
    """the class of the models"""
    (theirs, _), (ours, _) = both(lambda client: client.license_keys.retrieve("a"), reply(200, KEY))
    assert isinstance(theirs, pydantic.BaseModel)
    assert not isinstance(ours, pydantic.BaseModel)
    assert isinstance(ours, dodo.BaseModel)


@row
def secrets_in_repr() -> None:
    """the license key in the `repr` of a model"""
    (theirs, _), (ours, _) = both(
        lambda client: repr(client.license_keys.retrieve("a")), reply(200, KEY)
    )
    assert KEY["key"] in theirs
    assert KEY["key"] not in ours


@row
def text_of_errors() -> None:
    """the text of an error"""
    (theirs, _), (ours, _) = both(
        lambda client: client.licenses.validate(license_key="SECRET"),
        refusal(422, code="INVALID", message="no key SECRET"),
    )
    assert str(theirs).startswith("Error code: 422 - {")
    assert "SECRET" in str(theirs)
    assert str(ours) == "422 INVALID: no key [redacted]"


@row
def streaming() -> None:
    """`with_streaming_response`"""

    def use(client: Any) -> bool:
        with client.license_keys.with_streaming_response.retrieve("a") as response:
            return bool(response.http_response.is_stream_consumed)

    (theirs, _), (ours, _) = both(use, reply(200, KEY))
    assert not theirs
    assert ours


@row
def absolute_urls() -> None:
    """`client.get("https://...")`"""
    with serve(reply(200, {})) as other:
        _, (ours, _) = both(
            lambda client: client.get(f"{other.url}/a", cast_to=object), reply(200, {})
        )
        assert other.received[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert isinstance(ours, ValueError)
    assert len(other.received) == 1


@row
def headers() -> None:
    """headers about the machine"""
    (_, seen), (_, sent) = both(lambda client: client.license_keys.retrieve("a"), reply(200, KEY))
    theirs, ours = (
        {name.lower() for name in each[0].headers if name.lower().startswith("x-stainless")}
        for each in (seen, sent)
    )
    assert {"x-stainless-os", "x-stainless-arch", "x-stainless-runtime-version"} <= theirs
    assert ours == {"x-stainless-lang", "x-stainless-retry-count"}


@pytest.mark.parametrize("name", ROWS)
def test_both_clients_do_what_the_table_says(name: str) -> None:
    ROWS[name]()


def test_the_table_has_these_rows() -> None:
    table = PAGE.read_text("utf-8").partition("| case | official SDK | this client |")[2]
    cells = re.findall(r"^\| ([^|]+) \|", table.partition("\n\n")[0], re.MULTILINE)
    assert cells == list(ROWS)
