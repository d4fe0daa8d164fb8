"""Answers: whatever the contract allows is read, and written back as it came."""

import copy
import json
import pickle
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import dodo_license_keys as dodo
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.client.server import KEY

DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "openapi.yaml").read_text(encoding="utf-8")
)


def answers() -> list[str]:
    """Name the schema of every success with a body."""
    named = {
        response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for item in DOCUMENT["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
        for status, response in operation["responses"].items()
        if status.startswith("2") and "content" in response
    }
    return sorted(named)


@st.composite
def date_times(draw: st.DrawFn) -> str:
    """Draw what RFC 3339 calls a date-time, in every spelling, in the years Python knows."""
    moment = draw(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)))  # noqa: DTZ001 - text
    seconds = draw(st.sampled_from([f"{moment:%S}", f"{moment:%S}", "60"]))
    fraction = draw(st.one_of(st.just(""), st.from_regex(r"\.[0-9]{1,9}", fullmatch=True)))
    offset = draw(
        st.one_of(
            st.sampled_from(["Z", "z", "+00:00", "-00:00"]),
            st.builds(
                "{}{:02}:{:02}".format,
                st.sampled_from("+-"),
                st.integers(0, 23),
                st.integers(0, 59),
            ),
        )
    )
    separator = draw(st.sampled_from("Tt "))
    date = moment.date().isoformat()
    return f"{date}{separator}{moment:%H:%M}:{seconds}{fraction}{offset}"


schemathesis.openapi.format("odd-date-time", date_times())


def valid(name: str, date_format: str) -> st.SearchStrategy[Any]:
    """Draw what is valid by a schema of the contract, its dates in a format of Schemathesis."""
    schemas = json.dumps(DOCUMENT["components"]["schemas"]).replace(
        '"format": "date-time"', f'"format": "{date_format}"'
    )
    schema = {"$ref": f"#/components/schemas/{name}"}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Answers, as bodies", "version": "1"},
        "paths": {"/": {"post": {"requestBody": body, "responses": {}}}},
        "components": {"schemas": json.loads(schemas)},
    }
    operation = schemathesis.openapi.from_dict(document)["/"]["POST"]
    return operation.as_strategy().map(lambda case: case.body)


@pytest.mark.parametrize(
    "date_format", [pytest.param("date-time", marks=pytest.mark.slow), "odd-date-time"]
)
@pytest.mark.parametrize("name", answers())
@settings(
    max_examples=40,
    deadline=None,
    # Explaining a failure of long lists takes minutes.
    phases=set(Phase) - {Phase.explain},
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_every_valid_answer_is_read_and_written_back(
    name: str, date_format: str, data: st.DataObject
) -> None:
    sent = data.draw(valid(name, date_format))
    model = getattr(dodo, name).from_dict(copy.deepcopy(sent))
    assert model.to_dict() == sent
    assert json.loads(json.dumps(model.to_dict())) == sent
    # What is read anew from what was written is the same again.
    assert getattr(dodo, name).from_dict(model.to_dict()) == model


@given(text=date_times())
def test_every_date_is_an_aware_datetime(text: str) -> None:
    key = dodo.LicenseKeyResponse.from_dict({**KEY, "expires_at": text})
    assert isinstance(key.expires_at, datetime)
    assert key.expires_at.utcoffset() is not None
    assert key.to_dict()["expires_at"] == text


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-01-01T00:00:00Z", datetime(2024, 1, 1, tzinfo=timezone.utc)),
        ("2025-08-04T05:43:19.882409Z", datetime(2025, 8, 4, 5, 43, 19, 882409, timezone.utc)),
        ("2025-08-04T05:43:19.000000Z", datetime(2025, 8, 4, 5, 43, 19, 0, timezone.utc)),
        ("2025-08-04T05:43:19.8Z", datetime(2025, 8, 4, 5, 43, 19, 800000, timezone.utc)),
        (
            "2025-08-04t07:43:19.8824091+02:00",
            datetime(2025, 8, 4, 5, 43, 19, 882409, timezone.utc),
        ),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=timezone.utc)),
    ],
)
def test_dates_are_the_instants_that_they_say(text: str, instant: datetime) -> None:
    key = dodo.LicenseKeyResponse.from_dict({**KEY, "created_at": text})
    assert key.created_at == instant
    assert key.to_dict()["created_at"] == text
    later = attrs.evolve(key, created_at=instant + timedelta(days=1))
    assert later.to_dict()["created_at"] == f"{later.created_at:%Y-%m-%dT}" + (
        instant.isoformat()[11:].replace("+00:00", "Z")
    )
    assert dodo.LicenseKeyResponse.from_dict(later.to_dict()) == later


def test_a_key_is_as_good_as_frozen_and_behaves_like_a_value() -> None:
    key = dodo.LicenseKeyResponse.from_dict({**KEY, "seats": 3})
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        key.status = "disabled"  # type: ignore[misc]
    assert key == dodo.LicenseKeyResponse.from_dict({**KEY, "seats": 3})
    assert key != dodo.LicenseKeyResponse.from_dict({**KEY, "seats": 4})
    assert key != dodo.LicenseKeyResponse.from_dict(KEY)
    assert pickle.loads(pickle.dumps(key)) == key == copy.deepcopy(key)  # noqa: S301
    assert attrs.evolve(key, status="disabled").status == "disabled"
    assert attrs.asdict(key)["additional_properties"] == {"seats": 3}
    assert "LicenseKeyResponse(id='lic_123'" in repr(key)
    assert KEY["key"] not in repr(key)
    with pytest.raises(AttributeError, match="has no attribute 'no_such_field'"):
        _ = key.no_such_field  # type: ignore[attr-defined]


def test_a_key_can_be_made_by_hand_for_a_test_of_ones_own() -> None:
    key = dodo.LicenseKeyResponse(
        id="lic_1",
        business_id="bus_1",
        customer_id="cus_1",
        product_id="pdt_1",
        key="a key",
        status="active",
        instances_count=0,
        created_at=datetime(2024, 1, 1, tzinfo=timezone.utc),
    )
    assert key.brand_id is dodo.UNSET
    assert key.to_dict() == {
        "id": "lic_1",
        "business_id": "bus_1",
        "customer_id": "cus_1",
        "product_id": "pdt_1",
        "key": "a key",
        "status": "active",
        "instances_count": 0,
        "created_at": "2024-01-01T00:00:00Z",
    }
    assert dodo.LicenseKeyResponse.from_dict(key.to_dict()) == key


def test_a_field_named_like_the_models_own_does_no_harm() -> None:
    sent = {**KEY, "additional_properties": {"a": 1}, "to_dict": 5, "_fields": None}
    assert dodo.LicenseKeyResponse.from_dict(sent).to_dict() == sent


def test_an_answer_does_not_share_its_extras_with_another() -> None:
    one, other = (dodo.LicenseKeyResponse.from_dict(KEY) for _ in range(2))
    one.additional_properties["note"] = 1
    assert other.additional_properties == {}


def test_unset_is_one_false_thing() -> None:
    assert not dodo.UNSET
    assert repr(dodo.UNSET) == "UNSET"
    assert copy.deepcopy(dodo.UNSET) is dodo.UNSET is pickle.loads(pickle.dumps(dodo.UNSET))  # noqa: S301
