"""Webhooks: the events of all processes of one storage, and their delivery."""

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from ..domain.deliveries import Delivery
from ..storage.interface import Storage, Transaction, Waits
from .sender import Sender
from .signing import Signer, new_secret

_SECRET = "webhook_secret"  # noqa: S105 - the name of a document
_FLUSH_SECONDS = 0.01


class Webhooks:
    """Records events, and sends them to a URL, if any, from a background thread.

    Args:
        url: The receiver, an http URL on the loopback interface, None to record events only.
        secret: The signing secret, `whsec_` and base64; generated once for a storage if None.
        storage: The storage of the events.
        now: Returns the time of the mock's clock.

    Attributes:
        secret: The signing secret.
        has_receiver: Whether events are sent.

    Raises:
        WebhookError: The URL is not on the loopback interface or the secret is malformed.
    """

    def __init__(
        self, url: str | None, secret: str | None, storage: Storage, now: Callable[[], datetime]
    ) -> None:
        self.secret = _shared_secret(storage) if secret is None else secret
        self.has_receiver = url is not None
        self._storage = storage
        self._now = now
        self._signer = Signer(self.secret)
        self._sender = None if url is None else Sender(url, self._signer, storage, now)

    def resume(self) -> None:
        """Send what other processes may have left."""
        if self._storage.waits is not Waits.NONE:
            self.wake()

    def record(
        self, transaction: Transaction, kind: str, business_id: str, data: Any, at: datetime
    ) -> Delivery:
        """Record an event, which is sent after the transaction if there is a URL."""
        event = {"business_id": business_id, "type": kind, "timestamp": at, "data": data}
        delivery = Delivery(
            f"msg_{secrets.token_hex(12)}",
            kind,
            msgspec.json.encode(event),
            next_at=at if self.has_receiver else None,
        )
        transaction.outbox.add(delivery)
        return delivery

    def wake(self) -> None:
        """Send what was recorded."""
        if self._sender is not None:
            self._sender.wake()

    def resend(self, message_id: str) -> bool:
        """Send an event again now; return False if it does not exist."""
        now = self._now()
        with self._storage.writing() as transaction:
            delivery = transaction.outbox.delivery(message_id)
            if delivery is None:
                return False
            if self.has_receiver:
                again = msgspec.structs.replace(delivery, next_at=now, claimed_until=0)
                transaction.outbox.replace(again)
        self.wake()
        return True

    def deliveries(self) -> list[Delivery]:
        """Return the most recent events, the oldest first."""
        with self._storage.reading() as transaction:
            return transaction.outbox.deliveries()

    def headers(self, delivery: Delivery) -> dict[str, str]:
        """Return the headers of a request that delivers an event now, with its signature."""
        return self._signer.headers(delivery)

    def flush(self) -> None:
        """Wait until every attempt that is due by the mock's clock has been made."""
        while self.has_receiver and self._has_due():
            time.sleep(_FLUSH_SECONDS)

    def clear(self, transaction: Transaction) -> None:
        """Forget all events and their retries."""
        transaction.outbox.clear()

    def close(self) -> None:
        """Stop sending."""
        if self._sender is not None:
            self._sender.close()

    def _has_due(self) -> bool:
        now = self._now()
        with self._storage.reading() as transaction:
            return transaction.outbox.due(now, None) is not None


def _shared_secret(storage: Storage) -> str:
    with storage.reading() as transaction:
        secret = transaction.document(_SECRET, str)
    if secret is not None:
        return secret
    with storage.writing() as transaction:
        secret = transaction.document(_SECRET, str) or new_secret()
        transaction.set_document(_SECRET, secret)
    return secret
