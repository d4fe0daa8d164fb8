"""The steps of a walk through the states of a key."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ..contract.oracle import INT32_MAX, parse_instant
from ..judge.patch_checks import Key
from .patch_cases import Body

BELOW = "patch.limit.below-instances-422"
NO_EXPIRY = "patch.expiry.subscription-400"
_REJECTIONS = (BELOW, NO_EXPIRY)
_FIELDS = ("activations_limit", "expires_at", "disabled")
_FUTURE_LEAP_YEAR = "2032"


def soon(_key: Key) -> str:
    """An expiry in about an hour, the same one for minutes."""
    seconds = datetime.now(UTC).timestamp() // 600 * 600
    return _in_utc(datetime.fromtimestamp(seconds, UTC) + timedelta(minutes=70))


def rule_of(name: str, value: Any) -> str:
    """The rule that a valid value of a member of a PATCH tests."""
    if name == "activations_limit":
        return _LIMIT_RULES.get(value, "patch.limit.value-sets")
    if name == "disabled":
        return _DISABLED_RULES[value]
    instant = parse_instant(value)
    if instant is None:
        return "patch.expiry.null-removes"
    if not value.endswith("Z"):
        return "patch.expiry.offset"
    if instant.microsecond:
        return "patch.expiry.microseconds"
    return (
        "patch.expiry.past-expires" if instant <= datetime.now(UTC) else "patch.expiry.value-sets"
    )


def simpler(name: str, value: Any) -> list[Any]:
    """A value of a member and its simpler forms, the simplest first.

    An instant is first sent in UTC and without the fraction of its second, then with it. A server
    may reject instants in the past, so the offset of one is tested in the future.
    """
    instant = parse_instant(value) if name == "expires_at" else None
    if instant is None:
        return [value]
    last = value if instant > datetime.now(UTC) else f"{_FUTURE_LEAP_YEAR}{value[4:]}"
    return list(dict.fromkeys([_in_utc(instant.replace(microsecond=0)), _in_utc(instant), last]))


def _in_utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


_LIMIT_RULES = {
    None: "patch.limit.null-removes",
    0: "patch.limit.zero",
    INT32_MAX: "patch.limit.largest",
}
_DISABLED_RULES = {
    None: "patch.disabled.null-keeps",
    True: "patch.disabled.true-disables",
    False: "patch.disabled.false-enables",
}


@dataclass(frozen=True)
class Kind:
    """What the key of a walk should be.

    Attributes:
        subscription: Whether the key must belong to a subscription.
        in_use: Whether a key with instances is preferred, or one without.
    """

    subscription: bool
    in_use: bool


UNUSED, USED, SUBSCRIPTION = Kind(False, False), Kind(False, True), Kind(True, True)


@dataclass(frozen=True)
class Step:
    """A PATCH.

    Attributes:
        name: The name of the step.
        rule: The rule that the whole body tests.
        body: The body; a function in it is called with the key and returns the value.
        given: What the key must be before the step.
        in_use: Whether the key must have instances. None allows both.
        form: The form of the body, a name in `forms.py`; None for plain JSON.
        again: Whether the request is sent twice and must return the same response twice.
        read: Whether a GET follows.
    """

    name: str
    rule: str
    body: Body
    given: Body = field(default_factory=dict)
    in_use: bool | None = None
    form: str | None = None
    again: bool = False
    read: bool = False

    @property
    def changes(self) -> Body:
        """The fields that the step sets; none if it must be rejected."""
        if self.rule in _REJECTIONS:
            return {}
        return {
            name: _in_utc(instant) if (instant := parse_instant(value)) else value
            for name, value in self.body.items()
            if name in _FIELDS and (name, value) != ("disabled", None)
        }


@dataclass(frozen=True)
class Use:
    """A validation, or an activation that must be rejected.

    Attributes:
        name: The name of the step.
        rule: The rule that the response tests.
        given: What the key must be before the step.
        in_use: Whether the key must have instances. None allows both.
        valid: What validate must return; None if the step is an activation.
        status: The status of the rejected activation.
        code: Its error code, and the rule about it.
        body: Further members of the request.
    """

    name: str
    rule: str
    given: Body = field(default_factory=dict)
    in_use: bool | None = None
    valid: bool | None = None
    status: int = 0
    code: tuple[str, str] = ("", "")
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def changes(self) -> Body:
        """No field: the key stays as it is."""
        return {}


def chain(kind: Kind, *steps: Step | Use) -> Iterator[tuple[Kind, Step | Use]]:
    """Let each step start from the state that those before it leave.

    Args:
        kind: The key that the steps change.
        steps: The steps, without the state that they start from.
    """
    state: Body = {}
    for step in steps:
        yield kind, replace(step, given=dict(state))
        state |= step.changes
