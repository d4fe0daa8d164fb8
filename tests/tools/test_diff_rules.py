"""What the rules of the comparison have in common, and what a change names."""

from typing import Any

from tests.tools.agreement.schema_rows import INTEGER, STRING, thing
from tests.tools.documents import changes, request, response, rules
from tools.diff.change import Impact
from tools.diff.rules import RULES


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
    old = thing(STRING, "p")
    new = thing(STRING | {"readOnly": True}, "p")
    assert rules(request(old), request(new)) == ["request-property-removed"]
    assert rules(response(old), response(new)) == []
    hidden = thing(INTEGER | {"readOnly": True}, "p")
    assert rules(request(new), request(hidden)) == []


def test_a_new_property_is_held_against_what_unnamed_properties_had_to_be() -> None:
    old = {"type": "object", "additionalProperties": STRING}
    fits, differs = thing(STRING), thing(INTEGER)
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
