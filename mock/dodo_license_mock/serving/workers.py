"""Several processes on one socket."""

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
    """A worker process ended on its own; the text is one sentence for a person."""


def run_workers(
    count: int,
    make_app: Callable[..., Any],
    options: dict[str, Any],
    listening: socket.socket,
    on_ready: Callable[[], None],
) -> None:
    """Serve from several processes until this one is told to end.

    Args:
        count: How many processes.
        make_app: A function of a module that makes the application from `options`.
        options: Its keyword arguments.
        listening: The socket that the processes share.
        on_ready: Called once all of them answer.

    Raises:
        KeyboardInterrupt: This process was interrupted or told to end.
        WorkerError: A worker process ended on its own.
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
        raise WorkerError("a worker process ended; its own words are above")
    finally:
        for worker in workers:
            if worker.pid is not None:
                worker.terminate()
                worker.join()


def _wait_until_ready(ready: Barrier, workers: Sequence[BaseProcess]) -> None:
    while ready.n_waiting < len(workers):
        if wait([worker.sentinel for worker in workers], timeout=0.02):
            raise WorkerError("a worker process could not start; its own words are above")
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
