"""Serves the official Python SDK's own tests: a mock with the records that they name, for each."""

import os
from collections.abc import Iterator

import pytest
from dodo_license_mock import LicenseMock

KEY_ID, INSTANCE_ID = "lic_7namTC0VcgrnzrF3GTSwB", "lki_EeWORStkMc7z0KycI31VS"
MOCK = LicenseMock(
    token="My Bearer Token",
    seed={
        "customers": [{"customer_id": "customer_id"}],
        "products": [{"product_id": "product_id"}],
        "license_keys": [
            {"id": KEY_ID},
            {
                "id": "license_key_id",
                "key": "license_key",
                "grant_id": "grant_id",
                "instances": [{"id": "license_key_instance_id"}, {"id": INSTANCE_ID}],
            },
        ],
    },
)


@pytest.fixture(autouse=True)
def seeded_mock() -> None:
    MOCK.reset()


@pytest.fixture(autouse=True, scope="session")
def served_mock() -> Iterator[None]:
    yield
    SERVING.__exit__(None, None, None)


SERVING = MOCK.serve()
# The tests read it when they are imported.
os.environ["TEST_API_BASE_URL"] = SERVING.__enter__()
