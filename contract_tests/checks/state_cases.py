"""PATCH cases whose result must not depend on the state of the key, or depends on it by a rule."""

from .patch_cases import FULL, LATER, LATEST, PAST, Body, Case, above

_DISABLED: Body = {**FULL, "disabled": True}
_EXPIRED: Body = {**FULL, "expires_at": PAST}
_DISABLED_AND_EXPIRED: Body = {**_EXPIRED, "disabled": True}
_BELOW = "patch.limit.below-instances-422"
_NO_EXPIRY = "patch.expiry.subscription-400"

STATE_CASES: tuple[Case, ...] = (
    # Expired.
    Case("patch.limit.value-sets", {"activations_limit": above(9)}, _EXPIRED, note="expired"),
    Case("patch.limit.null-removes", {"activations_limit": None}, _EXPIRED, note="expired"),
    Case("patch.empty", {}, _EXPIRED, note="expired"),
    Case("patch.disabled.false-enables", {"disabled": False}, _EXPIRED, note="expired"),
    Case("patch.expiry.null-removes", {"expires_at": None}, _EXPIRED, note="expired", read=True),
    Case(
        "patch.all-fields",
        {"activations_limit": above(9), "expires_at": LATER},
        _EXPIRED,
        note="extend and raise an expired key",
    ),
    # Disabled.
    Case("patch.empty", {}, _DISABLED, note="disabled"),
    Case("patch.limit.null-removes", {"activations_limit": None}, _DISABLED, note="disabled"),
    Case("patch.limit.value-sets", {"activations_limit": above(9)}, _DISABLED, note="disabled"),
    Case("patch.expiry.value-sets", {"expires_at": LATEST}, _DISABLED, note="disabled"),
    Case("patch.expiry.null-removes", {"expires_at": None}, _DISABLED, note="disabled", read=True),
    Case(
        "patch.disabled.wins",
        {"expires_at": LATER},
        _DISABLED_AND_EXPIRED,
        note="extended",
    ),
    Case(
        "patch.disabled.false-enables",
        {"disabled": False},
        _DISABLED_AND_EXPIRED,
        note="past its expiry",
        read=True,
    ),
    # Combinations, and other orders of the members.
    Case(
        "patch.all-fields",
        {"disabled": True, "expires_at": LATEST, "activations_limit": above(8)},
        FULL,
        note="in reverse order",
        read=True,
    ),
    Case(
        "patch.all-fields",
        {"expires_at": LATEST, "disabled": False, "activations_limit": None},
        _DISABLED,
        note="null limit last",
    ),
    Case(
        "patch.all-fields",
        {"activations_limit": above(8), "disabled": True, "expires_at": None},
        FULL,
        note="null expiry last",
    ),
    Case("patch.all-fields", {"disabled": False, "expires_at": PAST}, _DISABLED, note="past"),
    Case("patch.all-fields", {"activations_limit": above(8), "expires_at": PAST}, FULL, note="end"),
    Case(
        "patch.all-fields",
        {"activations_limit": above(6), "disabled": None},
        FULL,
        note="null disabled last",
    ),
    Case("patch.limit.value-sets", {"activations_limit": above(7)}, FULL, note="the same again"),
    # Of a subscription.
    Case(
        "patch.expiry.subscription-null",
        {"activations_limit": above(4), "expires_at": None},
        subscription=True,
        note="beside a limit",
        read=True,
    ),
    Case(_NO_EXPIRY, {"expires_at": PAST}, subscription=True, note="past"),
    Case(
        _NO_EXPIRY,
        {"disabled": False, "expires_at": LATER},
        {"disabled": True},
        subscription=True,
        note="disabled",
        read=True,
    ),
    Case(_NO_EXPIRY, {"activations_limit": None, "expires_at": LATER}, subscription=True),
    Case(
        "patch.limit.value-sets",
        {"activations_limit": above(5)},
        {"disabled": True},
        subscription=True,
        note="disabled",
    ),
    Case(
        _BELOW,
        {"activations_limit": above(-1)},
        {"disabled": False},
        subscription=True,
        in_use=True,
    ),
    Case("patch.limit.zero", {"activations_limit": 0}, subscription=True, in_use=False),
    # Limits beside the number of instances.
    Case(_BELOW, {"activations_limit": above(-1)}, {"activations_limit": None}, in_use=True),
    Case(_BELOW, {"activations_limit": above(-1)}, _DISABLED, in_use=True, note="disabled"),
    Case(_BELOW, {"activations_limit": above(-1)}, _EXPIRED, in_use=True, note="expired"),
    Case(
        _BELOW,
        {"activations_limit": above(-1), "expires_at": LATEST},
        FULL,
        in_use=True,
        read=True,
        note="beside an expiry",
    ),
    Case(
        "patch.limit.null-removes",
        {"activations_limit": None},
        {"activations_limit": above(0)},
        in_use=True,
        subscription=None,
        note="full",
    ),
    Case(
        "patch.disabled.true-disables",
        {"disabled": True},
        {"activations_limit": above(0), "disabled": False},
        in_use=True,
        subscription=None,
        note="full",
    ),
    Case(
        "patch.limit.zero",
        {"activations_limit": 0, "expires_at": LATER},
        in_use=False,
        note="beside an expiry",
    ),
    Case(
        "patch.limit.value-sets",
        {"activations_limit": above(5)},
        {"activations_limit": 0},
        in_use=False,
        note="after 0",
    ),
    Case("patch.limit.zero", {"activations_limit": 0}, {"activations_limit": None}, in_use=False),
    Case(
        "patch.limit.null-removes",
        {"activations_limit": None},
        {"activations_limit": 0},
        in_use=False,
        note="after 0",
        read=True,
    ),
)
