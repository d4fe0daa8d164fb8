"""Starts the real command, in a new interpreter or in a forked one."""

import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract_suite.runs import heed_interrupts

ROOT = Path(__file__).parents[3]
KILLED = -9


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    output: str
    errors: str

    @property
    def said(self) -> str:
        return self.output + self.errors


def environment(
    state: Path, token: str, key_ids: Sequence[str] = (), **more: str
) -> dict[str, str]:
    return {
        "XDG_STATE_HOME": str(state),
        "DODO_PAYMENTS_API_KEY": token,
        "LICENSE_KEY_IDS": ",".join(key_ids),
        **more,
    }


def start(arguments: Sequence[str], variables: dict[str, str]) -> subprocess.Popen[str]:
    """Start the command in a new interpreter."""
    return subprocess.Popen(
        [sys.executable, "-m", "contract_tests", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    )


def run(arguments: Sequence[str], variables: dict[str, str]) -> Ended:
    """Run the command in a new interpreter until it ends."""
    with start(arguments, variables) as process:
        output, errors = process.communicate(timeout=300)
    return Ended(process.returncode, output, errors)


@dataclass
class Forked:
    """A command in a forked interpreter."""

    folder: Path
    number: int
    pid: int = 0
    status: int | None = None
    started: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def signal(self, number: int) -> None:
        """Send a signal, unless the command has ended."""
        if self.status is None:
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def wait(self) -> Ended:
        assert self.ended.wait(300), "the command does not end"
        assert self.status is not None
        texts = [
            self.folder.joinpath(f"{self.number}.{name}").read_text(errors="replace")
            for name in ("stdout", "stderr")
        ]
        return Ended(self.status, *texts)


class ForkServer:
    """Forks an interpreter that has imported the suite, once for each command."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._numbers = itertools.count()
        self._commands: dict[int, Forked] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def start(
        self, folder: Path, arguments: Sequence[str], variables: dict[str, str], **more: Any
    ) -> Forked:
        number = next(self._numbers)
        command = self._commands[number] = Forked(folder, number)
        job = {
            "id": number,
            "arguments": list(arguments),
            "environment": variables,
            "stdout": str(folder / f"{number}.stdout"),
            "stderr": str(folder / f"{number}.stderr"),
            **more,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        assert command.started.wait(60)
        return command

    def run(
        self, folder: Path, arguments: Sequence[str], variables: dict[str, str], **more: Any
    ) -> Ended:
        return self.start(folder, arguments, variables, **more).wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            line = json.loads(text)
            if "started" in line:
                command = self._commands[line["started"]]
                command.pid = line["pid"]
                command.started.set()
            else:
                command = self._commands.pop(line["ended"])
                command.status = line["status"]
                command.ended.set()


@contextmanager
def fork_server() -> Iterator[ForkServer]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.contract_suite.safety.fork_server"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    ) as process:
        yield ForkServer(process)
        assert process.stdin is not None
        process.stdin.close()
