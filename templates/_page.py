"""Lists: one page, and from it all the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from .errors import DodoError

if TYPE_CHECKING:
    from collections.abc import (
        AsyncIterator,
        Awaitable,
        Callable,
        Generator,
        Iterator,
        Mapping,
        Sequence,
    )

# With pages of 100 this is a million items.
MOST_PAGES = 10_000
# Items that move while they are listed may repeat a page, but not many in a row.
MOST_REPEATED_PAGES = 10


class Identified(Protocol):
    """An item of a list."""

    @property
    def id(self) -> str:
        """What tells it from the others."""


class Listing(Protocol):
    """The answer of an operation that lists."""

    @property
    def items(self) -> Sequence[Any]:
        """The items of the page."""


Item = TypeVar("Item", bound=Identified)


class _Walk(Generic[Item]):
    """Keeps a walk over all pages from repeating an item and from never ending."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._pages = 0
        self._repeated = 0

    def fresh(self, items: Sequence[Item]) -> list[Item]:
        """Return the items of the next page that no earlier page had; there is at least one item.

        Raises:
            DodoError: The server repeats itself, or does not come to an end.
        """
        self._pages += 1
        new = {item.id: item for item in items if item.id not in self._seen}
        self._seen.update(new)
        self._repeated = 0 if new else self._repeated + 1
        if self._repeated >= MOST_REPEATED_PAGES:
            raise DodoError(
                f"the list was given up: {self._repeated} pages in a row held nothing new"
            )
        if self._pages > MOST_PAGES:
            raise DodoError(
                f"the list was given up after {MOST_PAGES} pages: take larger pages with"
                " page_size=100, or narrow it with a filter"
            )
        return list(new.values())


class _PageBase(Generic[Item]):
    def __init__(self, answer: Listing, query: Mapping[str, Any]) -> None:
        self.items: list[Item] = list(answer.items)
        self._query = query

    def has_next_page(self) -> bool:
        """Tell whether a next page is worth asking for: only an empty page is the last."""
        return bool(self.items)

    def _next_query(self) -> dict[str, Any]:
        return {**self._query, "page_number": self._query.get("page_number", 0) + 1}

    def __repr__(self) -> str:
        return f"{type(self).__name__}(items={self.items!r})"


class Page(_PageBase[Item]):
    """One page of a list. Iterating over it goes on through all the pages after it.

    Attributes:
        items: The items of this page.
    """

    def __init__(
        self,
        answer: Listing,
        query: Mapping[str, Any],
        fetch: Callable[[Mapping[str, Any]], Page[Item]],
    ) -> None:
        super().__init__(answer, query)
        self._fetch = fetch

    def get_next_page(self) -> Page[Item]:
        """Fetch the page after this one; it is empty past the end."""
        return self._fetch(self._next_query())

    def iter_pages(self) -> Iterator[Page[Item]]:
        """Go through this page and those after it, up to the last that is not empty."""
        return (page for page, _ in self._walk())

    def __iter__(self) -> Iterator[Item]:
        return (item for _, fresh in self._walk() for item in fresh)

    def _walk(self) -> Iterator[tuple[Page[Item], list[Item]]]:
        page, walk = self, _Walk[Item]()
        while page.items:
            yield page, walk.fresh(page.items)
            page = page.get_next_page()


class AsyncPage(_PageBase[Item]):
    """One page of a list. Iterating over it goes on through all the pages after it.

    Attributes:
        items: The items of this page.
    """

    def __init__(
        self,
        answer: Listing,
        query: Mapping[str, Any],
        fetch: Callable[[Mapping[str, Any]], Awaitable[AsyncPage[Item]]],
    ) -> None:
        super().__init__(answer, query)
        self._fetch = fetch

    async def get_next_page(self) -> AsyncPage[Item]:
        """Fetch the page after this one; it is empty past the end."""
        return await self._fetch(self._next_query())

    async def iter_pages(self) -> AsyncIterator[AsyncPage[Item]]:
        """Go through this page and those after it, up to the last that is not empty."""
        async for page, _ in self._walk():
            yield page

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for _, fresh in self._walk():
            for item in fresh:
                yield item

    async def _walk(self) -> AsyncIterator[tuple[AsyncPage[Item], list[Item]]]:
        page, walk = self, _Walk[Item]()
        while page.items:
            yield page, walk.fresh(page.items)
            page = await page.get_next_page()


class AsyncPager(Generic[Item]):
    """A list to be fetched: `await` it for its first page, or `async for` over all its items."""

    def __init__(self, fetch: Callable[[], Awaitable[AsyncPage[Item]]]) -> None:
        self._fetch = fetch

    def __await__(self) -> Generator[Any, None, AsyncPage[Item]]:
        return self._fetch().__await__()

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for item in await self._fetch():
            yield item
