"""Splits a HAR file into its entries, each of which must fit in memory."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from ..errors import CannotRunError

# A noncharacter, in place of half of a surrogate pair: a tool that recorded a body that is not
# UTF-8 writes such halves, and they cannot be decoded.
UNREADABLE = "\ufdd0"
_ESCAPED_UNREADABLE = rb"\ufdd0"
_ESCAPED_SURROGATE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
LARGEST_ENTRY = 32_000_000
_CHUNK = 262_144
_LARGEST_CHUNK = 4_194_304
_WINDOW = 16_384
_MOST_OPENED = 500_000
# An incomplete number, literal or escape sequence at the end of a chunk.
_LONGEST_TOKEN = 32
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SPACE = b" \t\r\n"
_OPENED = re.compile(rb'"entries"\s*:\s*\[')
_BETWEEN = re.compile(rb"[ \t\r\n]*([,\]])[ \t\r\n]*")
_NUMBER = re.compile(rb"[-0-9]")
_AFTER_NUMBER = re.compile(rb"[ \t\r\n,\]]")
_NAME = re.compile(rb'\s*"[^"\\]*"\s*:')
_scan = json.JSONDecoder(strict=False).raw_decode
_check = msgspec.json.Decoder(msgspec.Raw).decode


class _Log(msgspec.Struct):
    entries: list[Any]


class _File(msgspec.Struct):
    log: _Log


_decode_file = msgspec.json.Decoder(_File).decode


class EntrySplitter:
    """Yields the entries of a HAR file as bytes.

    The end of an entry is found by the text that separates the first two entries. It counts only if
    what is before it is a JSON value: no proper prefix of an object is an object. Otherwise, the
    entry is parsed to find its end.

    Args:
        file: The file, open for reading.
        path: Its path, for messages.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._buffer = b""
        self._at = 0
        self._separator: bytes | None = None
        self._closing = 0

    def __iter__(self) -> Iterator[bytes]:
        """Yield every entry.

        Raises:
            CannotRunError: The file is not a HAR file, is damaged, or has too large an entry.
        """
        self._pass_head()
        self._buffer, self._at = self._buffer[self._at :].lstrip(_SPACE), 0
        while not self._buffer:
            self._require_more("it ends within log.entries")
            self._buffer = self._buffer.lstrip(_SPACE)
        is_last = self._buffer.startswith(b"]")
        while not is_last:
            entry = self._separated()
            is_new = entry is None
            if entry is None:
                entry = self._scanned()
            yield entry
            self._at += len(entry)
            between = self._between()
            is_last = between.group(1) == b"]"
            if is_new and not is_last:
                self._learn(entry, between)
            self._at = between.start() if is_last else between.end()
        self._pass_tail()

    def _pass_head(self) -> None:
        """Go to the first entry."""
        while self._read_more():
            self._buffer = self._buffer.removeprefix(_BYTE_ORDER_MARK)
            for match in _OPENED.finditer(self._buffer):
                if _opens_entries(self._buffer[: match.end()]):
                    self._at = match.end()
                    return
        self._require_json(self._buffer)
        raise CannotRunError(f"{self._path} is not a HAR file: it has no log.entries")

    def _pass_tail(self) -> None:
        """Require that the rest of the file completes it."""
        while self._read_more():
            pass
        self._require_json(b'{"log":{"entries":[' + self._buffer[self._at :])

    def _separated(self) -> bytes | None:
        """The next entry up to the known separator, None if that is not an entry."""
        if self._separator is None:
            return None
        found = self._buffer.find(self._separator, self._at)
        if found < 0 and len(self._buffer) - self._at < _CHUNK and self._read_more():
            found = self._buffer.find(self._separator, self._at)
        if found < 0:
            return None
        entry = self._buffer[self._at : found + self._closing]
        try:
            _check(entry)
        except (msgspec.MsgspecError, RecursionError):
            return None
        return entry

    def _scanned(self) -> bytes:
        """The next entry, of any form."""
        size = _WINDOW
        while True:
            part = self._buffer[self._at : self._at + size]
            is_rest = self._at + size >= len(self._buffer)
            end = self._end_in(part, is_whole=False)
            if end is None and is_rest and not self._read_more():
                end = self._end_in(part, is_whole=True)
            if end is not None:
                return self._buffer[self._at : self._at + end]
            size *= 2

    def _end_in(self, part: bytes, *, is_whole: bool) -> int | None:
        """The end of the entry at the start of a part of the file, None if it is not in the part.

        Args:
            part: The part.
            is_whole: Whether nothing follows the part.
        """
        if part.count(b"[") + part.count(b"{") > _MOST_OPENED:
            raise CannotRunError(self._too_deep)
        try:
            # Every byte becomes one character, so that the positions are the same.
            end = _scan(part.decode("latin-1"))[1]
        except RecursionError as error:
            raise CannotRunError(self._too_deep) from error
        except json.JSONDecodeError as error:
            is_cut = "Unterminated" in error.msg or len(part) - error.pos < _LONGEST_TOKEN
            if is_whole or not is_cut:
                raise CannotRunError(self._incomplete(error.msg)) from error
            return None
        if not is_whole and _NUMBER.match(part) and not _AFTER_NUMBER.match(part, end):
            return None  # the number may go on in the next part
        return end

    def _between(self) -> re.Match[bytes]:
        """What follows an entry: a comma or the end of the array, with white space around it."""
        while True:
            match = _BETWEEN.match(self._buffer, self._at)
            if match is not None and (match.end() < len(self._buffer) or match.group(1) == b"]"):
                return match
            if self._buffer[self._at :].strip(_SPACE) not in (b"", b","):
                raise CannotRunError(self._incomplete("no comma between two entries"))
            self._require_more("it ends within log.entries")

    def _learn(self, entry: bytes, between: re.Match[bytes]) -> None:
        """Remember what separates two entries: indented brackets, or brackets and a name."""
        inner = entry[:-1]
        space = inner[len(inner.rstrip(_SPACE)) :]
        name = _NAME.match(self._buffer, between.end() + 1)
        self._separator = None
        if entry.endswith(b"}") and self._buffer.startswith(b"{", between.end()) and name:
            end = between.end() + 1 if b"\n" in space else name.end()
            self._separator = space + b"}" + self._buffer[between.start() : end]
            self._closing = len(space) + 1

    def _read_more(self) -> bool:
        """Append the next chunk to the buffer, from which what was yielded is removed."""
        rest = self._buffer[self._at :]
        if len(rest) > LARGEST_ENTRY:
            raise CannotRunError(too_large(self._path))
        more = self._file.read(min(max(_CHUNK, len(rest)), _LARGEST_CHUNK))
        self._buffer, self._at = rest + more, 0
        return bool(more)

    def _require_more(self, reason: str) -> None:
        if not self._read_more():
            raise CannotRunError(self._incomplete(reason))

    def _require_json(self, content: bytes) -> None:
        try:
            _check(without_half_pairs(content))
        except RecursionError as error:
            raise CannotRunError(self._too_deep) from error
        except msgspec.MsgspecError as error:
            raise CannotRunError(self._incomplete(str(error))) from error

    @property
    def _too_deep(self) -> str:
        return f"{self._path} is nested too deeply for a HAR file: export it again"

    def _incomplete(self, reason: str) -> str:
        return f"{self._path} is not a complete HAR file: {reason[:80]}; export it again"


def too_large(path: Path) -> str:
    """The error for an entry that does not fit in memory."""
    limit = LARGEST_ENTRY // 1_000_000
    return f"{path} has an entry of more than {limit} MB: export the file without it"


def without_half_pairs(text: bytes) -> bytes:
    """Replace what no decoder of JSON accepts, half of a surrogate pair, by `UNREADABLE`."""
    return _ESCAPED_SURROGATE.sub(_replacement, text)


def _replacement(match: re.Match[bytes]) -> bytes:
    return _ESCAPED_UNREADABLE if match.group(1) else match.group()


def _opens_entries(head: bytes) -> bool:
    """Whether the start of a file ends within its empty `log.entries`."""
    try:
        return not _decode_file(without_half_pairs(head) + b"]}}").log.entries
    except (msgspec.MsgspecError, RecursionError):
        return False
