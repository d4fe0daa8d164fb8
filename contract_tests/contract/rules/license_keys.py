"""Rules of the license key operations: retrieve, update, list and create."""

from .rule import Rule, contract, policy

# The fields of a key that no PATCH may change.
FRAME_FIELDS = (
    "id",
    "key",
    "business_id",
    "customer_id",
    "product_id",
    "payment_id",
    "subscription_id",
    "created_at",
    "instances_count",
    "brand_id",
    "source",
)

GET: tuple[Rule, ...] = (
    contract("get.known-200", "S GET /license_keys/{id}", "A known id returns 200 with its key."),
    contract("get.unknown-404", "S GET /license_keys/{id}", "An unknown id returns 404."),
    contract(
        "get.unknown-code",
        "D error codes",
        "The error code of that 404 is NOT_FOUND or LICENSE_KEY_NOT_FOUND.",
    ),
    contract(
        "get.nearly-known-404",
        "S 404 of GET /license_keys/{id}",
        "An id that differs from that of a key in any way does not return the key.",
    ),
    policy(
        "get.unusual-id-refused",
        "An id that is very long, not ASCII, or contains dots or slashes is rejected.",
    ),
)

_PATCH_SOURCE = "S PatchLicenseKeyRequest, D"
_DESCRIPTION = "S description of PATCH"

_LIMIT = (
    contract("patch.limit.value-sets", _PATCH_SOURCE, "A number sets the activation limit."),
    contract("patch.limit.null-removes", _PATCH_SOURCE, "A null limit removes the limit."),
    contract("patch.limit.omitted-keeps", _PATCH_SOURCE, "An omitted limit is unchanged."),
    contract("patch.limit.zero", "S, D", "0 is a valid limit for a key with no activations."),
    contract(
        "patch.limit.equal-to-instances",
        "S, D",
        "A limit equal to the number of instances is accepted.",
    ),
    contract("patch.limit.largest", "S int32", "The largest int32 is a valid limit."),
    contract(
        "patch.limit.below-instances-422",
        "S 422 of PATCH, D",
        "A limit below the number of instances returns 422.",
    ),
    contract(
        "patch.limit.below-instances-code",
        "D error codes",
        "The error code of that 422 is ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT.",
    ),
    contract("patch.limit.negative-refused", "S, D", "A negative limit is rejected."),
    contract("patch.limit.beyond-int32-refused", "S int32", "A limit outside int32 is rejected."),
    contract(
        "patch.limit.structure-refused", "S type", "A list or object as the limit is rejected."
    ),
    policy("patch.limit.string-refused", "A string limit is rejected, not coerced.", "S, P"),
    policy("patch.limit.boolean-refused", "A boolean limit is rejected, not coerced.", "S, P"),
    policy("patch.limit.fraction-refused", "A fractional limit is rejected.", "S, P"),
)

_EXPIRY = (
    contract("patch.expiry.value-sets", _PATCH_SOURCE, "A date-time sets the expiry."),
    contract("patch.expiry.null-removes", _PATCH_SOURCE, "A null expiry removes the expiry."),
    contract("patch.expiry.omitted-keeps", _PATCH_SOURCE, "An omitted expiry is unchanged."),
    policy(
        "patch.expiry.offset",
        "An expiry with a UTC offset is returned as the same instant.",
    ),
    policy("patch.expiry.microseconds", "An expiry keeps its microseconds."),
    policy("patch.expiry.past-expires", "A past expiry is accepted and expires the key."),
    policy("patch.expiry.future-revives", "A future expiry makes an expired key active again."),
    contract(
        "patch.expiry.subscription-400",
        "S 400 of PATCH, D",
        "An expiry for a subscription key returns 400.",
    ),
    contract(
        "patch.expiry.subscription-code",
        "D error codes",
        "The error code of that 400 is NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS.",
    ),
    policy(
        "patch.expiry.subscription-null",
        "A null expiry for a subscription key is accepted and changes nothing.",
    ),
    contract(
        "patch.expiry.not-a-time-refused",
        "S date-time",
        "A string that is not an RFC 3339 date-time is rejected as an expiry.",
    ),
    contract(
        "patch.expiry.no-offset-refused",
        "S date-time",
        "An expiry without a UTC offset is rejected.",
    ),
    contract("patch.expiry.wrong-type-refused", "S type", "A non-string expiry is rejected."),
)

_DISABLED = (
    contract(
        "patch.disabled.true-disables", _PATCH_SOURCE, "Setting disabled to true disables the key."
    ),
    contract(
        "patch.disabled.false-enables", _PATCH_SOURCE, "Setting disabled to false enables the key."
    ),
    contract(
        "patch.disabled.omitted-keeps",
        _PATCH_SOURCE,
        "Omitting disabled leaves the key disabled or enabled as it was.",
    ),
    policy(
        "patch.disabled.null-keeps", "Setting disabled to null has the same effect as omitting it."
    ),
    policy("patch.disabled.string-refused", "A string for disabled is rejected.", "S, P"),
    policy("patch.disabled.number-refused", "A number for disabled is rejected.", "S, P"),
    contract(
        "patch.disabled.structure-refused", "S type", "A list or object for disabled is rejected."
    ),
    policy(
        "patch.disabled.wins", "A key that is both disabled and expired has the status disabled."
    ),
)

