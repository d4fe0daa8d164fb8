"""Chromium for the tests of pages: headless, and without calls that a test must not make."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from selenium import webdriver

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_RENDERED = ("--run-all-compositor-stages-before-draw", "--virtual-time-budget=2000")

needs_browser = pytest.mark.skipif(
    BROWSER is None, reason="needs Chromium on PATH (Debian: apt-get install chromium)"
)


def browse(page: Path, folder: Path, *arguments: str) -> str:
    """Open a page once it is rendered, with a profile in a folder, and return what is printed."""
    assert BROWSER is not None
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [BROWSER, *_FLAGS, *_RENDERED, profile, *arguments, page.as_uri()]
    run = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return run.stdout.decode()


@contextmanager
def driven(folder: Path, log: str) -> Iterator[webdriver.Chrome]:
    """Drive a browser with a profile in a folder and the log of this name; skip without one."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("this needs Chromium: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*_FLAGS, "--window-size=1280,1000", f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {log: "ALL"})
    with webdriver.Chrome(options, webdriver.ChromeService(driver)) as browser:
        yield browser


@contextmanager
def beacon() -> Iterator[tuple[str, list[str]]]:
    """A server that a page which runs or loads something would call, and the calls to it."""
    calls: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", calls
        server.shutdown()
        thread.join()
