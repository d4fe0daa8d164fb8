"""Several worker processes that share one socket."""

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event as EventType
from typing import Any

from .server import Server

log = logging.getLogger(__name__)

_RESTART_SECONDS = 1
_MAX_FAILURES = 30


class WorkerError(Exception):
    """The worker processes fail to start. The text is one sentence for the user."""


def run_workers(
    count: int,
    make_app: Callable[..., Any],
    options: dict[str, Any],
    listening: socket.socket,
    on_ready: Callable[[], None],
) -> None:
    """Serve from several processes until this one is interrupted. A process that ends is replaced.

    Args:
        count: The number of processes.
        make_app: A module-level function that creates the application from `options`.
        options: The keyword arguments of `make_app`.
        listening: The socket that the processes share.
        on_ready: Called once all processes accept requests.

    Raises:
        KeyboardInterrupt: This process received SIGINT or SIGTERM.
        WorkerError: A worker process ended before it accepted requests, several times in a row.
    """
    workers = Workers(make_app, options, listening)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for _ in range(count):
            workers.start()
        workers.wait_until_ready()
        on_ready()
        while True:
            workers.replace_ended()
    finally:
        workers.stop()


class Workers:
    """The worker processes.

    Args:
        make_app: A module-level function that creates the application from `options`.
        options: The keyword arguments of `make_app`.
        listening: The socket that the processes share.
    """

    def __init__(
        self, make_app: Callable[..., Any], options: dict[str, Any], listening: socket.socket
    ) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._arguments = (make_app, options, listening)
        self._ready: dict[BaseProcess, EventType] = {}
        self._failures = 0

    def start(self) -> None:
        """Start one more process."""
        ready = self._context.Event()
        worker = self._context.Process(target=_work, args=(*self._arguments, ready), daemon=True)
        worker.start()
        self._ready[worker] = ready

    def wait_until_ready(self) -> None:
        """Wait until all processes accept requests."""
        while not all(ready.is_set() for ready in self._ready.values()):
            if self._wait(0.02):
                raise WorkerError("a worker process failed to start; its output is above")

    def replace_ended(self) -> None:
        """Wait until a process ends, and start another one in its place."""
        for worker in self._wait(None):
            self._failures = 0 if self._ready.pop(worker).is_set() else self._failures + 1
            if self._failures > _MAX_FAILURES:
                raise WorkerError("the worker processes fail to start; their output is above")
            log.warning("worker process %s ended; another one starts", worker.pid)
            time.sleep(_RESTART_SECONDS * self._failures)
            self.start()

    def stop(self) -> None:
        """End all processes."""
        for worker in self._ready:
            if worker.pid is not None:
                worker.terminate()
                worker.join()

    def _wait(self, seconds: float | None) -> list[BaseProcess]:
        """Return the processes that have ended, once there are any or the time is over."""
        ended = wait([worker.sentinel for worker in self._ready], timeout=seconds)
        return [worker for worker in self._ready if worker.sentinel in ended]


def _work(
    make_app: Callable[..., Any],
    options: dict[str, Any],
    listening: socket.socket,
    ready: EventType,
) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    Server(make_app(**options), ready.set).run([listening])


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
