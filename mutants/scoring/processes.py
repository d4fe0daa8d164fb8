"""The processes that try out mutants side by side."""

import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    """Start a process for each core.

    Each has locks of its own: the mocks have keys with the same ids, which a run locks.
    """
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(os.cpu_count(), context, _separate, (folder,)) as pool,
    ):
        yield pool


def _separate(folder: str) -> None:
    os.environ["XDG_STATE_HOME"] = str(Path(folder) / str(os.getpid()))
