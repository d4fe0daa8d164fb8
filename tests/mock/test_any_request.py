"""Whatever is asked, the mock answers in the form of the contract and never fails."""

import json
from typing import Any

import httpx
from dodo_license_mock import LicenseMock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
NAMES = [
    "activations_limit",
    "disabled",
    "expires_at",
    "key",
    "name",
    "customer_id",
    "product_id",
    "license_key",
    "license_key_instance_id",
]
QUERY_NAMES = ["page_size", "page_number", "status", "source", "customer_id", "created_at_gte", "x"]

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
times = st.datetimes().map(lambda time: f"{time.isoformat()}+00:00")
bodies = st.binary() | st.one_of(
    values, st.dictionaries(st.sampled_from(NAMES), values | times, max_size=6)
).map(lambda value: json.dumps(value).encode())
queries = st.lists(
    st.tuples(st.sampled_from(QUERY_NAMES), st.text() | st.integers().map(str) | times), max_size=3
)


@st.composite
def paths(draw: st.DrawFn) -> str:
    collection = draw(
        st.sampled_from(["license_keys", "license_key_instances", "licenses", "_mock"])
    )
    members = [
        "lic_1",
        "lki_1",
        "activate",
        "deactivate",
        "validate",
        "clock",
        "faults",
        "seed",
    ]
    member = draw(st.none() | st.sampled_from(members) | st.text())
    return f"/{collection}" if member is None else f"/{collection}/{member}"


@given(
    method=st.sampled_from(METHODS),
    path=paths(),
    query=queries,
    body=bodies,
    knows_token=st.booleans(),
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_request(
    mock: LicenseMock,
    client: httpx.Client,
    method: str,
    path: str,
    query: Any,
    body: bytes,
    knows_token: bool,
) -> None:
    mock.seed({"license_keys": [{"id": "lic_1", "key": "K", "instances": [{"id": "lki_1"}]}]})
    headers = {"content-type": "application/json"}
    if not knows_token:
        headers["authorization"] = "Bearer wrong"
    try:
        url = client.build_request(method, path, params=query).url
    except httpx.InvalidURL:
        return
    response = client.request(method, url, content=body, headers=headers)
    if response.status_code < 400:
        return
    assert response.status_code < 500
    error = response.json()
    assert set(error) == {"code", "message"}
    assert error["code"].isupper()
    assert mock.token not in error["message"]
