"""Keeps tokens, license keys and what identifies a customer out of all that is written."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import httpx

MASK = "[redacted]"
SECRET_FIELDS = frozenset(
    {"key", "license_key", "customer_id", "email", "phone_number", "metadata", "customer"}
)
_SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
# Shorter values would mask innocent text: a customer called "a".
_SHORTEST_SECRET = 6
_LONGEST_BODY_READ = 100_000

_SCHEME = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',\\]+")
# A member of JSON or of a Python dict within a text, however often its quotes are escaped, and
# even where its value is cut off.
_MEMBER = re.compile(
    r"""(\\*["'](?:key|license_key|customer_id|email|phone_number)\\*["']\s*:\s*)"""
    r"""(\\*["'])(?:(?!\2)(?:\\.|.))*""",
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
        self._secrets = {token} - {""}
        self._forms: list[str] = []
        self._forms_of = 0

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

    def text(self, text: str, limit: int | None = None) -> str:
        """Mask the secrets in a text and cut it to so many characters."""
        return _cut(_printable(self.masked(text)), limit)

    def masked(self, text: str) -> str:
        """Mask the secrets in a text and leave the rest of it as it is."""
        lowered = text.lower()
        for form in self._all_forms():
            if form in lowered:
                text = re.sub(re.escape(form), MASK, text, flags=re.IGNORECASE)
                lowered = text.lower()
        text = _MEMBER.sub(rf"\1\2{MASK}", text)
        text = _PARAMETER.sub(rf"\1{MASK}", text)
        return _SCHEME.sub(rf"\1 {MASK}", text)

    def body(self, body: bytes, limit: int = 2000) -> str:
        """Mask the secrets in a body and cut it to so many characters."""
        try:
            text = json.dumps(self._masked_json(json.loads(body)), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            text = body[:_LONGEST_BODY_READ].decode("utf-8", "backslashreplace")
            text = self.masked(text)
            if len(body) > _LONGEST_BODY_READ:
                # The last secret in it may be cut, and so not known as one.
                text = text[: -max(map(len, self._all_forms()), default=1)]
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
        if len(secret) >= _SHORTEST_SECRET:
            self._secrets.add(secret)

    def _all_forms(self) -> list[str]:
        """Every way in which a secret may be written, in small letters, the longest first."""
        if len(self._secrets) != self._forms_of:
            secrets = tuple(self._secrets)
            forms = {form.lower() for secret in secrets for form in _forms(secret)}
            self._forms = sorted(forms, key=len, reverse=True)
            self._forms_of = len(secrets)
        return self._forms

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
        if isinstance(value, int | float) and str(value) in self._secrets:
            return MASK
        return self.masked(value) if isinstance(value, str) else value


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield html.escape(secret)
    yield repr(secret)[1:-1]
    for escaped in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield escaped
        yield escaped.replace("/", "\\/")
        yield json.dumps(escaped)[1:-1]
    encoded = secret.encode("utf-8", "surrogatepass")
    yield quote(encoded)
    yield quote(encoded, safe="")
    yield quote_plus(encoded)


def _printable(text: str) -> str:
    return "".join(
        each if each.isprintable() or each in "\n\t" else each.encode("unicode_escape").decode()
        for each in text
    )


def _cut(text: str, limit: int | None, note: str = "") -> str:
    return text if limit is None or len(text) <= limit else f"{text[:limit]}…{note}"
