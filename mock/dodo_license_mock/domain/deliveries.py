"""Events and the attempts to deliver them."""

from datetime import datetime

import msgspec


class Attempt(msgspec.Struct, frozen=True):
    """One attempt to deliver an event.

    Attributes:
        at: The time of the mock's clock.
        status: The HTTP status of the response, 0 if there was none.
        problem: Why the attempt failed, empty if it did not.
    """

    at: datetime
    status: int
    problem: str = ""


class Delivery(msgspec.Struct, frozen=True):
    """An event and the attempts to deliver it.

    Attributes:
        id: The id of the message.
        type: The type of the event.
        body: The body of the request, JSON.
        attempts: The attempts so far.
        next_at: The time of the next attempt on the mock's clock, None if there is none.
        claimed_until: The system time until which a process is making that attempt, in seconds
            since 1970.
    """

    id: str
    type: str
    body: bytes
    attempts: tuple[Attempt, ...] = ()
    next_at: datetime | None = None
    claimed_until: float = 0

    def __repr__(self) -> str:
        """Return the type and the id, without the data, which may contain a key string."""
        return f"Delivery({self.type!r}, {self.id!r}, {len(self.attempts)} attempts)"
