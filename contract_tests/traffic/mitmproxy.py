"""Reads the flow files of mitmproxy with mitmproxy itself."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ..errors import CannotRunError
from .entries import LARGEST_ENTRY, too_large
from .har import Entry, exchange
from .recorded import RecordedExchange

_ADDON = Path(__file__).with_name("mitmproxy_addon.py")
_decode_line = msgspec.json.Decoder(Entry, strict=False).decode


class FlowFile:
    """A flow file of mitmproxy, which the program mitmdump must be installed to read.

    Args:
        path: The file.

    Attributes:
        complete: False: a proxy does not see the requests that bypass it.
        unreadable: How many flows do not have the form of an exchange.

    Raises:
        CannotRunError: The program mitmdump is not installed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.complete = False
        self.unreadable = 0
        beside = Path(sys.executable).with_name("mitmdump")
        command = shutil.which("mitmdump") or (str(beside) if beside.is_file() else None)
        if command is None:
            raise CannotRunError(
                f"{path} is a flow file of mitmproxy: install mitmproxy, so that mitmdump is on the"
                " PATH, or export the flows as HAR"
            )
        self._command = command

    def entries(self) -> Iterator[RecordedExchange]:
        """Yield the exchanges in the order of the file.

        Raises:
            CannotRunError: mitmproxy cannot read the file.
        """
        with tempfile.TemporaryFile() as errors, tempfile.TemporaryDirectory() as home:
            arguments = ["-n", "-q", "--set", f"confdir={home}", "-r", str(self._path)]
            process = subprocess.Popen(  # noqa: S603 - the user's own mitmproxy
                [self._command, *arguments, "-s", str(_ADDON)],
                stdout=subprocess.PIPE,
                stderr=errors,
                stdin=subprocess.DEVNULL,
            )
            try:
                yield from self._lines(process)
            finally:
                process.kill()
                process.wait()

    def _lines(self, process: "subprocess.Popen[bytes]") -> Iterator[RecordedExchange]:
        assert process.stdout is not None
        with process.stdout as stream:
            number, ended = 0, False
            while line := stream.readline(LARGEST_ENTRY):
                if len(line) == LARGEST_ENTRY:
                    raise CannotRunError(too_large(self._path))
                if line.strip() == b"end":
                    ended = True
                    continue
                if not line.startswith(b"{"):
                    continue
                number += 1
                try:
                    entry = _decode_line(line)
                    yield exchange(entry, number, full_headers=True, own=False)
                except (msgspec.MsgspecError, ValueError):
                    self.unreadable += 1
        if process.wait() != 0 or not ended:
            raise CannotRunError(
                f"{self._path} is not a complete flow file: mitmproxy cannot read it; save it again"
            )
