"""Reads a HAR file in chunks, each entry of which must fit in memory."""

import re
from pathlib import Path
from typing import BinaryIO

from ..errors import CannotRunError

LARGEST_ENTRY = 32_000_000
# A noncharacter, in place of half of a surrogate pair: a tool that recorded a body that is not
# UTF-8 writes such halves, and they cannot be decoded.
UNREADABLE = "\ufdd0"
_CHUNK = 65_536
_MOST_OPENED = 300_000
_DEEPEST = 25_000
_ESCAPED_SURROGATE = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


class BoundedFile:
    """Reads a file in chunks and fails when one entry does not end."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._rest = b""
        self._read = self._opened = self._depth = 0

    def start_entry(self) -> None:
        """Start to count anew: an entry has ended."""
        self._read = self._opened = self._depth = 0

    def read(self, size: int = -1) -> bytes:
        """Read the next chunk, empty at the end. It does not end within an escape sequence.

        Raises:
            CannotRunError: An entry is too large or nested too deeply.
        """
        if size == 0:
            return b""
        chunk, end = self._rest, 0
        while not end:
            more = self._file.read(_CHUNK)
            self._count(more)
            chunk += more
            end = chunk.rfind(b",") + 1 if more else len(chunk)
            if not more:
                break
        self._rest = chunk[end:]
        return _ESCAPED_SURROGATE.sub(_readable, chunk[:end])

    def _count(self, chunk: bytes) -> None:
        self._read += _CHUNK
        if self._read > LARGEST_ENTRY:
            raise CannotRunError(too_large(self._path))
        opened = chunk.count(b"[") + chunk.count(b"{")
        self._opened += opened
        self._depth += opened - chunk.count(b"]") - chunk.count(b"}")
        # The time that the parser takes for a level grows with the depth.
        if self._opened > _MOST_OPENED or self._depth > _DEEPEST:
            raise CannotRunError(
                f"{self._path} is nested too deeply for a HAR file: export it again"
            )


def too_large(path: Path) -> str:
    """The error for an entry that does not fit in memory."""
    limit = LARGEST_ENTRY // 1_000_000
    return f"{path} has an entry of more than {limit} MB: export the file without it"


def _readable(match: re.Match[bytes]) -> bytes:
    return rb"\ufdd0" if match.group(1) else match.group()
