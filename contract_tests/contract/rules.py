"""The catalogue: every rule that a verdict speaks of.

A source names where a rule comes from: S the published specification (1.113.0), D the public
documentation, K the official SDKs, P our own policy where the public record is silent.
"""

from dataclasses import dataclass
from typing import Literal

Level = Literal["contract", "policy"]


@dataclass(frozen=True)
class Rule:
    """One assertion about the API.

    Attributes:
        id: Dotted name; its first part is the area.
        level: `contract` where it is published, `policy` where it is ours.
        source: Where it comes from.
        statement: The assertion, in one sentence.
    """

    id: str
    level: Level
    source: str
    statement: str

    @property
    def area(self) -> str:
        """The part of the API that the rule is about."""
        return self.id.partition(".")[0]


def _contract(name: str, source: str, statement: str) -> Rule:
    return Rule(name, "contract", source, statement)


def _policy(name: str, statement: str, source: str = "P") -> Rule:
    return Rule(name, "policy", source, statement)


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

_RESPONSE = (
    _contract(
        "response.status-documented",
        "S responses",
        "Every answer has a status that its operation documents.",
    ),
    _contract("response.body-conforms", "S schemas", "Every body fits the schema of its status."),
    _contract("response.media-type", "S content", "Every body is declared as JSON."),
    _contract(
        "response.no-server-error", "D error codes", "No request of the suite is answered with 5xx."
    ),
    _contract("response.complete", "S", "Every answer arrives whole and in good time."),
    _policy("response.time", "No answer takes longer than the given number of seconds."),
)

_ERROR = (
    _contract(
        "error.code-and-message",
        "D error codes",
        "Every error body holds a code and a message, both strings.",
    ),
    _policy(
        "error.router-body",
        "Errors of the router, 405 and 415, hold a code and a message like all others.",
    ),
    _policy("error.no-internals", "No error message shows a stack trace or a path of the server."),
)

_AUTH = (
    _contract("auth.missing-token-401", "D, S security", "Without a bearer token comes 401."),
    _contract("auth.empty-token-401", "D, S security", "An empty bearer token gets 401."),
    _contract("auth.unknown-token-401", "D, S security", "An unknown bearer token gets 401."),
    _contract("auth.other-scheme-401", "D, S security", "Another scheme than Bearer gets 401."),
    _contract("auth.code", "D error codes", "The code of a 401 is UNAUTHORIZED."),
    _policy("auth.before-404", "401 comes before 404."),
    _policy("auth.before-body", "401 comes before any look at the body."),
    _policy("auth.changes-nothing", "A PATCH that is answered with 401 changes nothing."),
    _contract(
        "auth.not-needed",
        "S security",
        "Activate, deactivate and validate answer without a bearer token.",
    ),
)

_GET = (
    _contract("get.known-200", "S GET /license_keys/{id}", "A known id gets its own key."),
    _contract("get.unknown-404", "S GET /license_keys/{id}", "An unknown id gets 404."),
    _contract(
        "get.unknown-code",
        "D error codes",
        "The code of that 404 is NOT_FOUND or LICENSE_KEY_NOT_FOUND.",
    ),
    _policy(
        "get.unusual-id-refused",
        "Ids that are long, not ASCII, dotted or full of slashes are refused, never answered.",
    ),
)

_PATCH_SOURCE = "S PatchLicenseKeyRequest, D"

