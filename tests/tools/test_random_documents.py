"""Random documents, valid and broken: each tool gives a result or one line."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from specification import DocumentError, decode, parse
from tests.tools.documents import PATIENT, changes, ours, request, response
from tests.tools.test_diff_properties import PAIRS
from tools.client.parts import UnsupportedError
from tools.client.view import ClientView
from tools.diff.compare import compare

OURS = ours()
TEXT = json.dumps(OURS)
# Values that replace a random part of our document.
INTRUDERS: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, 7, "text", [], {}, [None], {"": 0}),
        *({"$ref": "#/nowhere"}, {"$ref": "#"}, {"type": "odd"}, {"oneOf": []}, {"enum": [{}]}),
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the places of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    for key, each in items:
        if isinstance(each, (dict, list)):
            found += places(each, (*path, key))
        else:
            found.append((*path, key))
    return found


PLACES = places(OURS)


@st.composite
def broken(draw: st.DrawFn) -> dict[str, Any]:
    """Draw our document with one or two parts replaced or removed."""
    document = copy.deepcopy(OURS)
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=2)):
        owner: Any = document
        try:
            for key in place[:-1]:
                owner = owner[key]
            # A copy, because the second place may be inside the first intruder.
            owner[place[-1]] = copy.deepcopy(draw(INTRUDERS))
        except (KeyError, TypeError, IndexError):
            continue
    return document


def one_line(error: Exception) -> None:
    text = str(error)
    assert text
    assert "\n" not in text
    assert "object at 0x" not in text


@settings(PATIENT, max_examples=60, suppress_health_check=list(HealthCheck))
@given(broken())
def test_a_broken_document_gives_a_result_or_one_line(document: dict[str, Any]) -> None:
    try:
        loaded = decode("drawn", json.dumps(document).encode())
        parsed = parse("drawn", loaded)
        compare(parse("ours", copy.deepcopy(OURS)), parsed)
        ClientView(parsed, "drawn")
    except (DocumentError, UnsupportedError) as error:
        one_line(error)


@settings(PATIENT, max_examples=200)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_random_bytes_give_a_value_or_one_line(content: bytes) -> None:
    try:
        decode("drawn", content)
    except DocumentError as error:
        one_line(error)


@settings(PATIENT, max_examples=100)
@given(st.integers(0, len(TEXT) - 1), st.integers(0, 40), st.text(max_size=3))
def test_a_damaged_text_gives_a_value_or_one_line(start: int, length: int, text: str) -> None:
    damaged = TEXT[:start] + text + TEXT[start + length :]
    try:
        parse("drawn", decode("drawn", damaged.encode()))
    except DocumentError as error:
        one_line(error)


MIRRORED = {
    "became-nullable": "no-longer-nullable",
    "type-widened": "type-narrowed",
    "enum-value-added": "enum-value-removed",
    "bound-loosened": "bound-tightened",
    "values-freed": "values-restricted",
    "became-required": "became-optional",
    "opened": "closed",
    "constraint-added": "constraint-removed",
}
OPPOSITES = MIRRORED | {right: left for left, right in MIRRORED.items()}


def with_others(additional: Any, properties: Any, required: list[str]) -> dict[str, Any]:
    """Build an object whose other properties have a schema."""
    schema = {"type": "object", "properties": properties, "required": required}
    return schema | {"additionalProperties": additional}


@PATIENT
# A removed property that stays subject to `additionalProperties`.
@example(
    (
        with_others({"type": ["string", "null"]}, {"a": {"type": "string"}}, []),
        with_others({"type": ["string", "null"]}, {}, []),
    ),
    "response",
)
@example(
    (with_others({"allOf": []}, {"a": {"type": "string"}}, []), with_others({"allOf": []}, {}, [])),
    "request",
)
@example(
    (with_others({"type": "string"}, {"a": {}}, []), with_others({"type": "string"}, {}, [])),
    "request",
)
# A removed property that becomes required.
@pytest.mark.slow
@example((with_others(True, {"a": {}}, []), with_others(True, {}, ["a"])), "request")
@given(PAIRS, st.sampled_from(["request", "response"]))
def test_the_two_directions_mirror_each_other(pair: tuple[Any, Any], side: str) -> None:
    build = request if side == "request" else response
    old, new = build(pair[0]), build(pair[1])

    def found(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
        names = (change.rule.id.removeprefix(f"{side}-") for change in changes(one, other))
        return sorted(name for name in names if name in OPPOSITES)

    there = sorted(OPPOSITES[name] for name in found(old, new))
    assert there == found(new, old)