PATCH: tuple[Rule, ...] = (
    *_LIMIT,
    *_EXPIRY,
    *_DISABLED,
    contract(
        "patch.empty", "follows from omission", "An empty object is accepted and changes nothing."
    ),
    contract(
        "patch.all-fields",
        "follows from S, D",
        "A PATCH that sets all three fields applies all of them.",
    ),
    contract("patch.refused-as-a-whole", "S 400, 422", "One invalid field rejects the whole body."),
    policy("patch.unknown-fields", "Undocumented request fields are ignored."),
    contract("patch.refused-changes-nothing", _DESCRIPTION, "A rejected PATCH changes nothing."),
    contract("patch.unknown-id-404", "S 404 of PATCH", "A PATCH of an unknown id returns 404."),
    *(
        contract(
            f"patch.frame.{field.replace('_', '-')}",
            _DESCRIPTION,
            f"PATCH does not change {field}.",
        )
        for field in FRAME_FIELDS
    ),
    contract(
        "patch.other-keys",
        "S PATCH /license_keys/{id}",
        "PATCH changes no key other than the one it addresses.",
    ),
    contract(
        "patch.stored.get",
        "S GET and PATCH of /license_keys/{id}",
        "Once reads have caught up, GET returns the values that PATCH returned.",
    ),
    contract(
        "patch.stored.list",
        "S GET /license_keys",
        "Once reads have caught up, the list returns the values that PATCH returned.",
    ),
    policy(
        "patch.read-after-write",
        "The first read after a PATCH returns the values that PATCH returned, without a lag.",
    ),
    policy("patch.idempotent", "Sending the same PATCH twice returns the same response twice."),
    contract(
        "patch.concurrent-fields",
        "follows from omission",
        "Concurrent PATCHes of different fields all take effect.",
    ),
)

LIST: tuple[Rule, ...] = (
    contract(
        "list.has-own-keys", "S GET /license_keys", "The list contains the keys of the account."
    ),
    contract("list.default-page-size", "S page_size", "The default page size is 10."),
    contract(
        "list.page-size", "S page_size", "A page contains as many keys as page_size requests."
    ),
    policy("list.page-size-capped", "A page size above 100 is treated as 100.", "S page_size, P"),
    contract("list.first-page-is-0", "S page_number", "Page 0 is the first page and the default."),
    contract(
        "list.pages-follow", "S page_number", "Consecutive pages have no overlaps and no gaps."
    ),
    contract("list.past-end-empty", "S, D", "A page past the end is empty."),
    contract(
        "list.filter.status",
        "S status",
        "The status filter returns exactly the keys with that status.",
    ),
    contract(
        "list.filter.product",
        "S product_id",
        "The product filter returns exactly the keys for that product.",
    ),
    contract(
        "list.filter.customer",
        "S customer_id",
        "The customer filter returns exactly the keys of that customer.",
    ),
    contract(
        "list.filter.source",
        "S source",
        "The source filter returns exactly the keys with that source.",
    ),
    contract(
        "list.filter.created-gte",
        "S created_at_gte",
        "The created_at_gte filter returns exactly the keys created at or after that time.",
    ),
    contract(
        "list.filter.created-lte",
        "S created_at_lte",
        "The created_at_lte filter returns exactly the keys created at or before that time.",
    ),
    contract("list.bad-query-refused", "S, D", "An invalid query parameter is rejected."),
    contract(
        "list.bad-query-code",
        "D error codes",
        "The error code for an invalid query parameter is INVALID_QUERY_PARAMS.",
    ),
)

CREATE: tuple[Rule, ...] = (
    contract("create.created-201", "S 201 of POST", "Creating a key returns 201."),
    contract(
        "create.answer", "S LicenseKeyResponse", "The response contains the requested values."
    ),
    contract("create.optional", "S", "A key created without a limit and an expiry has neither."),
    contract(
        "create.stored", "S GET /license_keys/{id}", "GET returns the values that POST returned."
    ),
    contract(
        "create.duplicate-409", "S 409 of POST", "A key string that already exists returns 409."
    ),
    contract("create.unknown-customer-404", "S 404 of POST", "An unknown customer returns 404."),
    contract("create.unknown-product-404", "S 404 of POST", "An unknown product returns 404."),
    policy("create.unknown-fields", "Undocumented request fields are ignored."),
    contract("create.body-refused", "S required, types", "An invalid body is rejected."),
)
