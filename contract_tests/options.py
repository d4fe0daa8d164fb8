"""Parses the options of the command line."""

import argparse
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from .address import LIVE_MODE_HOST, host, is_this_machine, may_be_live_mode
from .errors import CannotRunError

TOKEN_VARIABLE = "DODO_PAYMENTS_API_KEY"  # noqa: S105 - the variable's name, not a token
PREVIOUS_TOKEN_VARIABLE = "DODO_PAYMENTS_PREVIOUS_API_KEY"  # noqa: S105 - as above
KEY_IDS_VARIABLE = "LICENSE_KEY_IDS"
DEFAULT_BUDGET = 100
DEBUG = "--debug"
# The name in the wheel, which also installs the console script.
COMMAND = "dodo-contract" if __package__ == "dodo_contract" else f"python -m {__package__}"

Format = Literal["text", "markdown", "github"]
Profile = Literal["quick", "full", "live"]


@dataclass(frozen=True)
class Options:
    """The settings of a run.

    Attributes:
        base_url: The URL of the API. None runs the embedded mock.
        key_ids: The ids of the license keys that the run may change.
        token: The bearer token for the API. Empty for the embedded mock.
        profile: `quick` checks the rules, `full` adds the client, random sequences and
            Schemathesis, and `live` sends the most important requests within the budget.
        budget: The maximum number of requests of the profile `live`.
        strict: Whether a violated policy rule fails the run.
        max_response_time: The maximum response time in seconds.
        create_keys: The ids of the customer and the product to create keys for. None creates no
            keys.
        journal: The file that stores the state of the keys before the first change. None uses a
            file in the user's state directory.
        report: The folder for the report files. None writes no reports.
        baseline: The verdict.json of an earlier run to compare with. None compares nothing.
        record: The HAR file to record every exchange in. None records nothing.
        known_violations: The file of violations that do not fail the run. None knows none.
        rules: Patterns that select rules, such as `patch.*,!patch.frame.*`. None selects all.
        format: What is printed: `text`, `markdown`, or `github` for text and annotations.
        database: The database URL of the embedded mock. None keeps its data in memory.
        in_process: Whether the embedded mock is called in process instead of over TCP.
    """

    base_url: str | None = None
    key_ids: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    profile: Profile = "full"
    budget: int = DEFAULT_BUDGET
    strict: bool = True
    max_response_time: float = 5.0
    create_keys: tuple[str, str] | None = None
    journal: Path | None = None
    report: Path | None = None
    baseline: Path | None = None
    record: Path | None = None
    known_violations: Path | None = None
    rules: str | None = None
    format: Format = "text"
    database: str | None = field(default=None, repr=False)
    in_process: bool = False


class CommandParser(argparse.ArgumentParser):
    """Raises an error of the suite instead of exiting."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Raise the error that the command line reports.

        Raises:
            CannotRunError: Always.
        """
        raise CannotRunError(f"{message}; see {COMMAND} --help")


