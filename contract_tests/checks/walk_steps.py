"""A walk through the states of keys, in which each request tests several questions at once.

Every step sets a limit, an expiry and the disabled state in forms that are questions of their own,
and starts from the state that the steps before it leave. The response is compared field by field,
so a difference still names its rule.
"""

from ..contract.oracle import INT32_MAX
from .patch_cases import LATER, PAST, above
from .walk import BELOW, NO_EXPIRY, SUBSCRIPTION, UNUSED, USED, Kind, Step, Use, chain, soon

_INACTIVE = ("activate.inactive-code", "INACTIVE_LICENSE_KEY")
_REACHED = ("activate.limit-code", "LICENSE_KEY_LIMIT_REACHED")
_ALL = "patch.all-fields"
_PASSED = "patch.expiry.past-expires"
_NULL_LIMIT = "patch.limit.null-removes"
_NULL_EXPIRY = "patch.expiry.null-removes"
_ENABLES = "patch.disabled.false-enables"
_TENTHS_IN_INDIA = "2031-05-06T07:08:09.5+05:30"
_SUMMER_IN_NEWFOUNDLAND = "2031-07-31T12:30:00.05-03:30"
_LAST_SECOND = "9999-12-31T23:59:59Z"
# Before 1970, the last microsecond of a year, and the offset that RFC 3339 has for unknown ones.
_LAST_MICROSECOND = "1969-12-31T23:59:59.999999-00:00"
# A leap day, a midnight, the first microsecond, and the largest offset in use.
_LEAP_DAY_IN_KIRIBATI = "2020-02-29T00:00:00.000001+14:00"

STEPS: tuple[tuple[Kind, Step | Use], ...] = (
    *chain(
        USED,
        Step(
            "disable, limit equal to instances",
            _ALL,
            {"disabled": True, "expires_at": _TENTHS_IN_INDIA, "activations_limit": above(0)},
            read=True,
        ),
        Step(
            "disabled: expire, enable and remove limit",
            _ALL,
            {"disabled": False, "expires_at": _LAST_MICROSECOND, "activations_limit": None},
            form="capitals",
        ),
        Step(
            "expired: below instances",
            BELOW,
            {"activations_limit": 0, "expires_at": PAST, "disabled": True},
            in_use=True,
        ),
        Step("expired: empty", "patch.empty", {}),
        Use("expired: validate", "validate.expired", valid=False),
        Use("expired: activate", "activate.expired-403", status=403, code=_INACTIVE),
        Step(
            "expired: disable, remove expiry and limit",
            _ALL,
            {"disabled": True, "expires_at": None, "activations_limit": None},
            form="escapes and white space",
        ),
        Step(
            "disabled: expire and set the largest limit",
            _PASSED,
            {"expires_at": _LEAP_DAY_IN_KIRIBATI, "activations_limit": INT32_MAX},
        ),
        Step(
            "expired and disabled: enable and lower",
            _ENABLES,
            {"activations_limit": above(0), "disabled": False},
            form="chunked",
        ),
        Step(
            "expired: disable and remove limit",
            _NULL_LIMIT,
            {"activations_limit": None, "disabled": True},
        ),
        Step(
            "disabled: null beside null expiry and a limit",
            _NULL_EXPIRY,
            {"disabled": None, "expires_at": None, "activations_limit": above(0)},
        ),
        Step("disabled: empty", "patch.empty", {}),
        Step(
            "disabled: enable beside null expiry", _ENABLES, {"expires_at": None, "disabled": False}
        ),
        Use("full: validate", "validate.active", in_use=True, valid=True),
        Use("full: activate", "activate.limit-422", status=422, code=_REACHED),
        Step(
            "full: below instances beside an expiry",
            BELOW,
            {"activations_limit": above(-1), "expires_at": LATER, "disabled": True},
            in_use=True,
        ),
    ),
    *chain(
        UNUSED,
        Step(
            "enable, expire soon and remove limit",
            _ALL,
            {"activations_limit": None, "expires_at": soon, "disabled": False},
        ),
        Use(
            "unlimited, expires soon: validate",
            "validate.active",
            valid=True,
            body={"license_key_instance_id": None},
        ),
        Step(
            "limit of 0 beside an expiry",
            "patch.limit.zero",
            {"disabled": False, "activations_limit": 0, "expires_at": _SUMMER_IN_NEWFOUNDLAND},
            in_use=False,
        ),
        Use("limit of 0: activate", "activate.limit-422", in_use=False, status=422, code=_REACHED),
        Step(
            "expire beside null and a limit",
            _PASSED,
            {"disabled": None, "expires_at": PAST, "activations_limit": above(5)},
        ),
        Step(
            "expired: extend and enable",
            "patch.expiry.future-revives",
            {"expires_at": _LAST_SECOND, "disabled": False},
            form="charset",
        ),
        Step("disable", "patch.disabled.true-disables", {"disabled": True}),
        Step(
            "disable again beside a limit",
            _ALL,
            {"disabled": True, "activations_limit": above(5), "expires_at": _LAST_SECOND},
            again=True,
        ),
        Use("disabled: activate", "activate.disabled-403", status=403, code=_INACTIVE),
        Use("disabled: validate", "validate.disabled", valid=False),
    ),
    *chain(
        SUBSCRIPTION,
        Step(
            "subscription: disable beside a limit and null expiry",
            _ALL,
            {"activations_limit": above(4), "expires_at": None, "disabled": True},
        ),
        Step(
            "disabled subscription: null expiry and disable",
            "patch.expiry.subscription-null",
            {"expires_at": None, "disabled": True},
        ),
        Step(
            "disabled subscription: past expiry",
            NO_EXPIRY,
            {"expires_at": PAST, "disabled": False, "activations_limit": above(0)},
        ),
        Step(
            "disabled subscription: null expiry and null limit",
            _NULL_LIMIT,
            {"expires_at": None, "activations_limit": None},
        ),
        Use("disabled subscription: validate", "validate.disabled", valid=False),
        Use("disabled subscription: activate", "activate.disabled-403", status=403, code=_INACTIVE),
        Step(
            "disabled subscription: below instances",
            BELOW,
            {"activations_limit": above(-1)},
            in_use=True,
        ),
        Step(
            "disabled subscription: enable and limit",
            _ENABLES,
            {"activations_limit": above(0), "disabled": False},
        ),
        Use("full subscription: activate", "activate.limit-422", status=422, code=_REACHED),
        Use("full subscription: validate", "validate.active", valid=True),
        Step(
            "subscription: expiry beside null limit",
            NO_EXPIRY,
            {"activations_limit": None, "expires_at": LATER, "disabled": True},
        ),
    ),
)
