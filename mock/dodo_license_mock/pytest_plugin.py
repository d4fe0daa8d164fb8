"""The pytest plugin: a mock for each test, class, module or session, in process or over TCP.

`@pytest.mark.license_seed({...})` sets the seed for a test, a class or a module, and
`@pytest.mark.license_mock(rate_limited=True)` the options of `LicenseMock`.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from . import LicenseMock

_MOCK: "pytest.StashKey[LicenseMock]" = pytest.StashKey()


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
    """Register the markers."""
    add = config.addinivalue_line
    add("markers", "license_seed(seed): the initial state of the license mock")
    add("markers", "license_mock(**options): the options of the license mock")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> "Iterator[None]":
    """Add the requests that the mock received to the report of a failed test."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    mock = item.stash.get(_MOCK, None)
    if report.when == "call" and report.failed and mock is not None:
        from .sandbox.recorded_calls import table

        report.sections.append(("Requests to the license mock", table(mock.journal())))
    return report  # type: ignore[return-value]


@pytest.fixture
def license_mock(request: pytest.FixtureRequest) -> Iterator["LicenseMock"]:
    """A mock for this test only. `license_mock.transport()` serves httpx clients in process.

    The test fails if it injects a fault that no request meets.
    """
    mock = _create(request)
    request.node.stash[_MOCK] = mock
    with closing(mock):
        yield mock
        _check_faults(mock)


@pytest.fixture
def license_mock_server(license_mock: "LicenseMock") -> Iterator[LicenseMockServer]:
    """The mock of this test over TCP, for clients that require a base URL."""
    with license_mock.serve() as base_url:
        yield LicenseMockServer(license_mock, base_url)


@pytest.fixture(scope="module")
def license_mock_module(request: pytest.FixtureRequest) -> Iterator[LicenseMockServer]:
    """A mock over TCP that the tests of a module share. `mock.reset()` restores its seed."""
    yield from _serve(request)


@pytest.fixture(scope="session")
def license_mock_session(request: pytest.FixtureRequest) -> Iterator[LicenseMockServer]:
    """A mock over TCP that all tests share. `mock.reset()` restores its seed."""
    yield from _serve(request)


def _serve(request: pytest.FixtureRequest) -> Iterator[LicenseMockServer]:
    mock = _create(request)
    with closing(mock), mock.serve() as base_url:
        yield LicenseMockServer(mock, base_url)


def _create(request: pytest.FixtureRequest) -> "LicenseMock":
    from . import LicenseMock  # an optional dependency

    options: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("license_mock"))):
        options |= marker.kwargs
    seed = request.node.get_closest_marker("license_seed")
    if seed is not None:
        options["seed"] = seed.args[0]
    return LicenseMock(**options)


def _check_faults(mock: "LicenseMock") -> None:
    unfired = mock.unfired_faults()
    if unfired:
        pytest.fail(f"no request met these faults: {unfired}", pytrace=False)
