"""PATCH cases at the edges of what a value may be: numbers, booleans, calendar, clock and offset.

Values that JSON Schema leaves open, such as 10.0 for an integer, and those that RFC 3339 leaves to
the server, such as the second 60, are not among them.
"""

from collections.abc import Iterator

from .patch_cases import FULL, LATEST, Case, above

_WRONG_LIMITS: dict[str, tuple[object, ...]] = {
    "patch.limit.string-refused": (
        *("1e1", "0x10", " 5 ", "+5", "\uff15", "1_000", "unlimited", "5.0", "five"),
    ),
    "patch.limit.fraction-refused": (0.5, 4.999),
    "patch.limit.structure-refused": ({"value": 5}, [], [[5]]),
    "patch.limit.negative-refused": (-1,),
    "patch.limit.beyond-int32-refused": (2**32 + 5, 10**25, 5_000_000_000),
}
_WRONG_DISABLED: dict[str, tuple[object, ...]] = {
    "patch.disabled.string-refused": ("yes", "no", "True", "1", "null"),
    "patch.disabled.number-refused": (2, -1),
    "patch.disabled.structure-refused": ([], [True], {}),
}
_WRONG_EXPIRIES = (
    # A server that normalizes times as C's mktime does accepts all of this.
    "2031-01-01T25:61:61+24:60",
    # A parser of all of ISO 8601 accepts a week, a comma and an offset without a colon.
    "2031-W01-1T00:00:00,5+0530",
    # ... and the day of a year, the hour 24 and an offset of hours alone.
    "2031-001T24:00:00+05",
    # One that guesses what is meant does without seconds, and accepts any year.
    "12031-01-01T00:00Z",
    "2031-04-31T00:00:00Z",
    "2031-02-29T00:00:00Z",
    "2031-01-00T00:00:00Z",
    "2031-01-01T24:00:00Z",
    "2031-01-01T00:00:61Z",
    "2031-01-01T00:00:00+24:00",
    "2031-01-01T00:00:00+05:60",
    "2031-01-01T00:00:00+0530",
    "2031-01-01T00:00:00+05",
    "20310101T000000Z",
    "2031-W01-1T00:00:00Z",
    "2031-001T00:00:00Z",
    "Wed, 01 Jan 2031 00:00:00 GMT",
    "2031-01-01T00:00Z",
    "P30D",
    "never",
    "0000-00-00T00:00:00Z",
    " ",
    " 2031-01-01T00:00:00Z",
    "01/02/2031",
    "12031-01-01T00:00:00Z",
    "2031-01-01T00:00:00Z and more",
    "2031-01-01T00:00:00 UTC",
    "2031-01-01T00:00:00Z[UTC]",
    "2031-01-01T00:00:00,5Z",
)
_EXPIRIES = {
    "patch.expiry.value-sets": (
        "9999-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "2031-12-31T23:59:59Z",
        "2031-07-01T12:34:56Z",
        "2028-02-29T12:00:00Z",
    ),
    "patch.expiry.offset": (
        "2031-05-06T07:08:09+14:00",
        "2031-05-06T07:08:09-03:30",
        "2031-05-06T07:08:09-00:00",
        "2031-01-01T00:30:00+05:45",
    ),
    "patch.expiry.microseconds": (
        "2031-05-06T07:08:09.999999Z",
        "2031-05-06T07:08:09.05Z",
        "2031-05-06T07:08:09.000001Z",
    ),
    "patch.expiry.past-expires": ("1969-07-20T20:17:40Z",),
}


def _cases() -> Iterator[Case]:
    for rule, values in _WRONG_LIMITS.items():
        for value in values:
            yield Case(rule, {"activations_limit": value}, FULL, note=repr(value))
    for rule, values in _WRONG_DISABLED.items():
        for value in values:
            # A key that is disabled shows a value that is taken for false, and the other way round.
            given = {**FULL, "disabled": value in ([], {}, "no", "null")}
            yield Case(rule, {"disabled": value}, given, note=repr(value))
    for text in _WRONG_EXPIRIES:
        yield Case("patch.expiry.not-a-time-refused", {"expires_at": text}, FULL, note=text)
    for value in (0, -1, 1_924_992_000_000, [LATEST]):
        rule = "patch.expiry.wrong-type-refused"
        yield Case(rule, {"expires_at": value}, FULL, note=repr(value))
    for rule, texts in _EXPIRIES.items():
        for text in texts:
            yield Case(rule, {"expires_at": text}, note=text)
    yield Case(
        "patch.unknown-fields", {"activationsLimit": 3, "Disabled": True}, FULL, note="spelling"
    )
    yield Case(
        "patch.unknown-fields",
        {"no_such_field": {}, "activations_limit": above(8)},
        FULL,
        note="before a known one",
    )


VALUE_CASES: tuple[Case, ...] = tuple(_cases())
