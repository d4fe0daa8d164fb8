"""A walk through the states of a key, in which each request tests several questions at once.

Every step starts from the state that the step before it leaves, and sets a limit, an expiry and the
disabled state in forms that are questions of their own. The response is compared field by field, so
a difference still names its rule.
"""

from ..contract.oracle import INT32_MAX
from .patch_cases import LATER, LATEST, PAST, Body, above
from .walk import PLAIN, SUBSCRIPTION, USED, Kind, Step, Use, none_if_used, soon

_LONG_PAST = "1969-07-20T20:17:40Z"
_BELOW = "patch.limit.below-instances-422"
_NO_EXPIRY = "patch.expiry.subscription-400"
_INACTIVE = ("activate.inactive-code", "INACTIVE_LICENSE_KEY")
_REACHED = ("activate.limit-code", "LICENSE_KEY_LIMIT_REACHED")
_D: Body = {"disabled": True}
_A: Body = {"disabled": False}
_X: Body = {"disabled": False, "expires_at": PAST}
_DX: Body = {"disabled": True, "expires_at": PAST}
_LAST_MICROSECOND = "2031-05-06T07:08:09.999999Z"
_HUNDREDTHS = "2032-10-11T12:13:14.05Z"
_TENTHS = "2031-05-06T07:08:09.5Z"
_VALUE = "patch.limit.value-sets"
_ALL = "patch.all-fields"

