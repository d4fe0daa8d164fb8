# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Pagination: one page of a list, and iteration over all pages."""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterator,
    Mapping,
    Sequence,
)
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from .errors import DodoError

# With pages of 100 items, this is a million items.
MAX_PAGES = 10_000
# Items that move between pages during iteration may repeat a page, but not many in a row.
MAX_REPEATED_PAGES = 10


class Identified(Protocol):
    """An item of a list."""

    @property
    def id(self) -> str:
        """Its unique id."""
        ...


class Listing(Protocol):
    """The response of a list operation."""

    @property
    def items(self) -> Sequence[Any]:
        """The items of the page."""
        ...


Item = TypeVar("Item", bound=Identified)


class _Deduplicator(Generic[Item]):
    """Drops repeated items and stops an iteration that never ends."""

    def __init__(self) -> None:
        self._seen: set[object] = set()
        self._pages = 0
        self._repeated = 0

    def new(self, items: Sequence[Item]) -> list[Item]:
        """Return the items of the next page that no earlier page contained.

        Args:
            items: The items of the page, at least one.

        Raises:
            DodoError: The server keeps repeating items, or the list has too many pages.
        """
        self._pages += 1
        # A malformed item without an id cannot be recognized, so it is always new.
        identified = {getattr(item, "id", None) or object(): item for item in items}
        unseen = {id_: item for id_, item in identified.items() if id_ not in self._seen}
        self._seen.update(unseen)
        self._repeated = 0 if unseen else self._repeated + 1
        if self._repeated >= MAX_REPEATED_PAGES:
            raise DodoError(
                f"iteration stopped: {self._repeated} pages in a row contained no new item"
            )
        if self._pages > MAX_PAGES:
            raise DodoError(
                f"iteration stopped after {MAX_PAGES} pages: request larger pages with"
                " page_size=100, or add a filter"
            )
        return list(unseen.values())


class PageInfo(NamedTuple):
    """The query parameters that request the next page."""

    params: Mapping[str, Any]


class _PageBase(Generic[Item]):
    def __init__(self, listing: Listing, query: Mapping[str, Any]) -> None:
        self.items: list[Item] = list(listing.items)
        self._query = query

    def has_next_page(self) -> bool:
        """Return whether a further page may exist: only an empty page is the last."""
        return bool(self.items)

    def next_page_info(self) -> PageInfo | None:
        """Return the query parameters of the next page, or None after the last."""
        return PageInfo(self._next_query()) if self.items else None

    def _next_query(self) -> dict[str, Any]:
        return {**self._query, "page_number": self._query.get("page_number", 0) + 1}

    def __repr__(self) -> str:
        return f"{type(self).__name__}(items={self.items!r})"


class Page(_PageBase[Item]):
    """One page of a list. Iteration covers the items of this page and of all later pages.

    Attributes:
        items: The items of this page.
    """

    def __init__(
        self,
        listing: Listing,
        query: Mapping[str, Any],
        fetch: Callable[[Mapping[str, Any]], Page[Item]],
    ) -> None:
        super().__init__(listing, query)
        self._fetch = fetch

    def get_next_page(self) -> Page[Item]:
        """Fetch the next page. It is empty after the end of the list."""
        return self._fetch(self._next_query())

    def iter_pages(self) -> Iterator[Page[Item]]:
        """Iterate over this page and all later pages that are not empty."""
        return (page for page, _ in self._walk())

    def collect(self) -> list[Item]:
        """Fetch all pages and return their items.

        Use it if the loop over the items changes what the filter of the list matches. While an
        iteration fetches pages, each item that no longer matches moves the next one to a page that
        has been read already.
        """
        return list(self)

    def __iter__(self) -> Iterator[Item]:
        return (item for _, items in self._walk() for item in items)

    def _walk(self) -> Iterator[tuple[Page[Item], list[Item]]]:
        page, deduplicator = self, _Deduplicator[Item]()
        while page.items:
            yield page, deduplicator.new(page.items)
            page = page.get_next_page()


class AsyncPage(_PageBase[Item]):
    """One page of a list. Iteration covers the items of this page and of all later pages.

    Attributes:
        items: The items of this page.
    """

    def __init__(
        self,
        listing: Listing,
        query: Mapping[str, Any],
        fetch: Callable[[Mapping[str, Any]], Awaitable[AsyncPage[Item]]],
    ) -> None:
        super().__init__(listing, query)
        self._fetch = fetch

    async def get_next_page(self) -> AsyncPage[Item]:
        """Fetch the next page. It is empty after the end of the list."""
        return await self._fetch(self._next_query())

    async def iter_pages(self) -> AsyncIterator[AsyncPage[Item]]:
        """Iterate over this page and all later pages that are not empty."""
        async for page, _ in self._walk():
            yield page

    async def collect(self) -> list[Item]:
        """Fetch all pages and return their items.

        Use it if the loop over the items changes what the filter of the list matches. While an
        iteration fetches pages, each item that no longer matches moves the next one to a page that
        has been read already.
        """
        return [item async for item in self]

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for _, items in self._walk():
            for item in items:
                yield item

    async def _walk(self) -> AsyncIterator[tuple[AsyncPage[Item], list[Item]]]:
        page, deduplicator = self, _Deduplicator[Item]()
        while page.items:
            yield page, deduplicator.new(page.items)
            page = await page.get_next_page()


class AsyncPager(Generic[Item]):
    """A list that is fetched on demand: `await` returns the first page, `async for` all items."""

    def __init__(self, fetch: Callable[[], Awaitable[AsyncPage[Item]]]) -> None:
        self._fetch = fetch

    def __await__(self) -> Generator[Any, None, AsyncPage[Item]]:
        return self._fetch().__await__()

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for item in await self._fetch():
            yield item

    async def collect(self) -> list[Item]:
        """Fetch all pages and return their items; see `AsyncPage.collect`."""
        return [item async for item in self]
