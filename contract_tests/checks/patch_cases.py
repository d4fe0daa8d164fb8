"""The table of PATCH bodies, in the order in which they tell most."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ..contract.oracle import INT32_MAX
from ..judge.patch_checks import Key

LATER = "2031-05-06T07:08:09Z"
LATEST = "2032-10-11T12:13:14Z"
PAST = "2021-02-03T04:05:06Z"

Body = dict[str, Any]


def _above(count: int) -> Callable[[Key], int]:
    """So many activations more than the key has instances."""
    return lambda key: int(key.get("instances_count", 0)) + count


@dataclass(frozen=True)
class Row:
    """One PATCH.

    Attributes:
        rule: Id of the rule that it is made to test.
        body: The body; a function in it is called with the key.
        given: What the key must be like before.
        subscription: Whether the key must belong to a subscription, None for either.
        in_use: Whether the key must have instances, None for either.
        read: Whether a GET follows, to see what was really stored.
        note: Tells rows of one rule apart.
        exhaustive: Whether it repeats from another side what other rows test.
    """

    rule: str
    body: Any
    given: Body = field(default_factory=dict)
    subscription: bool | None = False
    in_use: bool | None = None
    read: bool = False
    note: str = ""
    exhaustive: bool = False

    @property
    def name(self) -> str:
        """What the row is called in reports."""
        return f"{self.rule} {self.note}".strip()


def resolve(body: Any, key: Key) -> Any:
    """Fill in what depends on the key."""
    if isinstance(body, dict):
        return {name: value(key) if callable(value) else value for name, value in body.items()}
    return body


_FULL: Body = {"activations_limit": _above(7), "expires_at": LATER, "disabled": False}

# One key goes through all of it, so that no request is spent on bringing it into a state.
_FIRST: tuple[Row, ...] = (
    Row("patch.all-fields", {**_FULL, "disabled": True}, read=True),
    Row("patch.disabled.null-keeps", {"disabled": None}, {"disabled": True}),
    Row(
        "patch.disabled.omitted-keeps",
        {"activations_limit": _above(9), "expires_at": LATEST},
        {"disabled": True},
    ),
    Row("patch.disabled.false-enables", {"disabled": False, "activations_limit": None}),
    Row("patch.empty", {}),
    Row("patch.expiry.null-removes", {"activations_limit": _above(5), "expires_at": None}),
    Row(
        "patch.expiry.offset",
        {"activations_limit": _above(3), "expires_at": "2031-05-06T07:08:09+05:30"},
    ),
    Row("patch.expiry.microseconds", {"expires_at": "2031-05-06T07:08:09.123456Z"}),
    Row(
        "patch.limit.largest",
        {"activations_limit": INT32_MAX, "expires_at": "2099-12-31T23:59:59Z"},
    ),
    Row(
        "patch.unknown-fields",
        {
            "activations_limit": _above(6),
            "no_such_field": 1,
            "status": "disabled",
            "id": "lic_x",
            "instances_count": 99,
        },
        {"disabled": False},
    ),
    Row("patch.disabled.true-disables", {"disabled": True}),
    Row("patch.limit.string-refused", {"activations_limit": "5"}),
    Row("patch.limit.boolean-refused", {"activations_limit": True}),
    Row("patch.limit.fraction-refused", {"activations_limit": 5.5}),
    Row("patch.limit.structure-refused", {"activations_limit": [5]}, note="list"),
    # Its sign lost, it would be a limit that is accepted.
    Row("patch.limit.negative-refused", {"activations_limit": lambda key: -_above(1)(key)}),
    Row("patch.limit.beyond-int32-refused", {"activations_limit": 2**63}, note="int64"),
    Row("patch.expiry.no-offset-refused", {"expires_at": "2031-01-01T00:00:00"}),
    Row("patch.expiry.wrong-type-refused", {"expires_at": 1924992000}),
    Row("patch.disabled.number-refused", {"disabled": 1}),
    Row("body.not-an-object-refused", None, note="null"),
    Row(
        "patch.disabled.string-refused",
        {"activations_limit": _above(5), "expires_at": LATEST, "disabled": "false"},
        {"disabled": True},
        read=True,
    ),
    Row(
        "patch.limit.below-instances-422",
        {"activations_limit": _above(-1), "disabled": True},
        {"disabled": False},
        subscription=None,
        in_use=True,
    ),
    Row(
        "patch.limit.equal-to-instances",
        {"activations_limit": _above(0)},
        subscription=None,
        in_use=True,
    ),
    Row(
        "patch.expiry.subscription-400",
        {"expires_at": LATER, "activations_limit": _above(4)},
        subscription=True,
    ),
    Row(
        "patch.limit.zero",
        {"activations_limit": 0, "disabled": False},
        in_use=False,
        subscription=None,
    ),
    Row(
        "patch.all-fields",
        {"activations_limit": None, "expires_at": None, "disabled": None},
        note="null",
    ),
)

# The same again from other sides.
_EXHAUSTIVE: tuple[Row, ...] = (
    Row("patch.limit.value-sets", {"activations_limit": _above(9)}, _FULL, read=True),
    Row("patch.limit.null-removes", {"activations_limit": None}, _FULL, read=True, note="alone"),
    Row("patch.expiry.null-removes", {"expires_at": None}, _FULL, read=True, note="alone"),
    Row("patch.expiry.value-sets", {"expires_at": LATEST}, _FULL, read=True),
    Row("patch.disabled.true-disables", {"disabled": True}, _FULL, read=True),
    Row("patch.disabled.false-enables", {"disabled": False}, {"disabled": True}, note="alone"),
    Row(
        "patch.refused-as-a-whole",
        {"activations_limit": _above(5), "expires_at": LATEST, "disabled": "yes"},
        _FULL,
        read=True,
        note="disabled",
    ),
    Row("patch.expiry.past-expires", {"expires_at": PAST}, _FULL, read=True),
    Row("patch.disabled.wins", {"disabled": True}, {"expires_at": PAST, "disabled": False}),
    Row("patch.disabled.wins", {"expires_at": PAST}, {**_FULL, "disabled": True}, note="first"),
    Row("patch.expiry.future-revives", {"expires_at": LATER}, {**_FULL, "expires_at": PAST}),
    Row("patch.expiry.subscription-null", {"expires_at": None}, subscription=True),
    Row("patch.limit.beyond-int32-refused", {"activations_limit": INT32_MAX + 1}, _FULL),
    Row("patch.expiry.not-a-time-refused", {"expires_at": "tomorrow"}, _FULL),
    Row("body.not-an-object-refused", [], note="list"),
    Row("body.not-an-object-refused", "text", note="string"),
    Row("body.not-an-object-refused", 7, _FULL, note="number", read=True),
    Row("patch.unknown-fields", {"no_such_field": 1}, _FULL, note="alone"),
    Row("patch.limit.omitted-keeps", {"expires_at": LATEST}, _FULL),
    Row("patch.expiry.omitted-keeps", {"disabled": True}, _FULL),
    Row("patch.limit.omitted-keeps", {"disabled": None}, {"activations_limit": None}, note="none"),
    Row("patch.expiry.omitted-keeps", {"activations_limit": None}, {"expires_at": None}),
    Row("patch.all-fields", {**_FULL, "expires_at": None}, {"activations_limit": None}),
    Row("patch.all-fields", {**_FULL, "activations_limit": None}, {"expires_at": None}),
    Row("patch.limit.null-removes", {"activations_limit": None, "disabled": True}, _FULL),
    Row("patch.expiry.null-removes", {"expires_at": None, "disabled": True}, _FULL),
    Row("patch.limit.null-removes", {"activations_limit": None}, subscription=True),
    Row("patch.limit.value-sets", {"activations_limit": _above(1)}, subscription=True),
    Row("patch.disabled.true-disables", {"disabled": True}, subscription=True),
    Row("patch.disabled.false-enables", {"disabled": False}, {"disabled": True}, subscription=True),
    Row("patch.empty", {}, subscription=True),
    Row("patch.limit.null-removes", {"activations_limit": None}, subscription=None, in_use=True),
    Row("patch.limit.value-sets", {"activations_limit": _above(1)}, subscription=None, in_use=True),
    Row("patch.limit.below-instances-422", {"activations_limit": 0}, in_use=True, note="zero"),
    Row(
        "patch.refused-as-a-whole",
        {"activations_limit": "many", "disabled": True, "expires_at": None},
        _FULL,
        read=True,
        note="limit",
    ),
    Row(
        "patch.refused-as-a-whole",
        {"activations_limit": None, "disabled": True, "expires_at": "never"},
        _FULL,
        read=True,
        note="expiry",
    ),
    Row("patch.limit.negative-refused", {"activations_limit": -(2**31)}, _FULL, note="smallest"),
    Row("patch.limit.beyond-int32-refused", {"activations_limit": -(2**31) - 1}, _FULL),
    Row("patch.limit.beyond-int32-refused", {"activations_limit": 1e300}, _FULL, note="float"),
    Row("patch.limit.string-refused", {"activations_limit": ""}, _FULL, note="empty"),
    Row("patch.limit.string-refused", {"activations_limit": "null"}, _FULL, note="null"),
    Row("patch.limit.boolean-refused", {"activations_limit": False}, _FULL, note="false"),
    Row("patch.limit.structure-refused", {"activations_limit": {}}, _FULL, note="object"),
    *(
        Row("patch.expiry.not-a-time-refused", {"expires_at": text}, _FULL, note=text or "empty")
        for text in (
            "",
            "2031-01-01",
            "2031-02-30T00:00:00Z",
            "2031-13-01T00:00:00Z",
            "2031-01-01T25:00:00Z",
            "2031-01-01T00:61:00Z",
            "31-01-01T00:00:00Z",
            "1924992000",
            "null",
        )
    ),
    Row("patch.expiry.no-offset-refused", {"expires_at": "2031-01-01T00:00:00.5"}, note="fraction"),
    Row("patch.expiry.wrong-type-refused", {"expires_at": False}, _FULL, note="boolean"),
    Row("patch.expiry.wrong-type-refused", {"expires_at": []}, _FULL, note="list"),
    Row("patch.expiry.wrong-type-refused", {"expires_at": {}}, _FULL, note="object"),
    Row("patch.disabled.string-refused", {"disabled": ""}, _FULL, note="empty"),
    Row("patch.disabled.number-refused", {"disabled": 0}, {"disabled": True}, note="zero"),
    Row("patch.expiry.offset", {"expires_at": "2031-05-06T07:08:09-11:00"}, note="west"),
    Row("patch.expiry.offset", {"expires_at": "2031-05-06T07:08:09+00:00"}, note="zero"),
    Row("patch.expiry.offset", {"expires_at": "2031-12-31T23:30:00-01:00"}, note="year"),
    Row("patch.expiry.microseconds", {"expires_at": "2031-05-06T07:08:09.5Z"}, note="tenths"),
    Row("patch.expiry.value-sets", {"expires_at": "2099-12-31T23:59:59Z"}, note="far"),
    Row("patch.expiry.value-sets", {"expires_at": "2032-02-29T00:00:00Z"}, note="leap"),
    Row("patch.disabled.true-disables", {"disabled": True}, {"disabled": True}, note="again"),
    Row("patch.disabled.false-enables", {"disabled": False}, {"disabled": False}, note="again"),
    Row("patch.disabled.null-keeps", {"disabled": None}, {"disabled": False}, note="enabled"),
    Row("body.not-an-object-refused", True, note="boolean"),
)

TABLE: tuple[Row, ...] = (*_FIRST, *(replace(row, exhaustive=True) for row in _EXHAUSTIVE))
