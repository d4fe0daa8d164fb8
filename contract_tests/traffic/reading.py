"""Opens a recording of any supported format."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from ..errors import CannotRunError
from .har import HarFile
from .mitmproxy import FlowFile
from .recorded import RecordedExchange

# A flow is a netstring of a dictionary: its length, a colon and its first key.
_FLOW = re.compile(rb"[1-9]\d{0,11}:\d{1,6}:[a-z_]")


class Recording(Protocol):
    """A recording that is open for reading."""

    complete: bool
    unreadable: int

    def entries(self) -> Iterator[RecordedExchange]:
        """Yield the exchanges in the order of the file."""


def open_recording(path: Path) -> Recording:
    """Open a HAR file or a flow file of mitmproxy, whatever its name.

    Raises:
        CannotRunError: The file cannot be read or has another format.
    """
    try:
        with path.open("rb") as file:
            start = file.read(100)
    except OSError as error:
        raise CannotRunError(f"{path} cannot be read: {error.strerror}") from error
    if _FLOW.match(start):
        return FlowFile(path)
    if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        kind = "is empty" if not start else "is neither a HAR file nor a flow file of mitmproxy"
        raise CannotRunError(f"{path} {kind}: record it again")
    return HarFile(path)
