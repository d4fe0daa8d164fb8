"""The fixed sample: for each rule of the suite, a fault that it detects, alone if possible."""

# Rule to fault. The rules about the client and Schemathesis take part in the profile `full` only.
SAMPLE = {
    "response.status-documented": "response-instances-206",
    "response.body-conforms": "schema-customer-null",
    "response.media-type": "response-media-type-text",
    "response.unambiguous": "wire-limit-twice",
    "response.no-server-error": "response-first-list-500",
    "response.complete": "response-breaks-off-on-int64",
    "response.time": "response-slow-list",
    "error.router-body": "error-router-page",
    "error.no-internals": "error-stack-trace",
    "auth.missing-token-401": "auth-list-open",
    "auth.empty-token-401": "auth-get-with-empty-token",
    "auth.unknown-token-401": "auth-get-ignores-token-case",
    "auth.other-scheme-401": "auth-get-with-bare-token",
    "auth.code": "auth-code-unknown",
    "auth.before-404": "auth-get-of-unknown-id-before-token",
    "auth.before-body": "auth-body-before-token",
    "auth.changes-nothing": "auth-first-rejected-patch-stored",
    "get.known-200": "creation-created-not-found",
    "get.unknown-404": "get-ordinary-unknown-id-shows-first-key",
    "get.unknown-code": "get-unknown-code",
    "get.nearly-known-404": "id-without-prefix-found",
    "get.unusual-id-refused": "get-quote-in-id-lists",
    "patch.limit.value-sets": "patch-limit-beside-offset-ignored",
    "patch.limit.null-removes": "patch-null-limit-alone-ignored",
    "patch.limit.omitted-keeps": "patch-refused-expiry-stores-limit",
    "patch.limit.zero": "patch-limit-zero-rejected",
    "patch.limit.largest": "patch-limit-kept-in-16-bits",
    "patch.limit.below-instances-422": "patch-limit-below-instances-accepted",
    "patch.limit.below-instances-code": "patch-limit-below-instances-code",
    "patch.limit.negative-refused": "patch-negative-limit-loses-sign",
    "patch.limit.beyond-int32-refused": "patch-limit-wraps-beyond-int32",
    "patch.limit.structure-refused": "patch-limit-list-unwrapped",
    "patch.limit.string-refused": "patch-limit-string-coerced",
    "patch.limit.boolean-refused": "patch-limit-boolean-coerced",
    "patch.limit.fraction-refused": "value-limit-small-fraction-zero",
    "patch.expiry.value-sets": "patch-expiry-capped-at-2038",
    "patch.expiry.null-removes": "patch-null-expiry-alone-ignored",
    "patch.expiry.omitted-keeps": "state-disabled-limit-removes-expiry",
    "patch.expiry.offset": "value-expiry-large-offset-cut",
    "patch.expiry.microseconds": "patch-expiry-with-six-digits-cut",
    "patch.expiry.past-expires": "patch-expiry-past-alone-rejected",
    "patch.expiry.future-revives": "patch-revival-of-limited-key-rejected",
    "patch.expiry.subscription-400": "patch-expiry-on-subscription-422",
    "patch.expiry.subscription-code": "patch-expiry-on-subscription-code",
    "patch.expiry.subscription-null": "patch-null-expiry-alone-on-subscription-rejected",
    "patch.expiry.not-a-time-refused": "patch-expiry-date-accepted",
    "patch.expiry.no-offset-refused": "patch-expiry-without-offset-accepted",
    "patch.expiry.wrong-type-refused": "patch-expiry-number-accepted",
    "patch.disabled.true-disables": "patch-disabled-on-subscription-ignored",
    "patch.disabled.false-enables": "state-subscription-enabling-ignored",
    "patch.disabled.omitted-keeps": "patch-limit-and-expiry-enable",
    "patch.disabled.null-keeps": "patch-null-disabled-enables",
    "patch.disabled.string-refused": "patch-disabled-string-coerced",
    "patch.disabled.number-refused": "patch-disabled-number-coerced",
    "patch.disabled.structure-refused": "value-disabled-list-disables",
    "patch.disabled.wins": "patch-expired-key-not-disabled",
    "patch.empty": "patch-empty-refused",
    "patch.refused-as-a-whole": "patch-word-as-limit-skipped",
    "patch.unknown-fields": "patch-unknown-fields-refused",
    "patch.refused-changes-nothing": "patch-refused-body-half-stored",
    "patch.unknown-id-404": "get-patch-of-unknown-creates",
    "patch.frame.id": "frame-id-after-empty",
    "patch.frame.key": "frame-key-after-empty",
    "patch.frame.business-id": "frame-business-after-empty",
    "patch.frame.customer-id": "frame-customer-after-empty",
    "patch.frame.product-id": "frame-product-after-empty",
    "patch.frame.payment-id": "frame-payment-lost",
    "patch.frame.subscription-id": "frame-subscription-lost",
    "patch.frame.created-at": "frame-created-at-after-empty",
    "patch.frame.instances-count": "frame-instances-count-after-empty",
    "patch.frame.brand-id": "frame-brand-changed",
    "patch.frame.source": "frame-source-after-empty",
    "patch.other-keys": "id-same-creation-changed",
    "patch.stored.get": "storage-expiry-alone-shown-late",
    "patch.stored.list": "storage-list-shows-creation-as-expiry",
    "patch.read-after-write": "unusual-lag-all-20-ms",
    "patch.idempotent": "patch-response-counts-patches",
    "patch.concurrent-fields": "patch-update-lost",
    "body.malformed-refused": "body-single-quotes-accepted",
    "body.not-an-object-refused": "body-string-is-empty-object",
    "body.not-utf-8-refused": "body-not-utf-8-in-string-is-empty-object",
    "body.too-deep-refused": "body-deep-is-empty-object",
    "body.media-type-refused": "body-xml-is-empty-object",
    "body.equivalent-forms": "wire-charset-parameter-415",
    "body.code": "body-code-unknown",
    "method.not-allowed-405": "method-unknown-method-404",
    "list.default-page-size": "list-default-page-of-25",
    "list.page-size-capped": "list-page-size-over-100-refused",
    "list.pages-follow": "list-pages-count-from-1",
    "list.past-end-empty": "list-distant-page-shows-first",
    "list.filter.status": "list-expired-filter-empty",
    "list.filter.product": "list-product-filter-ignored",
    "list.filter.customer": "list-customer-beside-status-ignored",
    "list.filter.source": "page-source-dropped-beside-status",
    "list.filter.created-gte": "list-valid-created-gte-ignored",
    "list.filter.created-lte": "page-upper-time-dropped-beside-lower",
    "list.bad-query-refused": "list-unknown-status-ignored",
    "list.bad-query-code": "list-bad-query-code",
    "activate.created-201": "license-activate-subscription-rejected",
    "activate.answer": "activate-other-product-shown",
    "activate.counts": "license-activate-twice-counted",
    "activate.limit-422": "activate-limit-403",
    "activate.limit-code": "activate-limit-code",
    "activate.disabled-403": "activate-disabled-accepted",
    "activate.expired-403": "activate-expired-accepted",
    "activate.inactive-code": "activate-inactive-code",
    "activate.race": "license-activate-races-beyond-limit",
    "activate.unknown-404": "activate-unknown-key-403",
    "activate.body-refused": "activate-unknown-key-before-body",
    "deactivate.done-200": "deactivate-done-with-404",
    "deactivate.frees": "license-deactivate-removes-all",
    "deactivate.instance-gone": "deactivate-gone-instance-still-shown",
    "deactivate.foreign-403": "deactivate-existing-instance-of-other-key-accepted",
    "deactivate.twice-403": "deactivate-twice-404",
    "deactivate.unknown-404": "deactivate-unknown-instance-accepted",
    "deactivate.body-refused": "deactivate-unknown-key-first",
    "validate.active": "validate-key-without-limit-invalid",
    "validate.disabled": "validate-disabled-key-valid",
    "validate.expired": "validate-expired-key-valid",
    "validate.unknown": "validate-key-in-other-case-valid",
    "validate.own-instance": "validate-instance-never-valid",
    "validate.foreign-instance": "validate-valid-instance-id-ignored",
    "validate.body-refused": "validate-wrong-body-accepted",
    "instance.get": "instances-other-business",
    "instance.unknown-404": "id-key-id-finds-instance",
    "instance.list": "page-instances-unknown-key-all",
    "instance.pages": "page-instances-second-page-repeats",
    "instance.count": "page-instances-last-missing",
    "instance.rename": "instances-rename-shows-old-name",
    "instance.rename-stored": "instances-rename-not-stored",
    "instance.frame": "instances-rename-moves-created-at",
    "instance.body-refused": "instances-rename-without-name-accepted",
    "create.created-201": "create-limit-with-expiry-rejected",
    "create.answer": "creation-count-of-one",
    "create.optional": "create-default-limit",
    "create.stored": "create-limit-stored-one-too-high",
    "create.duplicate-409": "create-duplicate-422",
    "create.unknown-customer-404": "create-customer-422",
    "create.unknown-product-404": "create-product-422",
    "create.unknown-fields": "creation-unknown-fields-rejected",
    "create.body-refused": "create-customer-before-body",
    "schema.examples": "schema-documented-name-405-at-first",
    "schema.coverage": "schema-trace-accepted",
    "schema.fuzzing": "schema-distant-time-405-at-first",
    "schema.stateful": "schema-list-after-instances-405",
    "sequence.matches-oracle": "sequence-expired-key-not-enabled",
    "client.reads": "client-list-reversed",
    "client.updates": "client-null-limit-ignored",
    "client.errors": "client-expiry-on-subscription-422",
}

