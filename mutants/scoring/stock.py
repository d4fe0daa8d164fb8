"""Runs Schemathesis itself on a mutant over TCP, for comparison."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import uvicorn
from dodo_license_mock import LicenseMock

from contract_tests.contract.specification import DEFAULT_PATH
from mutants.catalogue import ALL
from mutants.scoring.trial import FAULTLESS
from mutants.server.layer import Application, Layer

Setting = Literal["stock", "best"]

_COMMON = ("--no-shrink", "--continue-on-failure")
OPTIONS: dict[Setting, tuple[str, ...]] = {
    "stock": ("--max-examples", "5", *_COMMON),
    "best": ("--max-examples", "25", *_COMMON),
}
# On the server as it is: what it reports there proves nothing about a mutant.
FAULTLESS_SEEDS = (1, 2, 3)
KNOWN_VALUES = "MUTANTS_KNOWN_VALUES"
_HOOKS = "mutants.scoring.schemathesis_hooks"
_ROOT = Path(__file__).parents[2]
_PATIENCE = 600.0

# What failed and in which operation, to how many requests had been sent by then.
Failures = Mapping[tuple[str, str], int]


def failures(mutant_id: str, setting: Setting = "stock", seed: int = 1) -> Failures:
    """Run every phase of `schemathesis run` on a mutant, or on the server as it is.

    Args:
        mutant_id: Id of the mutant, `faultless` for the server as it is.
        setting: `stock` for few examples and no configuration; `best` for more examples and hooks
            that put the ids and strings of existing resources into the requests.
        seed: The seed of Schemathesis.

    Raises:
        RuntimeError: Schemathesis could not run.
    """
    mutant = None if mutant_id == FAULTLESS else ALL[mutant_id]
    mock = LicenseMock(seed=mutant.seed if mutant else None)
    application = Layer(mock.app, mutant.behaviour, mock.token) if mutant else mock.app
    with tempfile.TemporaryDirectory() as folder, served(application) as url:
        events = Path(folder) / "events.ndjson"
        command = [
            str(Path(sys.executable).parent / "schemathesis"),
            "run",
            str(DEFAULT_PATH),
            f"--url={url}",
            f"--header=Authorization: Bearer {mock.token}",
            f"--seed={seed}",
            *OPTIONS[setting],
            "--report=ndjson",
            f"--report-ndjson-path={events}",
        ]
        run = subprocess.run(
            command,
            cwd=folder,
            env=_environment(mock) if setting == "best" else None,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        if not events.exists():
            raise RuntimeError(f"schemathesis ended with {run.returncode}: {run.stderr[-500:]}")
        with events.open(encoding="utf-8") as lines:
            return _first_failures(json.loads(line) for line in lines)


def _environment(mock: LicenseMock) -> dict[str, str]:
    keys = [mock.key(key_id) for key_id in mock.key_ids]
    known = {
        "license_keys": mock.key_ids,
        "license_key": [key.key for key in keys],
        "customer_id": [key.customer_id for key in keys],
        "product_id": [key.product_id for key in keys],
    }
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    return {
        **os.environ,
        "PYTHONPATH": path,
        "SCHEMATHESIS_HOOKS": _HOOKS,
        KNOWN_VALUES: json.dumps(known),
    }


def _first_failures(events: Iterator[dict[str, Any]]) -> Failures:
    found: dict[tuple[str, str], int] = {}
    sent = 0
    for event in events:
        recorder = event.get("ScenarioFinished", {}).get("recorder", {})
        for number, case in enumerate(recorder.get("interactions", {}), start=1):
            for check in recorder.get("checks", {}).get(case, ()):
                if check["status"] == "failure":
                    failure = check["failure_info"]["failure"]
                    found.setdefault((failure["title"], failure["operation"]), sent + number)
        sent += len(recorder.get("interactions", {}))
    return found


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
