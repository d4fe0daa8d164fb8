"""The code in docs/mock.md runs."""

import os
import re
import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest
from dodo_license_keys import DodoLicenseKeys
from dodo_license_mock import LicenseMock

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "mock.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
CURLS = re.findall(r"^(curl .*?)(?:\s+#.*)?$", PAGE, re.MULTILINE)
SAMPLES = [block for block in PYTHON if re.match(r"# \w+\.py\n", block)]
RECIPES = [block for block in PYTHON if block not in SAMPLES]


def test_the_sample_service_and_its_test(pytester: pytest.Pytester) -> None:
    for block in SAMPLES:
        name = block.split()[1]
        pytester.path.joinpath(name).write_text(block, encoding="utf-8")
    result = pytester.runpytest_subprocess("--strict-markers")
    result.assert_outcomes(passed=4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("recipe", RECIPES, ids=range(len(RECIPES)))
def test_a_recipe_in_python(recipe: str) -> None:
    mock = LicenseMock()
    with httpx.Client(transport=mock.transport()) as http_client:
        client = DodoLicenseKeys(
            bearer_token=mock.token, base_url="http://localhost", http_client=http_client
        )
        names = {
            "client": client,
            "mock": mock,
            "key_id": mock.key_ids[0],
            "datetime": datetime,
            "timedelta": timedelta,
            "timezone": timezone,
        }
        exec(recipe, names)  # noqa: S102 - it is what the page tells to run


def test_the_recipes_with_curl() -> None:
    bash = shutil.which("bash")
    if bash is None or shutil.which("curl") is None:
        pytest.skip("the recipes need bash and curl")
    assert len(CURLS) == 9
    mock = LicenseMock()
    with mock.serve() as base_url:
        for curl in CURLS:
            done = subprocess.run(
                [bash, "-c", f"{curl} --silent --fail-with-body"],
                env=os.environ
                | {
                    "MOCK": base_url,
                    "AUTH": f"Authorization: Bearer {mock.token}",
                    "JSON": "Content-Type: application/json",
                    "ID": mock.key_ids[0],
                },
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, (curl, done.stdout)
            mock.reset()
