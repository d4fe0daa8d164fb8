"""The page of the mock in Chromium."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from dodo_license_mock import LicenseMock
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import visibility_of_element_located as visible
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser import driven

pytestmark = pytest.mark.slow


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    with driven(tmp_path, "browser") as browser:
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


def fill_in(browser: webdriver.Chrome, selector: str, text: str) -> None:
    field = browser.find_element(By.CSS_SELECTOR, selector)
    field.clear()
    field.send_keys(text)


def has_focus(browser: webdriver.Chrome, selector: str) -> bool:
    return bool(browser.switch_to.active_element == browser.find_element(By.CSS_SELECTOR, selector))


def rejected(browser: webdriver.Chrome) -> list[str]:
    """Return what the browser complained about, apart from the requests that the test spoils."""
    # Selenium leaves this one without types.
    log: list[dict[str, str]] = cast("Any", browser).get_log("browser")
    return [entry["message"] for entry in log if "422" not in entry["message"]]


SEED = {
    "license_keys": [
        {"id": "lic_perpetual", "activations_limit": 5, "instances": [{"name": "Ada"}, {}]},
        {"id": "lic_trial", "expires_at": "2090-01-15T00:00:00Z", "key": "TRIAL-SECRET"},
        {"id": "lic_monthly", "subscription_id": "sub_1<b>bold</b>"},
    ]
}


@pytest.fixture
def mock() -> LicenseMock:
    return LicenseMock(seed=SEED)


@pytest.fixture
def client(mock: LicenseMock, browser: webdriver.Chrome) -> Iterator[httpx.Client]:
    """A client of the mock, whose page the browser shows."""
    headers = {"authorization": f"Bearer {mock.token}"}
    with mock.serve() as base_url, httpx.Client(base_url=base_url, headers=headers) as client:
        browser.get(f"{base_url}/_mock/")
        see(browser, "keys", "lic_perpetual")
        yield client
        assert rejected(browser) == []


def test_the_page_follows_the_mock(
    browser: webdriver.Chrome, client: httpx.Client, mock: LicenseMock
) -> None:
    see(browser, "keys", "sub_1<b>bold</b>")
    assert browser.find_elements(By.CSS_SELECTOR, "#keys b") == []

    client.patch("/license_keys/lic_perpetual", json={"activations_limit": 1})
    client.patch("/license_keys/lic_monthly", json={"disabled": True})
    see(browser, "journal", "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT")
    see(browser, "keys", "disabled")
    click(browser, "#journal tr:first-child button")
    see(browser, "request", '"disabled": true')
    click(browser, "#request-dialog [data-close]")

    fill_in(browser, "[name=now]", "2090-01-14T12:00:00Z")
    click(browser, "#clock button")
    see(browser, "now", "2090-01-14T12:0")
    click(browser, "[data-advance='86400']")
    see(browser, "keys", "expired")

    fill_in(browser, "[name=path]", "/license_keys/*")
    click(browser, "#fault button")
    see(browser, "faults", "next 1 x any /license_keys/*: 503")
    assert client.get("/license_keys/lic_trial").status_code == 503
    see(browser, "journal", "503 (fault)")
    see_no_more(browser, "faults", "503")

    click(browser, "#rate-limit")
    see(browser, "notice", "rate limit is on")
    assert client.get("/_mock/rate-limit").json() == {"enabled": True}
    fill_in(browser, "[name=now]", "soon")
    click(browser, "#clock button")
    see(browser, "notice", "`now` is not an RFC 3339 date-time")
    shown = browser.page_source
    assert mock.token not in shown
    assert "TRIAL-SECRET" not in shown


def test_a_reset_is_confirmed(browser: webdriver.Chrome, client: httpx.Client) -> None:
    client.patch("/license_keys/lic_monthly", json={"disabled": True})
    click(browser, "#reset")
    assert has_focus(browser, "#confirm-reset button[value=cancel]")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert has_focus(browser, "#reset")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert client.get("/license_keys/lic_monthly").json()["status"] == "disabled"
    click(browser, "#reset")
    click(browser, "#confirm-reset button[value=reset]")
    see(browser, "notice", "The seed is restored.")
    assert client.get("/license_keys/lic_monthly").json()["status"] == "active"


def test_keys_are_searched_edited_and_created(
    browser: webdriver.Chrome, client: httpx.Client
) -> None:
    for text in ("TRIAL-SECRET", "trial"):
        fill_in(browser, "[name=search]", text)
        click(browser, "#search button")
        see_no_more(browser, "keys", "lic_perpetual")
        see(browser, "keys", "lic_trial")
    fill_in(browser, "[name=search]", "")
    click(browser, "#search button")
    see(browser, "keys", "lic_perpetual")

    click(browser, "[aria-label='Instances lic_perpetual']")
    see(browser, "instances", "Ada")
    click(browser, "#instances-dialog [data-close]")

    click(browser, "[aria-label='Edit lic_perpetual']")
    fill_in(browser, "#edit [name=activations_limit]", "1")
    click(browser, "#edit button")
    see(browser, "edit", "cannot be lower")
    fill_in(browser, "#edit [name=activations_limit]", "7")
    fill_in(browser, "#edit [name=expires_at]", "2091-01-01T00:00:00Z")
    click(browser, "#edit button")
    see(browser, "keys", "2091-01-01")
    key = client.get("/license_keys/lic_perpetual").json()
    assert (key["activations_limit"], key["status"]) == (7, "active")

    click(browser, "#create")
    fill_in(browser, "#create-form [name=key]", "BOUGHT")
    click(browser, "#create-form button")
    see(browser, "webhooks", "license_key.created")
    assert client.post("/licenses/validate", json={"license_key": "BOUGHT"}).json()["valid"]


def test_events_are_sent_and_sent_again(browser: webdriver.Chrome) -> None:
    received: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.headers["webhook-id"])
            self.send_response(500 if len(received) == 1 else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Do not log."""

    receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    mock = LicenseMock(seed=SEED, webhook_url=f"http://127.0.0.1:{receiver.server_port}/")
    mock.freeze_clock()
    with mock.serve() as base_url:
        browser.get(f"{base_url}/_mock/")
        see(browser, "webhook", "refund.succeeded")
        kind = browser.find_element(By.CSS_SELECTOR, "#webhook [name=type]")
        Select(kind).select_by_visible_text("refund.succeeded")
        fill_in(browser, "#webhook [name=license_key_id]", "lic_trial")
        click(browser, "#webhook button")
        see(browser, "webhooks", "the receiver returned 500")
        click(browser, "#webhooks button")
        see(browser, "webhooks", "delivered (200)")
    assert len(received) == 2
    assert len(set(received)) == 1
    receiver.shutdown()
    receiver.server_close()


