"""The request log of all processes on one database."""

import logging
from collections import deque
from threading import Event, Lock, Thread

import msgspec

from ..storage.interface import Storage, StorageConflictError, StorageUnavailableError
from .request_log import MAX_ENTRIES, Entry, Record, RequestLog, entry

log = logging.getLogger(__name__)

_NAME = "request_log"
_WRITE_SECONDS = 0.3


class _Document(msgspec.Struct, frozen=True):
    last: int = 0
    entries: tuple[Entry, ...] = ()


class SharedRequestLog(RequestLog):
    """The last `MAX_ENTRIES` requests of all processes.

    A background thread writes the requests in batches, so that no request waits for it. The
    requests of another process appear within a second.

    Args:
        storage: The storage that the processes share.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._new: deque[Record] = deque(maxlen=MAX_ENTRIES)
        self._has_new = Event()
        self._lock = Lock()
        self._writer: Thread | None = None
        self._is_closed = Event()

    def record(self, record: Record) -> None:
        """Add a request."""
        self._new.append(record)
        if not self._has_new.is_set():
            self._has_new.set()
        if self._writer is None:
            with self._lock:
                if self._writer is None:
                    self._writer = Thread(target=self._write_all, daemon=True)
                    self._writer.start()

    def last(self) -> int:
        """Return the number of the last entry, 0 if the log is empty."""
        return self._written().last

    def entries(self, after: int = 0) -> list[Entry]:
        """Return the entries with a number above `after`, the oldest first."""
        self._write()
        return [each for each in self._written().entries if each.number > after]

    def clear(self) -> None:
        """Remove all entries and restart the numbers at 1."""
        self._new.clear()
        with self._storage.writing() as transaction:
            transaction.set_document(_NAME, _Document())

    def close(self) -> None:
        """Write what is left and end the thread."""
        self._is_closed.set()
        self._has_new.set()
        if self._writer is not None:
            self._writer.join()

    def _written(self) -> _Document:
        with self._storage.reading() as transaction:
            return transaction.document(_NAME, _Document) or _Document()

    def _write_all(self) -> None:
        while not self._is_closed.is_set():
            self._has_new.wait()
            self._has_new.clear()
            try:
                self._write()
            except (StorageUnavailableError, StorageConflictError) as error:
                log.warning("requests are missing in the request log: %s", error)
            self._is_closed.wait(_WRITE_SECONDS)

    def _write(self) -> None:
        records = []
        while self._new:
            records.append(self._new.popleft())
        if not records:
            return
        with self._storage.writing() as transaction:
            before = transaction.document(_NAME, _Document) or _Document()
            entries = [entry(record, n) for n, record in enumerate(records, before.last + 1)]
            kept = (*before.entries, *entries)[-MAX_ENTRIES:]
            transaction.set_document(_NAME, _Document(before.last + len(entries), kept))
