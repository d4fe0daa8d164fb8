"""What must hold for the comparison of any two schemas."""

from typing import Any

import jsonschema
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.tools.documents import PATIENT, changes, request, response
from tools.diff.change import Impact

NAMES = ["a", "b", "c"]
KINDS = ["string", "integer", "number", "boolean"]
BOUNDS = {"string": ("minLength", "maxLength"), "integer": ("minimum", "maximum")}
BOUNDS["number"] = BOUNDS["integer"]
SMALL = st.integers(0, 4)


@st.composite
def scalars(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the schema of a text, a number or a boolean, perhaps bounded, listed or nullable."""
    kind = draw(st.sampled_from(KINDS))
    schema: dict[str, Any] = {"type": kind}
    for keyword in BOUNDS.get(kind, ()):
        if draw(st.booleans()):
            schema[keyword] = draw(SMALL)
    if kind == "string" and draw(st.booleans()):
        schema = {"type": "string", "enum": draw(enums())}
    if draw(st.booleans()):
        schema["type"] = [kind, "null"]
        if "enum" in schema and draw(st.booleans()):
            schema["enum"] = [*schema["enum"], None]
    return schema


def enums() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, unique=True)


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Draw the schema of an object over few names, so that two objects share some."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": draw(st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)),
        "required": draw(st.lists(st.sampled_from(NAMES), unique=True)),
    }
    additional = draw(st.one_of(st.none(), st.just(False), inner))
    return schema if additional is None else schema | {"additionalProperties": additional}


def extend(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    arrays = st.builds(
        lambda items, least: {"type": "array", "items": items, "minItems": least}, inner, SMALL
    )
    unions = st.builds(
        lambda keyword, members: {keyword: members},
        st.sampled_from(["oneOf", "anyOf"]),
        st.lists(inner, min_size=1, max_size=3),
    )
    merged = st.builds(lambda members: {"allOf": members}, st.lists(objects(inner), max_size=2))
    nullable = st.builds(lambda schema: {"oneOf": [schema, {"type": "null"}]}, inner)
    return st.one_of(objects(inner), arrays, unions, merged, nullable)


SCHEMAS = st.recursive(st.one_of(scalars(), st.sampled_from([{}, True])), extend, max_leaves=5)


@st.composite
def edits(draw: st.DrawFn, schema: Any) -> Any:
    """Draw a schema that differs from another in few places, as a real change does."""
    if not isinstance(schema, dict) or draw(st.integers(0, 9)) == 0:
        return draw(SCHEMAS)
    edited = dict(schema)
    for keyword in list(schema):
        if not draw(st.booleans()):
            continue
        value = schema[keyword]
        if keyword == "properties":
            edited[keyword] = {
                name: draw(edits(inner)) for name, inner in value.items() if draw(st.booleans())
            } | draw(st.dictionaries(st.sampled_from(NAMES), scalars(), max_size=1))
        elif keyword == "required":
            edited[keyword] = draw(st.lists(st.sampled_from(NAMES), unique=True))
        elif keyword in {"items", "additionalProperties"}:
            edited[keyword] = draw(edits(value))
        elif keyword in {"oneOf", "anyOf", "allOf"}:
            edited[keyword] = [draw(edits(member)) for member in value]
        elif keyword == "type":
            kind = value if isinstance(value, str) else value[0]
            edited[keyword] = draw(st.sampled_from([kind, [kind, "null"]]))
        elif keyword == "enum":
            edited[keyword] = draw(enums())
        elif draw(st.booleans()):
            edited[keyword] = draw(SMALL)
        else:
            del edited[keyword]
    return edited


PAIRS = SCHEMAS.flatmap(lambda schema: st.tuples(st.just(schema), edits(schema)))
TEXTS = st.sampled_from(["", "x", "y", "z", "four", "xxxxx"])
ATOMS = st.one_of(st.none(), st.booleans(), st.integers(-1, 5), st.sampled_from([0.5, 3.5]), TEXTS)
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from([*NAMES, "d"]), inner)
    ),
    max_leaves=6,
)


def values(schema: Any) -> st.SearchStrategy[Any]:
    """Draw values that are likely to fit a schema; whether one does is for a validator to say."""
    if not isinstance(schema, dict) or not schema:
        return VALUES
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            return st.one_of([values(member) for member in schema[keyword]])
    if "allOf" in schema:
        return st.tuples(*map(values, schema["allOf"])).map(
            lambda drawn: {name: value for each in drawn for name, value in each.items()}
        )
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("type") == "array":
        return st.lists(values(schema["items"]), min_size=schema.get("minItems", 0), max_size=5)
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        additional = schema.get("additionalProperties", True)
        drawn = {
            name: values(properties.get(name, additional))
            for name in [*NAMES, "d"]
            if name in properties or additional is not False
        }
        required = {name: drawn.pop(name) for name in schema["required"] if name in drawn}
        return st.fixed_dictionaries(required, optional=drawn)
    return ATOMS


def lenient(schema: Any) -> Any:
    """Let a reader take an alternative that fits without asking whether another fits too."""
    if isinstance(schema, list):
        return [lenient(each) for each in schema]
    if isinstance(schema, dict):
        return {"anyOf" if key == "oneOf" else key: lenient(value) for key, value in schema.items()}
    return schema


@PATIENT
@given(SCHEMAS)
def test_no_document_differs_from_itself(schema: Any) -> None:
    assert changes(request(schema), request(schema)) == []
    assert changes(response(schema), response(schema)) == []


@pytest.mark.slow
@settings(PATIENT, max_examples=300)
@given(PAIRS, st.data())
def test_what_breaks_no_reader_lets_the_old_reader_read_every_new_answer(
    pair: tuple[Any, Any], data: st.DataObject
) -> None:
    old, new = pair
    found = changes(response(old), response(new))
    if any(change.rule.impact is Impact.BREAKS_READERS for change in found):
        event("breaking")
        return
    event("compatible" if found else "no change")
    answers = jsonschema.Draft202012Validator(new)
    reader = jsonschema.Draft202012Validator(lenient(old))
    for answer in data.draw(st.lists(values(new), min_size=5, max_size=10)):
        if answers.is_valid(answer):
            assert reader.is_valid(answer), (answer, [change.rule.id for change in found])


@PATIENT
@given(PAIRS)
def test_a_change_is_seen_from_both_sides(pair: tuple[Any, Any]) -> None:
    old, new = pair
    assert bool(changes(response(old), response(new))) == bool(
        changes(response(new), response(old))
    )


CONTAINED = st.sampled_from(
    [{"type": "string"}, {"type": "number"}, {"type": "integer"}, {"enum": ["x"]}, {}, False]
)
REQUIREMENT = st.fixed_dictionaries({"required": st.lists(st.sampled_from(NAMES), unique=True)})
ARRAYS = st.fixed_dictionaries(
    {"type": st.just("array")},
    optional={
        "contains": CONTAINED,
        "minContains": st.integers(0, 2),
        "maxContains": st.integers(0, 3),
        "prefixItems": st.lists(CONTAINED, min_size=1, max_size=2),
    },
)
OBJECTS = st.fixed_dictionaries(
    {"type": st.just("object")},
    optional={
        "dependentRequired": st.dictionaries(
            st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), unique=True), max_size=2
        ),
        "propertyNames": st.sampled_from(
            [{"enum": ["a"]}, {"enum": ["a", "b"]}, {"maxLength": 1}, {"maxLength": 0}]
        ),
        "if": st.just({"required": ["a"]}),
        "then": REQUIREMENT,
        "else": REQUIREMENT,
        "patternProperties": st.fixed_dictionaries({"^a": CONTAINED}),
        "unevaluatedProperties": CONTAINED,
    },
)
CONSTRAINED = st.one_of(st.tuples(ARRAYS, ARRAYS), st.tuples(OBJECTS, OBJECTS))
CONTAINERS = st.one_of(
    st.lists(ATOMS, max_size=4), st.dictionaries(st.sampled_from([*NAMES, "ab"]), ATOMS)
)


@pytest.mark.slow
@settings(PATIENT, max_examples=500)
@given(CONSTRAINED, st.lists(CONTAINERS, min_size=10, max_size=20))
def test_a_constraint_that_breaks_nobody_allows_what_was_promised(
    pair: tuple[dict[str, Any], dict[str, Any]], drawn: list[Any]
) -> None:
    old, new = pair
    before, after = (jsonschema.Draft202012Validator(each) for each in (old, new))
    for build, impact, narrow, wide in (
        (response, Impact.BREAKS_READERS, after, before),
        (request, Impact.BREAKS_CALLERS, before, after),
    ):
        found = changes(build(old), build(new))
        if not any(change.rule.impact is impact for change in found):
            event("compatible" if found else "no change")
            for value in drawn:
                if narrow.is_valid(value):
                    assert wide.is_valid(value), (value, [change.rule.id for change in found])
