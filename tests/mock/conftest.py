from collections.abc import Iterator

import httpx
import pytest
from dodo_license_mock import LicenseMock


@pytest.fixture
def mock() -> LicenseMock:
    return LicenseMock()


@pytest.fixture
def client(mock: LicenseMock) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {mock.token}"}
    with httpx.Client(
        transport=mock.transport(), base_url="http://mock", headers=headers
    ) as client:
        yield client
