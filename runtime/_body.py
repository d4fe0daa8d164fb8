"""Reads the body of a response, within a size limit and a deadline."""

from __future__ import annotations

import contextlib
import time
from typing import Any

# A page of 100 license keys takes about 60 kB.
MAX_BYTES = 16 * 2**20
MAX_DIGITS = len(str(MAX_BYTES))
REPLACED_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class TooLargeError(Exception):
    """The body of a response is larger than `MAX_BYTES`."""


class DeadlineError(Exception):
    """A call takes longer than its deadline."""


class _Collector:
    """Collects the decoded chunks of a body.

    Args:
        deadline: The end of the call as a time of `time.monotonic()`, or None.
    """

    def __init__(self, deadline: float | None) -> None:
        self._deadline = deadline
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Add a chunk.

        Raises:
            TooLargeError: The body is too large.
            DeadlineError: The deadline has passed.
        """
        self._size += len(chunk)
        if self._size > MAX_BYTES:
            raise TooLargeError
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise DeadlineError
        self._chunks.append(chunk)

    def response(self, response: Any) -> Any:
        """Return a copy of a response with the collected body."""
        headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if name.lower() not in REPLACED_HEADERS
        ]
        copy = type(response)(
            response.status_code,
            headers=headers,
            content=b"".join(self._chunks),
            request=response.request,
            extensions=response.extensions,
        )
        # Only the clients of httpx measure it.
        with contextlib.suppress(RuntimeError):
            copy.elapsed = response.elapsed
        return copy


def _is_small(response: Any) -> bool:
    """Return whether the headers promise a body below the limit, which the transport enforces."""
    headers = response.headers
    length = headers.get("content-length", "")
    return (
        length.isdecimal()
        and len(length) < MAX_DIGITS
        and headers.get("content-encoding", "identity") == "identity"
    )


def read(response: Any, deadline: float | None) -> Any:
    """Read the body of a response and return the response, or a copy that contains the body.

    Args:
        response: A response of httpx, or of a library with the same interface.
        deadline: The end of the call as a time of `time.monotonic()`, or None.

    Raises:
        TooLargeError: The body is too large.
        DeadlineError: The deadline has passed.
    """
    if response.is_stream_consumed:  # by a hook
        return response
    try:
        if deadline is None and _is_small(response):
            response.read()
            return response
        collector = _Collector(deadline)
        for chunk in response.iter_bytes():
            collector.add(chunk)
    except BaseException:
        response.close()
        raise
    return collector.response(response)


async def aread(response: Any, deadline: float | None) -> Any:
    """Do the same as `read` with an asynchronous response."""
    if response.is_stream_consumed:
        return response
    try:
        if deadline is None and _is_small(response):
            await response.aread()
            return response
        collector = _Collector(deadline)
        async for chunk in response.aiter_bytes():
            collector.add(chunk)
    except BaseException:
        await response.aclose()
        raise
    return collector.response(response)
