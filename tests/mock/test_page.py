import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from dodo_license_mock import LicenseMock
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

# Headless as root, and without the calls home that a test must not make.
BROWSER_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("the page is tested in Chromium: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*BROWSER_FLAGS, f"--user-data-dir={tmp_path}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with webdriver.Chrome(options, webdriver.ChromeService(driver)) as browser:
        yield browser


def see(browser: webdriver.Chrome, element_id: str, text: str) -> None:
    WebDriverWait(browser, 30).until(
        lambda _: text in browser.find_element(By.ID, element_id).text,
        f"{element_id} never showed {text!r}",
    )


def see_no_more(browser: webdriver.Chrome, element_id: str, text: str) -> None:
    WebDriverWait(browser, 30).until(
        lambda _: text not in browser.find_element(By.ID, element_id).text,
        f"{element_id} went on showing {text!r}",
    )


def click(browser: webdriver.Chrome, selector: str) -> None:
    browser.find_element(By.CSS_SELECTOR, selector).click()


def test_the_page_shows_and_controls_the_mock(browser: webdriver.Chrome) -> None:
    mock = LicenseMock(
        seed={
            "license_keys": [
                {"id": "lic_perpetual", "activations_limit": 5, "instances": [{}, {}]},
                {"id": "lic_trial", "expires_at": "2090-01-15T00:00:00Z"},
                {"id": "lic_monthly", "subscription_id": "sub_1<b>bold</b>"},
            ]
        }
    )
    headers = {"authorization": f"Bearer {mock.token}"}
    with mock.serve() as base_url, httpx.Client(base_url=base_url, headers=headers) as client:
        browser.get(f"{base_url}/_mock/")
        see(browser, "keys", "lic_perpetual")
        see(browser, "keys", "sub_1<b>bold</b>")
        assert browser.find_elements(By.CSS_SELECTOR, "#keys b") == []

        client.patch("/license_keys/lic_perpetual", json={"activations_limit": 1})
        client.patch("/license_keys/lic_monthly", json={"disabled": True})
        see(browser, "journal", "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT")
        see(browser, "keys", "disabled")

        browser.find_element(By.NAME, "now").send_keys("2090-01-14T12:00:00Z")
        click(browser, "#clock button")
        see(browser, "now", "2090-01-14T12:0")
        click(browser, "[data-advance='86400']")
        see(browser, "keys", "expired")

        browser.find_element(By.NAME, "path").send_keys("/license_keys/*")
        click(browser, "#fault button")
        see(browser, "faults", "next 1 x any /license_keys/*: 503")
        assert client.get("/license_keys/lic_trial").status_code == 503
        see(browser, "journal", "503 (fault)")
        see_no_more(browser, "faults", "503")

        click(browser, "#rate-limit")
        WebDriverWait(browser, 30).until(
            lambda _: client.get("/_mock/rate-limit").json()["enabled"]
        )
        browser.find_element(By.NAME, "now").clear()
        browser.find_element(By.NAME, "now").send_keys("soon")
        click(browser, "#clock button")
        see(browser, "notice", "`now` is not an RFC 3339 date-time")

        click(browser, "#reset")
        browser.switch_to.alert.dismiss()
        assert client.get("/license_keys/lic_monthly").json()["status"] == "disabled"
        click(browser, "#reset")
        browser.switch_to.alert.accept()
        see(browser, "offset", "real time")
        assert client.get("/license_keys/lic_monthly").json()["status"] == "active"
        see_no_more(browser, "journal", "ACTIVATION_LIMIT")
        # Selenium leaves this one without types.
        log: list[dict[str, str]] = cast("Any", browser).get_log("browser")
        problems = [entry for entry in log if "422" not in entry["message"]]
        assert problems == []
        shown = browser.page_source
    assert mock.token not in shown
