"""The command line: `python -m dodo_license_mock`."""

import argparse
import contextlib
import errno
import json
import socket
import sys
from typing import NoReturn

from .mock import DEFAULT_TOKEN, LicenseMock
from .server import Server, base_url, listen


class UsageError(Exception):
    """The mock can not run as asked; the text is one sentence for a person."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the command line."""
        raise UsageError(message)


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; return 0 then and 2 if the options do not work."""
    try:
        options = _parser().parse_args(arguments)
        mock = LicenseMock(token=options.token)
        listening = _listen(options.host, options.port)
    except UsageError as error:
        print(f"dodo_license_mock: {error}", file=sys.stderr)
        return 2
    with listening, contextlib.suppress(KeyboardInterrupt):
        Server(mock.app, lambda: _announce(mock, listening, as_json=options.json)).run([listening])
    return 0


def _parser() -> Parser:
    parser = Parser(prog="python -m dodo_license_mock", description=__doc__, allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=_port, default=4010, help="port to listen on, 0 for a free one (%(default)s)"
    )
    parser.add_argument(
        "--token", type=_token, default=DEFAULT_TOKEN, help="bearer token to accept (%(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print what to use as a line of JSON")
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or not text or " " in text:
        raise argparse.ArgumentTypeError("a token is printable ASCII without spaces")
    return text


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        reason = "the port is taken" if error.errno == errno.EADDRINUSE else error.strerror
        raise UsageError(f"can not listen on {host} port {port}: {reason}") from error


def _announce(mock: LicenseMock, listening: socket.socket, *, as_json: bool) -> None:
    if as_json:
        facts = {"base_url": base_url(listening), "token": mock.token, "key_ids": mock.key_ids}
        print(json.dumps(facts), flush=True)
        return
    print(f"base URL  {base_url(listening)}\ntoken     {mock.token}")
    for number, key_id in enumerate(mock.key_ids):
        print(f"{'' if number else 'key ids':8}  {key_id}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
