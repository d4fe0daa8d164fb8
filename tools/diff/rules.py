"""The catalogue of rules: every kind of change by its stable id.

A schema is a set of values. What a request may hold must not shrink, or a caller is refused; what
a response may hold must not grow, or a reader meets what it does not know. Hence most rules come
in pairs that mirror each other.
"""

from tools.diff.change import Impact, Rule

# id -> (statement, advice)
BREAKS_CALLERS = {
    "operation-removed": ("The operation is gone.", "Stop calling it before the server drops it."),
    "operation-id-changed": (
        "The operation is called otherwise, and with it what is generated from it.",
        "Call the generated function by its new name.",
    ),
    "path-parameter-renamed": (
        "A path parameter has a new name; the URLs stay as they are.",
        "Rename the argument where it is passed by name.",
    ),
    "parameter-removed": ("The parameter is gone.", "Stop passing it: it has no effect any more."),
    "parameter-added-required": ("A new parameter must be given.", "Pass it in every call."),
    "parameter-style-changed": (
        "The parameter is written into the request in another way.",
        "Move to the new client before the server changes.",
    ),
    "request-body-removed": ("The operation takes no body any more.", "Stop passing one."),
    "request-body-added-required": ("The operation needs a body.", "Pass it in every call."),
    "request-media-type-removed": (
        "A media type is not accepted any more.",
        "Send the body in a media type that is left.",
    ),
    "request-encoding-changed": (
        "The parts of the body are encoded in another way.",
        "Move to the new client before the server changes.",
    ),
    "request-property-removed": (
        "The property is gone.",
        "Stop passing it: it has no effect any more.",
    ),
    "request-property-added-required": ("A new property must be given.", "Pass it in every call."),
    "request-became-required": ("What could be left out must be given.", "Pass it in every call."),
    "request-no-longer-nullable": (
        "Null is refused.",
        "Find another way to say what null said, or leave the value out.",
    ),
    "request-type-narrowed": ("Fewer types are accepted.", "Pass one of the types that are left."),
    "request-type-changed": ("Another type is needed.", "Pass the new type."),
    "request-format-changed": ("The text or number has another format.", "Pass the new format."),
    "request-enum-value-removed": ("A value is refused.", "Stop passing it."),
    "request-values-restricted": (
        "Only listed values are accepted.",
        "Pass one of the listed values.",
    ),
    "request-bound-tightened": (
        "A bound leaves less room.",
        "Keep what is passed within the new bound.",
    ),
    "request-constraint-added": (
        "The value must meet a further condition.",
        "Check that what is passed meets it.",
    ),
    "request-constraint-changed": (
        "The value must meet another condition.",
        "Check that what is passed meets it.",
    ),
    "request-closed": ("Further properties are refused.", "Pass documented properties only."),
    "request-variant-removed": (
        "An alternative is refused.",
        "Pass one of the alternatives that are left.",
    ),
    "request-schema-changed": (
        "The schema changed in a way that this tool cannot judge.",
        "Compare the two schemas by eye.",
    ),
    "security-requirement-removed": (
        "A way to authenticate is not accepted any more.",
        "Authenticate in a way that is left.",
    ),
    "server-removed": ("A server is gone.", "Point the base URL to a server that is left."),
}
BREAKS_READERS = {
    "webhook-removed": ("The webhook is gone.", "Stop waiting for it."),
    "response-success-added": (
        "The operation may succeed with a new status.",
        "Handle the new status.",
    ),
    "response-success-removed": (
        "The operation succeeds with this status no more.",
        "Stop waiting for it.",
    ),
    "response-body-removed": ("The answer has no body any more.", "Stop reading one."),
    "response-media-type-added": (
        "The answer may come in another media type.",
        "Ask for the media type you read.",
    ),
    "response-header-removed": ("The header is gone.", "Stop reading it."),
    "response-property-removed": ("The property is gone.", "Stop reading it."),
    "response-property-added-to-closed": (
        "An object that allowed no further property has a new one.",
        "Make sure that what checks the answer lets it pass.",
    ),
    "response-became-optional": (
        "What was always there may be missing.",
        "Handle UNSET where it is read.",
    ),
    "response-became-nullable": ("Null may come.", "Handle None where it is read."),
    "response-type-widened": ("Further types may come.", "Handle the further types."),
    "response-type-changed": ("Another type comes.", "Read the new type."),
    "response-format-changed": (
        "The text or number has another format.",
        "Read the new format; the client may give another type.",
    ),
    "response-enum-value-added": (
        "A new value may come.",
        "Decide what the code does for it: a match without a default branch misses it.",
    ),
    "response-values-freed": (
        "Values other than the listed ones may come.",
        "Decide what the code does for them.",
    ),
    "response-bound-loosened": (
        "A bound leaves more room.",
        "Check what relies on the old bound, such as the width of a column.",
    ),
    "response-constraint-removed": (
        "The value need not meet a condition any more.",
        "Check what relies on the condition.",
    ),
    "response-constraint-changed": (
        "The value meets another condition.",
        "Check what relies on the condition.",
    ),
    "response-opened": (
        "Further properties may come.",
        "Make sure that what checks the answer lets them pass.",
    ),
    "response-variant-added": ("A new alternative may come.", "Handle it."),
    "response-schema-changed": (
        "The schema changed in a way that this tool cannot judge.",
        "Compare the two schemas by eye.",
    ),
}
NOTHING_TO_DO = "Nothing."
COMPATIBLE = {
    "operation-added": ("A new operation.", "Call it if you need it."),
    "webhook-added": ("A new webhook.", "Read it if you need it."),
    "deprecated": ("This will go.", "Plan to move away from it."),
    "no-longer-deprecated": ("This will stay after all.", NOTHING_TO_DO),
    "parameter-added": ("A new parameter may be given.", "Pass it if you need it."),
    "request-body-added": ("A body may be given.", "Pass it if you need it."),
    "request-media-type-added": ("A further media type is accepted.", NOTHING_TO_DO),
    "request-property-added": ("A new property may be given.", "Pass it if you need it."),
    "request-became-optional": ("What had to be given may be left out.", NOTHING_TO_DO),
    "request-became-nullable": ("Null is accepted.", "Pass None if you need it."),
    "request-type-widened": ("Further types are accepted.", NOTHING_TO_DO),
    "request-format-widened": ("A wider number is accepted.", NOTHING_TO_DO),
    "request-enum-value-added": ("A further value is accepted.", "Pass it if you need it."),
    "request-values-freed": ("Any value is accepted.", NOTHING_TO_DO),
    "request-bound-loosened": ("A bound leaves more room.", NOTHING_TO_DO),
    "request-constraint-removed": ("The value need not meet a condition any more.", NOTHING_TO_DO),
    "request-opened": ("Further properties are accepted.", NOTHING_TO_DO),
    "request-variant-added": ("A new alternative is accepted.", "Pass it if you need it."),
    "default-changed": (
        "Leaving the value out means something else.",
        "Pass the old default where it matters.",
    ),
    "response-refusal-added": ("A refusal is documented.", "Handle it if you care to."),
    "response-refusal-removed": ("A refusal is documented no more.", NOTHING_TO_DO),
    "response-body-added": ("The answer has a documented body.", "Read it if you need it."),
    "response-media-type-removed": ("The answer comes in fewer media types.", NOTHING_TO_DO),
    "response-header-added": ("A new header may come.", "Read it if you need it."),
    "response-property-added": ("A new property.", "Read it if you need it."),
    "response-became-required": ("What could be missing is always there.", NOTHING_TO_DO),
    "response-no-longer-nullable": ("Null comes no more.", NOTHING_TO_DO),
    "response-type-narrowed": ("Fewer types come.", NOTHING_TO_DO),
    "response-format-narrowed": ("A narrower number comes.", NOTHING_TO_DO),
    "response-enum-value-removed": ("A value comes no more.", NOTHING_TO_DO),
    "response-values-restricted": ("Only listed values come.", NOTHING_TO_DO),
    "response-bound-tightened": ("A bound leaves less room.", NOTHING_TO_DO),
    "response-constraint-added": ("The value meets a further condition.", NOTHING_TO_DO),
    "response-closed": ("Further properties come no more.", NOTHING_TO_DO),
    "response-variant-removed": ("An alternative comes no more.", NOTHING_TO_DO),
    "security-requirement-added": ("A further way to authenticate is accepted.", NOTHING_TO_DO),
    "server-added": ("A new server.", NOTHING_TO_DO),
}
DOCUMENTATION = {
    "documentation-changed": ("Prose, examples, tags or extensions changed.", NOTHING_TO_DO),
}

RULES = {
    id_: Rule(id_, impact, statement, advice)
    for impact, rules in (
        (Impact.BREAKS_CALLERS, BREAKS_CALLERS),
        (Impact.BREAKS_READERS, BREAKS_READERS),
        (Impact.COMPATIBLE, COMPATIBLE),
        (Impact.DOCUMENTATION, DOCUMENTATION),
    )
    for id_, (statement, advice) in rules.items()
}
