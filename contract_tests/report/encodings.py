"""What a text may say in another encoding: percent, HTML, escapes, hex, base64, reversed, spaced.

`ENCODERS` names every encoding that is recognized; the tests encode secrets with them.
"""

import base64
import binascii
import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import quote, unquote

ENCODERS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "reversed": lambda text: text[::-1],
    "spaced": " ".join,
    "one character a line": "\n".join,
    "dotted": ".".join,
    "a list of characters": lambda text: json.dumps(list(text)),
    "percent": quote,
    "percent, every byte": lambda text: "".join(f"%{each:02x}" for each in text.encode()),
    "percent, every byte, twice": lambda text: "".join(f"%25{each:02X}" for each in text.encode()),
    "HTML, decimal": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(each):X};" for each in text),
    "JSON escapes": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "C escapes": lambda text: "".join(f"\\x{each:02x}" for each in text.encode()),
    "hex": lambda text: text.encode().hex(),
    "hex, upper case": lambda text: text.encode().hex().upper(),
    "hex with colons": lambda text: text.encode().hex(":"),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, in lines": lambda text: base64.encodebytes(b"x" * 50 + text.encode()).decode(),
    "base64 of more": lambda text: base64.b64encode(f"user:{text}:end".encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
}

# How often an encoding may be applied to the result of another one.
_DEPTH = 2
# A longer text is decoded once only.
_LONG = 20_000
_ROUNDS = 4
_SHORTEST = 4
_HEX = re.compile(r"[0-9a-fA-F]{16,}")
_HEX_SEPARATORS = re.compile(r"(?<=[0-9a-fA-F])[:\s.-](?=[0-9a-fA-F])")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_ESCAPE = re.compile(r"(?<!\\)\\+(?:u([0-9a-f]{4})|x([0-9a-f]{2})|[nrt])", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\W_]+")
# Parts of a text with a separator after every character, and one character of such a part.
_SPREAD = [
    (
        re.compile(f"(?:{character}{separator}){{5,}}{character}", re.DOTALL),
        re.compile(f"({character})(?:{separator}|$)", re.DOTALL),
    )
    for character, separator in (
        (".", " "),
        (".", "\n"),
        (".", r"\."),
        (r"(?:\\.|[^\\])", r'"\s*,\s*"'),
    )
]
_TO_STANDARD = str.maketrans("-_", "+/")


def canonical(text: str) -> str:
    """Reduce a text to its letters and digits, in lower case."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).lower())


def readings(text: str) -> Iterator[str]:
    """Yield the canonical form of everything that a text may say in one of the encodings."""
    seen: set[str] = set()
    level = {text}
    for _ in range(_DEPTH + 1 if len(text) <= _LONG else 2):
        following: set[str] = set()
        for each in level:
            for view in (each, *_joined(each)):
                plain, mirrored = _unescaped(view), _unescaped(view[::-1])
                said = canonical(plain)
                yield from (canonical(view), said, said[::-1], canonical(mirrored))
                for decodable in {plain, plain[::-1], mirrored}:
                    following |= _decoded(decodable)
                if view is not each:
                    following.add(plain)
        level = following - seen
        seen |= level


def _unescaped(text: str) -> str:
    """Resolve percent, HTML and backslash escapes, also when they are nested."""
    for _ in range(_ROUNDS):
        resolved = _ESCAPE.sub(_character, html.unescape(unquote(text, errors="replace")))
        if resolved == text:
            break
        text = resolved
    return text


def _character(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2]
    return chr(int(digits, 16)) if digits else " "


def _decoded(text: str) -> set[str]:
    """What the hexadecimal and the base64 parts of a text say, from every possible start."""
    dense = "".join(text.split())
    found: set[str] = set()
    for view in {text, dense, _HEX_SEPARATORS.sub("", text)}:
        for run in _HEX.findall(view):
            for start in (0, 1):
                digits = run[start : start + (len(run) - start) // 2 * 2]
                found.add(bytes.fromhex(digits).decode("utf-8", "replace"))
        for run in _BASE64.findall(view):
            for start in range(4):
                part = run[start:].translate(_TO_STANDARD)
                part = part[: len(part) - (len(part) % 4 == 1)]
                padded = part + "=" * (-len(part) % 4)
                found.add(binascii.a2b_base64(padded).decode("utf-8", "replace"))
    return {each for each in found if len(each) >= _SHORTEST}


def _joined(text: str) -> Iterator[str]:
    """The text with its spread parts, such as `a.b.c` and `["a", "b", "c"]`, joined."""
    for spread, one in _SPREAD:
        joined = text
        for found in {each.group() for each in spread.finditer(text)}:
            joined = joined.replace(found, "".join(one.findall(found)))
        if joined != text:
            yield joined
