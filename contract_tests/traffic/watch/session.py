"""Judges the exchanges of a proxy beside the traffic, and never delays it."""

import queue
import statistics
import threading
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dodo_license_recording import HarWriter, Recorded

from ..convert import exchange_of
from ..judging import TrafficJudge

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_WAITING = 10_000
_SETTLE_SECONDS = 0.2
_TIMES_KEPT = 1000


@dataclass
class OperationCounts:
    """What passed for one operation.

    Attributes:
        statuses: How many responses had each status, 0 for none.
        seconds: The most recent durations in seconds.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_TIMES_KEPT))

    @property
    def median(self) -> float:
        """The median of the most recent durations in seconds."""
        return statistics.median(self.seconds) if self.seconds else 0.0


class WatchSession:
    """Judges and records exchanges in a thread of its own.

    Args:
        judge: Judges the exchanges.
        har: Receives the exchanges, None to record nothing.
        complete: Whether every request to the keys passes through the proxy.

    Attributes:
        passed: How many exchanges passed.
        dropped: How many of them were neither judged nor recorded, because judging fell behind.
        operations: What passed, by operation.
        in_progress: The starts of the exchanges in progress, set by the proxy.
    """

    def __init__(self, judge: TrafficJudge, har: HarWriter | None, *, complete: bool) -> None:
        self.judge = judge
        self.passed = 0
        self.dropped = 0
        self.operations: dict[str, OperationCounts] = defaultdict(OperationCounts)
        self.in_progress: Callable[[], list[float]] = list
        self.lock = threading.Lock()
        self._har = har
        self._complete = complete
        self._waiting: queue.Queue[Recorded | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="judge", daemon=True)
        judge.start(complete=complete)
        self._thread.start()

    def record(self, recorded: Recorded) -> None:
        """Take an exchange without waiting; drop it if judging has fallen behind."""
        self.passed += 1
        try:
            self._waiting.put_nowait(recorded)
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """Judge what is waiting and close the recording."""
        self._waiting.put(None)
        self._thread.join()
        if self._har is not None:
            self._har.close()

    def _work(self) -> None:
        dropped, running = 0, True
        while running:
            batch = self._next()
            running = None not in batch
            with self.lock:
                if self.dropped != dropped:
                    # What was dropped may have changed any key.
                    dropped = self.dropped
                    self.judge.finish()
                    self.judge.start(complete=False)
                for each in batch:
                    if each is not None:
                        self._take(each)
                self.judge.settle(min(self.in_progress(), default=time.time()))
        with self.lock:
            self.judge.finish()

    def _next(self) -> list[Recorded | None]:
        batch: list[Recorded | None] = []
        try:
            batch.append(self._waiting.get(timeout=_SETTLE_SECONDS))
            while len(batch) < 100:
                batch.append(self._waiting.get_nowait())
        except queue.Empty:
            pass
        return batch

    def _take(self, recorded: Recorded) -> None:
        if self._har is not None:
            self._har.write(recorded)
        exchange = exchange_of(recorded)
        self.judge.add(exchange)
        counts = self.operations[self.judge.operation_of(exchange)]
        counts.statuses[exchange.status] += 1
        counts.seconds.append(exchange.seconds)
