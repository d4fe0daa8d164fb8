"""Redaction of recorded requests: what is not known to be harmless is replaced."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

REDACTED = "{redacted}"
MAX_BODY_BYTES = 16 * 1024
"""The largest body that is recorded."""

_ID = re.compile(r"(lic|lki|cus|pdt|pay|sub|entg|bus|brnd)_[A-Za-z0-9_-]{1,40}")
_MEMBER_ID = re.compile(r"(lic|lki)_[A-Za-z0-9_-]{1,40}")
_KNOWN = re.compile(r"/(license_keys|license_key_instances|licenses/[a-z]{1,20})?")
_MEMBER = re.compile(r"/(license_keys|license_key_instances)/")
_WORD = re.compile(r"active|expired|disabled|auto|import|manual|\d{1,10}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt][0-9:.Zz+-]{5,30}")
_TEXTS = frozenset({"code", "message", "name"})


def redact_path(path: str) -> str:
    """Return a path in which a part that is not an id of the API is `{redacted}`."""
    if _KNOWN.fullmatch(path):
        return path
    member = _MEMBER.match(path)
    if member is None:
        return f"/{REDACTED}"
    rest = path[member.end() :]
    return member.group() + (rest if _MEMBER_ID.fullmatch(rest) else REDACTED)


def redact_method(method: str) -> str:
    """Return a method, `{redacted}` if it is not one."""
    return method if method.isascii() and method.isalpha() else REDACTED


def redact_query(query: bytes) -> str:
    """Return a query string in which only ids, times, numbers and states are shown."""
    pairs = parse_qsl(query.decode("ascii", "replace"), keep_blank_values=True)
    shown = [
        (name if name.isidentifier() and len(name) < 20 else REDACTED, _redact_text(value))
        for name, value in pairs
    ]
    return urlencode(shown, safe="{}:")


def redact_body(body: bytes | None) -> Any:
    """Return the content of a JSON body without secrets, None if it is empty.

    Names of instances, codes and messages are shown, and ids, times, numbers and states.
    """
    if not body:
        return REDACTED if body is None else None
    try:
        return _redact(msgspec.json.decode(body))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return REDACTED


def _redact(content: Any, name: str = "") -> Any:
    if isinstance(content, dict):
        return {
            (key if key.isidentifier() else REDACTED): _redact(value, key)
            for key, value in content.items()
        }
    if isinstance(content, list):
        return [_redact(item) for item in content]
    if isinstance(content, str):
        return content if name in _TEXTS else _redact_text(content)
    return content


def _redact_text(text: str) -> str:
    is_harmless = any(known.fullmatch(text) for known in (_ID, _WORD, _INSTANT))
    return text if is_harmless else REDACTED
