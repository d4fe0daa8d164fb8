# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The types of the arguments that every call takes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from typing_extensions import Self
else:
    # typing.get_type_hints() needs a value, and typing has Self only since Python 3.11.
    Self = TypeVar("Self")

__all__ = (
    "NOT_GIVEN",
    "UNSET",
    "Body",
    "Headers",
    "LazyModule",
    "NotGiven",
    "Omit",
    "Options",
    "Query",
    "Self",
    "Timeout",
    "TimeoutFields",
    "Unset",
    "not_given",
    "omit",
)


class LazyModule:
    """A module that is imported when one of its attributes is first read.

    It makes annotations resolvable without the cost of the import.

    Args:
        name: The absolute name of the module.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(sys.modules.get(self._name) or import_module(self._name), attribute)


class Unset(Enum):
    """The type of `UNSET`, which marks a field as omitted. None stands for null."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET

# The names of the official SDK.
NotGiven = Unset
Omit = Unset
NOT_GIVEN: Final = UNSET
not_given: Final = UNSET
omit: Final = UNSET


class TimeoutFields(Protocol):
    """`httpx.Timeout`, or a class with the same interface."""

    def as_dict(self) -> dict[str, float | None]:
        """Return the seconds for each of connect, read, write and pool."""
        ...


Headers: TypeAlias = Mapping[str, str | Unset]
Query: TypeAlias = Mapping[str, Any]
Body: TypeAlias = Mapping[str, Any]
Timeout: TypeAlias = float | TimeoutFields | None


class Options(NamedTuple):
    """The options of one call."""

    extra_headers: Headers | None
    extra_query: Query | None
    extra_body: Body | None
    timeout: Timeout | Unset
