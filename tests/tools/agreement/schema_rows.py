"""The schema changes of the table. Each row is compared in both directions of time and of data."""

from dataclasses import dataclass
from typing import Any

from tests.tools.agreement.oasdiff import UNCLEAR

STRING = {"type": "string"}
NUMBER = {"type": "number"}
INTEGER = {"type": "integer"}
ARRAY = {"type": "array"}
OBJECT = {"type": "object"}
CONST_A = {"const": "a"}


@dataclass(frozen=True)
class Row:
    """A change of a schema.

    Our rules and oasdiff's checks are given without `request-` and `response-`, a check of a scalar
    also without its place. `a|b` is a in a request and b in a response, `a+b` is both, and an empty
    text is none. A name that begins with `=` is complete.

    Attributes:
        old: The old schema.
        new: The new schema.
        ours: Our rule from old to new.
        back: Our rule from new to old.
        checks: oasdiff's checks from old to new.
        checks_back: oasdiff's checks from new to old.
    """

    old: Any
    new: Any
    ours: str
    back: str
    checks: str = UNCLEAR
    checks_back: str = UNCLEAR


def thing(schema: Any = None, *required: str, **more: Any) -> dict[str, Any]:
    """Build the schema of an object, with one property `p` if its schema is given."""
    properties = {} if schema is None else {"properties": {"p": schema}}
    return OBJECT | properties | ({"required": list(required)} if required else {}) | more


TIGHTENED = ("bound-tightened", "bound-loosened")
ADDED = ("constraint-added", "constraint-removed")

