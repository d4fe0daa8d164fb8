"""Judges the exchanges of a proxy beside the traffic, and never delays it."""

import queue
import statistics
import threading
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

from dodo_license_recording import HarWriter, Recorded

from ..convert import exchange_of
from ..judging import TrafficJudge
from .messages import Batch

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
    """

    def __init__(self, judge: TrafficJudge, har: HarWriter | None, *, complete: bool) -> None:
        self.judge = judge
        self.passed = 0
        self.dropped = 0
        self.operations: dict[str, OperationCounts] = defaultdict(OperationCounts)
        self.lock = threading.Lock()
        self._har = har
        self._complete = complete
        self._waiting: queue.Queue[Recorded | None] = queue.Queue(_MOST_WAITING)
        self._dropped_before = 0
        self._settled = 0.0
        self._thread = threading.Thread(target=self._work, name="judge", daemon=True)
        judge.start(complete=complete)
        self._thread.start()

    def take(self, batch: Batch) -> None:
        """Take exchanges without waiting; drop them if judging has fallen behind."""
        lost = batch.dropped - self._dropped_before
        self._dropped_before = batch.dropped
        self.dropped += lost
        self.passed += lost + len(batch.exchanges)
        for recorded in batch.exchanges:
            try:
                self._waiting.put_nowait(recorded)
            except queue.Full:
                self.dropped += 1
        self._settled = batch.settled

    def close(self) -> None:
        """Judge what is waiting and close the recording."""
        self._waiting.put(None)
        self._thread.join()
        if self._har is not None:
            self._har.close()

    def _work(self) -> None:
        dropped, running = 0, True
        while running:
            # Read before the queue: what was settled then is in the queue or judged.
            settled = self._settled
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
                if self._waiting.empty():
                    self.judge.settle(settled)
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
