"""Encoders of the arguments that `_codec` does not encode: dates, arrays, objects and unions."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

from ._codec import Encoder, MalformedError, encode_string

if TYPE_CHECKING:
    from ._model import Model

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
HEADER = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def wrong_type(name: str, expected: str, value: object) -> TypeError:
    """Return the error for an argument of the wrong type."""
    return TypeError(f"{name} must be {expected}, not {type(value).__name__}")


def encode_number(name: str, value: object) -> float:
    """Return a finite number unchanged.

    Raises:
        TypeError: The value is not a number, or is a boolean.
        ValueError: The value is not finite.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong_type(name, "a number", value)
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number")
    return value


def encode_date(name: str, value: object) -> str:
    """Format a date, or check a date given as a string such as `2030-12-31`.

    Raises:
        TypeError: The value is neither a date nor a string, or is a datetime.
        ValueError: The string is not a date.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise wrong_type(name, "a date", value)
    if not DATE.fullmatch(value):
        raise ValueError(f"{name} must be a date such as 2030-12-31")
    date.fromisoformat(value)
    return value


def encode_uuid(name: str, value: object) -> str:
    """Format a UUID, or check a UUID given as a string.

    Raises:
        TypeError: The value is neither a UUID nor a string.
        ValueError: The string is not a UUID.
    """
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        raise wrong_type(name, "a UUID", value)
    try:
        return str(UUID(value))
    except ValueError:
        raise ValueError(f"{name} must be a UUID") from None


def encode_bytes(name: str, value: object) -> bytes:
    """Return bytes unchanged.

    Raises:
        TypeError: The value is not bytes.
    """
    if isinstance(value, bytes):
        return value
    raise wrong_type(name, "bytes", value)


def encode_text_body(name: str, value: object) -> bytes:
    """Encode a string as UTF-8.

    Raises:
        TypeError: The value is not a string.
    """
    return encode_string(name, value).encode()


def encode_any(name: str, value: object) -> Any:
    """Return any JSON value unchanged.

    Raises:
        TypeError: JSON cannot represent the value.
        ValueError: The value contains a number that is not finite.
    """
    try:
        json.dumps(value, allow_nan=False)
    except TypeError:
        raise wrong_type(name, "a JSON value", value) from None
    return value


def encode_value(*choices: object) -> Encoder:
    """Return an encoder that accepts only the given values."""

    def encode(name: str, value: object) -> Any:
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}")
        return value

    return encode


def encode_list(encode: Encoder) -> Encoder:
    """Return an encoder of a list or a tuple whose items have one kind."""

    def encode_items(name: str, value: object) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise wrong_type(name, "a list", value)
        return [encode(f"{name}[{index}]", item) for index, item in enumerate(value)]

    return encode_items


def encode_map(encode: Encoder) -> Encoder:
    """Return an encoder of a mapping from strings to values of one kind."""

    def encode_values(name: str, value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise wrong_type(name, "a mapping with string keys", value)
        return {key: encode(f"{name}[{key!r}]", item) for key, item in value.items()}

    return encode_values


def encode_model(get_model: Callable[[], type[Model]]) -> Encoder:
    """Return an encoder of a model, or of a mapping that is the JSON of one."""

    def encode(name: str, value: object) -> dict[str, Any]:
        model = get_model()
        if isinstance(value, model):
            data = value.to_dict()
        elif isinstance(value, Mapping):
            data = dict(value)
        else:
            raise wrong_type(name, f"{model.__name__} or a mapping", value)
        try:
            return model.from_dict(data).to_dict()
        except MalformedError as error:
            raise ValueError(f"{name} is invalid: {error}") from None

    return encode


def encode_one_of(*encoders: Encoder) -> Encoder:
    """Return an encoder that tries several encoders and uses the first that accepts the value."""

    def encode(name: str, value: object) -> Any:
        errors = []
        for each in encoders:
            try:
                return each(name, value)
            except (TypeError, ValueError) as error:
                errors.append(error)
        reasons = "; or ".join(dict.fromkeys(map(str, errors)))
        if all(isinstance(error, TypeError) for error in errors):
            raise TypeError(reasons)
        raise ValueError(reasons)

    return encode


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
