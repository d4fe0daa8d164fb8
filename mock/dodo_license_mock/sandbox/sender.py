"""Sends events to their receiver."""

import ipaddress
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from http.client import HTTPException
from urllib.parse import urlsplit

from msgspec.structs import replace

from ..domain.deliveries import Attempt, Delivery
from ..storage.interface import Storage, StorageConflictError, StorageUnavailableError, Waits
from .signing import Signer, WebhookError

log = logging.getLogger(__name__)

RETRY_DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18000, 36000, 36000, 36000)
)
"""The time from each failed attempt to the next one: eight retries, on the mock's clock."""

_TIMEOUT_SECONDS = 5
_CLAIM_SECONDS = 30
_CLOSE_SECONDS = 0.9
# The mock's clock may be moved at any time, and other processes add events.
_POLL_SECONDS = {Waits.NONE: 0.02, Waits.WRITES: 0.1, Waits.ALL: 0.3}


class Sender:
    """Makes the attempts that are due, from a background thread.

    The processes of one storage share the work: each claims an event before it sends it. If a
    process ends in between, another one sends the event later.

    Args:
        url: The receiver, an http URL on the loopback interface.
        signer: Signs the requests.
        storage: The storage of the events.
        now: Returns the time of the mock's clock.

    Raises:
        WebhookError: The URL is not on the loopback interface.
    """

    def __init__(
        self, url: str, signer: Signer, storage: Storage, now: Callable[[], datetime]
    ) -> None:
        if not _is_loopback(url):
            raise WebhookError("a webhook URL must begin with http://127.0.0.1 or http://localhost")
        self._url = url
        self._signer = signer
        self._storage = storage
        self._now = now
        self._poll_seconds = _POLL_SECONDS[storage.waits]
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._claimed: Delivery | None = None
        self._is_closed = False
        self._is_abandoned = False

    def wake(self) -> None:
        """Look for attempts that are due, and go on to look for them."""
        self._wanted.set()
        with self._lock:
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._send_all, daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop after the current attempt, or without it if it takes too long: it is made later."""
        with self._lock:
            self._is_closed = True
            thread = self._thread
        self._wanted.set()
        if thread is not None:
            thread.join(_CLOSE_SECONDS)
            self._abandon()

    def _abandon(self) -> None:
        """Let another process make the current attempt, if there still is one."""
        with self._lock:
            self._is_abandoned = True
            claimed = self._claimed
        if claimed is not None:
            # Without the database, the claim ends in time.
            with suppress(StorageUnavailableError, StorageConflictError):
                self._replace(claimed, lambda current: replace(current, claimed_until=0))

    def _send_all(self) -> None:
        while not self._is_closed:
            try:
                if not self._send_one():
                    self._wanted.wait(self._poll_seconds)
                    self._wanted.clear()
            except (StorageUnavailableError, StorageConflictError):
                time.sleep(self._poll_seconds)
            except Exception:
                log.exception("sending webhooks failed")
                time.sleep(1)

    def _send_one(self) -> bool:
        """Make the first attempt that is due, and return whether there was one."""
        claimed = self._claim()
        if claimed is None:
            return False
        with self._lock:
            if self._is_abandoned:
                return False
            self._claimed = claimed
        attempt = self._request(claimed)
        with self._lock:
            self._claimed = None
            if self._is_abandoned:
                return False
        self._replace(claimed, lambda current: _after(current, claimed, attempt))
        return True

    def _replace(self, claimed: Delivery, change: Callable[[Delivery], Delivery]) -> None:
        with self._storage.writing() as transaction:
            current = transaction.outbox.delivery(claimed.id)
            if current is not None:
                transaction.outbox.replace(change(current))

    def _claim(self) -> Delivery | None:
        now = self._now()
        with self._storage.reading() as transaction:
            if transaction.outbox.due(now, time.time()) is None:
                return None
        with self._storage.writing() as transaction:
            due = transaction.outbox.due(now, time.time())
            if due is None:
                return None
            claimed = replace(due, claimed_until=int(time.time()) + _CLAIM_SECONDS)
            transaction.outbox.replace(claimed)
            return claimed

    def _request(self, delivery: Delivery) -> Attempt:
        now = self._now()
        headers = self._signer.headers(delivery)
        request = urllib.request.Request(self._url, delivery.body, headers)
        try:
            with _opener.open(request, timeout=_TIMEOUT_SECONDS) as response:
                return Attempt(now, response.status)
        except urllib.error.HTTPError as error:
            error.close()
            return Attempt(now, error.code, f"the receiver returned {error.code}")
        except (OSError, ValueError, HTTPException) as error:
            log.warning("webhook %s: %s", delivery.id, error)
            return Attempt(now, 0, f"{type(error).__name__}: {error}")


def _after(current: Delivery, claimed: Delivery, attempt: Attempt) -> Delivery:
    """Return a delivery after an attempt."""
    attempts = (*current.attempts, attempt)
    if current.claimed_until != claimed.claimed_until:
        return replace(current, attempts=attempts)  # it is to be sent again meanwhile
    next_at = None
    if attempt.problem and len(attempts) <= len(RETRY_DELAYS):
        next_at = attempt.at + RETRY_DELAYS[len(attempts) - 1]
    return replace(current, attempts=attempts, next_at=next_at, claimed_until=0)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow no redirect: it could lead away from the loopback interface."""


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)


def _is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        return (
            parts.scheme == "http"
            and port != 0
            and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
        )
    except ValueError:
        return False
