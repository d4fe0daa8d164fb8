"""Every rule of the comparison, on the smallest pair of documents that makes it speak."""

from typing import Any

import pytest

from tests.tools.documents import changes, request, response, rules
from tests.tools.rule_cases import INTEGER, OPERATIONS, SCHEMAS, STRING, with_property
from tools.diff.change import Impact
from tools.diff.rules import RULES

FOR_SCHEMAS = [
    pytest.param(build, f"{side}-{rule}", old, new, id=f"{name} in a {side}")
    for name, (old, new, *expected) in SCHEMAS.items()
    for build, side, rule in zip(
        (request, response), ("request", "response"), expected, strict=True
    )
]


@pytest.mark.parametrize(("build", "rule", "old", "new"), FOR_SCHEMAS)
def test_a_change_of_a_schema_is_judged_by_who_has_to_understand_it(
    build: Any, rule: str, old: Any, new: Any
) -> None:
    assert rules(build(old), build(new)) == [rule]


@pytest.mark.parametrize(("old", "new", "expected"), OPERATIONS.values(), ids=OPERATIONS)
def test_a_change_of_an_operation_is_found(
    old: dict[str, Any], new: dict[str, Any], expected: list[str]
) -> None:
    assert rules(old, new) == expected


def test_every_rule_of_the_catalogue_is_shown_above() -> None:
    shown = {case.values[1] for case in FOR_SCHEMAS}
    shown.update(rule for *_, expected in OPERATIONS.values() for rule in expected)
    assert shown == RULES.keys()


def test_each_change_of_a_response_breaks_readers_exactly_when_its_mirror_helps_callers() -> None:
    widening = [
        "became-nullable",
        "became-optional",
        "type-widened",
        "enum-value-added",
        "values-freed",
        "bound-loosened",
        "constraint-removed",
        "opened",
        "variant-added",
    ]
    assert {RULES[f"response-{rule}"].impact for rule in widening} == {Impact.BREAKS_READERS}
    assert {RULES[f"request-{rule}"].impact for rule in widening} == {Impact.COMPATIBLE}


def test_a_read_only_property_is_no_part_of_a_request() -> None:
    old = with_property(STRING, "p")
    new = with_property(STRING | {"readOnly": True}, "p")
    assert rules(request(old), request(new)) == ["request-property-removed"]
    assert rules(response(old), response(new)) == []
    hidden = with_property(INTEGER | {"readOnly": True}, "p")
    assert rules(request(new), request(hidden)) == []


def test_a_new_property_is_held_against_what_unnamed_properties_had_to_be() -> None:
    old = {"type": "object", "additionalProperties": STRING}
    fits, differs = with_property(STRING), with_property(INTEGER)
    loose = {"additionalProperties": STRING}
    assert rules(response(old), response(fits | loose)) == ["response-property-added"]
    assert rules(response(old), response(differs | loose)) == [
        "response-property-added",
        "response-type-changed",
    ]


def test_a_change_names_its_place_its_values_and_the_operations_it_reaches() -> None:
    def things(count: dict[str, Any]) -> dict[str, Any]:
        thing = {"type": "object", "properties": {"count": count}}
        content = response(
            {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}, {"Thing": thing}
        )
        content["paths"]["/more"] = {"get": content["paths"]["/things"]["post"]}
        return content

    (change,) = changes(things(INTEGER), things({"type": ["integer", "null"]}))
    assert change.where == "Thing.count"
    assert change.detail == "integer → integer or null"
    assert change.operations == ("GET /more", "POST /things")
    assert change.rule.advice == "Handle None where the value is read."
