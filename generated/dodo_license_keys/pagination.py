# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Pages under their names in the official SDK."""

from ._page import AsyncPage as AsyncDefaultPageNumberPagination
from ._page import Page as SyncDefaultPageNumberPagination
from ._page import PageInfo

__all__ = ("AsyncDefaultPageNumberPagination", "PageInfo", "SyncDefaultPageNumberPagination")
