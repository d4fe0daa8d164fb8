"""The command line: `python -m dodo_license_mock`."""

import argparse
import contextlib
import errno
import json
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

from .installation import check_installation

check_installation()

from .likeness.observed import LikenessError
from .mock import DEFAULT_TOKEN, LicenseMock, make_app
from .sandbox.seeds import SeedError
from .sandbox.signing import WebhookError
from .serving.server import Server, base_url, listen
from .storage.interface import StorageError

MAX_WORKERS = 64
_SHOWN_KEYS = 50


class UsageError(Exception):
    """The options are invalid. The text is one sentence for the user."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises its errors."""

    def error(self, message: str) -> NoReturn:
        """Raise the error instead of printing the usage."""
        raise UsageError(message)


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted and return 0; 1 if a worker ended, 2 if an option is invalid."""
    with contextlib.ExitStack() as closing:
        try:
            options = _parser().parse_args(arguments)
            if options.workers > 1 and options.database is None:
                raise UsageError("several --workers need a --database to share")  # noqa: TRY301
            if options.workers > 1 and options.record is not None:
                raise UsageError("--record needs a single worker")  # noqa: TRY301
            settings = _settings(options)
            mock = closing.enter_context(contextlib.closing(LicenseMock(**settings)))
            listening = closing.enter_context(_listen(options.host, options.port))
        except (UsageError, LikenessError, SeedError, StorageError, WebhookError) as error:
            print(f"dodo_license_mock: {error}", file=sys.stderr)
            return 2
        with contextlib.suppress(KeyboardInterrupt):
            return _serve(mock, settings, listening, workers=options.workers, as_json=options.json)
    return 0


def _parser() -> Parser:
    parser = Parser(prog="python -m dodo_license_mock", description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    add("--port", type=_port, default=4010, help="port, 0 for any free port (%(default)s)")
    add("--token", type=_token, default=DEFAULT_TOKEN, help="accepted bearer token (%(default)s)")
    seed = parser.add_mutually_exclusive_group().add_argument
    seed("--seed", type=Path, metavar="FILE", help="JSON seed, or HAR recording, to start from")
    seed("--fill", type=_number, metavar="N", help="start with this number of created keys")
    add(
        "--like",
        type=Path,
        metavar="FILE",
        help="verdict.json of the contract suite: respond as that API did where the contract"
        " leaves a choice",
    )
    add("--database", metavar="URL", help="sqlite:///FILE or postgresql://... instead of memory")
    add("--database-schema", metavar="NAME", help="schema in a PostgreSQL database")
    add(
        "--workers",
        type=_workers,
        default=1,
        help="number of processes; more than one needs a database (%(default)s)",
    )
    add("--record", type=Path, metavar="FILE", help="HAR file to record every exchange in")
    add("--rate-limit", action="store_true", help="enforce the published rate limit")
    add("--webhook-url", metavar="URL", help="loopback URL that receives events of new keys")
    add("--webhook-secret", metavar="SECRET", help="signing secret of the webhooks (generated)")
    add(
        "--remote-control",
        action="store_true",
        help="accept requests to /_mock/ from other machines",
    )
    add(
        "--control-host",
        action="append",
        default=[],
        metavar="NAME",
        help="host name by which /_mock/ may be used, beside localhost; may be repeated",
    )
    add(
        "--json",
        action="store_true",
        help="print the base URL, token and key ids as one line of JSON",
    )
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port must be a number from 0 to 65535, not {text!r}")
    return int(text)


def _workers(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_WORKERS:
        raise argparse.ArgumentTypeError(
            f"it must be a number from 1 to {MAX_WORKERS}, not {text!r}"
        )
    return int(text)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"it must be a number, not {text!r}")
    return int(text)


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or not text or " " in text:
        raise argparse.ArgumentTypeError("a token must be printable ASCII without spaces")
    return text


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    if options.webhook_secret is not None and options.webhook_url is None:
        raise UsageError("--webhook-secret needs a --webhook-url")
    return {
        "token": options.token,
        "seed": options.seed if options.fill is None else options.fill,
        "like": options.like,
        "database": options.database,
        "database_schema": options.database_schema,
        "rate_limited": options.rate_limit,
        "record": options.record,
        "webhook_url": options.webhook_url,
        "webhook_secret": options.webhook_secret,
        "remote_control": options.remote_control,
        "control_hosts": options.control_host,
    }


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        reason = "the port is in use" if error.errno == errno.EADDRINUSE else error.strerror
        raise UsageError(f"cannot listen on {host} port {port}: {reason}") from error


def _serve(
    mock: LicenseMock,
    settings: dict[str, Any],
    listening: socket.socket,
    *,
    workers: int,
    as_json: bool,
) -> int:
    def announce() -> None:
        shows_secret = settings["webhook_url"] is not None
        _announce(mock, base_url(listening), as_json=as_json, shows_secret=shows_secret)

    if workers == 1:
        Server(mock.app, announce).run([listening])
        return 0
    # Slow to import, and not needed for one process.
    from .serving.workers import WorkerError, run_workers

    if settings["webhook_url"] is not None:
        settings = settings | {"webhook_secret": mock.webhook_secret}
    try:
        run_workers(workers, make_app, settings, listening, announce)
    except WorkerError as error:
        print(f"dodo_license_mock: {error}", file=sys.stderr)
    return 1


def _announce(mock: LicenseMock, url: str, *, as_json: bool, shows_secret: bool) -> None:
    key_ids, count = mock.first_key_ids(_SHOWN_KEYS)
    facts: dict[str, Any] = {
        "base_url": url,
        "token": mock.token,
        "keys": count,
        "key_ids": key_ids,
    }
    if shows_secret:
        facts["webhook_secret"] = mock.webhook_secret
    if as_json:
        print(json.dumps(facts), flush=True)
        return
    del facts["key_ids"]
    lines = [f"{name.replace('_', ' '):16}{value}" for name, value in facts.items()]
    lines.append(f"{'control':16}{url}/_mock/")
    lines += [f"{'' if number else 'key ids':16}{key}" for number, key in enumerate(key_ids)]
    if count > len(key_ids):
        lines.append(f"{'':16}and {count - len(key_ids):,} more")
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main())
