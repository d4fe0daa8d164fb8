"""Recordings of tools that are not ours are judged right: mitmproxy, Chromium and httpx."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from dodo_license_mock import LicenseMock
from selenium import webdriver
from selenium.common.exceptions import WebDriverException

from mutants.catalogue import ALL
from mutants.scoring import stock
from mutants.server.layer import Layer
from mutants.traffic.recording import find_mitmdump, proxied
from tests.browser import driven
from tests.traffic.clients import status_of, use_at_once, verdict_on, violated

MITMPROXY = "mitmproxy==11.0.2"
NULL_LIMIT_IGNORED = "patch-null-limit-alone-ignored"
RENAMED = "instances-rename-shows-old-name"


@contextlib.contextmanager
def served(mutant_id: str | None = None) -> Iterator[tuple[LicenseMock, str]]:
    """Serve the mock over TCP, with a fault or a variation if one is named."""
    mutant = ALL[mutant_id] if mutant_id else None
    mock = LicenseMock(seed=mutant.seed if mutant else None)
    app = Layer(mock.app, mutant.behaviour, mock.token) if mutant else mock.app
    with stock.served(app) as url:
        yield mock, url


def client_of(mock: LicenseMock, url: str, **options: Any) -> httpx.Client:
    headers = {"Authorization": f"Bearer {mock.token}"}
    return httpx.Client(base_url=url, headers=headers, timeout=30, **options)


@pytest.fixture(scope="module")
def mitmdump(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program of mitmproxy, installed from the package index into its own environment."""
    if found := find_mitmdump():
        return found
    folder = tmp_path_factory.mktemp("mitmproxy") / "environment"
    uv = Path(sys.executable).with_name("uv")
    for arguments in (
        ["venv", "--quiet", "--python", sys.executable, str(folder)],
        ["pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), MITMPROXY],
    ):
        done = subprocess.run([uv, *arguments], check=False, capture_output=True)
        if done.returncode:
            pytest.skip("mitmproxy cannot be installed from the package index")
    return str(folder / "bin" / "mitmdump")


@pytest.mark.weekly
@pytest.mark.parametrize(
    ("mutant_id", "rules"),
    [
        (None, set()),
        ("patch-disabled-string-coerced", {"patch.disabled.string-refused"}),
        (RENAMED, {"instance.rename"}),
    ],
)
def test_mitmproxy_records_two_clients_at_once(
    mutant_id: str | None,
    rules: set[str],
    mitmdump: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", f"{Path(mitmdump).parent}{os.pathsep}{os.environ['PATH']}")
    har, flows = tmp_path / "recording.har", tmp_path / "recording.flows"
    with (
        served(mutant_id) as (mock, url),
        proxied(mitmdump, url, har, "--save-stream-file", str(flows)) as through,
        client_of(mock, through) as one,
        client_of(mock, through) as other,
    ):
        use_at_once([one, other], mock.key_ids)
        one.patch(f"/license_keys/{mock.key_ids[0]}", json={"disabled": "true"})
    for path in (har, flows):
        for complete in (False, True):
            verdict = verdict_on(path, complete=complete)
            assert rules <= set(violated(verdict))
            assert bool(rules) == bool(violated(verdict))
            assert verdict.requests == 37
            assert status_of(verdict, "patch.disabled.true-disables") == "holds"


@pytest.fixture(scope="module")
def chrome_har(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that converts Chromium's network log to HAR with chrome-har."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("chrome-har needs node and npm")
    folder = tmp_path_factory.mktemp("node")
    shutil.copytree(Path(__file__).parent / "node", folder, dirs_exist_ok=True)
    install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    if subprocess.run(install, cwd=folder, capture_output=True, check=False).returncode:
        pytest.skip("the npm registry cannot be reached")
    return [node, str(folder / "har.mjs")]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    with driven(tmp_path, "performance") as browser:
        yield browser


USE_IN_BROWSER = """
const [token, keyId, done] = arguments;
(async () => {
  const call = async (method, path, body) => {
    const headers = {authorization: `Bearer ${token}`};
    if (body) headers['content-type'] = 'application/json';
    const response = await fetch(path, {method, headers, body: body && JSON.stringify(body)});
    return response.json();
  };
  const path = `/license_keys/${keyId}`;
  const key = await call('GET', path);
  await call('PATCH', path, {activations_limit: key.instances_count + 2});
  await call('PATCH', path, {activations_limit: null});
  await call('PATCH', path, {activations_limit: 'many'});
  await call('PATCH', path, {disabled: true});
  await call('POST', '/licenses/validate', {license_key: key.key});
  await call('GET', '/license_keys?page_size=2&status=active');
  await call('GET', path);
})().then(() => done(null), error => done(String(error)));
"""


def network_log(browser: webdriver.Chrome) -> list[dict[str, Any]]:
    """The events of the network, with the bodies of the responses."""
    events = [json.loads(each["message"])["message"] for each in browser.get_log("performance")]  # type: ignore[no-untyped-call]
    for event in events:
        if event["method"] == "Network.responseReceived":
            request = {"requestId": event["params"]["requestId"]}
            with contextlib.suppress(WebDriverException):  # the browser has dropped it
                body = browser.execute_cdp_cmd("Network.getResponseBody", request)
                event["params"]["response"]["body"] = body["body"]
    return events


@pytest.mark.weekly
@pytest.mark.parametrize(
    ("mutant_id", "expected"),
    [(None, []), (NULL_LIMIT_IGNORED, ["patch.limit.null-removes"])],
)
def test_chromium_network_log(
    mutant_id: str | None,
    expected: list[str],
    browser: webdriver.Chrome,
    chrome_har: list[str],
    tmp_path: Path,
) -> None:
    with served(mutant_id) as (mock, url):
        browser.get(f"{url}/_mock/")
        error = browser.execute_async_script(USE_IN_BROWSER, mock.token, mock.key_ids[0])
        assert error is None
        log = json.dumps(network_log(browser)).encode()
    path = tmp_path / "browser.har"
    path.write_bytes(subprocess.run(chrome_har, input=log, check=True, capture_output=True).stdout)
    verdict = verdict_on(path)
    assert violated(verdict) == expected
    assert verdict.requests >= 8
    for rule in ("patch.limit.value-sets", "patch.limit.string-refused", "list.page-size"):
        assert status_of(verdict, rule) == "holds"
    # A browser does not show the token, so nothing is concluded from its absence.
    assert status_of(verdict, "auth.missing-token-401") == "skipped"
    assert "validate.disabled" not in violated(verdict_on(path, complete=True))
