"""The command `judge`: judges recordings and sends nothing."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .. import report
from ..contract.specification import Specification
from ..judge.verdict import Verdict
from ..options import COMMAND, CommandParser, base_url
from .hosts import Hosts
from .judging import TrafficJudge
from .judging_options import add_judging, conclude
from .reading import open_recording


@dataclass(frozen=True)
class JudgeOptions:
    """The settings of the command.

    Attributes:
        files: The recordings.
        base_urls: The URLs of the API. Empty: the published ones and the loopback interface.
        complete: Whether each recording contains every request to its keys.
        strict: Whether a violated policy rule counts.
        max_response_time: The maximum response time in seconds.
        report: The folder for the report files, None for no reports.
    """

    files: tuple[Path, ...]
    base_urls: tuple[str, ...] = ()
    complete: bool = False
    strict: bool = False
    max_response_time: float = 5.0
    report: Path | None = None


def parse(arguments: list[str]) -> JudgeOptions:
    """Parse the command line of `judge`.

    Raises:
        CannotRunError: An option is unknown or invalid.
    """
    parser = CommandParser(
        prog=f"{COMMAND} judge",
        description="Judge recorded exchanges against the contract. Nothing is sent.",
        epilog="A FILE is a HAR file, a flow file of mitmproxy, or a recording of this project.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="recording to judge")
    parser.add_argument(
        "--base-url",
        action="append",
        default=[],
        type=base_url,
        metavar="URL",
        help="base URL of the API in the recording; repeatable, by default the published URLs and"
        " the loopback interface",
    )
    add_judging(parser, "no one else sent requests to these keys")
    values = parser.parse_args(arguments)
    return JudgeOptions(
        files=tuple(values.files),
        base_urls=tuple(values.base_url),
        complete=values.complete,
        strict=values.strict,
        max_response_time=values.max_response_time,
        report=values.report,
    )


def main(arguments: list[str]) -> int:
    """Judge recordings and print the verdict.

    Returns:
        0 if the exchanges conform, 1 if they violate the contract, 2 if there are none.

    Raises:
        CannotRunError: An option is invalid, or a file cannot be read.
    """
    options = parse(arguments)
    if options.report:
        report.prepare(options.report)
    judge = judge_files(options)
    return conclude(verdict_of(judge, options), judge.redactor, options.report)


def judge_files(options: JudgeOptions) -> TrafficJudge:
    """Judge every exchange of the files.

    Raises:
        CannotRunError: A file cannot be read.
    """
    specification = Specification.load()
    judge = TrafficJudge(
        specification, hosts(specification, options.base_urls), options.max_response_time
    )
    for path in options.files:
        recording = open_recording(path)
        complete = options.complete or recording.complete
        judge.judge_all(recording.entries(), complete=complete)
        if recording.unreadable:
            judge.ignored["unreadable entries"] += recording.unreadable
    return judge


def verdict_of(judge: TrafficJudge, options: JudgeOptions) -> Verdict:
    """The verdict on what was judged."""
    names = ", ".join(path.name for path in options.files[:3])
    more = len(options.files) - 3
    target = f"{names} and {more} more files" if more > 0 else names
    return judge.verdict(target, strict=options.strict)


def hosts(specification: Specification, base_urls: tuple[str, ...]) -> Hosts:
    """The hosts that serve the API, with their ports."""
    servers = specification.document.get("servers", [])
    return Hosts(
        named=frozenset(urlsplit(each).netloc.lower() for each in base_urls),
        published=frozenset(urlsplit(each["url"]).netloc.lower() for each in servers),
    )
