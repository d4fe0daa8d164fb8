"""What a change does to each party: the clients, the contract suite and the mock.

An old client was generated before the change, and a new client after it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from tools.diff.change import Change, Impact

PARTIES = ("old client, new server", "new client, old server or mock", "contract suite", "mock")
UNAFFECTED = "unaffected"


class Consequences(NamedTuple):
    """One line for each of `PARTIES`."""

    old_client: str
    new_client: str
    suite: str
    mock: str

    def items(self) -> Iterable[tuple[str, str]]:
        """Return the lines by party."""
        return zip(PARTIES, self, strict=True)


# Names that only generated code sees.
NAME_CHANGED = Consequences(
    UNAFFECTED, "code that uses the old name must be changed", UNAFFECTED, UNAFFECTED
)
# Breaks no caller and no reader, but promises what an old server does not return.
PROMISED = Consequences(
    UNAFFECTED,
    "a response of the old server may violate the new schema",
    "reports the mock as violating until the mock is changed",
    "must be changed to return what the new schema requires",
)
REQUEST_WITHOUT = Consequences(
    "sends what the new server ignores or rejects",
    "does not send what the old server may still expect",
    "checks that send it fail on the new server",
    "accepts it until it is changed",
)
REQUEST_NARROWED = Consequences(
    "sends requests that the new server may reject",
    "unaffected: the old server accepts the narrower requests",
    "checks that send what is no longer accepted fail on the new server",
    "accepts the old requests until it is changed",
)
REQUEST_EXTENDED = Consequences(
    "sends requests that the new server rejects",
    "sends what the old server ignores or rejects",
    "checks that omit it fail on the new server",
    "accepts requests without it until it is changed",
)
REQUEST_CHANGED = Consequences(
    "sends the old form, which the new server may reject",
    "sends the new form, which the old server may reject",
    "checks that send the old form fail on the new server",
    "accepts the old form only, until it is changed",
)
RESPONSE_WITHOUT = Consequences(
    "does not receive what it reads",
    "ignores what the old server still returns",
    "requires nothing that was removed, once it reads the new document",
    "returns it until it is changed",
)
RESPONSE_WIDENED = Consequences(
    "may receive responses that it does not expect",
    UNAFFECTED,
    "accepts the new responses once it reads the new document",
    "never returns the new responses until it is changed",
)
RESPONSE_CHANGED = Consequences(
    "may receive the new form, which it does not expect",
    "may receive the old form, which it does not expect",
    "reports the old form as a violation once it reads the new document",
    "returns the old form until it is changed",
)
GROUPS = {
    NAME_CHANGED: {"operation-id-changed", "path-parameter-renamed", "schema-renamed"},
    PROMISED: {
        *("response-became-required", "response-no-longer-nullable", "response-type-narrowed"),
        *("response-values-restricted", "response-bound-tightened", "response-constraint-added"),
        *("response-closed", "response-enum-value-removed", "response-variant-removed"),
        *("response-format-narrowed", "response-property-added"),
    },
    REQUEST_WITHOUT: {
        *("operation-removed", "parameter-removed", "request-body-removed"),
        *("request-property-removed", "server-removed"),
    },
    REQUEST_EXTENDED: {
        *("parameter-added-required", "request-body-added-required"),
        "request-property-added-required",
    },
    REQUEST_CHANGED: {
        *("parameter-style-changed", "request-encoding-changed", "request-type-changed"),
        *("request-format-changed", "request-constraint-changed", "request-schema-changed"),
    },
    RESPONSE_WITHOUT: {
        *("webhook-removed", "response-success-removed", "response-body-removed"),
        *("response-header-removed", "response-property-removed", "response-media-type-removed"),
    },
    RESPONSE_CHANGED: {
        *("response-type-changed", "response-format-changed", "response-constraint-changed"),
        "response-schema-changed",
    },
}
_BY_RULE = {rule: lines for lines, rules in GROUPS.items() for rule in rules}
_BY_IMPACT = {
    Impact.BREAKS_CALLERS: REQUEST_NARROWED,
    Impact.BREAKS_READERS: RESPONSE_WIDENED,
}
# The detail of a new property that every response contains.
ALWAYS_PRESENT = "always present"


def consequences(change: Change) -> Consequences | None:
    """Return one line for each of `PARTIES`, or None if the change affects none of them."""
    if change.rule.id == "response-property-added" and change.detail != ALWAYS_PRESENT:
        return None
    return _BY_RULE.get(change.rule.id) or _BY_IMPACT.get(change.rule.impact)
