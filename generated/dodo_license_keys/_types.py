# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change the specification or the templates and run `make generate`.
"""What the arguments of every call are made of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import httpx


class Unset(Enum):
    """The type of `UNSET`, which stands for a field that is left out, as opposed to null."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET

Headers: TypeAlias = Mapping[str, str]
Query: TypeAlias = Mapping[str, Any]
Body: TypeAlias = Mapping[str, Any]
Timeout: TypeAlias = "float | httpx.Timeout | None"


class Options(NamedTuple):
    """What one call adds to its operation."""

    extra_headers: Headers | None
    extra_query: Query | None
    extra_body: Body | None
    timeout: Timeout | Unset