# Why no fault is known that one of these rules alone detects.
NOT_ISOLATED = {
    "error.code-and-message": (
        "The schema of every documented error requires both, so response.body-conforms fails too."
    ),
    "auth.not-needed": (
        "Every call without a token also tests another rule, and 401 is not documented there."
    ),
    "patch.limit.equal-to-instances": (
        "Random sequences also set a limit equal to the number of instances."
    ),
    "patch.all-fields": "Random sequences also send all three fields, in any order.",
    "list.has-own-keys": (
        "A list that lacks a key also differs from the pages of list.pages-follow."
    ),
    "list.page-size": (
        "A page of another length differs from the keys that the rules of its neighbours expect."
    ),
    "list.first-page-is-0": (
        "list.pages-follow compares both pages, so a wrong page 0 fails there too."
    ),
    "activate.refused-changes-nothing": (
        "A count that rises differs from the known one (patch.frame.instances-count)."
    ),
    "validate.counts-nothing": (
        "An activation that is counted changes what the rules of activate expect."
    ),
}

# Each of these detects its fault among other rules.
NOT_ALONE = {
    "error.code-and-message": "error-plain-text",
    "auth.not-needed": "auth-validate-needs-token",
    "patch.limit.equal-to-instances": "patch-limit-equal-to-instances-refused",
    "patch.all-fields": "patch-fields-in-reverse-order-rejected",
    "list.has-own-keys": "storage-list-lacks-patched",
    "list.page-size": "list-page-size-one-short",
    "list.first-page-is-0": "list-first-page-is-second",
    "activate.refused-changes-nothing": "license-activate-inactive-rejected-but-stored",
    "validate.counts-nothing": "license-validate-counts-activation",
}

# Their faults are hidden by others on the same server.
_SEPARATE = ("patch.concurrent-fields", "patch.expiry.omitted-keeps")


def in_full_only(rule: str) -> bool:
    """Whether a rule is checked in the profile `full` only."""
    return rule.partition(".")[0] in ("client", "schema")


def servers() -> list[list[str]]:
    """The rules of the sample, grouped so that one server can have the faults of a group.

    The rules of one area follow each other, so these take each rule of a server from another area.
    """
    shared = [rule for rule in SAMPLE if not in_full_only(rule) and rule not in _SEPARATE]
    return [
        *(shared[first::19] for first in range(19)),
        *([rule] for rule in _SEPARATE),
        [rule for rule in SAMPLE if in_full_only(rule)],
    ]
