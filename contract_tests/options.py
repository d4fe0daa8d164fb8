"""What a run is asked to do."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from contract_tests.errors import CannotRunError

TOKEN_VARIABLE = "DODO_PAYMENTS_API_KEY"  # noqa: S105 - the variable's name, not a token
KEY_IDS_VARIABLE = "LICENSE_KEY_IDS"


@dataclass(frozen=True)
class Options:
    """The settings of a run.

    Attributes:
        base_url: Where the API is, None for the embedded mock.
        key_ids: License keys that may be changed.
        token: The bearer token for the API, empty for the embedded mock.
        report: Folder for the report files, None for none.
    """

    base_url: str | None = None
    key_ids: tuple[str, ...] = ()
    token: str = ""
    report: Path | None = None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise CannotRunError(f"{message}; see python -m contract_tests --help")


def parse(arguments: list[str], environment: Mapping[str, str] = os.environ) -> Options:
    """Read the command line and the environment.

    Raises:
        CannotRunError: An option is unknown or malformed, or no token is given for a base URL.
    """
    parser = _Parser(
        prog="python -m contract_tests",
        description="Hold a License Keys API to the contract; the embedded mock by default.",
        epilog=f"With --base-url the bearer token is read from {TOKEN_VARIABLE}.",
    )
    parser.add_argument("--base-url", type=_base_url, metavar="URL", help="where the API is")
    parser.add_argument(
        "--key-id",
        action="append",
        default=[],
        metavar="ID",
        help=f"a license key that may be changed; repeatable, or {KEY_IDS_VARIABLE}=ID,ID",
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="folder for verdict.json")
    values = parser.parse_args(arguments)
    key_ids = values.key_id or environment.get(KEY_IDS_VARIABLE, "").split(",")
    token = environment.get(TOKEN_VARIABLE, "") if values.base_url else ""
    if values.base_url and not token.strip():
        raise CannotRunError(f"no bearer token: set {TOKEN_VARIABLE}")
    return Options(
        base_url=values.base_url,
        key_ids=tuple(dict.fromkeys(each.strip() for each in key_ids if each.strip())),
        token=token.strip(),
        report=values.report,
    )


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"{text!r} is no http or https URL")
    return text.rstrip("/")
