"""The mock in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Mock:
    """What the mock says of itself when it is ready."""

    def __init__(self, line: str) -> None:
        told = json.loads(line)
        self.url: str = told["base_url"]
        self.token: str = told["token"]
        self.key_ids: list[str] = told["key_ids"]


@contextmanager
def serve_mock() -> Iterator[Mock]:
    """Run the mock, on a Python of its own if `MOCK_PYTHON` names one."""
    python = os.environ.get("MOCK_PYTHON", sys.executable)
    command = [python, "-m", "dodo_license_mock", "--port", "0", "--json"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            yield Mock(process.stdout.readline())
        finally:
            process.terminate()
