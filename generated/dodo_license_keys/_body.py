# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Reads the body of a response, within a size limit and a deadline."""

from __future__ import annotations

import contextlib
import time
from typing import Any, NamedTuple

# A page of 100 license keys takes about 60 kB.
MAX_BYTES = 16 * 2**20
REPLACED_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class TooLargeError(Exception):
    """The body of a response is larger than `MAX_BYTES`."""


class DeadlineError(Exception):
    """A call takes longer than its deadline."""


class Reply(NamedTuple):
    """A response and its decoded body.

    Attributes:
        unread: The HTTP client's response, whose body may have to be read again.
        content: The body.
    """

    unread: Any
    content: bytes

    @property
    def response(self) -> Any:
        """The HTTP client's response with its body."""
        self.unread.read()
        return self.unread


class _Collector:
    """Collects the chunks of a body.

    Args:
        deadline: The end of the call as a time of `time.monotonic()`, or None.
    """

    __slots__ = ("_chunks", "_deadline", "_size")

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

    def content(self) -> bytes:
        """Return the body so far."""
        return b"".join(self._chunks)


def _is_encoded(response: Any) -> bool:
    return any(name.lower() == b"content-encoding" for name, _ in response.headers.raw)


def _decoded(response: Any, content: bytes) -> Reply:
    """Return the reply with a copy of a response that has a decoded body."""
    headers = [
        (name, value)
        for name, value in response.headers.multi_items()
        if name.lower() not in REPLACED_HEADERS
    ]
    copy = type(response)(
        response.status_code,
        headers=headers,
        content=content,
        request=response.request,
        extensions=response.extensions,
    )
    # Only the clients of httpx measure it.
    with contextlib.suppress(RuntimeError):
        copy.elapsed = response.elapsed
    return Reply(copy, content)


def read(response: Any, deadline: float | None, stream_class: Any) -> Reply:
    """Read the body of a response.

    The `read` method of a response takes several times as long as its stream, so it is called
    only if the response is needed besides its body.

    Args:
        response: A response of httpx, or of a library with the same interface.
        deadline: The end of the call as a time of `time.monotonic()`, or None.
        stream_class: The library's class of a stream in memory.

    Raises:
        TooLargeError: The body is too large.
        DeadlineError: The deadline has passed.
    """
    if response.is_stream_consumed:  # by a hook
        return Reply(response, response.content)
    collector = _Collector(deadline)
    try:
        if _is_encoded(response):
            for chunk in response.iter_bytes():
                collector.add(chunk)
            return _decoded(response, collector.content())
        for chunk in response.stream:
            collector.add(chunk)
    except BaseException:
        response.close()
        raise
    content = collector.content()
    response.stream.close()
    response.stream = stream_class(content)
    return Reply(response, content)


async def aread(response: Any, deadline: float | None, stream_class: Any) -> Reply:
    """Do the same as `read` with an asynchronous response."""
    if response.is_stream_consumed:
        return Reply(response, response.content)
    collector = _Collector(deadline)
    try:
        if _is_encoded(response):
            async for chunk in response.aiter_bytes():
                collector.add(chunk)
            return _decoded(response, collector.content())
        async for chunk in response.stream:
            collector.add(chunk)
    except BaseException:
        await response.aclose()
        raise
    content = collector.content()
    await response.stream.aclose()
    response.stream = stream_class(content)
    return Reply(response, content)
