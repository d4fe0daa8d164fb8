"""Instants: RFC 3339 as text, UTC within."""

import re
from datetime import UTC, datetime, timedelta

FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)
LAST_INSTANT = datetime.max.replace(tzinfo=UTC)

_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))",
    re.ASCII,
)


def parse(text: str) -> datetime:
    """Return the instant that an RFC 3339 date-time names, in UTC.

    Digits beyond the microsecond are cut off.

    Raises:
        ValueError: The text is no RFC 3339 date-time with an offset, or names an instant that does
            not exist or lies outside the years 1 to 9999. Leap seconds are refused.
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError("not an RFC 3339 date-time with an offset")
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    fraction, sign, offset_hours, offset_minutes = match.groups()[6:]
    microsecond = int((fraction or "")[:6].ljust(6, "0"))
    instant = datetime(year, month, day, hour, minute, second, microsecond, UTC)
    if sign is None:
        return instant
    if int(offset_hours) > 23 or int(offset_minutes) > 59:
        raise ValueError("an offset is at most 23:59")
    offset = timedelta(hours=int(offset_hours), minutes=int(offset_minutes))
    try:
        return instant - offset if sign == "+" else instant + offset
    except OverflowError as error:
        raise ValueError("outside the years 1 to 9999 in UTC") from error