_PATCH = (
    _contract("patch.limit.value-sets", _PATCH_SOURCE, "A number sets the limit."),
    _contract("patch.limit.null-removes", _PATCH_SOURCE, "A null limit removes the limit."),
    _contract("patch.limit.omitted-keeps", _PATCH_SOURCE, "Leaving the limit out keeps it."),
    _contract("patch.limit.zero", "S, D", "0 is a limit like any other for a key in no use."),
    _contract(
        "patch.limit.equal-to-instances", "S, D", "A limit equal to the instances is accepted."
    ),
    _contract("patch.limit.largest", "S int32", "The largest int32 is accepted as a limit."),
    _contract(
        "patch.limit.below-instances-422",
        "S 422 of PATCH, D",
        "A limit below the instances is refused with 422.",
    ),
    _contract(
        "patch.limit.below-instances-code",
        "D error codes",
        "The code of that 422 is ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT.",
    ),
    _contract("patch.limit.negative-refused", "S, D", "A negative limit is refused."),
    _contract("patch.limit.beyond-int32-refused", "S int32", "A limit beyond int32 is refused."),
    _contract(
        "patch.limit.structure-refused", "S type", "A list or an object as a limit is refused."
    ),
    _policy("patch.limit.string-refused", "A limit in quotes is refused, not coerced.", "S, P"),
    _policy("patch.limit.boolean-refused", "A boolean limit is refused, not coerced.", "S, P"),
    _policy("patch.limit.fraction-refused", "A fraction as a limit is refused.", "S, P"),
    _contract("patch.expiry.value-sets", _PATCH_SOURCE, "A date-time sets the expiry."),
    _contract("patch.expiry.null-removes", _PATCH_SOURCE, "A null expiry removes the expiry."),
    _contract("patch.expiry.omitted-keeps", _PATCH_SOURCE, "Leaving the expiry out keeps it."),
    _policy("patch.expiry.offset", "An expiry with an offset is the same instant in the answer."),
    _policy("patch.expiry.microseconds", "An expiry keeps its microseconds."),
    _policy("patch.expiry.past-expires", "A past expiry is accepted and expires the key."),
    _policy("patch.expiry.future-revives", "A later expiry makes an expired key active again."),
    _contract(
        "patch.expiry.subscription-400",
        "S 400 of PATCH, D",
        "An expiry for a key of a subscription is refused with 400.",
    ),
    _contract(
        "patch.expiry.subscription-code",
        "D error codes",
        "The code of that 400 is NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS.",
    ),
    _policy(
        "patch.expiry.subscription-null",
        "A null expiry for a key of a subscription is accepted and changes nothing.",
    ),
    _contract(
        "patch.expiry.not-a-time-refused",
        "S date-time",
        "An expiry that is no RFC 3339 date-time is refused.",
    ),
    _contract(
        "patch.expiry.no-offset-refused", "S date-time", "An expiry without an offset is refused."
    ),
    _contract(
        "patch.expiry.wrong-type-refused", "S type", "An expiry that is no string is refused."
    ),
    _contract("patch.disabled.true-disables", _PATCH_SOURCE, "True disables the key."),
    _contract("patch.disabled.false-enables", _PATCH_SOURCE, "False enables the key."),
    _contract("patch.disabled.omitted-keeps", _PATCH_SOURCE, "Leaving disabled out keeps it."),
    _policy("patch.disabled.null-keeps", "Null for disabled is the same as leaving it out."),
    _policy("patch.disabled.string-refused", "A string for disabled is refused.", "S, P"),
    _policy("patch.disabled.number-refused", "A number for disabled is refused.", "S, P"),
    _policy("patch.disabled.wins", "Disabled wins over expired."),
    _contract("patch.empty", "follows from omission", "{} is accepted and changes nothing."),
    _contract(
        "patch.all-fields",
        "follows from S, D",
        "All three fields of one body take effect together.",
    ),
    _contract("patch.refused-as-a-whole", "S 400, 422", "One bad field refuses the whole body."),
    _policy("patch.unknown-fields", "Fields that the contract does not know are ignored."),
    _policy("patch.refused-changes-nothing", "A refused PATCH changes nothing at all."),
    _contract("patch.unknown-id-404", "S 404 of PATCH", "An unknown id gets 404."),
    *(
        _policy(f"patch.frame.{field.replace('_', '-')}", f"No PATCH changes {field}.")
        for field in FRAME_FIELDS
    ),
    _policy("patch.other-keys", "A PATCH changes no other key."),
    _policy("patch.stored.get", "The next GET shows what PATCH answered."),
    _policy("patch.stored.list", "The next list shows what PATCH answered."),
    _policy("patch.idempotent", "The same PATCH twice gives the same answer twice."),
    _contract(
        "patch.concurrent-fields",
        "follows from omission",
        "PATCHes of different fields at the same time all take effect.",
    ),
)

