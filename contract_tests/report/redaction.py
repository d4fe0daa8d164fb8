"""Masks tokens, license keys and customer data in everything that the suite writes."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from .encodings import canonical, readings

MASK = "[redacted]"
# Stands for a text that may say a secret in an encoding that the patterns do not find.
DROPPED = "[redacted: the text may contain an encoded secret]"
SECRET_FIELDS = frozenset(
    {"key", "license_key", "customer_id", "email", "phone_number", "metadata", "customer"}
)
_SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
# A shorter value, such as a customer named "a", would mask unrelated text.
_SHORTEST_SECRET = 6
# A shorter one would be found in unrelated text once all separators are removed.
_SHORTEST_ENCODED = 8
# A letter that no secret contains, so that the texts around a mask are not read together.
_BARRIER = "\u4e00"
# Only the start of a longer text is kept. Its end is dropped too because it may cut a secret.
_READ = 100_000
_MARGIN = 10_000
# What may separate the letters and digits of a secret in any encoding, including nested encodings:
# %2F, \\u002f, \\x2f, &quot;, &#x27;. The alternatives are disjoint, so no text causes catastrophic
# backtracking.
_GAP = (
    r"(?:%(?:25)*[0-9a-f]{2}|u[0-9a-f]{4}|x[0-9a-f]{2,4}|(?:amp|quot|apos|lt|gt)(?![a-z0-9])"
    r"|(?<=#)\d{2,4}|[^a-z0-9]){0,60}"
)
# Marks the place where the target truncated a text.
_ELLIPSIS = r"[^\n]{0,200}?(?:\.\.\.|…)"
_CUT_AT = 6

_SCHEME = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',\\]+")
# A member of a JSON object or Python dict in a text, with any level of escaped quotes, even if its
# value is truncated.
_MEMBER = re.compile(
    r"""(["'](?:key|license_key|customer_id|email|phone_number)\\*["']\s*:\s*)"""
    r"""(\\*)(["'])(?:(?!(?<!\\)\2\3).)*""",
    re.DOTALL,
)
_PARAMETER = re.compile(r"\b((?:license_key|customer_id|email)=)[^&\s\"'#]+")


class Redactor:
    """Masks secrets by field name and, once learned, by value in any text.

    Unprintable characters are escaped: control characters, lone surrogates and bidirectional marks.
    A response therefore cannot control the terminal or produce invalid XML.

    Args:
        token: The bearer token to mask.
    """

    def __init__(self, token: str = "") -> None:
        self.token = token
        self._patterns: dict[str, _Pattern] = {}
        self._canonical: set[str] = set()
        if token:
            self._add(token)

    def learn(self, value: Any) -> None:
        """Learn the secrets in a parsed JSON value so that they are masked in any text."""
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
        """Mask the secrets in a text and truncate it to `limit` characters."""
        return _cut(_printable(self._masked_start(text)), limit)

    def masked(self, text: str) -> str:
        """Mask the secrets in a text and leave the rest unchanged.

        A text that says a secret in one of the `ENCODERS` is dropped as a whole.
        """
        lowered = text.lower()
        found = [each for each in self._patterns.values() if each.start in lowered]
        for pattern in sorted(found, key=lambda each: -each.length):
            text = pattern.whole.sub(MASK, text)
        for pattern in found:
            text = pattern.cut.sub(f"{MASK}…", text)
        text = _MEMBER.sub(rf"\1\2\3{MASK}", text)
        text = _PARAMETER.sub(rf"\1{MASK}", text)
        text = _SCHEME.sub(rf"\1 {MASK}", text)
        return text if self._is_clean(text) else DROPPED

    def body(self, body: bytes, limit: int = 2000) -> str:
        """Mask the secrets in a body and truncate it to `limit` characters."""
        try:
            text = json.dumps(self._masked_json(json.loads(body)), indent=2, ensure_ascii=False)
            # A list of characters says more than each of its members.
            text = text if self._is_clean(text[:_READ]) else DROPPED
        except (ValueError, RecursionError):
            text = self._masked_start(body[: 4 * _READ].decode("utf-8", "backslashreplace"))
        return _cut(_printable(text), limit, f" ({len(body):,} bytes)")

    def headers(self, headers: httpx.Headers, limit: int = 500) -> list[tuple[str, str]]:
        """Mask the secrets in headers and truncate each to `limit` characters."""
        return [
            (
                self.text(name, limit),
                MASK if name.lower() in _SECRET_HEADERS else self.text(value, limit),
            )
            for name, value in headers.multi_items()
        ]

    def _remember(self, secret: str) -> None:
        if len(secret) >= _SHORTEST_SECRET and secret not in self._patterns:
            self._add(secret)

    def _add(self, secret: str) -> None:
        self._patterns[secret] = _Pattern.of(secret)
        plain = canonical(secret)
        if len(plain) >= _SHORTEST_ENCODED:
            self._canonical.add(plain)

    def _is_clean(self, text: str) -> bool:
        """Whether a text says no secret in any known encoding."""
        if len(text) < _SHORTEST_ENCODED:
            return True
        return not any(
            secret in reading
            for reading in readings(text.replace(MASK, _BARRIER))
            for secret in self._canonical
        )

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
    """Finds a secret in any encoding.

    Attributes:
        start: The lower-case prefix that all encodings share.
        whole: Matches the complete secret.
        cut: Matches a truncated secret up to its ellipsis.
        length: The length of the secret.
    """

    start: str
    whole: re.Pattern[str]
    cut: re.Pattern[str]
    length: int

    @classmethod
    def of(cls, secret: str) -> "_Pattern":
        """Build the pattern of a secret."""
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
    """The secret up to its sixth letter or digit."""
    positions = [at for at, each in enumerate(secret) if each.isascii() and each.isalnum()]
    return secret[: positions[_CUT_AT - 1] + 1]


def _printable(text: str) -> str:
    return "".join(
        each if each.isprintable() or each in "\n\t" else each.encode("unicode_escape").decode()
        for each in text
    )


def _cut(text: str, limit: int, note: str = "") -> str:
    return text if len(text) <= limit else f"{text[:limit]}…{note}"
