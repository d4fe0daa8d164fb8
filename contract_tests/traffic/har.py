"""Reads HAR 1.2 files as a stream."""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from dodo_license_recording.writer import CREATOR

from ..errors import CannotRunError
from . import entries
from .entries import UNREADABLE, EntrySplitter, too_large, without_half_pairs
from .headers import headers_of
from .recorded import RecordedExchange

_CHUNK = 65_536
_LONG = 5_000
_LONGEST_PADDED = 2_000_000
_NOT_MODIFIED = 304
_LONGEST_SCHEME = len("https://")
_CREATOR = re.compile(rb'"creator"\s*:\s*\{[^{}]{0,500}?"name"\s*:\s*"([^"]{0,200})"')
_OWN_HEAD = re.compile(rb'\{"log":\{"version":"1\.2","creator":\{"name": ?"([^"]*)"')
_ORIGIN = re.compile(r"https?://([\w.-]+(?::\d+)?)", re.ASCII)
# Browsers leave the Authorization header out of the files that they export.
_NO_HEADERS = msgspec.Raw(b"[]")
_FULL_HEADERS = (CREATOR, "mitmproxy")


class _Param(msgspec.Struct):
    name: str = ""
    value: Any = None


class _PostData(msgspec.Struct):
    text: str | None = None
    encoding: str | None = None
    params: list[_Param] | None = None


class _Request(msgspec.Struct):
    method: str
    url: str
    headers: msgspec.Raw = _NO_HEADERS
    postData: _PostData | None = None  # noqa: N815 - the name in HAR
    bodySize: float = 0  # noqa: N815


class _Content(msgspec.Struct):
    size: float = 0
    text: str | None = None
    encoding: str | None = None


class _Response(msgspec.Struct):
    status: int = 0
    headers: msgspec.Raw = _NO_HEADERS
    content: _Content = msgspec.field(default_factory=_Content)


class _Timings(msgspec.Struct):
    wait: float | None = None


class Entry(msgspec.Struct):
    """The parts of a HAR entry that a judge needs."""

    request: _Request
    response: _Response = msgspec.field(default_factory=_Response)
    startedDateTime: str = ""  # noqa: N815
    time: float | None = 0
    timings: _Timings = msgspec.field(default_factory=_Timings)
    number: int = msgspec.field(default=0, name="_number")
    problem: str | None = msgspec.field(default=None, name="_problem")
    from_cache: Any = msgspec.field(default=None, name="_fromCache")


_decode_line = msgspec.json.Decoder(Entry, strict=False).decode