_BODY = (
    _contract("body.malformed-refused", "D error codes", "A body that is no JSON is refused."),
    _contract("body.empty-refused", "S required body", "A missing body is refused."),
    _contract("body.not-an-object-refused", "S type", "A body that is no object is refused."),
    _contract("body.not-utf-8-refused", "RFC 8259", "A body that is not UTF-8 is refused."),
    _contract("body.too-deep-refused", "D error codes", "JSON nested very deeply is refused."),
    _contract("body.media-type-refused", "S content", "A body of another media type is refused."),
    _contract("body.code", "D error codes", "The code of a refused body is INVALID_REQUEST_BODY."),
)

_METHOD = (_contract("method.not-allowed-405", "D", "A method that the path lacks gets 405."),)

_LIST = (
    _contract("list.has-own-keys", "S GET /license_keys", "The list holds the account's keys."),
    _contract("list.default-page-size", "S page_size", "A page holds 10 keys unless told."),
    _contract("list.page-size", "S page_size", "A page holds as many keys as asked for."),
    _policy("list.page-size-capped", "More than 100 keys a page is treated as 100.", "S, P"),
    _contract("list.first-page-is-0", "S page_number", "Page 0 is the first page and the default."),
    _contract("list.pages-follow", "S page_number", "Pages follow one another without overlap."),
    _contract("list.past-end-empty", "S, D", "A page past the end has no items."),
    _contract("list.filter.status", "S status", "The status filter narrows exactly."),
    _contract("list.filter.product", "S product_id", "The product filter narrows exactly."),
    _contract("list.filter.customer", "S customer_id", "The customer filter narrows exactly."),
    _contract("list.filter.source", "S source", "The source filter narrows exactly."),
    _contract("list.filter.created-gte", "S created_at_gte", "The earliest instant is exact."),
    _contract("list.filter.created-lte", "S created_at_lte", "The latest instant is exact."),
    _contract("list.bad-query-refused", "S, D", "A malformed query parameter is refused."),
    _contract(
        "list.bad-query-code", "D error codes", "The code of that refusal is INVALID_QUERY_PARAMS."
    ),
)

_ACTIVATE = (
    _contract("activate.created-201", "S 201 of activate", "An active key is activated with 201."),
    _contract(
        "activate.answer",
        "S ActivateLicenseKeyResponse",
        "The answer names the instance, its key, its customer and its product.",
    ),
    _contract("activate.counts", "S instances_count, D", "An activation counts as an instance."),
    _contract(
        "activate.limit-422", "S 422 of activate, D", "Activating beyond the limit gets 422."
    ),
    _contract(
        "activate.limit-code", "D error codes", "The code of that is LICENSE_KEY_LIMIT_REACHED."
    ),
    _contract("activate.disabled-403", "S 403 of activate, D", "A disabled key gets 403."),
    _contract("activate.expired-403", "S 403 of activate, D", "An expired key gets 403."),
    _contract(
        "activate.inactive-code", "D error codes", "The code of that 403 is INACTIVE_LICENSE_KEY."
    ),
    _contract("activate.unknown-404", "S 404 of activate", "An unknown key gets 404."),
    _contract("activate.body-refused", "S required", "A body that lacks a field is refused."),
    _policy("activate.refused-changes-nothing", "A refused activation takes no seat."),
)

