"""What the comparison calls compatible, read with the client as it is committed."""

import copy
from collections.abc import Callable
from datetime import UTC
from typing import Any

import jsonschema
import pytest
from dodo_license_keys import LicenseKeyResponse
from dodo_license_keys.errors import DodoError
from hypothesis import event, given, settings
from hypothesis import strategies as st

from specification import parse
from tests.tools.documents import PATIENT, ours
from tools.diff.change import Impact
from tools.diff.compare import compare

Schema = dict[str, Any]
Edit = Callable[[st.DrawFn, Schema], None]
OURS = ours()
SCHEMAS = OURS["components"]["schemas"]
SCALARS: list[Schema] = [
    {"type": "string"},
    {"type": "integer"},
    {"type": ["boolean", "null"]},
    {"type": "string", "format": "date-time"},
    {"$ref": "#/components/schemas/LicenseKeySource"},
]


def a_property(draw: st.DrawFn, key: Schema, fits: Callable[[str, Schema], bool]) -> Schema:
    """Draw one of the properties that an edit can be made to."""
    properties = {name: each for name, each in key["properties"].items() if fits(name, each)}
    chosen: Schema = key["properties"][draw(st.sampled_from(sorted(properties)))]
    return chosen


def of_type(*types: str) -> Callable[[str, Schema], bool]:
    return lambda _, schema: set(schema.get("type", [])) >= {*types} or schema.get("type") in types


def add(draw: st.DrawFn, key: Schema) -> None:
    # A copy, because a second edit may change it.
    key["properties"]["added"] = copy.deepcopy(draw(st.sampled_from(SCALARS)))
    if draw(st.booleans()):
        key["required"].append("added")


def remove(draw: st.DrawFn, key: Schema) -> None:
    name = draw(st.sampled_from(sorted(key["properties"])))
    del key["properties"][name]
    key["required"] = [each for each in key["required"] if each != name]


def require(draw: st.DrawFn, key: Schema) -> None:
    key["required"] = sorted({*key["required"], draw(st.sampled_from(sorted(key["properties"])))})


def free(draw: st.DrawFn, key: Schema) -> None:
    key["required"].remove(draw(st.sampled_from(key["required"])))


def deny_null(draw: st.DrawFn, key: Schema) -> None:
    schema = a_property(draw, key, of_type("null"))
    schema["type"] = schema["type"][0]


def allow_null(draw: st.DrawFn, key: Schema) -> None:
    schema = a_property(draw, key, of_type("string"))
    schema["type"] = ["string", "null"]


def another_type(draw: st.DrawFn, key: Schema) -> None:
    a_property(draw, key, of_type("string")).update(
        type=draw(st.sampled_from(["integer", "array"]))
    )


def bound(draw: st.DrawFn, key: Schema) -> None:
    a_property(draw, key, of_type("integer"))["maximum"] = draw(st.integers(0, 9))


def list_values(draw: st.DrawFn, key: Schema) -> None:
    a_property(draw, key, of_type("string"))["enum"] = ["2030-01-01T00:00:00Z"]


def close(_: st.DrawFn, key: Schema) -> None:
    key["additionalProperties"] = False


def drop_format(draw: st.DrawFn, key: Schema) -> None:
    a_property(draw, key, lambda _, schema: "format" in schema).pop("format")


EDITS: list[Edit] = [
    add,
    remove,
    require,
    free,
    deny_null,
    allow_null,
    another_type,
    bound,
    list_values,
    close,
    drop_format,
]


@st.composite
def later_documents(draw: st.DrawFn) -> Schema:
    """Draw openapi.yaml with one or two changes to the license key."""
    document = copy.deepcopy(OURS)
    key = document["components"]["schemas"]["LicenseKeyResponse"]
    for edit in draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=2, unique=True)):
        edit(draw, key)
    return document


def values(schema: Schema) -> st.SearchStrategy[Any]:
    """Draw values that fit the schema of a property."""
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    instants = st.datetimes(timezones=st.just(UTC)).map(lambda each: each.isoformat())
    by_type: dict[str, st.SearchStrategy[Any]] = {
        "string": instants if "format" in schema else st.text(),
        "integer": st.integers(-(2**31), min(2**31 - 1, schema.get("maximum", 2**31 - 1))),
        "boolean": st.booleans(),
        "array": st.just([]),
        "null": st.none(),
    }
    return st.one_of([by_type[each] for each in types])


def answers(document: Schema) -> st.SearchStrategy[Any]:
    """Draw license keys as the document allows them."""
    key = document["components"]["schemas"]["LicenseKeyResponse"]
    drawn = {name: values(schema) for name, schema in key["properties"].items()}
    required = {name: drawn.pop(name) for name in key["required"]}
    if "additionalProperties" not in key:
        further = sorted(SCHEMAS["LicenseKeyResponse"]["properties"].keys() - key["properties"])
        drawn |= dict.fromkeys([*further, "further"], st.just(7))
    return st.fixed_dictionaries(required, optional=drawn)


@pytest.mark.slow
@settings(PATIENT, max_examples=200)
@given(later_documents(), st.data())
def test_what_breaks_no_reader_is_read_by_the_committed_client(
    document: Schema, data: st.DataObject
) -> None:
    found = compare(parse("old", copy.deepcopy(OURS)), parse("new", copy.deepcopy(document)))
    if any(change.rule.impact is Impact.BREAKS_READERS for change in found):
        event("breaking")
        return
    event("compatible" if found else "no change")
    for answer in data.draw(st.lists(answers(document), min_size=3, max_size=3)):
        key = {"$ref": "#/components/schemas/LicenseKeyResponse"}
        jsonschema.Draft202012Validator(document | key).validate(answer)
        assert LicenseKeyResponse.from_dict(answer).to_dict().keys() == answer.keys()


def test_the_client_is_not_so_lenient_that_the_property_says_nothing() -> None:
    """What breaks a reader is refused by the client, at least in its plainest forms."""
    required = SCHEMAS["LicenseKeyResponse"]["required"]
    key: dict[str, Any] = dict.fromkeys(required, "2030-01-01T00:00:00Z") | {"instances_count": 0}
    LicenseKeyResponse.from_dict(key)
    for broken in ({"instances_count": "0"}, {"created_at": None}, {"customer_id": 7}):
        with pytest.raises((DodoError, ValueError, TypeError)):
            LicenseKeyResponse.from_dict(key | broken)