def test_a_button_keeps_the_focus_while_its_row_changes(
    browser: webdriver.Chrome, client: httpx.Client
) -> None:
    browser.find_element(By.CSS_SELECTOR, "[aria-label='Edit lic_trial']").send_keys("")
    assert has_focus(browser, "[aria-label='Edit lic_trial']")
    client.patch("/license_keys/lic_trial", json={"activations_limit": 44, "disabled": True})
    see(browser, "keys", "44")
    assert has_focus(browser, "[aria-label='Edit lic_trial']")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    see(browser, "edit-title", "Edit lic_trial")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_reports_nothing(
    browser: webdriver.Chrome, client: httpx.Client, node_packages: Path, scheme: str
) -> None:
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    client.patch("/license_keys/lic_monthly", json={"disabled": True})
    client.patch("/license_keys/lic_perpetual", json={"activations_limit": 1})
    key = client.get("/license_keys/lic_trial").json()
    body = {name: key[name] for name in ("customer_id", "product_id")} | {"key": "NEW"}
    client.post("/license_keys", json=body)
    see(browser, "webhooks", "license_key.created")
    see(browser, "journal", "ACTIVATION_LIMIT")
    axe = node_packages / "node_modules" / "axe-core" / "axe.min.js"
    browser.execute_script(axe.read_text(encoding="utf-8"))
    assert violations(browser) == []
    for opener, dialog in (
        ("#reset", "confirm-reset"),
        ("#create", "create-dialog"),
        ("[aria-label='Edit lic_trial']", "edit-dialog"),
        ("[aria-label='Instances lic_perpetual']", "instances-dialog"),
        ("#journal button", "request-dialog"),
    ):
        click(browser, opener)
        WebDriverWait(browser, 30).until(visible((By.ID, dialog)))
        assert violations(browser) == []
        browser.switch_to.active_element.send_keys(Keys.ESCAPE)


def violations(browser: webdriver.Chrome) -> list[str]:
    run = "const done = arguments[0]; axe.run().then((found) => done(found.violations));"
    found: list[dict[str, Any]] = browser.execute_async_script(run)
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]
