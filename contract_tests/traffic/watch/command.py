"""The command `watch`: a reverse proxy that judges what passes."""

import contextlib
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dodo_license_recording import HarWriter
from rich.console import Console
from rich.live import Live

from ... import report
from ...contract.specification import Specification
from ...errors import CannotRunError
from ...options import COMMAND, CommandParser, base_url
from .. import usage
from ..hosts import Hosts
from ..judging import TrafficJudge
from ..judging_options import add_judging, conclude
from .proxy import PAGE
from .receiving import ProxyProcess
from .session import WatchSession
from .views import Views

_DEFAULT_PORT = 4011
_REFRESH_SECONDS = 0.5


@dataclass(frozen=True)
class WatchOptions:
    """The settings of the command.

    Attributes:
        upstream: The URL of the API.
        host: The address to listen on.
        port: The port to listen on, 0 for a free one.
        complete: Whether every request to the keys passes through the proxy.
        strict: Whether a violated policy rule counts.
        max_response_time: The maximum response time in seconds.
        record: The HAR file to record in, None to record nothing.
        report: The folder for the report files, None for no reports.
        usage: The usage.json to write at the end, None for none.
    """

    upstream: str
    host: str = "127.0.0.1"
    port: int = _DEFAULT_PORT
    complete: bool = False
    strict: bool = False
    max_response_time: float = 5.0
    record: Path | None = None
    report: Path | None = None
    usage: Path | None = None


def parse(arguments: list[str]) -> WatchOptions:
    """Parse the command line of `watch`.

    Raises:
        CannotRunError: An option is unknown or invalid.
    """
    parser = CommandParser(
        prog=f"{COMMAND} watch",
        description="Pass requests on to an API and judge what passes. End it with Ctrl+C.",
        epilog=f"The page {PAGE} shows the exchanges so far.",
    )
    parser.add_argument("--upstream", type=base_url, required=True, metavar="URL", help="the API")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=_DEFAULT_PORT, help="4011 by default")
    add_judging(parser, "every request to the keys passes here")
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="HAR file to record the exchanges in"
    )
    parser.add_argument("--usage", type=Path, metavar="FILE", help="usage.json to write at the end")
    values = parser.parse_args(arguments)
    return WatchOptions(**vars(values))


def main(arguments: list[str]) -> int:
    """Serve until interrupted, then print the verdict.

    Returns:
        0 if the exchanges conform, 1 if they violate the contract, 2 if there are none or some were
        not judged.

    Raises:
        CannotRunError: An option is invalid, the port is in use, or a file cannot be written.
    """
    options = parse(arguments)
    if options.report:
        report.prepare(options.report)
    with watching(options) as (address, session, views):
        print(f"{address} passes requests on to {options.upstream}; page: {address}{PAGE}")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            _show(views)
    exit_code = conclude(views.verdict(), session.judge.redactor, options.report)
    if options.usage:
        usage.write(options.usage, session.judge.usage.document())
    return exit_code


@contextlib.contextmanager
def watching(options: WatchOptions) -> Iterator[tuple[str, WatchSession, Views]]:
    """Serve in the background: yield the address, the session and its views.

    Raises:
        CannotRunError: The port is in use, or the recording cannot be written.
    """
    listener = _listen(options)
    har = _har(options.record)
    specification = Specification.load()
    upstream = urlsplit(options.upstream).netloc.lower()
    judge = TrafficJudge(
        specification, Hosts(named=frozenset({upstream})), options.max_response_time
    )
    session = WatchSession(judge, har, complete=options.complete)
    views = Views(session, options.upstream, strict=options.strict)
    process = ProxyProcess(listener, options.upstream, session, views.page)
    try:
        yield f"http://{options.host}:{listener.getsockname()[1]}", session, views
    finally:
        process.close()
        listener.close()
        session.close()


def _listen(options: WatchOptions) -> socket.socket:
    try:
        return socket.create_server((options.host, options.port), backlog=1024)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotRunError(
            f"--port {options.port} of {options.host} cannot be used: {reason}"
        ) from error


def _har(path: Path | None) -> HarWriter | None:
    try:
        return HarWriter(path) if path is not None else None
    except OSError as error:
        raise CannotRunError(f"--record {path} cannot be written: {error.strerror}") from error


def _show(views: Views) -> None:
    console = Console(file=sys.stdout)
    if not console.is_terminal:
        while True:
            time.sleep(3600)
    with Live(console=console, get_renderable=views.table, refresh_per_second=2):
        while True:
            time.sleep(_REFRESH_SECONDS)
