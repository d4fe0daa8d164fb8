"""The catalogue of rules: every kind of change by its stable id.

A schema defines a set of valid values. If the set shrinks for a request, the server may reject
existing callers. If it grows for a response, existing readers may receive unknown values. Most
rules therefore come in mirrored pairs.
"""

from tools.diff.change import Impact, Rule

# Describes every rule. tools/diff/catalogue.py writes it.
PAGE = "docs/changes.md"
REPOSITORY = "https://github.com/OWNER/dodo-license-keys/blob/main"

# id -> (statement, advice)
BREAKS_CALLERS = {
    "operation-removed": (
        "The operation was removed.",
        "Stop calling it.",
    ),
    "operation-id-changed": (
        "The operationId changed, and with it the names of generated functions.",
        "Call the generated function by its new name.",
    ),
    "path-parameter-renamed": (
        "A path parameter has a new name; the URLs do not change.",
        "Rename the argument where it is passed by name.",
    ),
    "parameter-removed": ("The parameter was removed.", "Stop passing it: it has no effect."),
    "parameter-added-required": ("A new parameter is required.", "Pass it in every call."),
    "parameter-style-changed": (
        "The serialization of the parameter changed.",
        "Upgrade the client before the server changes.",
    ),
    "request-body-removed": ("The operation no longer takes a body.", "Stop passing one."),
    "request-body-added-required": ("A request body is now required.", "Pass it in every call."),
    "request-media-type-removed": (
        "A media type is no longer accepted.",
        "Send the body in one of the remaining media types.",
    ),
    "request-encoding-changed": (
        "The encoding of the body changed.",
        "Upgrade the client before the server changes.",
    ),
    "request-property-removed": (
        "The property was removed.",
        "Stop passing it: it has no effect.",
    ),
    "request-property-added-required": ("A new property is required.", "Pass it in every call."),
    "request-became-required": ("The value became required.", "Pass it in every call."),
    "request-no-longer-nullable": (
        "Null is no longer accepted.",
        "Omit the value, or pass another value instead of null.",
    ),
    "request-type-narrowed": ("Fewer types are accepted.", "Pass one of the remaining types."),
    "request-type-changed": ("The type changed.", "Pass the new type."),
    "request-format-changed": ("The format changed.", "Pass the new format."),
    "request-enum-value-removed": ("A value is no longer accepted.", "Stop passing it."),
    "request-values-restricted": (
        "Only listed values are accepted.",
        "Pass one of the listed values.",
    ),
    "request-bound-tightened": (
        "A limit became stricter.",
        "Pass values within the new limit.",
    ),
    "request-constraint-added": (
        "The value must satisfy an additional constraint.",
        "Check that the passed values satisfy it.",
    ),
    "request-constraint-changed": (
        "A constraint on the value changed.",
        "Check that the passed values satisfy it.",
    ),
    "request-closed": ("Additional properties are rejected.", "Pass documented properties only."),
    "request-variant-removed": (
        "An alternative is no longer accepted.",
        "Pass one of the remaining alternatives.",
    ),
    "request-schema-changed": (
        "The schema changed in a way that this tool cannot classify.",
        "Compare the two schemas manually.",
    ),
    "security-requirement-removed": (
        "An authentication method is no longer accepted.",
        "Use one of the remaining methods.",
    ),
    "server-removed": (
        "A server was removed.",
        "Use one of the remaining servers.",
    ),
}
BREAKS_READERS = {
    "schema-renamed": (
        "The schema has another name, and with it the generated class.",
        "Use the class by its new name.",
    ),
    "webhook-removed": ("The webhook was removed.", "Do not expect it."),
    "response-success-added": (
        "The operation may return a new success status.",
        "Handle the new status.",
    ),
    "response-success-removed": (
        "The operation no longer returns this success status.",
        "Do not expect it.",
    ),
    "response-body-removed": ("The response no longer has a body.", "Stop reading it."),
    "response-media-type-added": (
        "The response may have a new media type.",
        "Request the media type that the code reads.",
    ),
    "response-media-type-removed": (
        "The response no longer has a media type.",
        "Read one of the remaining media types.",
    ),
    "response-header-removed": ("The header was removed.", "Stop reading it."),
    "response-property-removed": ("The property was removed.", "Stop reading it."),
    "response-property-added-to-closed": (
        "An object that allowed no additional properties has a new property.",
        "Check that validation of the response accepts it.",
    ),
    "response-became-optional": (
        "The value may be missing.",
        "Handle UNSET where the value is read.",
    ),
    "response-became-nullable": ("The value may be null.", "Handle None where the value is read."),
    "response-type-widened": ("The value may have further types.", "Handle the further types."),
    "response-type-changed": ("The type changed.", "Read the new type."),
    "response-format-changed": (
        "The format changed.",
        "Read the new format; the client may return another type.",
    ),
    "response-enum-value-added": (
        "The response may contain a new value.",
        "Handle the new value: a match statement without a default case ignores it.",
    ),
    "response-values-freed": (
        "The response may contain values other than the listed ones.",
        "Handle unknown values.",
    ),
    "response-bound-loosened": (
        "A limit became less strict.",
        "Check code that relies on the old limit, such as the width of a column.",
    ),
    "response-constraint-removed": (
        "A constraint on the value was removed.",
        "Check code that relies on the constraint.",
    ),
    "response-constraint-changed": (
        "A constraint on the value changed.",
        "Check code that relies on the constraint.",
    ),
    "response-opened": (
        "The response may contain additional properties.",
        "Check that validation of the response accepts them.",
    ),
    "response-variant-added": ("The response may contain a new alternative.", "Handle it."),
    "response-schema-changed": (
        "The schema changed in a way that this tool cannot classify.",
        "Compare the two schemas manually.",
    ),
}
NOTHING_TO_DO = "No action is required."
COMPATIBLE = {
    "operation-added": ("An operation was added.", "Call it if you need it."),
    "webhook-added": ("A webhook was added.", "Handle it if you need it."),
    "deprecated": ("It is deprecated.", "Plan to replace it."),
    "no-longer-deprecated": ("It is no longer deprecated.", NOTHING_TO_DO),
    "parameter-added": ("An optional parameter was added.", "Pass it if you need it."),
    "request-body-added": ("An optional request body was added.", "Pass it if you need it."),
    "request-media-type-added": ("A further media type is accepted.", NOTHING_TO_DO),
    "request-property-added": ("An optional property was added.", "Pass it if you need it."),
    "request-became-optional": ("The value became optional.", NOTHING_TO_DO),
    "request-became-nullable": ("Null is accepted.", "Pass None if you need it."),
    "request-type-widened": ("Further types are accepted.", NOTHING_TO_DO),
    "request-format-widened": ("Values of a wider format are accepted.", NOTHING_TO_DO),
    "request-enum-value-added": ("A further value is accepted.", "Pass it if you need it."),
    "request-values-freed": ("Any value is accepted.", NOTHING_TO_DO),
    "request-bound-loosened": ("A limit became less strict.", NOTHING_TO_DO),
    "request-constraint-removed": ("A constraint on the value was removed.", NOTHING_TO_DO),
    "request-opened": ("Additional properties are accepted.", NOTHING_TO_DO),
    "request-variant-added": ("A new alternative is accepted.", "Pass it if you need it."),
    "default-changed": (
        "The default of an omitted value changed.",
        "Pass the old default where it matters.",
    ),
    "response-refusal-added": ("An error status was added.", "Handle it if you need to."),
    "response-refusal-removed": ("An error status was removed.", NOTHING_TO_DO),
    "response-body-added": ("The response has a body.", "Read it if you need it."),
    "response-header-added": ("A response header was added.", "Read it if you need it."),
    "response-property-added": ("A property was added.", "Read it if you need it."),
    "response-became-required": ("The value is always present.", NOTHING_TO_DO),
    "response-no-longer-nullable": ("The value is no longer null.", NOTHING_TO_DO),
    "response-type-narrowed": ("The value has fewer types.", NOTHING_TO_DO),
    "response-format-narrowed": ("The value has a narrower number format.", NOTHING_TO_DO),
    "response-enum-value-removed": ("The response no longer contains a value.", NOTHING_TO_DO),
    "response-values-restricted": ("The response contains only listed values.", NOTHING_TO_DO),
    "response-bound-tightened": ("A limit became stricter.", NOTHING_TO_DO),
    "response-constraint-added": ("The value satisfies an additional constraint.", NOTHING_TO_DO),
    "response-closed": ("The response no longer contains additional properties.", NOTHING_TO_DO),
    "response-variant-removed": ("The response no longer contains an alternative.", NOTHING_TO_DO),
    "security-requirement-added": ("A further authentication method is accepted.", NOTHING_TO_DO),
    "server-added": ("A server was added.", NOTHING_TO_DO),
}
DOCUMENTATION = {
    "documentation-changed": ("Descriptions, examples, tags or extensions changed.", NOTHING_TO_DO),
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


def page_of(rule: Rule) -> str:
    """Return the URL of the description of a rule."""
    return f"{REPOSITORY}/{PAGE}#{rule.id}"
