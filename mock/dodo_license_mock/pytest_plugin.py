"""The pytest plugin: a mock for each test, in process or over TCP.

Seed a test with `@pytest.mark.license_seed({...})`, or all tests of a module or class.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from . import LicenseMock


class LicenseMockServer:
    """A mock that answers over TCP.

    Attributes:
        mock: The mock, to be controlled.
        base_url: Where it answers.
    """

    def __init__(self, mock: "LicenseMock", base_url: str) -> None:
        self.mock = mock
        self.base_url = base_url


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", "license_seed(seed): what the license mock holds at first")


@pytest.fixture
def license_mock(request: pytest.FixtureRequest) -> Iterator["LicenseMock"]:
    """A mock of this test alone. `license_mock.transport()` answers httpx clients in process."""
    from . import LicenseMock  # an optional dependency

    marker = request.node.get_closest_marker("license_seed")
    mock = LicenseMock(seed=marker.args[0] if marker else None)
    yield mock
    mock.close()


@pytest.fixture
def license_mock_server(license_mock: "LicenseMock") -> Iterator[LicenseMockServer]:
    """The mock of this test over TCP, for clients that take a base URL."""
    with license_mock.serve() as base_url:
        yield LicenseMockServer(license_mock, base_url)
