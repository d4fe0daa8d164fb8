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
