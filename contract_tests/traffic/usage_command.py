"""The command `usage`: counts what a service uses of the API."""

import argparse
from pathlib import Path

from ..contract.specification import Specification
from ..errors import CannotRunError
from ..options import COMMAND, CommandParser, base_url
from . import usage
from .command import hosts
from .judging import TrafficJudge
from .reading import open_recording


def main(arguments: list[str]) -> int:
    """Write usage.json from recordings.

    Returns:
        0 if the file was written.

    Raises:
        CannotRunError: An option is invalid, a file cannot be read or written, or the recordings
            have no exchange with the API.
    """
    options = parse(arguments)
    reads = usage.load_reads(options.reads) if options.reads else None
    specification = Specification.load()
    judge = TrafficJudge(specification, hosts(specification, tuple(options.base_url)))
    for path in options.files:
        judge.judge_all(open_recording(path).entries(), complete=False)
    if not judge.judged:
        raise CannotRunError(
            "the recordings have no exchange with the License Keys API: name its host with"
            " --base-url"
        )
    usage.write(options.output, judge.usage.document(reads))
    print(f"{options.output}: {judge.judged:,} exchanges")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the command line of `usage`.

    Raises:
        CannotRunError: An option is unknown or invalid.
    """
    parser = CommandParser(
        prog=f"{COMMAND} usage",
        description="Count what a service uses of the API, for `make diff` with --used-by.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="recording")
    parser.add_argument(
        "--reads",
        type=Path,
        metavar="FILE",
        help="file that pytest --license-reads wrote: the response fields that the service reads",
    )
    parser.add_argument(
        "--base-url",
        action="append",
        default=[],
        type=base_url,
        metavar="URL",
        help="base URL of the API in the recording; repeatable",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("usage.json"),
        metavar="FILE",
        help="file to write, usage.json by default",
    )
    return parser.parse_args(arguments)
