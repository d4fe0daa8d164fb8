"""Faults: failures injected into the next requests."""

import fnmatch
import random
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec

from ..http.errors import HttpError, error_response, injected_error
from ..http.messages import Headers, Response, json_response

MAX_SECONDS = 300

Seconds = Annotated[float, msgspec.Meta(ge=0, le=MAX_SECONDS)]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A failure of the next requests that match.

    Attributes:
        times: The number of requests that fail, None for all.
        method: The method to match, None for any.
        path: The path to match, in which `*` matches any text, None for any.
        every: Fail only every nth request that matches.
        probability: Fail a request that matches with this probability.
        seed: The seed of the random numbers for `probability`.
        status: The status to return instead of performing the operation.
        code: The `code` in the body of that response.
        body: The JSON body of that response, instead of a code and a message.
        headers: Headers of that response.
        retry_after: The seconds in the `Retry-After` header of that response.
        latency: The delay of the response, in seconds.
        slow: The time over which the body of the response is sent, in seconds.
        reset: Reset the connection instead of sending the response, `before` or `after` the request
            takes effect.
        spoil: Send a body that is not JSON (`malformed`) or close the connection in the middle of
            the body (`truncated`). The request takes effect.
    """

    times: Annotated[int, msgspec.Meta(ge=1)] | None = 1
    method: str | None = None
    path: str | None = None
    every: Annotated[int, msgspec.Meta(ge=1)] = 1
    probability: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1
    seed: int = 0
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    code: str | None = None
    body: Any = None
    headers: dict[str, str] = {}
    retry_after: Annotated[int, msgspec.Meta(ge=0)] | None = None
    latency: Seconds = 0
    slow: Seconds = 0
    reset: Literal["before", "after"] | None = None
    spoil: Literal["malformed", "truncated"] | None = None

    def __post_init__(self) -> None:
        """Reject a fault without an effect or with two that exclude each other."""
        if not (self.status or self.latency or self.slow or self.reset or self.spoil):
            raise ValueError(
                "a fault requires a `status`, a `latency`, a `slow`, a `reset` or a `spoil`"
            )
        if self.status is not None and self.reset is not None:
            raise ValueError("a fault cannot have both a `status` and a `reset`")
        if self.reset is not None and (self.spoil or self.slow):
            raise ValueError("a fault with a `reset` sends no body to `spoil` or to send slowly")
        if self.status is not None and self.status < HTTPStatus.BAD_REQUEST and self.body is None:
            raise ValueError("a `status` below 400 requires a `body`")
        for name in ("code", "body", "headers", "retry_after"):
            is_given = bool(self.headers) if name == "headers" else getattr(self, name) is not None
            if is_given and self.status is None:
                raise ValueError(f"`{name}` requires a `status`")
        if self.code is not None and self.body is not None:
            raise ValueError("a fault cannot have both a `code` and a `body`")
        for name, value in self.headers.items():
            if not (name.isascii() and value.isascii() and (name + value).isprintable()):
                raise ValueError("`headers` must consist of printable ASCII")
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

    def response(self) -> Response | None:
        """Return the response instead of performing the operation, None to perform it."""
        if self.reset == "before":
            return Response(0)
        if self.status is None:
            return None
        headers: Headers = tuple(
            (name.lower().encode(), value.encode()) for name, value in self.headers.items()
        )
        error = injected_error(self.status, self.retry_after)
        if self.body is not None:
            return json_response(
                self.status, self.body, (*error.headers, *headers), problem="an injected fault"
            )
        code = self.code or error.code
        return error_response(
            HttpError(self.status, code, error.message, (*error.headers, *headers))
        )

    def applied_to(self, response: Response) -> Response:
        """Return a response as this fault sends it."""
        body = response.body
        if self.spoil == "malformed":
            body = body[: len(body) // 2] or b"{"
        return msgspec.structs.replace(
            response,
            body=body,
            latency=self.latency,
            slow=self.slow,
            reset=self.reset is not None,
            truncated=self.spoil == "truncated",
        )


class Pending(msgspec.Struct, frozen=True):
    """A fault that may apply to further requests.

    Attributes:
        fault: The fault, with the number of `times` that are left.
        matched: The number of requests that matched so far.
        fired: The number of requests that failed so far.
    """

    fault: Fault
    matched: int = 0
    fired: int = 0

    def next(self) -> tuple["Pending", bool]:
        """Count a request that matches; return whether it fails."""
        fault, matched = self.fault, self.matched + 1
        chance = random.Random(f"{fault.seed} {matched}").random()
        if matched % fault.every or chance >= fault.probability:
            return Pending(fault, matched, self.fired), False
        if fault.times is not None and fault.times > 1:
            fault = msgspec.structs.replace(fault, times=fault.times - 1)
        return Pending(fault, matched, self.fired + 1), True

    def is_over(self, before: "Pending") -> bool:
        """Return whether no requests are left after the state `before`."""
        return before.fault.times == 1 and self.fired > before.fired


def take(
    faults: tuple[Pending, ...], method: str, path: str
) -> tuple[Fault | None, tuple[Pending, ...]]:
    """Return the first fault that fails a request, if any, and the faults that remain."""
    rest: list[Pending] = []
    for position, pending in enumerate(faults):
        if not pending.fault.matches(method, path):
            rest.append(pending)
            continue
        after, fires = pending.next()
        if not fires:
            rest.append(after)
            continue
        if not after.is_over(pending):
            rest.append(after)
        return pending.fault, (*rest, *faults[position + 1 :])
    return None, tuple(rest)
