"""Failures on demand."""

import fnmatch
from http import HTTPStatus
from typing import Annotated, Literal

import msgspec

from .errors import ApiError

MAX_LATENCY_SECONDS = 300


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A failure for the next requests that match.

    Attributes:
        times: For how many requests.
        method: Only for this method; None for any.
        path: Only for this path, in which `*` stands for anything; None for any.
        status: Answer with this status instead of doing what was asked for.
        retry_after: Seconds to name in the `Retry-After` header of that answer.
        latency: Seconds to wait before the answer.
        reset: Cut the connection instead of answering, `before` the request takes effect or `after`
            it.
    """

    times: Annotated[int, msgspec.Meta(ge=1)] = 1
    method: str | None = None
    path: str | None = None
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] | None = None
    retry_after: Annotated[int, msgspec.Meta(ge=0)] | None = None
    latency: Annotated[float, msgspec.Meta(ge=0, le=MAX_LATENCY_SECONDS)] = 0
    reset: Literal["before", "after"] | None = None

    def __post_init__(self) -> None:
        """Refuse a fault that does nothing or two things at once."""
        if self.status is None and not self.latency and self.reset is None:
            raise ValueError("a fault needs a `status`, a `latency` or a `reset`")
        if self.status is not None and self.reset is not None:
            raise ValueError("a fault has a `status` or a `reset`, not both")
        if self.retry_after is not None and self.status is None:
            raise ValueError("`retry_after` needs a `status`")

    def checked(self) -> "Fault":
        """Return the fault itself if its fields fit, which only reading JSON checks on its own.

        Raises:
            ValueError: A field does not fit.
        """
        return msgspec.convert(msgspec.to_builtins(self), Fault)

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a request is meant."""
        return self.method in (None, method) and (
            self.path is None or fnmatch.fnmatchcase(path, self.path)
        )

    def error(self) -> ApiError | None:
        """Return the refusal to answer with, if any."""
        if self.status is None:
            return None
        headers: tuple[tuple[bytes, bytes], ...] = ()
        if self.retry_after is not None:
            headers = ((b"retry-after", str(self.retry_after).encode()),)
        names = {status.value: status.name for status in HTTPStatus}
        return ApiError(self.status, names.get(self.status, "FAULT"), "A fault on demand.", headers)


def take(
    faults: tuple[Fault, ...], method: str, path: str
) -> tuple[Fault, tuple[Fault, ...]] | None:
    """Return the first fault that matches a request and what is left of all of them."""
    for position, fault in enumerate(faults):
        if fault.matches(method, path):
            left = msgspec.structs.replace(fault, times=fault.times - 1)
            rest = (left,) if left.times else ()
            return fault, (*faults[:position], *rest, *faults[position + 1 :])
    return None
