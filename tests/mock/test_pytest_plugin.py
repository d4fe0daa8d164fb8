import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

SERVICE_TEST = """
import httpx
import pytest


@pytest.mark.parametrize("attempt", range(4))
def test_each_test_has_its_own(license_mock, attempt):
    path = f"/license_keys/{license_mock.key_ids[0]}"
    headers = {"authorization": f"Bearer {license_mock.token}"}
    transport = license_mock.transport()
    with httpx.Client(transport=transport, base_url="http://mock", headers=headers) as c:
        assert c.get(path).json()["status"] == "active"
        assert c.patch(path, json={"disabled": True}).json()["status"] == "disabled"
    assert len(license_mock.journal()) == 2


@pytest.mark.license_seed({"license_keys": [{"id": "lic_mine", "activations_limit": 1}]})
def test_over_tcp(license_mock_server):
    server = license_mock_server
    headers = {"authorization": f"Bearer {server.mock.token}"}
    answer = httpx.get(f"{server.base_url}/license_keys", headers=headers).json()
    assert [key["id"] for key in answer["items"]] == ["lic_mine"]
"""


@pytest.mark.parametrize("options", [(), pytest.param(("-n", "2"), marks=pytest.mark.slow)])
def test_the_fixtures(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    pytester.makepyfile(SERVICE_TEST)
    result = pytester.runpytest_subprocess("--strict-markers", *options)
    result.assert_outcomes(passed=5)


FAILING_TESTS = """
import httpx
import pytest


def client_of(mock):
    headers = {"authorization": f"Bearer {mock.token}"}
    return httpx.Client(transport=mock.transport(), base_url="http://mock", headers=headers)


def test_a_fault_that_no_request_meets(license_mock):
    license_mock.fail(method="PATCH", status=503)


def test_a_failure_shows_the_requests(license_mock):
    with client_of(license_mock) as client:
        client.get("/license_keys?page_size=3")
    assert False


@pytest.mark.license_mock(token="chosen", rate_limited=True)
def test_options(license_mock):
    assert license_mock.token == "chosen"
    with client_of(license_mock) as client:
        assert "x-ratelimit-remaining" in client.get("/license_keys").headers


def test_shared(license_mock_module, license_mock_session):
    assert license_mock_module.mock is not license_mock_session.mock
    for server in (license_mock_module, license_mock_session):
        assert httpx.get(f"{server.base_url}/_mock/ready").status_code == 200
"""


def test_what_the_fixtures_check_and_report(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILING_TESTS)
    result = pytester.runpytest_subprocess("--strict-markers")
    result.assert_outcomes(passed=3, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*no request met these faults: *PATCH*503*",
            "*Requests to the license mock*",
            "*1 GET /license_keys[?]page_size=3  200*",
        ]
    )


def test_the_plugin_needs_nothing_that_the_client_does_not() -> None:
    """The wheel registers it everywhere, also where the extra is not installed."""
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['msgspec', 'uvicorn', 'httptools']))\n"
        "import dodo_license_mock.pytest_plugin\n"
        "try: dodo_license_mock.LicenseMock\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'dodo-license-keys[mock]'" in done.stdout
