"""Values as they travel: checks on the way out, conversions on the way in, dates both ways."""

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
# RFC 3339, section 5.6, where a space may stand for the T and letters may be small.
DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:)(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
# The lengths of what datetime.fromisoformat() reads by itself, which is no Z before Python 3.11.
USUAL_LENGTHS = (20, 27) if sys.version_info >= (3, 11) else ()
_from_iso_format = datetime.fromisoformat


class MalformedError(ValueError):
    """What came does not fit the contract; the text names where, never the value."""


class Timestamp(datetime):
    """An instant whose text could not be made again from the instant alone."""

    text: str | None = None


def parse_datetime(text: str) -> datetime:
    """Read an RFC 3339 date-time into an aware datetime.

    Raises:
        MalformedError: It is not in that form.
    """
    # The usual form, YYYY-MM-DDTHH:MM:SSZ with or without microseconds, told by its separators.
    if text[4:17:3] == "--T::" and text[-1] == "Z" and len(text) in USUAL_LENGTHS:
        try:
            instant = _from_iso_format(text)
            if instant.microsecond or len(text) == 20:
                return instant
        except ValueError:
            pass
    try:
        return _parse_any_datetime(text)
    except (ValueError, OverflowError):
        raise MalformedError("no RFC 3339 date-time with an offset") from None


def _parse_any_datetime(text: str) -> datetime:
    match = DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError
    date, minutes, seconds, fraction, offset = match.groups()
    # A datetime knows no leap second: the second before it stands in, plus one.
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
    """Write an aware datetime in UTC as RFC 3339, or as it came where it came in another form."""
    text: str | None = getattr(value, "text", None)
    if text is not None:
        return text
    return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def encode_string(name: str, value: object) -> str:
    """Let a string through.

    Raises:
        TypeError: It is none.
    """
    if isinstance(value, str):
        return value
    raise _mistyped(name, "a string", value)


def encode_integer(name: str, value: object) -> int:
    """Let an integer through.

    Raises:
        TypeError: It is none; a boolean is none either.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _mistyped(name, "an integer", value)


def encode_boolean(name: str, value: object) -> bool:
    """Let a boolean through.

    Raises:
        TypeError: It is none.
    """
    if isinstance(value, bool):
        return value
    raise _mistyped(name, "a boolean", value)


def encode_datetime(name: str, value: object) -> str:
    """Write an aware datetime, or text that is an RFC 3339 date-time, in UTC.

    Raises:
        TypeError: It is neither.
        ValueError: It has no offset, or the text is no date-time.
    """
    if isinstance(value, str):
        try:
            value = parse_datetime(value)
        except MalformedError as error:
            raise ValueError(f"{name} is {error}") from None
    if not isinstance(value, datetime):
        raise _mistyped(name, "an aware datetime", value)
    if value.utcoffset() is None:
        raise ValueError(
            f"{name} has no time zone: give it one, as in"
            " datetime(2030, 12, 31, tzinfo=timezone.utc)"
        )
    try:
        return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    except OverflowError:
        raise ValueError(f"{name} lies outside the years 1 to 9999 in UTC") from None


def encode_choice(*choices: str) -> Encoder:
    """Make an encoder that lets the given strings through.

    The encoder raises TypeError for what is no string and ValueError for another string.
    """

    def encode(name: str, value: object) -> str:
        text = encode_string(name, value)
        if text not in choices:
            raise ValueError(f"{name} should be one of {', '.join(choices)}")
        return text

    return encode


def nullable(encode: Encoder) -> Encoder:
    """Make an encoder that lets None through as well."""

    def encode_or_none(name: str, value: object) -> Any:
        return None if value is None else encode(name, value)

    return encode_or_none


def _mistyped(name: str, wanted: str, value: object) -> TypeError:
    return TypeError(f"{name} should be {wanted}, not {type(value).__name__}")


def encode_fields(encoders: Mapping[str, Encoder], values: Mapping[str, Any]) -> dict[str, Any]:
    """Check and convert the arguments of a call, without those that are `UNSET`.

    Args:
        encoders: Name of each field to its encoder.
        values: Name of each field to its argument.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: An argument has a value that cannot be sent.
    """
    return {
        name: encoders[name](name, value) for name, value in values.items() if value is not UNSET
    }


def encode_segment(name: str, value: object) -> str:
    """Make one segment of a path of a string, so that it cannot reach another path.

    Raises:
        TypeError: It is no string.
        ValueError: It is empty, `.` or `..`, or no valid text.
    """
    text = encode_string(name, value)
    if UNRESERVED.fullmatch(text):
        return text
    if text in ("", ".", ".."):
        raise ValueError(f"{name} is {text!r}, which names no single thing")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise ValueError(f"{name} holds a character that cannot be sent") from None


def encode_query(query: Mapping[str, Any]) -> str:
    """Make the query of a URL; true and false are spelled as JSON does, None is left out."""
    pairs = [
        (name, str(value).lower() if isinstance(value, bool) else value)
        for name, value in query.items()
        if value is not None
    ]
    return urlencode(pairs, doseq=True, quote_via=quote)
