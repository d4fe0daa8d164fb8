"""Lists, page by page and to the end."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import dodo_license_keys as dodo
import pytest

from tests.client.conftest import Caller
from tests.client.server import KEY, Answer, Handler, reply, serve


def pages(*ids: list[str]) -> Answer:
    """Answer each page number with the keys of that page, and with none past the end."""

    def answer(handler: Handler) -> None:
        query = parse_qs(urlsplit(handler.path).query)
        number = int(query.get("page_number", ["0"])[0])
        found = ids[number] if number < len(ids) else []
        reply(200, {"items": [{**KEY, "id": each} for each in found]})(handler)

    return answer


def every_id(**filters: Any) -> Any:
    """Make a use that lists the ids of all pages, with either client."""

    def use(client: Any) -> Any:
        listing = client.license_keys.list(**filters)
        if hasattr(listing, "__iter__"):
            return [key.id for key in listing]

        async def collect() -> list[str]:
            return [key.id async for key in listing]

        return collect()

    return use


def test_every_key_comes_exactly_once_and_an_empty_page_is_the_end(call: Caller) -> None:
    with serve(pages(["a", "b"], ["c"], ["d", "e"])) as server:
        assert call(every_id(status="active"), server.url) == ["a", "b", "c", "d", "e"]
    numbers = [parse_qs(urlsplit(each.path).query) for each in server.received]
    assert numbers == [
        {"status": ["active"], **number}
        for number in ({}, {"page_number": ["1"]}, {"page_number": ["2"]}, {"page_number": ["3"]})
    ]


def test_a_list_may_start_later(call: Caller) -> None:
    with serve(pages(["a"], ["b"], ["c"])) as server:
        assert call(every_id(page_number=1), server.url) == ["b", "c"]


def test_a_key_that_moves_to_the_next_page_meanwhile_comes_once(call: Caller) -> None:
    with serve(pages(["a", "b"], ["b", "c"], ["c"], ["d"])) as server:
        assert call(every_id(), server.url) == ["a", "b", "c", "d"]


def test_a_server_that_repeats_itself_is_stopped(call: Caller) -> None:
    with (
        serve(reply(200, {"items": [KEY]})) as server,
        pytest.raises(dodo.DodoError, match="10 pages in a row contained no new item"),
    ):
        call(every_id(), server.url)
    assert len(server.received) == 11


def test_a_server_that_goes_on_for_ever_is_stopped(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dodo_license_keys._page.MAX_PAGES", 20)
    with (
        serve(pages(*([f"lic_{number}"] for number in range(1000)))) as server,
        pytest.raises(dodo.DodoError, match="stopped after 20 pages: request larger pages"),
    ):
        call(every_id(), server.url)
    assert len(server.received) == 21


def test_one_page_and_the_next(call: Caller) -> None:
    async def use_async(client: Any) -> Any:
        first = await client.license_keys.list(page_size=2)
        second = await first.get_next_page()
        return first, second, await second.get_next_page(), [p async for p in first.iter_pages()]

    def use(client: Any) -> Any:
        if call.asynchronous:
            return use_async(client)
        first = client.license_keys.list(page_size=2)
        second = first.get_next_page()
        return first, second, second.get_next_page(), list(first.iter_pages())

    with serve(pages(["a", "b"], ["c"])) as server:
        first, second, third, all_pages = call(use, server.url)
    assert [[key.id for key in page.items] for page in (first, second, third)] == [
        ["a", "b"],
        ["c"],
        [],
    ]
    assert [page.has_next_page() for page in (first, second, third)] == [True, True, False]
    assert len(all_pages) == 2
    assert KEY["key"] not in repr(first)


def test_a_raw_list_gives_the_page(call: Caller) -> None:
    with serve(pages(["a"])) as server:
        raw = call(lambda client: client.license_keys.with_raw_response.list(), server.url)
    assert raw.status_code == 200
    assert [key.id for key in call.settle(raw.parse()).items] == ["a"]
