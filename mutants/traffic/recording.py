"""Records runs of the profile `live` against mutants with mitmproxy."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from dodo_license_mock import LicenseMock

from contract_tests.contract.specification import Specification
from contract_tests.options import Options
from contract_tests.run.run import Run
from contract_tests.run.target import Target
from contract_tests.transport.deadline_transport import DeadlineTransport
from mutants.catalogue import ALL
from mutants.scoring.stock import served
from mutants.scoring.trial import BUDGET, FAULTLESS, LIVE_KEYS, Silence
from mutants.server.layer import Application, Layer, Message, Receive, Send

_SECONDS_TO_START = 60.0
_SECONDS_PER_RESPONSE = 60.0


class _Switch:
    """An application that another one can replace while it is served."""

    app: Application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def record(mutant_ids: Sequence[str], folder: Path, mitmdump: str) -> None:
    """Run the suite against each mutant through mitmproxy.

    Args:
        mutant_ids: The mutants; `faultless` is the server as it is.
        folder: Where the recordings go, a HAR file for each run.
        mitmdump: The program of mitmproxy.
    """
    if not mutant_ids:
        return
    switch, whole = _Switch(), folder / "whole.har"
    windows: dict[str, tuple[float, float]] = {}
    with served(switch) as upstream, proxied(mitmdump, upstream, whole) as url:
        for number, mutant_id in enumerate(mutant_ids, 1):
            started = time.time()
            _run(mutant_id, switch, url)
            windows[mutant_id] = (started, time.time())
            print(f"recorded {number}/{len(mutant_ids)} {mutant_id}", flush=True)
    _split(whole, windows, folder)


@contextmanager
def proxied(mitmdump: str, upstream: str, har: Path, *more: str) -> Iterator[str]:
    """Run mitmdump as a reverse proxy: yield its URL. It writes the HAR file when it ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        command = [
            *(mitmdump, "--quiet", "--mode", f"reverse:{upstream}", "--set", f"confdir={home}"),
            *("--listen-host", "127.0.0.1", "--listen-port", str(port)),
            *("--set", f"hardump={har}", *more),
        ]
        with subprocess.Popen(command) as process:
            wait_for(port, process)
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


def find_mitmdump() -> str | None:
    """The program of mitmproxy: the variable MITMDUMP, or the one on the PATH."""
    return os.environ.get("MITMDUMP") or shutil.which("mitmdump")


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a process accepts connections.

    Raises:
        RuntimeError: It ends or does not start in time.
    """
    ended = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < ended:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not start")


def _run(mutant_id: str, switch: _Switch, url: str) -> None:
    mutant = None if mutant_id == FAULTLESS else ALL[mutant_id]
    mock = LicenseMock(seed=mutant.seed if mutant else None)
    switch.app = Layer(mock.app, mutant.behaviour, mock.token) if mutant else mock.app
    key_ids = tuple(mock.key_ids[LIVE_KEYS] or mock.key_ids)
    with (
        tempfile.TemporaryDirectory() as folder,
        DeadlineTransport(_SECONDS_PER_RESPONSE) as transport,
    ):
        options = Options(
            profile="live",
            budget=BUDGET,
            journal=Path(folder) / "journal.jsonl",
        )
        target = Target(mutant_id, url, mock.token, key_ids, transport)
        Run(target, Specification.load(), options).verdict(Silence())


def _split(whole: Path, windows: dict[str, tuple[float, float]], folder: Path) -> None:
    """Write the entries of each run to a HAR file of its own."""
    document = json.loads(whole.read_text(encoding="utf-8"))
    entries = document["log"]["entries"]
    for mutant_id, (started, ended) in windows.items():
        document["log"]["entries"] = [
            each for each in entries if started <= _seconds(each) <= ended
        ]
        path = folder / f"{mutant_id}.har"
        path.write_text(json.dumps(document, indent=2), encoding="utf-8")


def _seconds(entry: dict[str, str]) -> float:
    return datetime.fromisoformat(entry["startedDateTime"]).timestamp()
