"""What a run is asked to do."""

import argparse
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from .errors import CannotRunError

TOKEN_VARIABLE = "DODO_PAYMENTS_API_KEY"  # noqa: S105 - the variable's name, not a token
KEY_IDS_VARIABLE = "LICENSE_KEY_IDS"


LIVE_MODE_HOST = "live.dodopayments.com"
DEFAULT_BUDGET = 100
# The package can be installed under another name.
COMMAND = f"python -m {__package__}"

Profile = Literal["quick", "full", "live"]


@dataclass(frozen=True)
class Options:
    """The settings of a run.

    Attributes:
        base_url: Where the API is, None for the embedded mock.
        key_ids: License keys that may be changed.
        token: The bearer token for the API, empty for the embedded mock.
        profile: `quick` for the rules alone, `full` for every layer, `live` for what tells most
            within the budget.
        budget: How many requests the profile `live` may send.
        strict: Whether a deviation from our own policy fails the run too.
        max_response_time: Seconds that an answer may take.
        create_keys: Ids of the customer and the product for whom keys may be made, None for none.
        journal: File for the state of the keys before the first change, None for the one in the
            user's state directory.
        report: Folder for the report files, None for none.
        baseline: An earlier verdict to compare with, None for none.
        database: Where the embedded mock keeps its keys, None for memory.
        in_process: Whether the embedded mock is called without a port.
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
    database: str | None = field(default=None, repr=False)
    in_process: bool = False


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise CannotRunError(f"{message}; see {COMMAND} --help")


def parse(arguments: list[str], environment: Mapping[str, str] = os.environ) -> Options:
    """Read the command line and the environment.

    Raises:
        CannotRunError: An option is unknown or malformed, or no token is given for a base URL.
    """
    parser = _Parser(
        prog=COMMAND,
        description="Hold a License Keys API to the contract; the embedded mock by default.",
        epilog=f"With --base-url the bearer token is read from {TOKEN_VARIABLE}. After a run was"
        f" killed, {COMMAND} restore puts the keys back.",
    )
    parser.add_argument("--base-url", type=_base_url, metavar="URL", help="where the API is")
    parser.add_argument(
        "--key-id",
        action="append",
        default=[],
        metavar="ID",
        help=f"a license key that may be changed; repeatable, or {KEY_IDS_VARIABLE}=ID,ID",
    )
    parser.add_argument(
        "--profile",
        choices=get_args(Profile),
        default="full",
        help="quick: the rules alone; full: every layer; live: what tells most within --budget",
    )
    parser.add_argument(
        "--budget",
        type=_at_least_1,
        default=DEFAULT_BUDGET,
        metavar="N",
        help=f"requests that the profile live may send, {DEFAULT_BUDGET} by default",
    )
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        help="fail on deviations from our own policy too; the default on the embedded mock",
    )
    parser.add_argument(
        "--max-response-time",
        type=_seconds,
        default=5.0,
        metavar="SECONDS",
        help="what an answer may take, 5 by default",
    )
    parser.add_argument(
        "--create-keys",
        type=_two_ids,
        metavar="CUSTOMER_ID,PRODUCT_ID",
        help="make disposable keys for this customer and product, disabled in the end",
    )
    parser.add_argument(
        "--allow-live-mode", action="store_true", help=f"let a run change keys on {LIVE_MODE_HOST}"
    )
    parser.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="file for the state of the keys, in the user's state directory by default",
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="folder for the report files")
    parser.add_argument(
        "--baseline", type=Path, metavar="FILE", help="an earlier verdict.json to compare with"
    )
    mock = parser.add_argument_group("the embedded mock")
    mock.add_argument(
        "--database",
        metavar="URL",
        help="where it keeps its keys: sqlite:///FILE or postgresql://..., memory by default",
    )
    mock.add_argument(
        "--in-process", action="store_true", help="call it without a port, not over TCP"
    )
    values = parser.parse_args(arguments)
    _require(
        not values.base_url or not (values.database or values.in_process),
        "--database and --in-process are for the embedded mock: leave out --base-url",
    )
    if values.base_url and urlsplit(values.base_url).hostname == LIVE_MODE_HOST:
        _require(
            values.allow_live_mode, f"{LIVE_MODE_HOST} serves real customers: add --allow-live-mode"
        )
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
        database=values.database,
        in_process=values.in_process,
    )


def parse_restore(
    arguments: list[str], environment: Mapping[str, str] = os.environ
) -> tuple[Path | None, str]:
    """Read the command line of `restore`: the journal, None for all, and the bearer token.

    Raises:
        CannotRunError: An option is unknown, or no token is given.
    """
    parser = _Parser(
        prog=f"{COMMAND} restore",
        description="Put back the keys that a run which was killed left changed.",
        epilog=f"The bearer token is read from {TOKEN_VARIABLE}. Running it twice does no harm.",
    )
    parser.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="the journal of the run, by default every journal in the user's state directory",
    )
    return parser.parse_args(arguments).journal, read_token(environment)


def read_token(environment: Mapping[str, str]) -> str:
    """The bearer token from the environment.

    Raises:
        CannotRunError: There is none.
    """
    token = environment.get(TOKEN_VARIABLE, "").strip()
    _require(token.isascii() and token.isprintable(), f"the token in {TOKEN_VARIABLE} is not ASCII")
    _require(token, f"no bearer token: set {TOKEN_VARIABLE}")
    return token


def _require(condition: object, sentence: str) -> None:
    if not condition:
        raise CannotRunError(sentence)


def _at_least_1(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of requests")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


def _two_ids(text: str) -> tuple[str, str]:
    customer_id, comma, product_id = text.partition(",")
    if not customer_id or not comma or not product_id:
        raise argparse.ArgumentTypeError(f"{text!r} is not CUSTOMER_ID,PRODUCT_ID")
    return customer_id, product_id


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url:
        raise argparse.ArgumentTypeError("this is no http or https URL")
    # The URL is not repeated: it may hold a password.
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise argparse.ArgumentTypeError("give no more than scheme, host and port")
    return text.rstrip("/")
