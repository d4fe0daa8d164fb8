"""Runs stock Schemathesis on a mutant over TCP, for comparison."""

import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from dodo_license_mock import LicenseMock

from contract_tests.contract.specification import DEFAULT_PATH
from mutants.catalogue import ALL
from mutants.scoring.trial import FAULTLESS
from mutants.server.layer import Application, Layer

MAX_EXAMPLES = 5
OPTIONS = ("--max-examples", str(MAX_EXAMPLES), "--no-shrink", "--continue-on-failure")
# On the server as it is: what it reports there proves nothing about a mutant.
FAULTLESS_SEEDS = (1, 2, 3)
_PATIENCE = 300.0

Failures = frozenset[tuple[str, str]]


def failures(mutant_id: str, seed: int = 1) -> Failures:
    """Run every phase of `schemathesis run` on a mutant, or on the server as it is.

    Returns:
        Pairs of what failed and in which operation.

    Raises:
        RuntimeError: Schemathesis could not run.
    """
    mutant = None if mutant_id == FAULTLESS else ALL[mutant_id]
    mock = LicenseMock(seed=mutant.seed if mutant else None)
    application = Layer(mock.app, mutant.behaviour, mock.token) if mutant else mock.app
    with tempfile.TemporaryDirectory() as folder, served(application) as url:
        report = Path(folder) / "report.json"
        command = [
            str(Path(sys.executable).parent / "schemathesis"),
            "run",
            str(DEFAULT_PATH),
            f"--url={url}",
            f"--header=Authorization: Bearer {mock.token}",
            f"--seed={seed}",
            *OPTIONS,
            "--report=json",
            f"--report-json-path={report}",
        ]
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        if not report.exists():
            raise RuntimeError(f"schemathesis ended with {run.returncode}: {run.stderr[-500:]}")
        found = json.loads(report.read_text(encoding="utf-8"))["failures"]
    return frozenset(
        (failure["title"], str(operation))
        for failure in found
        for operation in failure["operations"]
    )


@contextmanager
def served(application: Application) -> Iterator[str]:
    """Serve an application over TCP from a thread; the value is its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(application, lifespan="off", log_config=None, log_level="critical")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
