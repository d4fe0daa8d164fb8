"""The PATCH cases, most important first."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ..contract.oracle import INT32_MAX
from ..judge.patch_checks import Key

LATER = "2031-05-06T07:08:09Z"
LATEST = "2032-10-11T12:13:14Z"
PAST = "2021-02-03T04:05:06Z"

Body = dict[str, Any]


def above(count: int) -> Callable[[Key], int]:
    """A limit that exceeds the instances of the key by `count`."""
    return lambda key: int(key.get("instances_count", 0)) + count


@dataclass(frozen=True)
class Case:
    """One PATCH request and its preconditions.

    Attributes:
        rule: The id of the rule that the case tests.
        body: The request body. A function in it is called with the key and returns the value.
        given: The fields that the key must have before the PATCH.
        subscription: Whether the key must belong to a subscription. None allows both.
        in_use: Whether the key must have instances. None allows both.
        read: Whether a GET follows to check the stored values.
        note: Distinguishes the cases of one rule.
        exhaustive: Whether the case tests a further variant of what other cases test.
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
        """The name of the case in progress output."""
        return f"{self.rule} {self.note}".strip()


def resolve(body: Any, key: Key) -> Any:
    """Replace the functions in a body with their values for a key."""
    if isinstance(body, dict):
        return {name: value(key) if callable(value) else value for name, value in body.items()}
    return body


FULL: Body = {"activations_limit": above(7), "expires_at": LATER, "disabled": False}

# The cases run in sequence on one key, so that no request is spent on preparing its state.
_FIRST: tuple[Case, ...] = (
    Case("patch.all-fields", {**FULL, "disabled": True}, read=True),
    Case("patch.disabled.null-keeps", {"disabled": None}, {"disabled": True}),
    Case(
        "patch.disabled.omitted-keeps",
        {"activations_limit": above(9), "expires_at": LATEST},
        {"disabled": True},
    ),
    Case("patch.disabled.false-enables", {"disabled": False, "activations_limit": None}),
    Case("patch.empty", {}),
    Case("patch.expiry.null-removes", {"activations_limit": above(5), "expires_at": None}),
    Case(
        "patch.expiry.offset",
        {"activations_limit": above(3), "expires_at": "2031-05-06T07:08:09+05:30"},
    ),
    Case("patch.expiry.microseconds", {"expires_at": "2031-05-06T07:08:09.123456Z"}),
    Case(
        "patch.limit.largest",
        {"activations_limit": INT32_MAX, "expires_at": "2099-12-31T23:59:59Z"},
    ),
    Case(
        "patch.unknown-fields",
        {
            "activations_limit": above(6),
            "no_such_field": 1,
            "status": "disabled",
            "id": "lic_x",
            "instances_count": 99,
        },
        {"disabled": False},
    ),
    Case("patch.disabled.true-disables", {"disabled": True}),
    Case("patch.limit.string-refused", {"activations_limit": "5"}),
    Case("patch.limit.boolean-refused", {"activations_limit": True}),
    Case("patch.limit.fraction-refused", {"activations_limit": 5.5}),
    Case("patch.limit.structure-refused", {"activations_limit": [5]}, note="list"),
    # Without its sign, this is a valid limit.
    Case("patch.limit.negative-refused", {"activations_limit": lambda key: -above(1)(key)}),
    Case("patch.limit.beyond-int32-refused", {"activations_limit": 2**63}, note="int64"),
    Case("patch.expiry.no-offset-refused", {"expires_at": "2031-01-01T00:00:00"}),
    Case("patch.expiry.wrong-type-refused", {"expires_at": 1924992000}),
    Case("patch.disabled.number-refused", {"disabled": 1}),
    Case("body.not-an-object-refused", None, note="null"),
    Case(
        "patch.disabled.string-refused",
        {"activations_limit": above(5), "expires_at": LATEST, "disabled": "false"},
        {"disabled": True},
        read=True,
    ),
    Case(
        "patch.limit.below-instances-422",
        {"activations_limit": above(-1), "disabled": True},
        {"disabled": False},
        subscription=None,
        in_use=True,
    ),
    Case(
        "patch.limit.equal-to-instances",
        {"activations_limit": above(0)},
        subscription=None,
        in_use=True,
    ),
    Case(
        "patch.expiry.subscription-400",
        {"expires_at": LATER, "activations_limit": above(4)},
        subscription=True,
    ),
    Case(
        "patch.limit.zero",
        {"activations_limit": 0, "disabled": False},
        in_use=False,
        subscription=None,
    ),
    Case(
        "patch.all-fields",
        {"activations_limit": None, "expires_at": None, "disabled": None},
        note="null",
    ),
)

