# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Removes tokens and license keys from a server's text, and makes the text safe to print."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

REDACTED = "[redacted]"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# The form of every error code that the API documents.
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
SECRET_NAME = re.compile(
    r"(.*[_-])?(key|token|secret|authorization|cookie|password)", re.IGNORECASE
)
LONGEST_MESSAGE = 500
# A shorter secret may also be part of an ordinary word, so only whole words are redacted.
SHORT_SECRET = 8


def error_fields(content: bytes) -> tuple[str | None, str | None]:
    """Parse the code and the message of an error body. Each is None if it is missing."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(body, dict):
        return None, None
    fields = cast("dict[str, Any]", body)
    code, message = fields.get("code"), fields.get("message")
    return (
        code if isinstance(code, str) else None,
        message if isinstance(message, str) else None,
    )


def secrets_in(values: object) -> Iterator[str]:
    """Yield the strings whose name says that they are secret, in JSON or in headers.

    Args:
        values: Decoded JSON, or a mapping of header names to values.
    """
    if isinstance(values, Mapping):
        for name, value in cast("Mapping[str, Any]", values).items():
            if isinstance(value, str) and SECRET_NAME.fullmatch(str(name)):
                yield value
                # The credentials of an Authorization header follow its scheme.
                yield value.rpartition(" ")[2]
            else:
                yield from secrets_in(value)
    elif isinstance(values, (list, tuple)):
        for value in cast("Iterable[Any]", values):
            yield from secrets_in(value)


def redact(text: str, secrets: set[str]) -> str:
    """Replace secrets, in any case, and all text that looks like a license key."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        pattern = re.escape(secret)
        if len(secret) < SHORT_SECRET:
            pattern = rf"(?<!\w){pattern}(?!\w)"
        text = re.sub(pattern, REDACTED, text, flags=re.IGNORECASE)
    return UUID.sub(REDACTED, text)


def safe_message(text: str, secrets: set[str]) -> str:
    """Return a text of a server without secrets, in one line, at most 500 characters long."""
    text = printable(redact(text, secrets))
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}..."


def safe_code(code: str, secrets: set[str], token: str | None) -> str:
    """Return an error code. One in the form of the documented codes is returned unchanged.

    A customer may type a word such as `LICENSE` as the license key, which is part of many codes.
    """
    if CODE.fullmatch(code) and (token is None or token not in code):
        return code
    return safe_message(code, secrets)[:100]


def printable(text: str) -> str:
    """Escape line breaks, terminal controls and other characters that are not printable."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )
