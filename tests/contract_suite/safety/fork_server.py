"""Runs the command in a child process for each request, without importing the suite each time.

Each line of standard input is a JSON object: arguments, environment, the files for the output, and
the fault to inject. The process id and the exit status of each child are printed as lines.
"""

import errno
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _warm_up() -> None:
    """Import what a run imports, so that every child has it."""

    for name in [each for each in sys.modules if each.startswith("contract_tests.checks.test_")]:
        del sys.modules[name]


class Fault:
    """Stops the process, or fails, at the nth system call that writes the journal.

    Args:
        at: Which call, counted from 1 over all kinds of calls.
        how: `kill` before the call, `kill after` it, `full` for a full disk from this call on,
            `full once`, or a signal.
    """

    def __init__(self, at: int, how: str) -> None:
        self._left = at
        self._how = how

    def wrap(self, call: Callable[..., Any], *, writes: bool = True) -> Callable[..., Any]:
        def faulty(*args: Any, **kwargs: Any) -> Any:
            self._left -= 1
            if self._left == 0 and self._how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if self._left == 0 and self._how.startswith("SIG"):
                os.kill(os.getpid(), getattr(signal, self._how))
            full = self._how == "full" and self._left <= 0
            if writes and (full or (self._how == "full once" and self._left == 0)):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            result = call(*args, **kwargs)
            if self._left == 0 and self._how == "kill after":
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return faulty


def _inject(fault: dict[str, Any]) -> None:
    from contract_tests.account import journal

    injected = Fault(fault["at"], fault["how"])

    class Files:
        """`os` as the journal sees it."""

        open = staticmethod(injected.wrap(os.open))
        fsync = staticmethod(injected.wrap(os.fsync))
        close = staticmethod(injected.wrap(os.close, writes=False))

        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

    setattr(journal, "os", Files())  # noqa: B010 - mypy rejects the assignment
    setattr(Path, "replace", injected.wrap(Path.replace))  # noqa: B010


def _child(job: dict[str, Any]) -> int:
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        file = os.open(job[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, descriptor)
    os.environ.update(job["environment"])
    if job.get("fault"):
        _inject(job["fault"])
    if job.get("clock"):
        import time_machine

        time_machine.travel(job["clock"]).start()
    from contract_tests.__main__ import main

    code = main(job["arguments"])
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _serve() -> None:
    _warm_up()
    lock = threading.Lock()

    def say(**line: Any) -> None:
        with lock:
            print(json.dumps(line), flush=True)

    for text in sys.stdin:
        job = json.loads(text)
        child = os.fork()
        if child == 0:
            code = 99
            try:
                for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
                    signal.signal(each, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.default_int_handler)
                code = _child(job)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            finally:
                os._exit(code)
        say(started=job["id"], pid=child)

        def wait(child: int = child, number: int = job["id"]) -> None:
            _, status = os.waitpid(child, 0)
            say(ended=number, status=os.waitstatus_to_exitcode(status))

        threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    _serve()
