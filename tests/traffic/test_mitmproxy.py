"""Recordings of mitmproxy, in its own format and as HAR, are judged."""

import contextlib
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from dodo_license_mock import LicenseMock

from mutants.catalogue import FAULTS
from mutants.server.layer import Layer
from tests.traffic.clients import use_everything, verdict_on, violated

MITMDUMP = shutil.which("mitmdump")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(MITMDUMP is None, reason="mitmdump is not on the PATH"),
]


def record(mock: LicenseMock, url: str, folder: Path) -> tuple[Path, Path]:
    """Record what a client does through mitmproxy: the flow file and the HAR file."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    flows, har = folder / "flows", folder / "mitmproxy.har"
    command = [str(MITMDUMP), "-q", "--mode", f"reverse:{url}", "--listen-host", "127.0.0.1"]
    options = ["-p", str(port), "-w", str(flows), "--set", f"hardump={har}"]
    with subprocess.Popen([*command, *options, "--set", f"confdir={folder}"]) as process:
        for _ in range(300):
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", port), timeout=1),
            ):
                break
            time.sleep(0.1)
        headers = {"Authorization": f"Bearer {mock.token}"}
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30
        ) as client:
            use_everything(client, mock.key_ids[1])
            client.patch(f"/license_keys/{mock.key_ids[1]}", json={"activations_limit": True})
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # both files are written
            process.kill()
    return flows, har


def test_conforming_traffic(tmp_path: Path) -> None:
    mock = LicenseMock()
    with mock.serve() as url:
        for path in record(mock, url, tmp_path):
            for complete in (False, True):
                verdict = verdict_on(path, complete=complete, strict=False)
                assert (violated(verdict), verdict.outcome) == ([], "conforms")


def test_fault_is_found(tmp_path: Path) -> None:
    fault = FAULTS["patch-limit-boolean-coerced"]
    mock = LicenseMock(seed=fault.seed)
    mock.app = Layer(mock.app, fault.behaviour, mock.token)  # type: ignore[assignment]
    with mock.serve() as url:
        for path in record(mock, url, tmp_path):
            assert "patch.limit.boolean-refused" in violated(verdict_on(path))
