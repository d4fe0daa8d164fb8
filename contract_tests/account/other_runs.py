"""Notices another run of the suite, on another machine, by the instances that it creates."""

from datetime import UTC, datetime, timedelta

import httpx

from ..contract.oracle import parse_instant
from ..transport.exchange import Exchange
from ..transport.guard import MARKER

# An older instance was left behind by a run that was killed.
_RECENT = timedelta(minutes=10)


class OtherRuns:
    """Looks for instances that bear the mark of the suite and not that of this run.

    Args:
        marker: The start of the name of every instance of this run.

    Attributes:
        sign: A sentence about the other run, None if there is no sign of one.
    """

    def __init__(self, marker: str) -> None:
        self.sign: str | None = None
        self._marker = marker

    def note_request(self, request: httpx.Request) -> None:
        """Requests are those of this run."""

    def note_unsent(self) -> None:
        """Do nothing: a request shows nothing before it has a response."""

    def note_exchange(self, exchange: Exchange) -> None:
        """Look at the instances in a response."""
        for item in (exchange.item, *exchange.items):
            name, key_id = str(item.get("name")), item.get("license_key_id")
            is_other = name.startswith(f"{MARKER}-") and not name.startswith(self._marker)
            if is_other and isinstance(key_id, str) and _is_recent(item.get("created_at")):
                self.sign = f"another run of the suite uses {key_id} at the same time"


def _is_recent(created_at: object) -> bool:
    created = parse_instant(created_at)
    return created is not None and abs(datetime.now(UTC) - created) < _RECENT