def parse(arguments: list[str], environment: Mapping[str, str] = os.environ) -> Options:
    """Parse the command line and the environment.

    Raises:
        CannotRunError: An option is unknown or invalid, or a base URL is given without a token.
    """
    parser = CommandParser(
        prog=COMMAND,
        description="Check a License Keys API, by default the embedded mock, against the contract.",
        epilog=f"With --base-url, the bearer token is read from {TOKEN_VARIABLE}. After a run was"
        f" killed, {COMMAND} restore restores the keys. {COMMAND} rules prints every rule.",
    )
    parser.add_argument("--base-url", type=base_url, metavar="URL", help="base URL of the API")
    parser.add_argument(
        "--key-id",
        action="append",
        default=[],
        metavar="ID",
        help=f"license key that the run may change; repeatable, or set {KEY_IDS_VARIABLE}=ID,ID",
    )
    parser.add_argument(
        "--profile",
        choices=get_args(Profile),
        default="full",
        help="quick: rules only; full: all checks (default); live: the most important requests"
        " within --budget",
    )
    parser.add_argument(
        "--budget",
        type=_at_least_1,
        default=DEFAULT_BUDGET,
        metavar="N",
        help=f"maximum number of requests of the profile live, {DEFAULT_BUDGET} by default",
    )
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help="also fail on violated policy rules; the default for the embedded mock",
    )
    parser.add_argument(
        "--max-response-time",
        type=positive_seconds,
        default=5.0,
        metavar="SECONDS",
        help="maximum response time, 5 by default",
    )
    parser.add_argument(
        "--create-keys",
        type=_two_ids,
        metavar="CUSTOMER_ID,PRODUCT_ID",
        help="create disposable keys for this customer and product and disable them afterwards",
    )
    parser.add_argument(
        "--allow-live-mode",
        action="store_true",
        help=f"allow the run to change keys on {LIVE_MODE_HOST}",
    )
    parser.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="file that stores the state of the keys, in the user's state directory by default",
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="folder for the report files")
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="verdict.json of an earlier run to compare with",
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FILE",
        help="HAR file to record every exchange in, without tokens, license keys and customer data",
    )
    parser.add_argument(
        "--allow-http",
        action="store_true",
        help="allow http to another machine, which sends the token unencrypted",
    )
    _add_debug(parser)
    parser.add_argument(
        "--known-violations",
        type=Path,
        metavar="FILE",
        help="YAML file of violations that do not fail the run until a date",
    )
    parser.add_argument(
        "--rules",
        metavar="PATTERNS",
        help="rules that the verdict judges, such as 'patch.*,!patch.frame.*'; all by default",
    )
    parser.add_argument(
        "--format",
        choices=get_args(Format),
        default="text",
        help="what to print: text (default), markdown, or github for text and annotations",
    )
    mock = parser.add_argument_group("the embedded mock")
    mock.add_argument(
        "--database",
        metavar="URL",
        help="database of the mock: sqlite:///FILE or postgresql://...; in memory by default",
    )
    mock.add_argument(
        "--in-process", action="store_true", help="call the mock in process instead of over TCP"
    )
    values = parser.parse_args(arguments)
    _require(
        not values.base_url or not (values.database or values.in_process),
        "--database and --in-process apply only to the embedded mock: remove --base-url",
    )
    if values.base_url:
        _check_target(values)
    key_ids = values.key_id or environment.get(KEY_IDS_VARIABLE, "").split(",")
    return Options(
        base_url=values.base_url,
        key_ids=tuple(dict.fromkeys(each.strip() for each in key_ids if each.strip())),
        token=read_token(environment) if values.base_url else "",
        profile=values.profile,
        budget=values.budget,
        strict=not values.base_url if values.strict is None else values.strict,
        max_response_time=values.max_response_time,
        create_keys=values.create_keys,
        journal=values.journal,
        report=values.report,
        baseline=values.baseline,
        record=values.record,
        known_violations=values.known_violations,
        rules=values.rules,
        format=values.format,
        database=values.database,
        in_process=values.in_process,
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
    _add_debug(parser)
    values = parser.parse_args(arguments)
    return RestoreOptions(
        values.journal,
        values.base_url,
        tuple(values.key_id),
        read_token(environment),
        environment.get(PREVIOUS_TOKEN_VARIABLE, "").strip(),
    )


def _add_debug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(DEBUG, action="store_true", help="show the traceback of an internal error")


def _check_target(values: argparse.Namespace) -> None:
    """Reject a target that needs a permission which is not given."""
    url = values.base_url
    if may_be_live_mode(url):
        _require(
            values.allow_live_mode,
            f"{LIVE_MODE_HOST} affects real customers: add --allow-live-mode"
            if host(url) == LIVE_MODE_HOST
            else f"{host(url)} may be {LIVE_MODE_HOST}, which affects real customers: use its name"
            " or add --allow-live-mode",
        )
    _require(
        values.allow_http or urlsplit(url).scheme.lower() == "https" or is_this_machine(url),
        f"http sends the token to {host(url)} unencrypted: use https or add --allow-http",
    )


def read_token(environment: Mapping[str, str]) -> str:
    """Read the bearer token from the environment.

    Raises:
        CannotRunError: The token is missing or not printable ASCII.
    """
    token = environment.get(TOKEN_VARIABLE, "").strip()
    _require(
        token.isascii() and token.isprintable(),
        f"the token in {TOKEN_VARIABLE} must be printable ASCII",
    )
    _require(token, f"bearer token missing: set {TOKEN_VARIABLE}")
    return token


def _require(condition: object, sentence: str) -> None:
    if not condition:
        raise CannotRunError(sentence)


def _at_least_1(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive integer")
    return int(text)


def positive_seconds(text: str) -> float:
    """Parse a number of seconds above 0."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return seconds


def _two_ids(text: str) -> tuple[str, str]:
    customer_id, comma, product_id = text.partition(",")
    if not customer_id or not comma or not product_id:
        raise argparse.ArgumentTypeError(f"{text!r} is not CUSTOMER_ID,PRODUCT_ID")
    return customer_id, product_id


def base_url(text: str) -> str:
    """Parse a URL of scheme, host and port."""
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in ("http", "https") and host(text) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url:
        raise argparse.ArgumentTypeError("not an http or https URL")
    # The message does not repeat the URL because it may contain a password.
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise argparse.ArgumentTypeError("only scheme, host and port are allowed")
    return text.rstrip("/")
