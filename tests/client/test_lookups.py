"""Finding keys that the API has no filter for, and changing what a filter matches."""

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import dodo_license_keys as dodo
import pytest

from tests.client.conftest import Caller
from tests.client.mock import Mock
from tests.client.server import KEY, Answer, Handler, reply, serve

KEYS = [
    {
        **KEY,
        "id": f"lic_{number}",
        "key": f"key-{number}",
        "payment_id": f"pay_{number // 2}",
        "customer_id": f"cus_{number % 3}",
    }
    for number in range(250)
]


def listing() -> Answer:
    """List the keys as the API does: by page and customer."""

    def answer(handler: Handler) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        size, number = int(query["page_size"]), int(query.get("page_number", "0"))
        customer = query.get("customer_id")
        found = [key for key in KEYS if customer in (None, key["customer_id"])]
        reply(200, {"items": found[size * number : size * (number + 1)]})(handler)

    return answer


def all_of(call: Caller, **arguments: Any) -> Any:
    def use(client: Any) -> Any:
        found = client.license_keys.find_by_payment(**arguments)
        if not call.asynchronous:
            return list(found)

        async def collect() -> list[Any]:
            return [key async for key in found]

        return collect()

    return use


def test_every_key_of_a_payment_is_found(call: Caller) -> None:
    with serve(listing()) as server:
        keys = call(all_of(call, payment_id="pay_70"), server.url)
        assert [key.id for key in keys] == ["lic_140", "lic_141"]
        server.received.clear()
        keys = call(all_of(call, payment_id="pay_70", customer_id="cus_2"), server.url)
        assert [key.id for key in keys] == ["lic_140"]
        assert all("customer_id=cus_2" in each.path for each in server.received)
        assert len(server.received) == 2  # 83 keys and the empty page
        assert call(all_of(call, payment_id="pay_none"), server.url) == []


def test_a_payment_lookup_fetches_no_page_after_the_last_key_that_is_taken(call: Caller) -> None:
    def use(client: Any) -> Any:
        found = client.license_keys.find_by_payment("pay_0")
        if not call.asynchronous:
            return next(found)

        async def first() -> Any:
            return await found.__anext__()

        return first()

    with serve(listing()) as server:
        assert call(use, server.url).id == "lic_0"
    assert len(server.received) == 1


@pytest.mark.parametrize(("key", "pages"), [("key-5", 1), ("key-105", 2), ("no-key", 4)])
def test_a_key_is_found_by_its_string(call: Caller, key: str, pages: int) -> None:
    with serve(listing()) as server:
        found = call(lambda client: client.license_keys.find_by_key(key), server.url)
    assert (found and found.key) == (None if key == "no-key" else key)
    assert len(server.received) == pages


def test_a_lookup_takes_strings(call: Caller) -> None:
    with serve(listing()) as server:
        with pytest.raises(TypeError, match="key must be a string"):
            call(lambda client: client.license_keys.find_by_key(5), server.url)
        with pytest.raises(TypeError, match="payment_id must be a string"):
            call(all_of(call, payment_id=5), server.url)
    assert server.received == []


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_disabling_every_active_key_reaches_them_all(mock: Mock, asynchronous: bool) -> None:
    with dodo.DodoLicenseKeys(bearer_token=mock.token, base_url=mock.url) as client:
        template = client.license_keys.retrieve(mock.key_ids[0])
        for number in range(50):
            client.license_keys.create(
                key=f"key-{number}",
                customer_id=template.customer_id,
                product_id=template.product_id,
            )
        if asynchronous:
            asyncio.run(disable_active(mock))
        else:
            for key in client.license_keys.list(status="active").collect():
                client.license_keys.update(key.id, disabled=True)
        assert client.license_keys.list(status="active").items == []
        assert len(client.license_keys.list(status="disabled").collect()) >= 50


async def disable_active(mock: Mock) -> None:
    async with dodo.AsyncDodoLicenseKeys(bearer_token=mock.token, base_url=mock.url) as client:
        for key in await client.license_keys.list(status="active").collect():
            await client.license_keys.update(key.id, disabled=True)
        page = await client.license_keys.list(status="disabled", page_size=7)
        assert len(await page.collect()) >= 50
