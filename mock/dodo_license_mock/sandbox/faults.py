"""Faults: failures injected into the next requests."""

import fnmatch
from typing import Annotated, Literal

import msgspec

from ..http.errors import HttpError, injected_error

MAX_LATENCY_SECONDS = 300


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A failure of the next requests that match.

    Attributes:
        times: The number of requests that fail.
        method: The method to match, None for any.
        path: The path to match, in which `*` matches any text, None for any.
        status: The status to return instead of performing the operation.
        retry_after: The seconds in the `Retry-After` header of that response.
        latency: The delay of the response, in seconds.
        reset: Reset the connection instead of sending the response, `before` or `after` the request
            takes effect.
    """

    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    method: str | None = None
    path: str | None = None
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] | None = None
    retry_after: Annotated[int, msgspec.Meta(ge=0)] | None = None
    latency: Annotated[float, msgspec.Meta(ge=0, le=MAX_LATENCY_SECONDS)] = 0
    reset: Literal["before", "after"] | None = None

    def __post_init__(self) -> None:
        """Reject a fault without an effect or with two that exclude each other."""
        if self.status is None and not self.latency and self.reset is None:
            raise ValueError("a fault requires a `status`, a `latency` or a `reset`")
        if self.status is not None and self.reset is not None:
            raise ValueError("a fault cannot have both a `status` and a `reset`")
        if self.retry_after is not None and self.status is None:
            raise ValueError("`retry_after` requires a `status`")
        if self.method is not None and not (self.method.isalpha() and self.method.isupper()):
            raise ValueError(f"`method` must be in upper case, such as GET, not {self.method!r}")
        if self.path is not None and not self.path.startswith(("/", "*")):
            raise ValueError(f"`path` must begin with / or *, not {self.path!r}")

    def checked(self) -> "Fault":
        """Return the fault after checking its fields, as the JSON decoder does.

        Raises:
            ValueError: A field has the wrong type or is out of range.
        """
        return msgspec.convert(msgspec.to_builtins(self), Fault)

    def matches(self, method: str, path: str) -> bool:
        """Return whether the fault applies to a request."""
        return self.method in (None, method) and (
            self.path is None or fnmatch.fnmatchcase(path, self.path)
        )

    def error(self) -> HttpError | None:
        """Return the error to respond with, if any."""
        if self.status is None:
            return None
        return injected_error(self.status, self.retry_after)


def take(
    faults: tuple[Fault, ...], method: str, path: str
) -> tuple[Fault, tuple[Fault, ...]] | None:
    """Return the first fault that matches a request, and the faults that remain."""
    for position, fault in enumerate(faults):
        if fault.matches(method, path):
            left = msgspec.structs.replace(fault, times=fault.times - 1)
            rest = (left,) if left.times else ()
            return fault, (*faults[:position], *rest, *faults[position + 1 :])
    return None