_DEACTIVATE = (
    _contract("deactivate.done-200", "S 200 of deactivate", "An own instance is deactivated."),
    _contract("deactivate.frees", "S instances_count, D", "A deactivation frees the seat."),
    _contract("deactivate.instance-gone", "S 404", "A deactivated instance is not found any more."),
    _contract("deactivate.foreign-403", "S 403 of deactivate", "Another key's instance gets 403."),
    _contract("deactivate.twice-403", "S 403 of deactivate", "Deactivating twice gets 403."),
    _contract("deactivate.unknown-404", "S 404 of deactivate", "An unknown key gets 404."),
    _contract("deactivate.body-refused", "S required", "A body that lacks a field is refused."),
)

_VALIDATE = (
    _contract("validate.active", "S, D", "An active key is valid."),
    _contract("validate.disabled", "S, D", "A disabled key is not valid."),
    _contract("validate.expired", "S, D", "An expired key is not valid."),
    _policy("validate.unknown", "An unknown key is not valid, and no error."),
    _contract("validate.own-instance", "S license_key_instance_id", "An own instance is valid."),
    _policy("validate.foreign-instance", "An instance that is not the key's is not valid."),
    _contract(
        "validate.body-refused", "S 422 of validate", "A body without a license key is refused."
    ),
)

_INSTANCE = (
    _contract("instance.get", "S LicenseKeyInstanceResponse", "An instance is as it was made."),
    _contract("instance.unknown-404", "S 404", "An unknown instance gets 404."),
    _contract(
        "instance.list", "S license_key_id", "The filter by key leaves exactly the key's instances."
    ),
    _policy("instance.count", "instances_count is the number of instances in the list."),
    _contract("instance.rename", "S PatchLicenseKeyInstanceRequest", "A PATCH sets the name."),
    _policy("instance.rename-stored", "The next GET shows the new name."),
    _policy("instance.frame", "A new name changes nothing else."),
    _contract("instance.body-refused", "S required", "A PATCH without a name is refused."),
)

_CREATE = (
    _contract("create.created-201", "S 201 of POST", "A new key is created with 201."),
    _contract("create.answer", "S LicenseKeyResponse", "The answer shows what was asked for."),
    _contract("create.optional", "S", "Without limit and expiry the key has none."),
    _policy("create.stored", "The next GET shows what POST answered."),
    _contract("create.duplicate-409", "S 409 of POST", "A key string that exists gets 409."),
    _contract("create.unknown-customer-404", "S 404 of POST", "An unknown customer gets 404."),
    _contract("create.unknown-product-404", "S 404 of POST", "An unknown product gets 404."),
    _contract("create.body-refused", "S required, types", "A body that does not fit is refused."),
)

_SCHEMA = (
    _contract("schema.examples", "S", "Schemathesis finds no fault with the documented examples."),
    _contract("schema.coverage", "S", "Schemathesis finds no fault at the edges of the schemas."),
    _contract("schema.fuzzing", "S", "Schemathesis finds no fault with random requests."),
    _contract("schema.stateful", "S", "Schemathesis finds no fault in sequences of requests."),
)

_SEQUENCE = (
    _contract(
        "sequence.matches-oracle", "S, D", "Random sequences of calls end as the rules say they do."
    ),
)

_CLIENT = (
    _contract("client.reads", "S", "The generated client reads the keys of the target."),
    _contract("client.updates", "S", "The generated client sets, removes and leaves alone."),
    _contract("client.errors", "S, D", "The generated client raises the documented errors."),
)

CATALOGUE: tuple[Rule, ...] = (
    *_RESPONSE,
    *_ERROR,
    *_AUTH,
    *_GET,
    *_PATCH,
    *_BODY,
    *_METHOD,
    *_LIST,
    *_ACTIVATE,
    *_DEACTIVATE,
    *_VALIDATE,
    *_INSTANCE,
    *_CREATE,
    *_SCHEMA,
    *_SEQUENCE,
    *_CLIENT,
)
