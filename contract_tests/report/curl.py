"""Renders an exchange as a curl command that is safe to paste into a POSIX shell."""

import re
import shlex

from ..options import TOKEN_VARIABLE
from ..transport.exchange import Exchange
from .redaction import Redactor

# Headers that curl sets or recomputes.
_IMPLIED_HEADERS = frozenset(
    {
        b"host",
        b"content-length",
        b"transfer-encoding",
        b"connection",
        b"accept-encoding",
        b"user-agent",
    }
)


def curl(exchange: Exchange, redactor: Redactor) -> str:
    """Render the curl command that repeats the request of an exchange.

    The bearer token is read from the shell variable DODO_PAYMENTS_API_KEY. License keys and
    customer data are masked: fill them in before you run the command.
    """
    url = str(exchange.url)
    words = ["curl", "-i", *_method(exchange)]
    if re.search(r"[][{}]", url):
        words.append("--globoff")
    if "/." in url:
        words.append("--path-as-is")
    for name, value in exchange.request_headers.raw:
        if name.lower() not in _IMPLIED_HEADERS:
            header = name + (b": " + value if value else b";")
            words += ["-H", _word(header, redactor)]
    feed, data = _body(exchange, redactor)
    return " ".join([*feed, *words, *data, _word(url.encode(), redactor)])


def _method(exchange: Exchange) -> list[str]:
    if exchange.method == "HEAD" and not exchange.request_body:
        return ["-I"]
    if exchange.method == "GET" and not exchange.request_body:
        return []
    return ["-X", shlex.quote(exchange.method)]


def _body(exchange: Exchange, redactor: Redactor) -> tuple[list[str], list[str]]:
    """The command that pipes the body into curl, if needed, and the options that send the body."""
    body = exchange.request_body
    if not body:
        return [], []
    # Without this option, curl sends a form content type.
    claim = [] if "content-type" in exchange.request_headers else ["-H", "Content-Type:"]
    masked = redactor.masked(_decoded(body))
    if _is_printable(masked):
        return [], [*claim, "--data-raw", _word(body, redactor)]
    return ["printf", _format(masked), "|"], [*claim, "--data-binary", "@-"]


def _word(content: bytes, redactor: Redactor) -> str:
    """Quote bytes as one shell word and replace the token with its variable."""
    text = _decoded(content)
    parts = text.split(redactor.token) if redactor.token else [text]
    variable = f"${TOKEN_VARIABLE}"
    if len(parts) == 2 and not parts[1] and re.fullmatch(r"[\w :.,/-]*", parts[0], re.ASCII):
        return f'"{parts[0]}{variable}"'
    return f'"{variable}"'.join(_quoted(redactor.masked(part)) for part in parts) or "''"


def _quoted(text: str) -> str:
    if not text:
        return ""
    return shlex.quote(text) if _is_printable(text) else f'"$(printf {_format(text)})"'


def _format(text: str) -> str:
    """A quoted printf format that prints exactly the bytes of the text."""
    return shlex.quote("".join(map(_printf_escape, text.encode("utf-8", "surrogateescape"))))


def _printf_escape(byte: int) -> str:
    character = chr(byte)
    plain = character.isascii() and character.isprintable() and character not in "\\%-"
    return character if plain else f"\\{byte:03o}"


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _is_printable(text: str) -> bool:
    return text.replace("\n", "").isprintable()
