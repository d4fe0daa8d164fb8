"""Serialize encoded arguments that JSON does not carry: in headers, cookies, queries and forms."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from ._codec import Encoder
from ._encoders import wrong_type

HEADER = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def encode_text(name: str, value: object) -> str:
    """Convert an encoded scalar, or a list of scalars, to the text of a path, a header or a cookie.

    Raises:
        TypeError: The value is an object.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return json.dumps(value)
    if isinstance(value, list):
        return ",".join(encode_text(name, item) for item in value)
    raise wrong_type(name, "a string, a number or a boolean", value)


def as_text(encode: Encoder) -> Encoder:
    """Return an encoder that converts the encoded value to text. None stays None."""

    def encode_as_text(name: str, value: object) -> str | None:
        encoded = encode(name, value)
        return None if encoded is None else encode_text(name, encoded)

    return encode_as_text


def as_json(encode: Encoder) -> Encoder:
    """Return an encoder that converts the encoded value to JSON text."""

    def encode_as_json(name: str, value: object) -> str:
        return json.dumps(encode(name, value), separators=(",", ":"))

    return encode_as_json


def joined(encode: Encoder, separator: str) -> Encoder:
    """Return an encoder that joins the items of a list to one text."""

    def encode_joined(name: str, value: object) -> str | None:
        encoded = encode(name, value)
        return (
            None if encoded is None else separator.join(encode_text(name, each) for each in encoded)
        )

    return encode_joined


def expand_query(query: dict[str, Any], styles: Mapping[str, str]) -> dict[str, Any]:
    """Replace the objects of a query by one parameter for each property.

    Args:
        query: The encoded query.
        styles: `form` or `deepObject` for each parameter that is an object, by name.
    """
    expanded: dict[str, Any] = {}
    for name, value in query.items():
        if name not in styles or value is None:
            expanded[name] = value
            continue
        for key, item in value.items():
            parameter = f"{name}[{key}]" if styles[name] == "deepObject" else key
            expanded[parameter] = (
                [encode_text(parameter, each) for each in item]
                if isinstance(item, list)
                else encode_text(parameter, item)
            )
    return expanded


def encode_headers(headers: Mapping[str, str | None]) -> dict[str, str]:
    """Check the values of headers, and omit those that are None.

    Raises:
        ValueError: A value contains a line break or another character that is not allowed.
    """
    for name, value in headers.items():
        if value is not None and not HEADER.fullmatch(value):
            raise ValueError(f"{name} contains a character that a header cannot contain")
    return {name: value for name, value in headers.items() if value is not None}


def encode_cookies(cookies: Mapping[str, str | None]) -> dict[str, str]:
    """Return the header that sends cookies."""
    pairs = [
        f"{name}={quote(value, safe='')}" for name, value in cookies.items() if value is not None
    ]
    return {"Cookie": "; ".join(pairs)} if pairs else {}


def encode_form(fields: Mapping[str, Any]) -> bytes:
    """Encode a body as `application/x-www-form-urlencoded`. Objects use brackets, as in `a[b]`."""
    return urlencode([*_form_pairs(fields)]).encode("ascii")


def _form_pairs(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in fields.items():
        if value is None:
            continue
        if isinstance(value, dict):
            pairs += _form_pairs({f"{name}[{key}]": item for key, item in value.items()})
        elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
            pairs += _form_pairs({f"{name}[{index}]": item for index, item in enumerate(value)})
        elif isinstance(value, list):
            pairs += [(name, encode_text(name, item)) for item in value]
        elif isinstance(value, bytes):
            pairs.append((name, base64.b64encode(value).decode("ascii")))
        else:
            pairs.append((name, encode_text(name, value)))
    return pairs


def encode_multipart(fields: Mapping[str, Any]) -> tuple[bytes, str]:
    """Encode a body as `multipart/form-data` (RFC 7578).

    Returns:
        The body, and the media type with its boundary.
    """
    boundary = uuid4().hex
    parts = []
    for name, value in fields.items():
        for item in value if isinstance(value, list) else [value]:
            if item is None:
                continue
            label = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            head = f'Content-Disposition: form-data; name="{label}"'
            if isinstance(item, bytes):
                head += f'; filename="{label}"\r\nContent-Type: application/octet-stream'
                body = item
            elif isinstance(item, dict):
                head += "\r\nContent-Type: application/json"
                body = json.dumps(item, separators=(",", ":")).encode()
            else:
                body = encode_text(name, item).encode()
            parts.append(b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary.encode(), head.encode(), body))
    content = b"".join(parts) + b"--%s--\r\n" % boundary.encode()
    return content, f"multipart/form-data; boundary={boundary}"