class HarFile:
    """A HAR file.

    Args:
        path: The file.

    Attributes:
        complete: Whether the recording states that it contains every request to its keys.
        unreadable: How many entries do not have the form of a HAR entry.

    Raises:
        CannotRunError: The file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.unreadable = 0
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise CannotRunError(f"{path} cannot be read: {error.strerror}") from error
        head = self._file.readline(_CHUNK)
        creator = _OWN_HEAD.match(head)
        self._is_own = bool(creator and creator.group(1).decode() == CREATOR)
        self.complete = self._is_own and b'"_complete":true' in head
        self._creator = ""
        if not self._is_own:
            self._file.seek(0)
            named = _CREATOR.search(self._file.read(_CHUNK))
            self._creator = named.group(1).decode("utf-8", "replace") if named else ""
            self._file.seek(0)

    def entries(self) -> Iterator[RecordedExchange]:
        """Yield the exchanges in the order of the file.

        Raises:
            CannotRunError: The file is not a HAR file, is damaged, or has too large an entry.
        """
        with self._file:
            try:
                yield from self._own_entries() if self._is_own else self._other_entries()
            except OSError as error:
                raise CannotRunError(f"{self._path} cannot be read: {error.strerror}") from error

    def _own_entries(self) -> Iterator[RecordedExchange]:
        number = 0
        while line := self._file.readline(entries.LARGEST_ENTRY):
            stripped = line.rstrip(b",\r\n")
            if stripped == b"]}}":
                return
            if len(line) == entries.LARGEST_ENTRY:
                raise CannotRunError(too_large(self._path))
            if stripped:
                number += 1
                try:
                    yield exchange(_decode_line(stripped), number, full_headers=True, own=True)
                except (msgspec.MsgspecError, RecursionError, ValueError):
                    self.unreadable += 1
        raise CannotRunError(f"{self._path} is incomplete: its end is missing; record it again")

    def _other_entries(self) -> Iterator[RecordedExchange]:
        full = self._creator.lower().startswith(_FULL_HEADERS)
        for number, text in enumerate(EntrySplitter(self._file, self._path), 1):
            try:
                yield exchange(_decode_entry(text), number, full_headers=full, own=False)
            except (msgspec.MsgspecError, RecursionError, ValueError):
                self.unreadable += 1


def _decode_entry(text: bytes) -> Entry:
    """Decode an entry.

    Raises:
        msgspec.MsgspecError: It does not have the form of an entry.
    """
    try:
        return _decode_line(text)
    except msgspec.MsgspecError:
        return _decode_line(without_half_pairs(text))


def exchange(entry: Entry, number: int, *, full_headers: bool, own: bool) -> RecordedExchange:
    """Convert a HAR entry to an exchange.

    Raises:
        ValueError: A time or a body cannot be decoded.
    """
    request, response = entry.request, entry.response
    host, path, query = _parts(request.url)
    post, content = request.postData, response.content
    sent = _sent(post, request.bodySize) if post is not None else None
    received = _bytes(content.text, content.encoding)
    if received is not None and not own and len(received) != content.size:
        received = _not_from_latin_1(received, content.size)
    seconds = max(entry.time or 0, 0) / 1000
    wait = entry.timings.wait
    problem = entry.problem
    if problem is None and response.status == 0:
        problem = "the recording has no response"
    return RecordedExchange(
        method=request.method.upper(),
        url=request.url,
        path=path,
        query=query,
        request_block=headers_of(bytes(request.headers)),
        request_body=_padded(sent or b"", request.bodySize if own else 0),
        status=response.status,
        response_block=headers_of(bytes(response.headers)),
        body=received or b"",
        seconds=seconds,
        started=_instant(entry.startedDateTime),
        problem=problem,
        has_body=received is not None or content.size == 0,
        has_request_body=sent is not None or request.bodySize <= 0,
        has_authorization=full_headers,
        host=host,
        server_seconds=wait / 1000 if wait is not None and wait >= 0 else None,
        from_cache=bool(entry.from_cache) or response.status == _NOT_MODIFIED,
        is_own=own,
        number=entry.number or number,
    )


def _parts(url: str) -> tuple[str, str, str]:
    """The host in lower case, the path and the query of a URL.

    Raises:
        ValueError: The URL is not valid.
    """
    start = url.find("/", _LONGEST_SCHEME)
    if start > 0 and url.isascii() and url.isprintable() and "#" not in url:
        host = _plain_host(url[:start])
        if host is not None:  # takes a tenth of the time of urlsplit
            path, _, query = url[start:].partition("?")
            return host, path, query
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2].lower(), parts.path, parts.query


@lru_cache(1024)
def _plain_host(origin: str) -> str | None:
    """The host of a scheme and a host, None if there is more."""
    match = _ORIGIN.fullmatch(origin)
    return match.group(1).lower() if match else None


def _sent(post: _PostData, size: float) -> bytes | None:
    """The request body, None if the entry does not show it."""
    if post.text is None and post.params:
        # chrome-har lists the members of a JSON body. The size shows that their types are right.
        body = msgspec.json.encode({each.name: each.value for each in post.params})
        return body if len(body) == size else None
    return _bytes(post.text, post.encoding)


def _padded(body: bytes, size: float) -> bytes:
    """Give a redacted body its length back: servers reject long ones."""
    return body.ljust(int(min(size, _LONGEST_PADDED))) if size >= _LONG else body


def _bytes(text: str | None, encoding: str | None) -> bytes | None:
    if text is None:
        return None
    if encoding == "base64":
        try:
            return base64.b64decode(text)
        except (binascii.Error, ValueError):
            return None
    if UNREADABLE in text:
        return None
    return text.encode("utf-8", "surrogatepass")


def _not_from_latin_1(body: bytes, size: float) -> bytes:
    """Undo what mitmproxy does to a body whose media type it does not know: its size shows it."""
    try:
        original = body.decode("utf-8").encode("latin-1")
    except UnicodeError:
        return body
    return original if len(original) == size else body


def _instant(text: str) -> float | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.timestamp() if instant.tzinfo is not None else None
