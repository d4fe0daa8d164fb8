"""Why oasdiff or Redocly disagrees with us on whether a change breaks the API."""

_NOT_COMPARED = "oasdiff compares the existence of a webhook only, and no callback."
_HEADER = "oasdiff compares type, null and presence of bounds of a response header only."
_MAY_BE_MISSING = (
    "oasdiff expects readers to handle a missing optional property; a removed one never comes."
)
_NAMES = "The values on the wire do not change, but a name in generated code does."
_CLOSED = "oasdiff has no check for additional properties."
_ELEMENT = "oasdiff does not decide what an element of a tuple allows; it restricts an item."
_EXACT = "oasdiff does not compare the two lists; the new one allows more, or fewer, values."
_SERVERS = "oasdiff has no check for servers."
_NEGOTIATION = "A client that sends no Accept header may receive the new media type."
_STATUS = "A client that handles the documented success statuses only does not handle a new one."
_ENCODING = "Existing requests have the old encoding, which neither other tool compares."
_UNKNOWN = "Nobody knows the meaning of the keyword, so we report the worst case."
_OLD_FORMAT = (
    "The new values have the old type, but a generated client returns another type for the format."
)
_PATTERN = "A pattern that every string matches restricts nothing."
_HIDDEN = "The server ignores or omits the property from now on."

REASONS: dict[tuple[str, str], str] = {
    ("oasdiff", "a callback is added"): _NOT_COMPARED,
    ("oasdiff", "a callback may send null"): _NOT_COMPARED,
    ("oasdiff", "a webhook gets a property"): _NOT_COMPARED,
    ("oasdiff", "a webhook has values of a wider type"): _NOT_COMPARED,
    ("oasdiff", "a webhook may send null"): _NOT_COMPARED,
    ("oasdiff", "a closed object allows strings"): _CLOSED,
    ("oasdiff", "an object is closed"): _CLOSED,
    ("oasdiff", "a closed object gets a property"): f"{_CLOSED} {_MAY_BE_MISSING}",
    ("oasdiff", "a property is added"): _MAY_BE_MISSING,
    ("oasdiff", "a format is added"): _OLD_FORMAT,
    ("oasdiff", "a media type of a response is added"): _NEGOTIATION,
    ("oasdiff", "a success status is added"): _STATUS,
    ("oasdiff", "a pattern is added"): _HEADER,
    ("oasdiff", "the pattern changes"): _HEADER,
    ("oasdiff", "an enum value is added"): _HEADER,
    ("oasdiff", "exclusiveMaximum rises"): _HEADER,
    ("oasdiff", "exclusiveMinimum rises"): _HEADER,
    ("oasdiff", "maxLength rises"): _HEADER,
    ("oasdiff", "maximum rises"): _HEADER,
    ("oasdiff", "minLength rises"): _HEADER,
    ("oasdiff", "minimum rises"): _HEADER,
    ("oasdiff", "a schema is inlined"): _NAMES,
    ("oasdiff", "a schema is renamed"): _NAMES,
    ("oasdiff", "the operationId changes"): _NAMES,
    ("oasdiff", "a server is added"): _SERVERS,
    ("oasdiff", "a server of an operation is added"): _SERVERS,
    ("oasdiff", "a tuple gets an element"): _ELEMENT,
    ("oasdiff", "prefixItems is set"): _ELEMENT,
    ("oasdiff", "an enum is added"): "oasdiff has no check for a response without its enum.",
    ("oasdiff", "an unknown keyword changes"): _UNKNOWN,
    ("oasdiff", "dependentRequired requires more"): _EXACT,
    ("oasdiff", "read only"): _HIDDEN,
    ("oasdiff", "write only"): _HIDDEN,
    ("oasdiff", "the encoding of the body changes"): _ENCODING,
    ("oasdiff", "the pattern allows everything"): _PATTERN,
    ("redocly", "a closed object gets a property"): "Redocly ignores that the object was closed.",
    ("redocly", "a default response is added"): "An error that is no longer returned harms nobody.",
    ("redocly", "an error status is added"): "An error that is no longer returned harms nobody.",
    ("redocly", "a format is added"): _OLD_FORMAT,
    ("redocly", "a list of types becomes anyOf"): (
        "Redocly does not compare a list of types with alternatives."
    ),
    ("redocly", "a media type of a response is added"): _NEGOTIATION,
    ("redocly", "a parameter moves to the path item"): (
        "Redocly does not apply the parameters of a path item to its operations."
    ),
    ("redocly", "a path parameter is renamed"): _NAMES,
    ("redocly", "a property is added"): (
        "The server ignores the property from now on; Redocly compares only whether it accepts it."
    ),
    ("redocly", "a required property is added"): (
        "The server ignores the property from now on; Redocly compares only whether it accepts it."
    ),
    ("redocly", "a required body is added"): "Redocly ignores that the new body is required.",
    ("redocly", "a response gets a schema"): "Redocly does not compare a schema with none.",
    ("redocly", "the body gets a schema"): "Redocly does not compare a schema with none.",
    ("redocly", "a response header becomes required"): "Redocly ignores that the header may miss.",
    ("redocly", "a schema is inlined"): _NAMES,
    ("redocly", "a schema is renamed"): _NAMES,
    ("redocly", "a success status is added"): _STATUS,
    ("redocly", "a tuple gets an element"): "Redocly takes a new element for an addition.",
    ("redocly", "an unknown keyword changes"): _UNKNOWN,
    ("redocly", "anyOf with overlap becomes oneOf"): (
        "Fewer values are allowed, or more; Redocly reports every other combinator as breaking."
    ),
    ("redocly", "const becomes an enum"): "Redocly does not read const as an enum of one value.",
    ("redocly", "null is added as an alternative"): (
        "Redocly does not read the alternative null as a type of the other alternative."
    ),
    ("redocly", "int32 becomes int64"): "Redocly does not compare the ranges of the formats.",
    ("redocly", "float becomes double"): "Redocly does not compare the ranges of the formats.",
    ("redocly", "no value is allowed"): "Redocly does not compare the schema false.",
    ("redocly", "read only"): _HIDDEN,
    ("redocly", "write only"): _HIDDEN,
    ("redocly", "the encoding of the body changes"): _ENCODING,
    ("redocly", "the pattern allows everything"): _PATTERN,
    ("redocly", "the step is smaller"): (
        "Every multiple of 4 is a multiple of 2, which Redocly does not compute."
    ),
    **{
        ("redocly", change): "Redocly does not judge this keyword."
        for change in (
            "contentEncoding is set",
            "contentMediaType is set",
            "contentSchema is set",
            "dependentRequired requires more",
            "dependentRequired requires something else",
            "maxContains falls",
            "minContains rises",
            "patternProperties is set",
        )
    },
}
