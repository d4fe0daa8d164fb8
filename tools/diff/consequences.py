"""What a change does to each party: the clients, the contract suite and the mock."""

from tools.diff.change import Change, Impact

PARTIES = ("old client, new server", "new client, old server", "contract suite", "mock")
Consequences = tuple[str, str, str, str]
UNAFFECTED = "unaffected"
# Changes that break no caller and no reader, but promise what an old server does not return.
PROMISES = frozenset(
    {"response-became-required", "response-no-longer-nullable", "response-property-added"}
    | {"response-type-narrowed", "response-values-restricted", "response-bound-tightened"}
    | {"response-constraint-added", "response-closed", "response-enum-value-removed"}
    | {"response-variant-removed", "response-format-narrowed"}
)
# Changes of names that only generated code sees.
NAMES = frozenset({"operation-id-changed", "path-parameter-renamed", "schema-renamed"})


def consequences(change: Change) -> Consequences | None:
    """Return one line for each of `PARTIES`, or None if the change affects none of them."""
    rule = change.rule
    if rule.id in NAMES:
        return (UNAFFECTED, "code that uses the old name must be changed", UNAFFECTED, UNAFFECTED)
    if rule.id == "response-property-added" and change.detail != "always present":
        return None
    if rule.id in PROMISES:
        return (
            UNAFFECTED,
            "a response of the old server may violate the new schema",
            "reports the mock as violating until the mock is changed",
            "must be changed to return what the new schema requires",
        )
    if rule.impact is Impact.BREAKS_CALLERS:
        return (
            "the new server may reject requests that the old client sends",
            "calls that are adapted to the change may be rejected or ignored",
            "checks that send the old form fail on the new server",
            "accepts the old form until it is changed",
        )
    if rule.impact is Impact.BREAKS_READERS:
        return (
            "may receive responses that it does not expect",
            UNAFFECTED,
            "accepts the new responses once it reads the new document",
            "never returns the new responses until it is changed",
        )
    return None
