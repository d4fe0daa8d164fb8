"""Instants: the system clock, and parsing of RFC 3339 date-times into UTC.

Libraries that freeze the time replace `datetime` by a subclass that cannot be encoded as JSON. All
instants here derive from one real instant, so that they are real ones, too.
"""

import re
import time
from datetime import UTC, datetime, timedelta

import msgspec

FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)
LAST_INSTANT = datetime.max.replace(tzinfo=UTC)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_from_timestamp = _EPOCH.fromtimestamp
# Until 2106, a float of seconds rounds to the exact microsecond.
_EXACT_MICROSECONDS = 2**32 * 10**6
_RFC_3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))",
    re.ASCII,
)


class Moment(msgspec.Struct, frozen=True, gc=False):
    """A time of the mock's clock. Few requests need it as a datetime.

    Attributes:
        nanoseconds: The time of the system, since 1970.
        offset: How far the mock's clock is ahead of it.
        frozen_at: The instant at which the mock's clock stands still, None while it runs.
    """

    nanoseconds: int
    offset: timedelta = timedelta()
    frozen_at: datetime | None = None

    def instant(self) -> datetime:
        """Return the time in UTC, or the first or last instant beyond the years 1 to 9999."""
        if self.frozen_at is not None:
            return self.frozen_at
        instant = _from_nanoseconds(self.nanoseconds)
        return moved(instant, self.offset) if self.offset else instant


def system_now() -> datetime:
    """Return the current time of the system in UTC, or the time at which a library froze it."""
    return _from_nanoseconds(time.time_ns())


def _from_nanoseconds(nanoseconds: int) -> datetime:
    microseconds = nanoseconds // 1000
    if 0 <= microseconds < _EXACT_MICROSECONDS:
        return _from_timestamp(microseconds / 1e6, UTC)
    return _EPOCH + timedelta(microseconds=microseconds)


def moved(instant: datetime, duration: timedelta) -> datetime:
    """Return an instant after a duration, or the last or first instant beyond the years."""
    try:
        return instant + duration
    except OverflowError:
        return LAST_INSTANT if duration > timedelta() else FIRST_INSTANT


def parse(text: str) -> datetime:
    """Return the instant of an RFC 3339 date-time, in UTC and truncated to the microsecond.

    Raises:
        ValueError: The text is not an RFC 3339 date-time with an offset, the date or time does not
            exist (leap seconds included), or the instant is outside the years 1 to 9999. The text
            of the error completes the sentence "the field is ...".
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError("not an RFC 3339 date-time with an offset")
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    fraction, sign, offset_hours, offset_minutes = match.groups()[6:]
    microsecond = int((fraction or "")[:6].ljust(6, "0"))
    try:
        instant = _EPOCH.replace(year, month, day, hour, minute, second, microsecond)
    except ValueError as error:
        raise ValueError(f"not an existing date and time: {error}") from error
    if sign is None:
        return instant
    if int(offset_hours) > 23 or int(offset_minutes) > 59:
        raise ValueError("not a date-time with a valid offset, the largest of which is 23:59")
    offset = timedelta(hours=int(offset_hours), minutes=int(offset_minutes))
    try:
        return instant - offset if sign == "+" else instant + offset
    except OverflowError as error:
        raise ValueError("outside the years 1 to 9999 in UTC") from error