# Compared as a property, as a query parameter and as a response header.
SCALARS: dict[str, Row] = {
    "null is added": Row(
        STRING,
        {"type": ["string", "null"]},
        *("became-nullable", "no-longer-nullable"),
        *("became-nullable", "became-not-nullable"),
    ),
    "a type is added": Row(
        STRING,
        {"type": ["string", "integer"]},
        *("type-widened", "type-narrowed"),
        *("list-of-types-widened", "list-of-types-narrowed"),
    ),
    "integer becomes number": Row(
        INTEGER,
        NUMBER,
        *("type-widened", "type-narrowed"),
        *("type-generalized", "type-changed|type-specialized"),
    ),
    "the format changes": Row(
        STRING | {"format": "date"},
        STRING | {"format": "uuid"},
        *("format-changed", "format-changed"),
        *("type-changed", "type-changed"),
    ),
    "a format is added": Row(
        STRING,
        STRING | {"format": "uuid"},
        *("format-changed", "format-widened|format-changed"),
        *("type-changed|type-specialized", "type-generalized"),
    ),
    "int32 becomes int64": Row(
        INTEGER | {"format": "int32"},
        INTEGER | {"format": "int64"},
        *("format-widened|format-changed", "format-changed|format-narrowed"),
        *("type-generalized", "type-changed|type-specialized"),
    ),
    "float becomes double": Row(
        NUMBER | {"format": "float"},
        NUMBER | {"format": "double"},
        *("format-widened|format-changed", "format-changed|format-narrowed"),
        *("type-generalized", "type-changed|type-specialized"),
    ),
    "an enum value is added": Row(
        {"enum": ["a"]} | STRING,
        {"enum": ["a", "b"]} | STRING,
        *("enum-value-added", "enum-value-removed"),
        *("enum-value-added", "enum-value-removed"),
    ),
    "an enum is added": Row(
        STRING,
        STRING | {"enum": ["a"]},
        *("values-restricted", "values-freed"),
        *("became-enum|", ""),
    ),
    "the pattern changes": Row(
        STRING | {"pattern": "^a"},
        STRING | {"pattern": "^b"},
        *("constraint-changed", "constraint-changed"),
        *("pattern-changed", "pattern-changed"),
    ),
    "a pattern is added": Row(
        STRING, STRING | {"pattern": "^a"}, *ADDED, "pattern-added", "pattern-removed"
    ),
    "the default changes": Row(
        STRING | {"default": "a"},
        STRING | {"default": "b"},
        *("=default-changed", "=default-changed"),
        *("default-value-changed", "default-value-changed"),
    ),
    "a default is added": Row(
        STRING,
        STRING | {"default": "a"},
        *("=default-changed", "=default-changed"),
        *("default-value-added", "default-value-removed"),
    ),
}
# Compared as a property only.
PROPERTIES: dict[str, Row] = {
    "null is added as an alternative": Row(
        STRING,
        {"oneOf": [{"type": "null"}, STRING]},
        *("became-nullable", "no-longer-nullable"),
    ),
    "the type changes": Row(
        STRING, INTEGER, *("type-changed", "type-changed"), *("type-changed", "type-changed")
    ),
    "every type is allowed": Row(
        STRING,
        {},
        *("type-widened", "type-narrowed"),
        *("type-generalized", "type-changed|type-specialized"),
    ),
    "const becomes an enum": Row(
        CONST_A, {"enum": ["a", "b"]}, "enum-value-added", "enum-value-removed"
    ),
    "const is added": Row(
        STRING,
        STRING | CONST_A,
        *("values-restricted", "values-freed"),
        *("const-added", "const-removed"),
    ),
    "const changes": Row(
        STRING | CONST_A,
        STRING | {"const": "b"},
        *("enum-value-added+enum-value-removed",) * 2,
        *("const-changed", "const-changed"),
    ),
    "no value is allowed": Row({}, False, *ADDED),
    "the pattern allows everything": Row(
        STRING | {"pattern": "^a"},
        STRING | {"pattern": ".*"},
        *("constraint-removed", "constraint-added"),
        *("pattern-generalized|pattern-changed", "pattern-changed"),
    ),
    "the step is smaller": Row(
        NUMBER | {"multipleOf": 4},
        NUMBER | {"multipleOf": 2},
        *("constraint-removed", "constraint-added"),
        *(
            "multiple-of-generalized|multiple-of-changed",
            "multiple-of-changed|multiple-of-specialized",
        ),
    ),
    "the step is another one": Row(
        NUMBER | {"multipleOf": 4},
        NUMBER | {"multipleOf": 3},
        *("constraint-changed", "constraint-changed"),
        *("multiple-of-changed", "multiple-of-changed"),
    ),
    "deprecated": Row(
        STRING,
        STRING | {"deprecated": True},
        *("=deprecated", "=no-longer-deprecated"),
        *("deprecated", "reactivated"),
    ),
    "read only": Row(
        STRING,
        STRING | {"readOnly": True},
        *("property-removed|", "property-added|"),
        "=request-optional-property-became-read-only|=response-optional-property-became-read-only",
        "=request-optional-property-became-not-read-only"
        "|=response-optional-property-became-not-read-only",
    ),
    "write only": Row(
        STRING,
        STRING | {"writeOnly": True},
        *("|property-removed", "|property-added"),
        "=request-optional-property-became-write-only|=response-optional-property-became-write-only",
        "=request-optional-property-became-not-write-only"
        "|=response-optional-property-became-not-write-only",
    ),
    "the description changes": Row(
        STRING | {"description": "Old"},
        STRING | {"description": "New"},
        *("=documentation-changed", "=documentation-changed"),
        *("", ""),
    ),
}
A, B = thing(STRING), thing(STRING, x=1)
CAT = thing({"enum": ["cat"]}, "p")
DOG = thing({"enum": ["dog"]}, "p")
# Compared as a body.
BODIES: dict[str, Row] = {
    "a property is added": Row(
        OBJECT,
        thing(STRING),
        *("property-added", "property-removed"),
        "=new-optional-request-property|=response-optional-property-added",
        "=request-property-removed|=response-optional-property-removed",
    ),
    "a required property is added": Row(
        OBJECT,
        thing(STRING, "p"),
        *("property-added-required|property-added", "property-removed"),
        "=new-required-request-property|=response-required-property-added",
        "=request-property-removed|=response-required-property-removed",
    ),
    "a closed object gets a property": Row(
        thing(additionalProperties=False),
        thing(STRING, additionalProperties=False),
        *("property-added|property-added-to-closed", "property-removed"),
        "=new-optional-request-property|=response-optional-property-added",
        "=request-property-removed|=response-optional-property-removed",
    ),
    "a property becomes required": Row(
        thing(STRING),
        thing(STRING, "p"),
        *("became-required", "became-optional"),
        "=request-property-became-required|=response-property-became-required",
        "=request-property-became-optional|=response-property-became-optional",
    ),
    "an object is closed": Row(
        OBJECT, thing(additionalProperties=False), *("closed", "opened"), *("", "")
    ),
    "a closed object allows strings": Row(
        thing(additionalProperties=False),
        thing(additionalProperties=STRING),
        *("opened", "closed"),
        *("", ""),
    ),
    "the values of a map get a wider type": Row(
        thing(additionalProperties=INTEGER),
        thing(additionalProperties=NUMBER),
        *("type-widened", "type-narrowed"),
    ),
    "the items get a wider type": Row(
        ARRAY | {"items": INTEGER},
        ARRAY | {"items": NUMBER},
        *("type-widened", "type-narrowed"),
    ),
    "oneOf gets an alternative": Row(
        {"oneOf": [STRING, NUMBER]},
        {"oneOf": [STRING, NUMBER, {"type": "boolean"}]},
        *("variant-added", "variant-removed"),
        *("body-one-of-added", "body-one-of-removed"),
    ),
    "anyOf gets an alternative": Row(
        {"anyOf": [STRING, NUMBER]},
        {"anyOf": [STRING, NUMBER, {"type": "boolean"}]},
        *("variant-added", "variant-removed"),
        *("body-any-of-added", "body-any-of-removed"),
    ),
    "oneOf gets an object": Row(
        {"oneOf": [CAT]},
        {"oneOf": [CAT, DOG]},
        *("variant-added", "variant-removed"),
        *("body-one-of-added", "body-one-of-removed"),
    ),
    "anyOf with overlap becomes oneOf": Row({"anyOf": [A, B]}, {"oneOf": [A, B]}, *ADDED),
    "a list of types becomes anyOf": Row(
        {"type": ["string", "number", "boolean"]},
        {"anyOf": [STRING, NUMBER]},
        *("variant-removed", "variant-added"),
    ),
    "allOf gets a member": Row(
        {"allOf": [thing(STRING)]},
        {"allOf": [thing(STRING), {"required": ["p"]}]},
        *("became-required", "became-optional"),
        *("body-all-of-added", "body-all-of-removed"),
    ),
    "allOf members share a property": Row(
        {"allOf": [thing(STRING), thing(STRING | {"maxLength": 5})]},
        {"allOf": [thing(STRING), thing(STRING | {"maxLength": 6})]},
        *("bound-loosened", "bound-tightened"),
    ),
    "a tuple gets an element": Row(
        ARRAY | {"prefixItems": [STRING]},
        ARRAY | {"prefixItems": [STRING, STRING]},
        *ADDED,
        *("body-prefix-items-added", "body-prefix-items-removed"),
    ),
    "an element of a tuple allows null": Row(
        ARRAY | {"prefixItems": [STRING]},
        ARRAY | {"prefixItems": [{"type": ["string", "null"]}]},
        *("became-nullable", "no-longer-nullable"),
    ),
    "a pattern property gets a wider type": Row(
        thing(patternProperties={"^x": INTEGER}),
        thing(patternProperties={"^x": NUMBER}),
        *("type-widened", "type-narrowed"),
    ),
    "if and then are added": Row(
        OBJECT,
        OBJECT | {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
        *("constraint-added+constraint-added", "constraint-removed+constraint-removed"),
        *("body-if-added+body-then-added", "body-if-removed+body-then-removed"),
    ),
    "then requires more": Row(
        OBJECT | {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
        OBJECT | {"if": {"required": ["a"]}, "then": {"required": ["b", "c"]}},
        *("became-required", "became-optional"),
    ),
    "minContains rises": Row(
        ARRAY | {"contains": STRING, "minContains": 2},
        ARRAY | {"contains": STRING, "minContains": 3},
        *TIGHTENED,
        *("body-min-contains-increased", "body-min-contains-decreased"),
    ),
    "maxContains falls": Row(
        ARRAY | {"contains": STRING, "maxContains": 3},
        ARRAY | {"contains": STRING, "maxContains": 2},
        *TIGHTENED,
        *("body-max-contains-decreased", "body-max-contains-increased"),
    ),
    "dependentRequired requires more": Row(
        thing(dependentRequired={"a": ["b"]}),
        thing(dependentRequired={"a": ["b", "c"]}),
        *ADDED,
        *("body-dependent-required-changed", "body-dependent-required-changed"),
    ),
    "dependentRequired requires something else": Row(
        thing(dependentRequired={"a": ["b"]}),
        thing(dependentRequired={"a": ["c"]}),
        *("constraint-added+constraint-removed",) * 2,
        *("body-dependent-required-changed", "body-dependent-required-changed"),
    ),
    "unevaluated properties get a wider type": Row(
        thing(unevaluatedProperties=INTEGER),
        thing(unevaluatedProperties=NUMBER),
        *("type-widened", "type-narrowed"),
    ),
    "property names may be longer": Row(
        thing(propertyNames={"maxLength": 5}),
        thing(propertyNames={"maxLength": 6}),
        *("bound-loosened", "bound-tightened"),
    ),
    "contentMediaType is set": Row(
        STRING,
        STRING | {"contentMediaType": "text/csv"},
        *("constraint-changed", "constraint-changed"),
        *("body-content-media-type-changed", "body-content-media-type-changed"),
    ),
    "contentEncoding is set": Row(
        STRING,
        STRING | {"contentEncoding": "base64"},
        *("constraint-changed", "constraint-changed"),
        *("body-content-encoding-changed", "body-content-encoding-changed"),
    ),
    "the discriminator changes": Row(
        {"oneOf": [CAT, DOG]},
        {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "p"}},
        *("=documentation-changed", "=documentation-changed"),
        *("body-discriminator-added", "body-discriminator-removed"),
    ),
    "an unknown keyword changes": Row(
        ARRAY | {"unknown": [STRING]},
        ARRAY | {"unknown": [NUMBER]},
        *("schema-changed", "schema-changed"),
        *("", ""),
    ),
}


def _bounds() -> tuple[dict[str, Row], dict[str, Row]]:
    """The bounds of scalars and of containers: each is set, and each is changed."""
    scalars: dict[str, Row] = {}
    bodies: dict[str, Row] = {}
    for rows, keyword, kind, check in (
        (scalars, "maximum", "integer", "max"),
        (scalars, "exclusiveMaximum", "number", "exclusive-max"),
        (scalars, "maxLength", "string", "max-length"),
        (bodies, "maxItems", "array", "max-items"),
        (bodies, "maxProperties", "object", "max-properties"),
        (scalars, "minimum", "integer", "min"),
        (scalars, "exclusiveMinimum", "number", "exclusive-min"),
        (scalars, "minLength", "string", "min-length"),
        (bodies, "minItems", "array", "min-items"),
        (bodies, "minProperties", "object", "min-properties"),
    ):
        base = {"type": kind}
        prefix = "" if rows is scalars else "body-"
        rows[f"{keyword} is set"] = Row(
            base,
            base | {keyword: 5},
            *TIGHTENED,
            *(f"{prefix}{check}-set", f"{prefix}{check}-unset"),
        )
        upper = check.removeprefix("exclusive-").startswith("max")
        rows[f"{keyword} rises"] = Row(
            base | {keyword: 5},
            base | {keyword: 6},
            TIGHTENED[upper],
            TIGHTENED[not upper],
            *(f"{prefix}{check}-increased", f"{prefix}{check}-decreased"),
        )
    return scalars, bodies


def _constraints() -> dict[str, Row]:
    """The other keywords that restrict values, each of which is set."""
    rows = {}
    for keyword, kind, value, check, unset in (
        ("multipleOf", "number", 2, "multiple-of-set", "multiple-of-unset"),
        ("uniqueItems", "array", True, "unique-items-set|", "unique-items-unset"),
        ("contains", "array", STRING, "contains-added", "contains-removed"),
        ("prefixItems", "array", [STRING], "prefix-items-added", "prefix-items-removed"),
        (
            *("unevaluatedItems", "array", False),
            *("unevaluated-items-added", "unevaluated-items-removed"),
        ),
        (
            *("unevaluatedProperties", "object", False),
            *("unevaluated-properties-added", "unevaluated-properties-removed"),
        ),
        (
            *("dependentRequired", "object", {"a": ["b"]}),
            *("dependent-required-added", "dependent-required-removed"),
        ),
        (
            *("dependentSchemas", "object", {"a": thing(STRING)}),
            *("dependent-schema-added", "dependent-schema-removed"),
        ),
        (
            *("patternProperties", "object", {"^x": STRING}),
            *("pattern-property-added", "pattern-property-removed"),
        ),
        (
            *("propertyNames", "object", {"maxLength": 5}),
            *("property-names-added", "property-names-removed"),
        ),
        ("not", "string", {"enum": ["a"]}, UNCLEAR, UNCLEAR),
        ("contentSchema", "string", OBJECT, "content-schema-added", "content-schema-removed"),
    ):
        base = {"type": kind}
        added, removed = (each if each == UNCLEAR else f"body-{each}" for each in (check, unset))
        rows[f"{keyword} is set"] = Row(base, base | {keyword: value}, *ADDED, added, removed)
    return rows


_SCALAR_BOUNDS, _BODY_BOUNDS = _bounds()
SCALARS |= _SCALAR_BOUNDS
BODIES |= _BODY_BOUNDS | _constraints()
