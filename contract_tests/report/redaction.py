"""Keeps tokens, license keys and what identifies a customer out of all that is written."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

MASK = "[redacted]"
SECRET_FIELDS = frozenset(
    {"key", "license_key", "customer_id", "email", "phone_number", "metadata", "customer"}
)
_SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
# Shorter values would mask innocent text: a customer called "a".
_SHORTEST_SECRET = 6
# Of longer texts only the start is read. The last of it is left out too: a secret may be cut there.
_READ = 100_000
_MARGIN = 10_000
# What may stand between the letters and digits of a secret, in any encoding and any number of
# encodings over one another: %2F, \\u002f, \\x2f, &quot;, &#x27;. No two ways match at one place,
# so that no text makes the search slow.
_GAP = (
    r"(?:%(?:25)*[0-9a-f]{2}|u[0-9a-f]{4}|x[0-9a-f]{2,4}|(?:amp|quot|apos|lt|gt)(?![a-z0-9])"
    r"|(?<=#)\d{2,4}|[^a-z0-9]){0,60}"
)
# Where a text was cut by whoever wrote it.
_ELLIPSIS = r"[^\n]{0,200}?(?:\.\.\.|…)"
_CUT_AT = 6

_SCHEME = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',\\]+")
# A member of JSON or of a Python dict within a text, however often its quotes are escaped, and
# even where its value is cut off.
_MEMBER = re.compile(
    r"""(["'](?:key|license_key|customer_id|email|phone_number)\\*["']\s*:\s*)"""
    r"""(\\*)(["'])(?:(?!(?<!\\)\2\3).)*""",
    re.DOTALL,
)
_PARAMETER = re.compile(r"\b((?:license_key|customer_id|email)=)[^&\s\"'#]+")


class Redactor:
    """Masks secrets, by the field that holds them and by their value wherever it turns up.

    Texts also come out printable: control characters, lone surrogates and marks that turn the
    direction of writing are shown as escapes, so that no answer can steer a terminal or break XML.

    Args:
        token: The bearer token, masked from the start.
    """

    def __init__(self, token: str = "") -> None:
        self.token = token
        self._patterns: dict[str, _Pattern] = {}
        if token:
            self._patterns[token] = _Pattern.of(token)

    def learn(self, value: Any) -> None:
        """Remember every secret in a parsed JSON value, so that text is masked too."""
        pending = [value]
        while pending:
            each = pending.pop()
            if isinstance(each, dict):
                for name, member in each.items():
                    if name in SECRET_FIELDS and isinstance(member, str | int):
                        self._remember(str(member))
                    else:
                        pending.append(member)
            elif isinstance(each, list):
                pending += each

    def text(self, text: str, limit: int = _READ) -> str:
        """Mask the secrets in a text and cut it to so many characters."""
        return _cut(_printable(self._masked_start(text)), limit)

    def masked(self, text: str) -> str:
        """Mask the secrets in a text and leave the rest of it as it is."""
        lowered = text.lower()
        found = [each for each in self._patterns.values() if each.start in lowered]
        for pattern in sorted(found, key=lambda each: -each.length):
            text = pattern.whole.sub(MASK, text)
        for pattern in found:
            text = pattern.cut.sub(f"{MASK}…", text)
        text = _MEMBER.sub(rf"\1\2\3{MASK}", text)
        text = _PARAMETER.sub(rf"\1{MASK}", text)
        return _SCHEME.sub(rf"\1 {MASK}", text)

    def body(self, body: bytes, limit: int = 2000) -> str:
        """Mask the secrets in a body and cut it to so many characters."""
        try:
            text = json.dumps(self._masked_json(json.loads(body)), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            text = self._masked_start(body[: 4 * _READ].decode("utf-8", "backslashreplace"))
        return _cut(_printable(text), limit, f" ({len(body):,} bytes)")

    def headers(self, headers: httpx.Headers, limit: int = 500) -> list[tuple[str, str]]:
        """Mask the secrets in headers and cut each to so many characters."""
        return [
            (
                self.text(name, limit),
                MASK if name.lower() in _SECRET_HEADERS else self.text(value, limit),
            )
            for name, value in headers.multi_items()
        ]

    def _remember(self, secret: str) -> None:
        if len(secret) >= _SHORTEST_SECRET and secret not in self._patterns:
            self._patterns[secret] = _Pattern.of(secret)

    def _masked_start(self, text: str) -> str:
        whole = len(text) <= _READ
        return self.masked(text) if whole else self.masked(text[:_READ])[:-_MARGIN] + "…"

    def _masked_json(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                self.masked(name): MASK
                if name in SECRET_FIELDS and each is not None
                else self._masked_json(each)
                for name, each in value.items()
            }
        if isinstance(value, list):
            return [self._masked_json(each) for each in value]
        if isinstance(value, int | float) and str(value) in self._patterns:
            return MASK
        return self.masked(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class _Pattern:
    """Finds a secret in any way of writing it.

    Attributes:
        start: What every way of writing begins with, in small letters.
        whole: Matches the secret.
        cut: Matches its start up to an ellipsis.
        length: Of the secret.
    """

    start: str
    whole: re.Pattern[str]
    cut: re.Pattern[str]
    length: int

    @classmethod
    def of(cls, secret: str) -> "_Pattern":
        """Make the pattern of a secret."""
        runs = re.findall("[A-Za-z0-9]+", secret)
        if sum(map(len, runs)) < _SHORTEST_SECRET:
            encoded = quote(secret.encode("utf-8", "surrogatepass"))
            ways = map(re.escape, (secret, encoded, json.dumps(secret)[1:-1]))
            expression = re.compile("|".join(ways), re.IGNORECASE)
            return cls("", expression, expression, len(secret))
        first = re.findall("[A-Za-z0-9]+", _start(secret))
        return cls(
            first[0].lower(),
            re.compile(_GAP.join(runs), re.IGNORECASE),
            re.compile(_GAP.join(first) + _ELLIPSIS, re.IGNORECASE),
            len(secret),
        )


def _start(secret: str) -> str:
    """A secret up to its sixth letter or digit."""
    positions = [at for at, each in enumerate(secret) if each.isascii() and each.isalnum()]
    return secret[: positions[_CUT_AT - 1] + 1]


def _printable(text: str) -> str:
    return "".join(
        each if each.isprintable() or each in "\n\t" else each.encode("unicode_escape").decode()
        for each in text
    )


def _cut(text: str, limit: int, note: str = "") -> str:
    return text if len(text) <= limit else f"{text[:limit]}…{note}"
