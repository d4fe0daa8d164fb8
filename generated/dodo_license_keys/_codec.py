# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Encodes and checks the arguments of a call, and decodes date-times."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote, urlencode

from ._types import UNSET

Encoder = Callable[[str, Any], Any]

UNRESERVED = re.compile(r"[A-Za-z0-9_~-]+")
# RFC 3339, section 5.6, which allows a space instead of the T, and lower-case letters.
DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:)(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
# Lengths of the forms that datetime.fromisoformat() parses. Before Python 3.11 it rejects the Z.
ISO_LENGTHS: tuple[int, ...] = (20, 27) if sys.version_info >= (3, 11) else ()
_from_iso_format = datetime.fromisoformat


class MalformedError(ValueError):
    """A response violates the OpenAPI specification. The text names the field, never its value."""


class Timestamp(datetime):
    """An instant that keeps its original text, because formatting it gives another text."""

    text: str | None = None


def parse_datetime(text: str) -> datetime:
    """Parse an RFC 3339 date-time into an aware datetime.

    Raises:
        MalformedError: The text is not an RFC 3339 date-time with an offset.
    """
    # Fast path for YYYY-MM-DDTHH:MM:SSZ with or without microseconds, detected by its separators.
    if text[4:17:3] == "--T::" and text[-1] == "Z" and len(text) in ISO_LENGTHS:
        try:
            instant = _from_iso_format(text)
            if instant.microsecond or len(text) == 20:
                return instant
        except ValueError:
            pass
    try:
        return _parse_any_datetime(text)
    except (ValueError, OverflowError):
        raise MalformedError("not an RFC 3339 date-time with an offset") from None


def _parse_any_datetime(text: str) -> datetime:
    match = DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError
    date, minutes, seconds, fraction, offset = match.groups()
    # datetime does not support leap seconds: use the second before, plus one.
    leap = seconds == "60"
    micros = (fraction or "").ljust(6, "0")[:6]
    offset = "+00:00" if offset in "Zz" else offset
    instant = datetime.fromisoformat(
        f"{date}T{minutes}{'59' if leap else seconds}.{micros}{offset}"
    ) + timedelta(seconds=leap)
    if instant.isoformat()[:-6] + "Z" == text:
        return instant
    stamp = Timestamp.fromisoformat(instant.isoformat())
    stamp.text = text
    return stamp


def format_datetime(value: datetime) -> str:
    """Format an aware datetime as RFC 3339 in UTC, or return its original text if it has one."""
    text: str | None = getattr(value, "text", None)
    if text is not None:
        return text
    return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def encode_string(name: str, value: object) -> str:
    """Return a string as an instance of `str` itself.

    A subclass, such as a string enumeration, may override how it is formatted.

    Raises:
        TypeError: The value is not a string.
    """
    if type(value) is str:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    raise _type_error(name, "a string", value)


def encode_integer(name: str, value: object) -> int:
    """Return an integer as an instance of `int` itself.

    Raises:
        TypeError: The value is not an integer, or is a boolean.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__int__(value)
    raise _type_error(name, "an integer", value)


def encode_boolean(name: str, value: object) -> bool:
    """Return a boolean unchanged.

    Raises:
        TypeError: The value is not a boolean.
    """
    if isinstance(value, bool):
        return value
    raise _type_error(name, "a boolean", value)


def encode_datetime(name: str, value: object) -> str:
    """Format an aware datetime, or an RFC 3339 date-time given as a string, as RFC 3339 in UTC.

    Raises:
        TypeError: The value is neither a datetime nor a string.
        ValueError: The datetime has no time zone, or the string is not an RFC 3339 date-time.
    """
    if isinstance(value, str):
        try:
            value = parse_datetime(value)
        except MalformedError as error:
            raise ValueError(f"{name} is {error}") from None
    if not isinstance(value, datetime):
        raise _type_error(name, "an aware datetime", value)
    if value.utcoffset() is None:
        raise ValueError(
            f"{name} has no time zone: add one, as in datetime(2030, 12, 31, tzinfo=timezone.utc)"
        )
    try:
        return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    except OverflowError:
        raise ValueError(f"{name} is outside the years 1 to 9999 in UTC") from None


def encode_choice(*choices: str) -> Encoder:
    """Return an encoder that accepts only the given strings.

    The encoder raises TypeError for a non-string value and ValueError for any other string.
    """

    def encode(name: str, value: object) -> str:
        text = encode_string(name, value)
        if text not in choices:
            raise ValueError(f"{name} must be one of {', '.join(choices)}")
        return text

    return encode


def nullable(encode: Encoder) -> Encoder:
    """Return an encoder that also accepts None."""

    def encode_or_none(name: str, value: object) -> Any:
        return None if value is None else encode(name, value)

    return encode_or_none


def _type_error(name: str, expected: str, value: object) -> TypeError:
    return TypeError(f"{name} must be {expected}, not {type(value).__name__}")


def encode_fields(
    encoders: Mapping[str, Encoder], values: Mapping[str, Any], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Check and encode the arguments of a call, except those that are `UNSET`.

    Args:
        encoders: The encoder of each field, by name.
        values: The argument of each field, by name.
        required: The names of the fields that cannot be omitted.

    Raises:
        TypeError: An argument has the wrong type, or a required one is `UNSET`.
        ValueError: An argument has a value that cannot be sent.
    """
    for name in required:
        if values[name] is UNSET:
            raise TypeError(f"{name} is required and cannot be UNSET")
    return {
        name: encoders[name](name, value) for name, value in values.items() if value is not UNSET
    }


def encode_segment(name: str, value: object) -> str:
    """Percent-encode a string as one segment of a path, so that it cannot change the path.

    Raises:
        TypeError: The value is not a string.
        ValueError: The string is empty, `.` or `..`, or cannot be encoded as UTF-8.
    """
    text = encode_string(name, value)
    if UNRESERVED.fullmatch(text):
        return text
    if not text:
        raise ValueError(f"Expected a non-empty value for `{name}` but received ''")
    if text in (".", ".."):
        raise ValueError(f"{name} is {text!r}, which cannot be a path segment")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise ValueError(f"{name} contains a character that cannot be sent") from None


def encode_query(query: Mapping[str, Any]) -> str:
    """Encode the query of a URL. Booleans are written as in JSON, and None is omitted."""
    pairs = [
        (name, str(value).lower() if isinstance(value, bool) else value)
        for name, value in query.items()
        if value is not None
    ]
    return urlencode(pairs, doseq=True, quote_via=quote)
