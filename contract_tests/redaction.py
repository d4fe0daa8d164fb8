"""Keeps tokens, license keys and what identifies a customer out of all that is written."""

import json
import re
from collections.abc import Iterable
from typing import Any

import httpx

MASK = "[redacted]"
SECRET_FIELDS = frozenset(
    {"key", "license_key", "customer_id", "email", "phone_number", "metadata", "customer"}
)
_SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
# Shorter values would mask innocent text: a customer called "a".
_SHORTEST_SECRET = 6


class Redactor:
    """Masks secrets, by the field that holds them and by their value wherever it turns up.

    Args:
        secrets: Values to mask from the start, such as the bearer token.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = {secret for secret in secrets if secret}

    def learn(self, value: Any) -> None:
        """Remember every secret in a parsed JSON value, so that text is masked too."""
        if isinstance(value, dict):
            for name, each in value.items():
                if name in SECRET_FIELDS and isinstance(each, str):
                    if len(each) >= _SHORTEST_SECRET:
                        self._secrets.add(each)
                else:
                    self.learn(each)
        elif isinstance(value, list):
            for each in value:
                self.learn(each)

    def text(self, text: str) -> str:
        """Mask the secrets in a text."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return re.sub(r"(?i)\b(bearer|basic)\s+[^\s\"',]+", rf"\1 {MASK}", text)

    def json(self, value: Any) -> Any:
        """Mask the secrets in a parsed JSON value."""
        if isinstance(value, dict):
            return {
                self.text(name): MASK
                if name in SECRET_FIELDS and each is not None
                else self.json(each)
                for name, each in value.items()
            }
        if isinstance(value, list):
            return [self.json(each) for each in value]
        return self.text(value) if isinstance(value, str) else value

    def body(self, body: bytes, limit: int = 2000) -> str:
        """Mask the secrets in a body and cut it to so many characters."""
        try:
            text = json.dumps(self.json(json.loads(body)), ensure_ascii=False)
        except (ValueError, RecursionError):
            text = self.text(body[: 4 * limit].decode("utf-8", "backslashreplace"))
        return text if len(text) <= limit else f"{text[:limit]}… ({len(body)} bytes)"

    def headers(self, headers: httpx.Headers) -> list[tuple[str, str]]:
        """Mask the secrets in headers."""
        return [
            (name, MASK if name.lower() in _SECRET_HEADERS else self.text(value))
            for name, value in headers.multi_items()
        ]
