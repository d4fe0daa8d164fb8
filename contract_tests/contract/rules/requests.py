"""Rules that apply to every operation: responses, errors, authentication, bodies and methods."""

from .rule import Rule, contract, policy

RESPONSE: tuple[Rule, ...] = (
    contract(
        "response.status-documented",
        "S responses",
        "Every response has a status that its operation documents.",
    ),
    contract(
        "response.body-conforms",
        "S schemas",
        "Every response body conforms to the schema of its status.",
    ),
    contract("response.media-type", "S content", "Every response body is declared as JSON."),
    policy(
        "response.unambiguous",
        "No JSON object has a member twice, no string half of a surrogate pair, and any charset is"
        " UTF-8.",
        "RFC 8259, P",
    ),
    contract("response.no-server-error", "D error codes", "No request returns 5xx."),
    contract(
        "response.complete",
        "S",
        "Every response arrives complete and before the timeout.",
    ),
    policy("response.time", "Every response arrives within the maximum response time."),
)

ERROR: tuple[Rule, ...] = (
    contract(
        "error.code-and-message",
        "D error codes",
        "Every error body contains a code and a message, both strings.",
    ),
    policy(
        "error.router-body",
        "The error bodies of 405 and 415 also contain a code and a message.",
    ),
    policy(
        "error.no-internals",
        "No error exposes a stack trace, a server path, a query, an internal address or a secret.",
    ),
)

AUTH: tuple[Rule, ...] = (
    contract(
        "auth.missing-token-401", "D, S security", "A request without a bearer token returns 401."
    ),
    contract(
        "auth.empty-token-401", "D, S security", "A request with an empty bearer token returns 401."
    ),
    contract(
        "auth.unknown-token-401",
        "D, S security",
        "A request with an unknown bearer token returns 401.",
    ),
    contract(
        "auth.other-scheme-401",
        "D, S security",
        "A request with an authorization scheme other than Bearer returns 401.",
    ),
    contract("auth.code", "D error codes", "The error code of a 401 is UNAUTHORIZED."),
    policy(
        "auth.before-404", "An unauthorized request for an unknown id returns 401 rather than 404."
    ),
    policy(
        "auth.before-body",
        "An unauthorized request with an invalid body returns 401 rather than a body error.",
    ),
    contract(
        "auth.changes-nothing",
        "D, S security",
        "A request that returns 401 changes nothing.",
    ),
    contract(
        "auth.not-needed",
        "S security",
        "Activate, deactivate and validate do not require a bearer token.",
    ),
)

BODY: tuple[Rule, ...] = (
    contract("body.malformed-refused", "D error codes", "A body that is not JSON is rejected."),
    contract(
        "body.not-an-object-refused", "S type", "A body that is not a JSON object is rejected."
    ),
    contract("body.not-utf-8-refused", "RFC 8259", "A body that is not UTF-8 is rejected."),
    contract("body.too-deep-refused", "D error codes", "Very deeply nested JSON is rejected."),
    contract("body.media-type-refused", "S content", "A body with another media type is rejected."),
    policy(
        "body.equivalent-forms",
        "A charset of UTF-8, escapes, white space, chunks and compression do not change what a body"
        " means.",
        "RFC 8259, RFC 9110, P",
    ),
    contract(
        "body.code",
        "D error codes",
        "The error code for an invalid body is INVALID_REQUEST_BODY.",
    ),
)

METHOD: tuple[Rule, ...] = (
    contract("method.not-allowed-405", "D", "A method that the path does not support returns 405."),
)