# Further variants of the same rules.
_EXHAUSTIVE: tuple[Case, ...] = (
    Case("patch.limit.value-sets", {"activations_limit": above(9)}, FULL, read=True),
    Case("patch.limit.null-removes", {"activations_limit": None}, FULL, read=True, note="alone"),
    Case("patch.expiry.null-removes", {"expires_at": None}, FULL, read=True, note="alone"),
    Case("patch.expiry.value-sets", {"expires_at": LATEST}, FULL, read=True),
    Case("patch.disabled.true-disables", {"disabled": True}, FULL, read=True),
    Case("patch.disabled.false-enables", {"disabled": False}, {"disabled": True}, note="alone"),
    Case(
        "patch.refused-as-a-whole",
        {"activations_limit": above(5), "expires_at": LATEST, "disabled": "yes"},
        FULL,
        read=True,
        note="disabled",
    ),
    Case("patch.expiry.past-expires", {"expires_at": PAST}, FULL, read=True),
    Case("patch.disabled.wins", {"disabled": True}, {"expires_at": PAST, "disabled": False}),
    Case("patch.disabled.wins", {"expires_at": PAST}, {**FULL, "disabled": True}, note="first"),
    Case("patch.expiry.future-revives", {"expires_at": LATER}, {**FULL, "expires_at": PAST}),
    Case("patch.expiry.subscription-null", {"expires_at": None}, subscription=True),
    Case("patch.limit.beyond-int32-refused", {"activations_limit": INT32_MAX + 1}, FULL),
    Case("patch.expiry.not-a-time-refused", {"expires_at": "tomorrow"}, FULL),
    Case("body.not-an-object-refused", [], note="list"),
    Case("body.not-an-object-refused", "text", note="string"),
    Case("body.not-an-object-refused", 7, FULL, note="number", read=True),
    Case("patch.unknown-fields", {"no_such_field": 1}, FULL, note="alone"),
    Case("patch.limit.omitted-keeps", {"expires_at": LATEST}, FULL),
    Case("patch.expiry.omitted-keeps", {"disabled": True}, FULL),
    Case("patch.limit.omitted-keeps", {"disabled": None}, {"activations_limit": None}, note="none"),
    Case("patch.expiry.omitted-keeps", {"activations_limit": None}, {"expires_at": None}),
    Case("patch.all-fields", {**FULL, "expires_at": None}, {"activations_limit": None}),
    Case("patch.all-fields", {**FULL, "activations_limit": None}, {"expires_at": None}),
    Case("patch.limit.null-removes", {"activations_limit": None, "disabled": True}, FULL),
    Case("patch.expiry.null-removes", {"expires_at": None, "disabled": True}, FULL),
    Case("patch.limit.null-removes", {"activations_limit": None}, subscription=True),
    Case("patch.limit.value-sets", {"activations_limit": above(1)}, subscription=True),
    Case("patch.disabled.true-disables", {"disabled": True}, subscription=True),
    Case(
        "patch.disabled.false-enables", {"disabled": False}, {"disabled": True}, subscription=True
    ),
    Case("patch.empty", {}, subscription=True),
    Case("patch.limit.null-removes", {"activations_limit": None}, subscription=None, in_use=True),
    Case("patch.limit.value-sets", {"activations_limit": above(1)}, subscription=None, in_use=True),
    Case("patch.limit.below-instances-422", {"activations_limit": 0}, in_use=True, note="zero"),
    Case(
        "patch.refused-as-a-whole",
        {"activations_limit": "many", "disabled": True, "expires_at": None},
        FULL,
        read=True,
        note="limit",
    ),
    Case(
        "patch.refused-as-a-whole",
        {"activations_limit": None, "disabled": True, "expires_at": "never"},
        FULL,
        read=True,
        note="expiry",
    ),
    Case("patch.limit.negative-refused", {"activations_limit": -(2**31)}, FULL, note="smallest"),
    Case("patch.limit.beyond-int32-refused", {"activations_limit": -(2**31) - 1}, FULL),
    Case("patch.limit.beyond-int32-refused", {"activations_limit": 1e300}, FULL, note="float"),
    Case("patch.limit.string-refused", {"activations_limit": ""}, FULL, note="empty"),
    Case("patch.limit.string-refused", {"activations_limit": "null"}, FULL, note="null"),
    Case("patch.limit.boolean-refused", {"activations_limit": False}, FULL, note="false"),
    Case("patch.limit.structure-refused", {"activations_limit": {}}, FULL, note="object"),
    *(
        Case("patch.expiry.not-a-time-refused", {"expires_at": text}, FULL, note=text or "empty")
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
    Case(
        "patch.expiry.no-offset-refused", {"expires_at": "2031-01-01T00:00:00.5"}, note="fraction"
    ),
    Case("patch.expiry.wrong-type-refused", {"expires_at": False}, FULL, note="boolean"),
    Case("patch.expiry.wrong-type-refused", {"expires_at": []}, FULL, note="list"),
    Case("patch.expiry.wrong-type-refused", {"expires_at": {}}, FULL, note="object"),
    Case("patch.disabled.string-refused", {"disabled": ""}, FULL, note="empty"),
    Case("patch.disabled.number-refused", {"disabled": 0}, {"disabled": True}, note="zero"),
    Case("patch.expiry.offset", {"expires_at": "2031-05-06T07:08:09-11:00"}, note="west"),
    Case("patch.expiry.offset", {"expires_at": "2031-05-06T07:08:09+00:00"}, note="zero"),
    Case("patch.expiry.offset", {"expires_at": "2031-12-31T23:30:00-01:00"}, note="year"),
    Case("patch.expiry.microseconds", {"expires_at": "2031-05-06T07:08:09.5Z"}, note="tenths"),
    Case("patch.expiry.value-sets", {"expires_at": "2099-12-31T23:59:59Z"}, note="far"),
    Case("patch.expiry.value-sets", {"expires_at": "2032-02-29T00:00:00Z"}, note="leap"),
    Case("patch.disabled.true-disables", {"disabled": True}, {"disabled": True}, note="again"),
    Case("patch.disabled.false-enables", {"disabled": False}, {"disabled": False}, note="again"),
    Case("patch.disabled.null-keeps", {"disabled": None}, {"disabled": False}, note="enabled"),
    Case("body.not-an-object-refused", True, note="boolean"),
)

BASIC_CASES: tuple[Case, ...] = (
    *_FIRST,
    *(replace(case, exhaustive=True) for case in _EXHAUSTIVE),
)
