"""Pages under their names in the official SDK."""

from ._page import AsyncPage as AsyncDefaultPageNumberPagination
from ._page import Page as SyncDefaultPageNumberPagination
from ._page import PageInfo

__all__ = ("AsyncDefaultPageNumberPagination", "PageInfo", "SyncDefaultPageNumberPagination")
