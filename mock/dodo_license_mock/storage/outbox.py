# ruff: noqa: D102, S608 - the Outbox protocol says what each method does; names are constants
"""The deliveries of events, in memory and in SQL."""

from datetime import datetime

import msgspec

from ..domain.deliveries import Delivery
from .numbered_lists import Execute
from .tables import microseconds

MAX_DELIVERIES = 1000


class MemoryOutbox:
    """Keeps deliveries in a dictionary."""

    def __init__(self) -> None:
        self._deliveries: dict[str, Delivery] = {}

    def add(self, delivery: Delivery) -> None:
        self._deliveries[delivery.id] = delivery
        if len(self._deliveries) > MAX_DELIVERIES:
            del self._deliveries[next(iter(self._deliveries))]

    def replace(self, delivery: Delivery) -> None:
        self._deliveries[delivery.id] = delivery

    def delivery(self, message_id: str) -> Delivery | None:
        return self._deliveries.get(message_id)

    def deliveries(self) -> list[Delivery]:
        return list(self._deliveries.values())

    def due(self, now: datetime, unclaimed_at: float | None) -> Delivery | None:
        return next(
            (
                each
                for each in self._deliveries.values()
                if each.next_at is not None
                and each.next_at <= now
                and (unclaimed_at is None or each.claimed_until <= unclaimed_at)
            ),
            None,
        )

    def clear(self) -> None:
        self._deliveries.clear()


class SqlOutbox:
    """Keeps deliveries in a table.

    Args:
        execute: The function that runs statements.
        lock: The clause that locks the rows of a SELECT.
    """

    def __init__(self, execute: Execute, lock: str) -> None:
        self._execute = execute
        self._lock = lock

    def add(self, delivery: Delivery) -> None:
        self._execute(
            "INSERT INTO deliveries (id, next_at, claimed_until, document) VALUES (?1, ?2, ?3, ?4)",
            _values(delivery),
        )
        self._execute(
            "DELETE FROM deliveries WHERE sequence <= (SELECT MAX(sequence) FROM deliveries) - ?1",
            (MAX_DELIVERIES,),
        )

    def replace(self, delivery: Delivery) -> None:
        self._execute(
            "UPDATE deliveries SET next_at = ?2, claimed_until = ?3, document = ?4 WHERE id = ?1",
            _values(delivery),
        )

    def delivery(self, message_id: str) -> Delivery | None:
        return self._first(f"id = ?1{self._lock}", message_id.encode())

    def deliveries(self) -> list[Delivery]:
        rows = self._execute("SELECT document FROM deliveries ORDER BY sequence", ())
        return [msgspec.json.decode(document, type=Delivery) for (document,) in rows]

    def due(self, now: datetime, unclaimed_at: float | None) -> Delivery | None:
        until = 2**62 if unclaimed_at is None else int(unclaimed_at)
        # What another process has just locked is being claimed by it.
        lock = f"{self._lock} SKIP LOCKED" if self._lock else ""
        condition = f"next_at <= ?1 AND claimed_until <= ?2 ORDER BY sequence LIMIT 1{lock}"
        return self._first(condition, microseconds(now), until)

    def clear(self) -> None:
        self._execute("DELETE FROM deliveries", ())

    def _first(self, condition: str, *parameters: object) -> Delivery | None:
        rows = self._execute(f"SELECT document FROM deliveries WHERE {condition}", parameters)
        return msgspec.json.decode(rows[0][0], type=Delivery) if rows else None


def _values(delivery: Delivery) -> tuple[object, ...]:
    return (
        delivery.id.encode(),
        None if delivery.next_at is None else microseconds(delivery.next_at),
        int(delivery.claimed_until),
        msgspec.json.encode(delivery),
    )
