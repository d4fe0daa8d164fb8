"""The pytest plugin: a mock for each test, in process or over TCP.

`@pytest.mark.license_seed({...})` sets the seed for a test, a class or a module.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from . import LicenseMock


class LicenseMockServer:
    """A mock that is served over TCP.

    Attributes:
        mock: The mock.
        base_url: The base URL.
    """

    def __init__(self, mock: "LicenseMock", base_url: str) -> None:
        self.mock = mock
        self.base_url = base_url


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "license_seed(seed): the initial state of the license mock")


@pytest.fixture
def license_mock(request: pytest.FixtureRequest) -> Iterator["LicenseMock"]:
    """A mock for this test only. `license_mock.transport()` serves httpx clients in process."""
    from . import LicenseMock  # an optional dependency

    marker = request.node.get_closest_marker("license_seed")
    mock = LicenseMock(seed=marker.args[0] if marker else None)
    yield mock
    mock.close()


@pytest.fixture
def license_mock_server(license_mock: "LicenseMock") -> Iterator[LicenseMockServer]:
    """The mock of this test over TCP, for clients that require a base URL."""
    with license_mock.serve() as base_url:
        yield LicenseMockServer(license_mock, base_url)
