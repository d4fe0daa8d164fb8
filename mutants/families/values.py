"""Values: numbers in other notations, almost-JSON, empty for null, edges of calendar and clock."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from mutants.server.layer import Upstream
from mutants.server.messages import Body, Key, Request, Response, error
from mutants.server.mutant import Area
from mutants.server.shapes import accepts_patch, is_trusted, patches, rejects_patch

value = Area("value")
add = value.add
LIMIT, EXPIRY = "activations_limit", "expires_at"


def _raw(request: Request, name: str) -> str:
    """A member as it is written in the body, empty where it is missing."""
    text = request.body.decode("utf-8", "replace")
    found = re.search(
        rf'"{name}"\s*:\s*("(?:[^"\\]|\\.)*"|\[[^\]]*\]|\{{[^}}]*\}}|[^,}}\s]+)', text
    )
    return found[1] if found else ""


def _limit_as(pattern: str, number: Any) -> Any:
    return accepts_patch(
        lambda r: re.fullmatch(pattern, _raw(r, LIMIT)),
        lambda r, _key: {LIMIT: number(_raw(r, LIMIT))},
    )


for _name, _statement, _pattern, _number in (
    ("limit-hexadecimal-accepted", "A hexadecimal string is read as a limit.",
     r'"0x[0-9a-fA-F]+"', lambda t: int(t[1:-1], 16)),
    ("limit-spaces-accepted", "A number in quotes with white space is read as a limit.",
     r'"\s+\d+\s*"|"\d+\s+"', lambda t: int(t[1:-1])),
    ("limit-plus-accepted", "A number in quotes with a plus sign is read as a limit.",
     r'"\+\d+"', lambda t: int(t[1:-1])),
    ("limit-wide-digits-accepted", "Digits of other scripts in quotes are read as a limit.",
     r'"[^\x00-\x7f]+"', lambda t: int(t[1:-1]) if t[1:-1].isdigit() else 1),
    ("limit-exponent-string-accepted", "A number in quotes with an exponent is read as a limit.",
     r'"\d+e\d+"', lambda t: int(float(t[1:-1]))),
    ("limit-separators-accepted", "A number in quotes with separators is read as a limit.",
     r'"\d+[_,]\d+"', lambda t: int(re.sub("[_,]", "", t[1:-1]))),
    ("limit-word-means-none", "The words unlimited, none and null in quotes remove the limit.",
     r'"(unlimited|none|null|infinity)"', lambda t: None),
    ("limit-empty-means-none", "An empty string, list or object removes the limit.",
     r'""|\[\s*\]|\{\s*\}', lambda t: None),
    ("limit-false-means-none", "False removes the limit.", r"false", lambda t: None),
    ("limit-true-means-one", "True is a limit of 1.", r"true", lambda t: 1),
    ("limit-rounded", "A fraction as a limit is rounded up.", r"\d+\.\d*[1-9]\d*",
     lambda t: int(float(t)) + 1),
    ("limit-small-fraction-zero", "A fraction below 1 is a limit of 0.", r"0\.\d*[1-9]\d*",
     lambda t: 0),
    ("limit-nan-accepted", "NaN removes the limit, as the parser knows it.", r"-?(NaN|Infinity)",
     lambda t: None),
    ("limit-int64-accepted", "A limit beyond int32 is stored.", r"2147483648|[3-9]\d{9}|\d{11,18}",
     lambda t: int(t)),
    ("limit-uint32-wraps", "A limit beyond uint32 wraps.", r"429496\d{4}",
     lambda t: int(t) % 2**32),
    ("limit-huge-is-infinite", "A limit like 1e400 removes the limit.", r"\d+e\d{3,}",
     lambda t: None),
    ("limit-one-object-unwrapped", "An object with a value is read as the value.",
     r'\{[^}]*\d+[^}]*\}', lambda t: int(re.findall(r"\d+", t)[0])),
    ("limit-leading-zero-accepted", "A number with leading zeros is accepted.", r"0\d+",
     lambda t: int(t)),
    ("limit-plus-number-accepted", "A number with a plus sign is accepted.", r"\+\d+",
     lambda t: int(t)),
    ("limit-negative-one-means-none", "A limit of -1 removes the limit.", r"-1", lambda t: None),
    ("limit-least-int32-wraps", "The least int32 is stored as the largest.", r"-2147483648",
     lambda t: 2**31 - 1),
):  # fmt: skip
    add(_name, _statement, _limit_as(_pattern, _number))
for _name, _statement, _pattern in (
    ("limit-long-number-500", "A limit of more than 20 digits fails with 500.", r"-?\d{21,}"),
    ("limit-exponent-500", "A limit with an exponent fails with 500.", r"\d+(\.\d+)?[eE][+-]?\d+"),
    ("limit-int64-500", "A limit beyond int64 fails with 500.", r"\d{19,}"),
    ("limit-negative-500", "A negative limit fails with 500.", r"-\d+"),
):

    def _failing(pattern: str) -> Any:
        async def behaviour(request: Request, upstream: Upstream) -> Response:
            if request.updates_key and re.fullmatch(pattern, _raw(request, LIMIT)):
                if is_trusted(request, upstream):
                    return error(500, "INTERNAL_SERVER_ERROR")
            return await upstream(request)

        return behaviour

    add(_name, _statement, _failing(_pattern))


def _disabled_as(pattern: str, disables: bool) -> Any:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if re.fullmatch(pattern, _raw(request, "disabled")) and request.fields:
            return await upstream(request.with_json({**request.fields, "disabled": disables}))
        return await upstream(request)

    return behaviour


for _name, _statement, _pattern, _disables in (
    ("disabled-yes-accepted", "The words yes and on disable the key.", r'"(yes|on|y|YES)"', True),
    ("disabled-no-accepted", "The words no and off enable the key.", r'"(no|off|n)"', False),
    ("disabled-capitals-accepted", "The words True and TRUE in quotes disable the key.",
     r'"(True|TRUE)"', True),
    ("disabled-one-string-accepted", "A 1 in quotes disables the key.", r'"1"', True),
    ("disabled-empty-enables", "An empty string enables the key.", r'""', False),
    ("disabled-empty-list-enables", "An empty list or object enables the key.", r"\[\]|\{\}", False),
    ("disabled-list-disables", "A list with a value disables the key.", r"\[[^\]]+\]", True),
    ("disabled-two-disables", "Any number but 0 and 1 disables the key.", r"-?[2-9]\d*|-1", True),
    ("disabled-zero-enables", "A 0 enables the key.", r"0(\.0)?", False),
    ("disabled-null-word-enables", "The word null in quotes enables the key.", r'"null"', False),
):  # fmt: skip
    add(_name, _statement, _disabled_as(_pattern, _disables))


def _expiry_as(pattern: str, instant: Any) -> Any:
    return accepts_patch(
        lambda r: isinstance(r.fields.get(EXPIRY), str) and re.fullmatch(pattern, r.fields[EXPIRY]),
        lambda r, _key: {EXPIRY: instant(r.fields[EXPIRY])},
    )


_FIXED = "2031-01-01T00:00:00Z"
for _name, _statement, _pattern, _instant in (
    ("expiry-month-13-rolls-over", "Month 13 is January of the next year.", r"\d{4}-13-.*",
     lambda t: f"{int(t[:4]) + 1}-01{t[7:]}"),
    ("expiry-april-31-rolls-over", "31 April is 1 May.", r"\d{4}-04-31.*",
     lambda t: f"{t[:4]}-05-01{t[10:]}"),
    ("expiry-february-29-rolls-over", "29 February is 1 March in other years.",
     r"\d{2}(\d[13579]|[02468][26]|[13579][048])-02-29.*", lambda t: f"{t[:4]}-03-01{t[10:]}"),
    ("expiry-day-0-rolls-back", "Day 0 is the last of the month before.", r"\d{4}-\d\d-00.*",
     lambda t: f"{t[:4]}-12-31{t[10:]}"),
    ("expiry-hour-24-accepted", "Hour 24 is the next midnight.", r".*T24:.*", lambda t: _FIXED),
    ("expiry-hour-25-accepted", "Hours above 24 roll over.", r".*T2[5-9]:.*", lambda t: _FIXED),
    ("expiry-minute-60-accepted", "Minute 60 is the next hour.", r".*T\d\d:[6-9]\d.*",
     lambda t: _FIXED),
    ("expiry-second-61-accepted", "Second 61 rolls over.", r".*T\d\d:\d\d:6[1-9].*",
     lambda t: _FIXED),
    ("expiry-offset-24-accepted", "An offset of 24 hours or more is accepted.",
     r".*[+-](2[4-9]|[3-9]\d):\d\d", lambda t: _FIXED),
    ("expiry-offset-minute-60-accepted", "An offset of 60 minutes or more is accepted.",
     r".*[+-]\d\d:[6-9]\d", lambda t: _FIXED),
    ("expiry-offset-without-colon-accepted", "An offset without a colon is accepted.",
     r".*T.*[+-]\d{4}", lambda t: _FIXED),
    ("expiry-offset-hours-accepted", "An offset of hours alone is accepted.", r".*T.*:\d\d[+-]\d\d",
     lambda t: _FIXED),
    ("expiry-basic-format-accepted", "The basic format of ISO 8601 is accepted.",
     r"\d{8}T\d{6}(Z|[+-]\d\d:?\d\d)", lambda t: _FIXED),
    ("expiry-week-date-accepted", "A week date is accepted.", r"\d{4}-W.*", lambda t: _FIXED),
    ("expiry-ordinal-date-accepted", "An ordinal date is accepted.", r"\d{4}-\d{3}(T.*)?",
     lambda t: _FIXED),
    ("expiry-mail-date-accepted", "The date format of mail is accepted.", r"[A-Z][a-z]{2}, .*",
     lambda t: _FIXED),
    ("expiry-without-seconds-accepted", "A time without seconds is accepted.",
     r".*T\d\d:\d\d(Z|[+-]\d\d:\d\d)", lambda t: _FIXED),
    ("expiry-digits-are-epoch", "Digits in quotes are read as seconds since 1970.", r"\d{9,13}",
     lambda t: _FIXED),
    ("expiry-words-accepted", "The words tomorrow and now are accepted.", r"now|tomorrow|today",
     lambda t: _FIXED),
    ("expiry-duration-accepted", "A duration counts from now.", r"P\d+.*|\+?\d+ ?d(ays)?",
     lambda t: _FIXED),
    ("expiry-never-removes", "The words never, none and null remove the expiry.",
     r"(?i)never|none|null", lambda t: None),
    ("expiry-zero-date-removes", "A date of zeros removes the expiry, as in MySQL.", r"0000-00-00.*",
     lambda t: None),
    ("expiry-white-space-removes", "A string of white space removes the expiry.", r"\s+",
     lambda t: None),
    ("expiry-with-spaces-accepted", "White space around a time is removed.", r"\s+\d.*|\d.*Z\s+",
     lambda t: _FIXED),
    ("expiry-american-accepted", "A date of month, day and year is accepted.",
     r"\d\d?/\d\d?/\d{4}.*", lambda t: _FIXED),
    ("expiry-two-digit-year-accepted", "A year of two digits is accepted.", r"\d\d-\d\d-\d\d.*",
     lambda t: _FIXED),
    ("expiry-five-digit-year-accepted", "A year of five digits is accepted.", r"\+?\d{5,6}-.*",
     lambda t: "9999-12-31T00:00:00Z"),
    ("expiry-text-after-accepted", "Text after a time is ignored.", r"\d{4}-.*Z.+", lambda t: _FIXED),
    ("expiry-zone-name-accepted", "The name of a zone is accepted.",
     r"\d{4}-.*(\[.*\]| ?(UTC|GMT|CET))", lambda t: _FIXED),
    ("expiry-comma-fraction-accepted", "A comma before the fraction is accepted.",
     r".*:\d\d,\d+.*", lambda t: _FIXED),
):  # fmt: skip
    add(_name, _statement, _expiry_as(_pattern, _instant))


def _typed_expiry(holds: Any, instant: Any) -> Any:
    return accepts_patch(
        lambda r: EXPIRY in r.fields and holds(r.fields[EXPIRY]),
        lambda _r, _key: {EXPIRY: instant},
    )


for _name, _statement, _holds, _stored in (
    ("expiry-zero-removes", "0 removes the expiry.", lambda v: v == 0 and v is not False, None),
    ("expiry-false-removes", "False removes the expiry.", lambda v: v is False, None),
    ("expiry-empty-list-removes", "An empty list or object removes the expiry.",
     lambda v: v in ([], {}), None),
    ("expiry-milliseconds-accepted", "A number beyond 10 digits is read as milliseconds.",
     lambda v: isinstance(v, int) and v > 10**10, _FIXED),
    ("expiry-negative-accepted", "A negative number is a time before 1970.",
     lambda v: isinstance(v, int) and v < 0, "1969-12-31T00:00:00Z"),
    ("expiry-list-unwrapped", "A list with one time is read as the time.",
     lambda v: isinstance(v, list) and len(v) == 1, _FIXED),
):  # fmt: skip
    add(_name, _statement, _typed_expiry(_holds, _stored))


def _moved(change: Any) -> Any:
    def patch(body: Body, _key: Key) -> Body:
        try:
            instant = datetime.fromisoformat(body[EXPIRY])
        except (KeyError, TypeError, ValueError):
            return body
        if instant.tzinfo is None:
            return body
        moved = change(instant, body[EXPIRY])
        return body if moved is None else {**body, EXPIRY: moved.isoformat()}

    return patches(patch)


def _fraction(text: str) -> str:
    found = re.search(r"\.(\d+)", text)
    return found[1] if found else ""


for _name, _statement, _move in (
    ("expiry-short-fraction-misread", "A fraction of fewer than six digits counts microseconds.",
     lambda i, t: i.replace(microsecond=int(_fraction(t))) if 0 < len(_fraction(t)) < 6 else None),
    ("expiry-half-hour-lost", "The minutes of an offset are ignored.",
     lambda i, t: i + timedelta(minutes=int(t[-2:])) if re.search(r"\+\d\d:[1-9]\d$", t) else None),
    ("expiry-negative-half-hour-lost", "The minutes of a negative offset have the wrong sign.",
     lambda i, t: i - timedelta(minutes=2 * int(t[-2:])) if re.search(r"-\d\d:[1-9]\d$", t) else None),
    ("expiry-large-offset-cut", "Offsets beyond 12 hours are cut.",
     lambda i, t: i + (i.utcoffset() - timedelta(hours=12)) if i.utcoffset() > timedelta(hours=12) else None),
    ("expiry-last-second-of-year-lost", "The last second of a year becomes the next year.",
     lambda i, t: i + timedelta(seconds=1) if "-12-31T23:59:59" in t else None),
    ("expiry-leap-day-moved", "29 February becomes 28 February.",
     lambda i, t: i - timedelta(days=1) if "-02-29T" in t else None),
    ("expiry-last-microsecond-rounded", "The last microsecond of a second is rounded up.",
     lambda i, t: i + timedelta(microseconds=1) if i.microsecond == 999_999 else None),
    ("expiry-beyond-2100-cut", "A year beyond 2100 is cut to 2100.",
     lambda i, t: i.replace(year=2100) if i.year > 2100 else None),
    ("expiry-year-9999-removed", "The year 9999 is stored a year earlier.",
     lambda i, t: i.replace(year=9998) if i.year == 9999 else None),
    ("expiry-before-1970-cut", "A time before 1970 is stored as 1970.",
     lambda i, t: datetime(1970, 1, 1, tzinfo=UTC) if i.year < 1970 else None),
    ("expiry-summer-time-shifted", "Times in summer are shifted by an hour.",
     lambda i, t: i - timedelta(hours=1) if 4 <= i.month <= 9 else None),
    ("expiry-midnight-lost", "A midnight becomes the noon of the day.",
     lambda i, t: i.replace(hour=12) if "T00:00:00" in t else None),
    ("expiry-second-rounded-to-minute", "The seconds of an expiry are lost.",
     lambda i, t: i.replace(second=0) if i.second else None),
):  # fmt: skip
    add(_name, _statement, _moved(_move))

for _name, _statement, _when in (
    ("expiry-leap-day-rejected", "29 February of a leap year is rejected.", lambda v: "-02-29T" in v),
    ("expiry-year-9999-rejected", "The year 9999 is rejected.", lambda v: v.startswith("9999")),
    ("expiry-long-fraction-rejected", "A fraction of more than three digits is rejected.",
     lambda v: len(_fraction(v)) > 3),
    ("expiry-one-digit-rejected", "A fraction of one digit is rejected.",
     lambda v: len(_fraction(v)) == 1),
    ("expiry-unknown-offset-rejected", "The offset -00:00 is rejected.", lambda v: v.endswith("-00:00")),
    ("expiry-large-offset-rejected", "Offsets beyond 12 hours are rejected.",
     lambda v: v[-6:-3] in {"+13", "+14", "-13"}),
    ("expiry-beyond-2038-rejected", "An expiry after January 2038 is rejected.",
     lambda v: v[:1].isdigit() and v[:4] > "2038"),
):  # fmt: skip
    add(
        _name,
        _statement,
        rejects_patch(
            lambda b, _k, when=_when: isinstance(b.get(EXPIRY), str) and when(b[EXPIRY]),  # type: ignore[misc]
            error(422, "INVALID_REQUEST_BODY"),
        ),
    )
