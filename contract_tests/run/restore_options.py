"""Parses the options of the command `restore`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..options import (
    COMMAND,
    PREVIOUS_TOKEN_VARIABLE,
    TOKEN_VARIABLE,
    CommandParser,
    add_debug,
    base_url,
    read_token,
)


@dataclass(frozen=True)
class RestoreOptions:
    """The settings of the command `restore`.

    Attributes:
        journal: The path of the journal. None restores every journal in the user's state directory.
        base_url: The only target to restore keys of. None restores those of every target.
        key_ids: The only keys to restore. Empty restores every key of the journal.
        token: The bearer token.
        previous_token: The token of the run, if it was replaced since. It is not sent.
    """

    journal: Path | None
    base_url: str | None
    key_ids: tuple[str, ...]
    token: str = field(repr=False)
    previous_token: str = field(repr=False)


def parse_restore(
    arguments: list[str], environment: Mapping[str, str] = os.environ
) -> RestoreOptions:
    """Parse the command line of `restore`.

    Raises:
        CannotRunError: An option is unknown, or the token is missing.
    """
    parser = CommandParser(
        prog=f"{COMMAND} restore",
        description="Restore the license keys that a killed run left changed.",
        epilog=f"The bearer token is read from {TOKEN_VARIABLE}; if it was replaced since the run,"
        f" set {PREVIOUS_TOKEN_VARIABLE} to the earlier one. The command is safe to repeat.",
    )
    parser.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="the journal of the run, by default every journal in the user's state directory",
    )
    parser.add_argument(
        "--base-url",
        type=base_url,
        metavar="URL",
        help="restore keys of this API only, by default of the API in the journal",
    )
    parser.add_argument(
        "--key-id",
        action="append",
        default=[],
        metavar="ID",
        help="restore this key only, by default every key of the journal; repeatable",
    )
    add_debug(parser)
    values = parser.parse_args(arguments)
    return RestoreOptions(
        values.journal,
        values.base_url,
        tuple(values.key_id),
        read_token(environment),
        environment.get(PREVIOUS_TOKEN_VARIABLE, "").strip(),
    )