_DISABLED_STEPS = (
    Step(
        "disable and set both",
        "patch.expiry.microseconds",
        {"activations_limit": above(7), "expires_at": _LAST_MICROSECOND, "disabled": True},
        form="capitals",
        read=True,
    ),
    Step("disabled: remove limit", "patch.limit.null-removes", {"activations_limit": None}, _D),
    Step(
        "disabled: offset beside a limit",
        "patch.expiry.offset",
        {"expires_at": "2031-05-06T07:08:09+05:30", "activations_limit": above(9)},
        _D,
        form="escapes and white space",
    ),
    Step("disabled: lower limit", _VALUE, {"activations_limit": above(3)}, _D),
    Use(
        "disabled: validate",
        "validate.disabled",
        _D,
        valid=False,
    ),
    Use("disabled: activate", "activate.disabled-403", _D, status=403, code=_INACTIVE),
    Step("disabled: empty", "patch.empty", {}, _D),
    Step(
        "disabled: move expiry",
        "patch.expiry.microseconds",
        {"expires_at": _HUNDREDTHS},
        _D,
    ),
    Step(
        "disabled: null disabled beside null expiry",
        "patch.disabled.null-keeps",
        {"disabled": None, "expires_at": None},
        {**_D, "expires_at": _HUNDREDTHS},
    ),
    Step(
        "disabled: enable with null limit and expiry",
        _ALL,
        {"expires_at": "2032-02-29T12:00:00Z", "disabled": False, "activations_limit": None},
        {**_D, "expires_at": None, "activations_limit": above(3)},
    ),
)
_EXPIRED_STEPS = (
    Step(
        "expire and enable",
        "patch.expiry.past-expires",
        {"disabled": False, "expires_at": PAST, "activations_limit": above(8)},
        _D,
    ),
    Step("expired: remove limit", "patch.limit.null-removes", {"activations_limit": None}, _X),
    Step(
        "expired: limit beside null disabled",
        "patch.disabled.null-keeps",
        {"activations_limit": above(9), "disabled": None},
        _X,
        form="charset",
    ),
    Step("expired: empty", "patch.empty", {}, _X),
    Use("expired: validate", "validate.expired", _X, valid=False),
    Use("expired: activate", "activate.expired-403", _X, status=403, code=_INACTIVE),
    Step("expired: disable", "patch.disabled.wins", {"disabled": True}, _X),
    Step("expired and disabled: enable", "patch.disabled.false-enables", {"disabled": False}, _DX),
    Step("expired: remove expiry", "patch.expiry.null-removes", {"expires_at": None}, _X),
    Step(
        "expire beside a limit",
        "patch.expiry.past-expires",
        {"activations_limit": above(5), "expires_at": _LONG_PAST},
        {"disabled": False, "expires_at": None},
    ),
    Step(
        "expired: extend and raise",
        "patch.expiry.offset",
        {"activations_limit": above(6), "expires_at": "2031-05-06T07:08:09+14:00"},
        {"disabled": False, "expires_at": _LONG_PAST},
    ),
    Step(
        "expire and disable",
        "patch.disabled.wins",
        {"disabled": True, "expires_at": PAST},
        {"disabled": False, "expires_at": "2031-05-05T17:08:09Z"},
    ),
    Step(
        "expired and disabled: extend",
        "patch.expiry.offset",
        {"expires_at": "2031-01-01T00:30:00+05:45"},
        _DX,
    ),
)
_ACTIVE_STEPS = (
    Step(
        "limit of 0, leap day and enable",
        "patch.limit.zero",
        {
            "disabled": False,
            "activations_limit": none_if_used,
            "expires_at": "2028-02-29T23:59:59Z",
        },
        _D,
    ),
    Use(
        "limit of 0: activate",
        "activate.limit-422",
        {"activations_limit": 0, "disabled": False, "expires_at": "2028-02-29T23:59:59Z"},
        status=422,
        code=_REACHED,
    ),
    Step(
        "limit after 0",
        "patch.expiry.microseconds",
        {"activations_limit": above(5), "expires_at": "2031-05-06T07:08:09.000001Z"},
        {**_A, "activations_limit": 0},
    ),
    Step("active: remove expiry", "patch.expiry.null-removes", {"expires_at": None}, _A),
    Step(
        "active: largest limit and last year",
        "patch.limit.largest",
        {"activations_limit": INT32_MAX, "expires_at": "9999-12-31T23:59:59Z"},
        _A,
        form="chunked",
    ),
    Step("active: move expiry back", "patch.expiry.value-sets", {"expires_at": soon}, _A),
    Use(
        "expires soon: validate",
        "validate.active",
        {**_A, "expires_at": soon},
        valid=True,
        body={"license_key_instance_id": None},
    ),
    Step(
        "active: remove limit, set offset of a half hour",
        "patch.expiry.offset",
        {"expires_at": "2031-12-31T23:30:00-03:30", "activations_limit": None},
        _A,
    ),
    Step("active: disable", "patch.disabled.true-disables", {"disabled": True}, _A, read=True),
    Step(
        "disabled again beside a limit",
        "patch.disabled.true-disables",
        {"disabled": True, "activations_limit": above(8)},
        _D,
    ),
    Step(
        "disabled: enable alone",
        "patch.disabled.false-enables",
        {"disabled": False},
        {**_D, "activations_limit": above(8)},
    ),
    Step(
        "active: remove expiry last",
        _ALL,
        {"activations_limit": above(4), "disabled": True, "expires_at": None},
        {**_A, "expires_at": "2032-01-01T03:00:00Z"},
    ),
    Step(
        "enable, remove limit last",
        "patch.expiry.offset",
        {"expires_at": "2101-01-01T00:00:00-11:00", "disabled": False, "activations_limit": None},
        _D,
        again=True,
    ),
    Step(
        "unknown members",
        "patch.unknown-fields",
        {
            "id": "lic_x",
            "no_such_field": {},
            "status": "disabled",
            "instances_count": 99,
            "activationsLimit": 3,
            "Disabled": True,
            "activations_limit": above(6),
        },
        _A,
        names_other=True,
    ),
    Use("unlimited: validate", "validate.active", {**_A, "activations_limit": None}, valid=True),
)
_FULL: Body = {"disabled": False, "activations_limit": above(0)}
_USED_STEPS = (
    Step(
        "used: limit equal to instances",
        "patch.limit.equal-to-instances",
        {"activations_limit": above(0), "expires_at": _TENTHS, "disabled": False},
    ),
    Use("full: validate", "validate.active", {**_FULL, "expires_at": _TENTHS}, valid=True),
    Use(
        "full: activate",
        "activate.limit-422",
        {**_FULL, "expires_at": _TENTHS},
        status=422,
        code=_REACHED,
    ),
    Step(
        "full: below instances beside an expiry",
        _BELOW,
        {"activations_limit": above(-1), "expires_at": LATEST},
        _FULL,
    ),
    Step("full: disable", "patch.disabled.true-disables", {"disabled": True}, _FULL),
    Step("disabled: below instances", _BELOW, {"activations_limit": above(-1)}, _D),
    Step(
        "full and disabled: remove limit",
        "patch.limit.null-removes",
        {"activations_limit": None},
        {"disabled": True, "activations_limit": above(0)},
    ),
    Step(
        "unlimited: below instances and enable",
        _BELOW,
        {"disabled": False, "activations_limit": above(-1)},
        {"disabled": True, "activations_limit": None},
    ),
    Step(
        "expired: below instances, 0",
        _BELOW,
        {"activations_limit": 0},
        {"disabled": False, "expires_at": PAST},
    ),
    Step("full: remove limit", "patch.limit.null-removes", {"activations_limit": None}, _FULL),
)
_SUBSCRIPTION_STEPS = (
    Step(
        "subscription: disable beside a limit",
        "patch.disabled.true-disables",
        {"activations_limit": above(4), "disabled": True},
    ),
    Step(
        "disabled subscription: expiry and enable",
        _NO_EXPIRY,
        {"disabled": False, "expires_at": LATER},
        _D,
    ),
    Use("disabled subscription: validate", "validate.disabled", _D, valid=False),
    Use("disabled subscription: activate", "activate.disabled-403", _D, status=403, code=_INACTIVE),
    Step("disabled subscription: limit", _VALUE, {"activations_limit": above(5)}, _D),
    Step("disabled subscription: enable", "patch.disabled.false-enables", {"disabled": False}, _D),
    Step(
        "subscription: null expiry beside a limit",
        "patch.expiry.subscription-null",
        {"activations_limit": above(2), "expires_at": None},
        _A,
    ),
    Step(
        "subscription: expiry beside null limit",
        _NO_EXPIRY,
        {"activations_limit": None, "expires_at": LATER},
        {**_A, "activations_limit": above(2)},
    ),
    Step("subscription: past expiry", _NO_EXPIRY, {"expires_at": PAST}, _A),
    Step(
        "subscription: below instances",
        _BELOW,
        {"activations_limit": above(-1), "disabled": True},
        _A,
    ),
    Step("subscription: remove limit", "patch.limit.null-removes", {"activations_limit": None}, _A),
    Step("subscription: empty", "patch.empty", {}, _A),
)

STEPS: tuple[tuple[Kind, Step | Use], ...] = tuple(
    (kind, step)
    for kind, steps in (
        (PLAIN, _DISABLED_STEPS + _EXPIRED_STEPS + _ACTIVE_STEPS),
        (USED, _USED_STEPS),
        (SUBSCRIPTION, _SUBSCRIPTION_STEPS),
    )
    for step in steps
)
