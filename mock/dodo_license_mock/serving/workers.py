"""Several worker processes that share one socket."""

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Barrier
from typing import Any

from .server import Server


class WorkerError(Exception):
    """A worker process ended unexpectedly. The text is one sentence for the user."""


def run_workers(
    count: int,
    make_app: Callable[..., Any],
    options: dict[str, Any],
    listening: socket.socket,
    on_ready: Callable[[], None],
) -> None:
    """Serve from several processes until this one is interrupted.

    Args:
        count: The number of processes.
        make_app: A module-level function that creates the application from `options`.
        options: The keyword arguments of `make_app`.
        listening: The socket that the processes share.
        on_ready: Called once all processes accept requests.

    Raises:
        KeyboardInterrupt: This process received SIGINT or SIGTERM.
        WorkerError: A worker process ended unexpectedly.
    """
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(count + 1)
    workers = [
        context.Process(target=_work, args=(make_app, options, listening, ready), daemon=True)
        for _ in range(count)
    ]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for worker in workers:
            worker.start()
        _wait_until_ready(ready, workers)
        on_ready()
        wait([worker.sentinel for worker in workers])
        raise WorkerError("a worker process ended; its output is above")
    finally:
        for worker in workers:
            if worker.pid is not None:
                worker.terminate()
                worker.join()


def _wait_until_ready(ready: Barrier, workers: Sequence[BaseProcess]) -> None:
    while ready.n_waiting < len(workers):
        if wait([worker.sentinel for worker in workers], timeout=0.02):
            raise WorkerError("a worker process failed to start; its output is above")
    ready.wait()


def _work(
    make_app: Callable[..., Any],
    options: dict[str, Any],
    listening: socket.socket,
    ready: Barrier,
) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    server = Server(make_app(**options), lambda: None)
    ready.wait()
    server.run([listening])


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
