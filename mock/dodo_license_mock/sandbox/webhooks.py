"""Webhooks, signed by the Standard Webhooks scheme.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import logging
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import msgspec

log = logging.getLogger(__name__)

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of every secret of the scheme
RETRY_DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18000, 36000, 36000, 36000)
)
"""The time from each failed attempt to the next one: eight retries, on the mock's clock."""

_MAX_DELIVERIES = 1000
_TIMEOUT_SECONDS = 5
_CLOCK_SECONDS = 0.05


class WebhookError(Exception):
    """The webhook URL or secret is invalid. The text is one sentence for the user."""


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


class Delivery(msgspec.Struct):
    """An event and the attempts to deliver it.

    Attributes:
        id: The id of the message.
        type: The type of the event.
        body: The body of the request, JSON.
        attempts: The attempts so far.
        next_at: The time of the next attempt on the mock's clock, None if there is none.
    """

    id: str
    type: str
    body: bytes
    attempts: list[Attempt] = []
    next_at: datetime | None = None

    def __repr__(self) -> str:
        """Return the type and the id, without the data, which may contain a key string."""
        return f"Delivery({self.type!r}, {self.id!r}, {len(self.attempts)} attempts)"


class Webhooks:
    """Records events, and sends them to a URL, if any, from a background thread.

    Args:
        url: The receiver, an http URL on the loopback interface, None to record events only.
        secret: The signing secret, `whsec_` and base64; generated if None.
        now: Returns the time of the mock's clock.

    Attributes:
        secret: The signing secret.
        has_receiver: Whether events are sent.

    Raises:
        WebhookError: The URL is not on the loopback interface or the secret is malformed.
    """

    def __init__(self, url: str | None, secret: str | None, now: Callable[[], datetime]) -> None:
        if url is not None and not _is_loopback(url):
            raise WebhookError("a webhook URL must begin with http://127.0.0.1 or http://localhost")
        if secret is None:
            secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
        self.secret = secret
        self.has_receiver = url is not None
        self._url = url
        self._now = now
        self._signing_key = _signing_key(self.secret)
        self._deliveries: deque[Delivery] = deque(maxlen=_MAX_DELIVERIES)
        self._changed = threading.Condition()
        self._sender: threading.Thread | None = None

    def send(self, kind: str, business_id: str, data: Any, at: datetime) -> Delivery:
        """Record an event, and send it if there is a URL."""
        event = {"business_id": business_id, "type": kind, "timestamp": at, "data": data}
        delivery = Delivery(f"msg_{secrets.token_hex(12)}", kind, msgspec.json.encode(event))
        with self._changed:
            self._deliveries.append(delivery)
        self._schedule(delivery)
        return delivery

    def resend(self, message_id: str) -> bool:
        """Send an event again now; return False if it does not exist."""
        found = [each for each in self.deliveries() if each.id == message_id]
        for delivery in found:
            self._schedule(delivery)
        return bool(found)

    def deliveries(self) -> list[Delivery]:
        """Return the most recent events, the oldest first."""
        with self._changed:
            return list(self._deliveries)

    def headers(self, delivery: Delivery) -> dict[str, str]:
        """Return the headers of a request that delivers an event now, with its signature."""
        timestamp = str(int(time.time()))
        return {
            "content-type": "application/json",
            "webhook-id": delivery.id,
            "webhook-timestamp": timestamp,
            "webhook-signature": self._signature(delivery.id, timestamp, delivery.body),
        }

    def flush(self) -> None:
        """Wait until every attempt that is due by the mock's clock has been made."""
        with self._changed:
            while self._due():
                self._changed.wait(_CLOCK_SECONDS)

    def clear(self) -> None:
        """Forget all events and their retries."""
        with self._changed:
            self._deliveries.clear()

    def _schedule(self, delivery: Delivery) -> None:
        if self._url is None:
            return
        with self._changed:
            delivery.next_at = self._now()
            if self._sender is None:
                self._sender = threading.Thread(target=self._send_all, daemon=True)
                self._sender.start()
            self._changed.notify_all()

    def _due(self) -> list[Delivery]:
        now = self._now()
        return [each for each in self._deliveries if each.next_at and each.next_at <= now]

    def _send_all(self) -> None:
        while True:
            try:
                with self._changed:
                    due = self._due()
                    if not due:
                        # The mock's clock may be moved at any time.
                        self._changed.wait(_CLOCK_SECONDS)
                for delivery in due:
                    self._attempt(delivery)
            except Exception:
                log.exception("sending webhooks failed")
                time.sleep(1)

    def _attempt(self, delivery: Delivery) -> None:
        attempt = self._request(delivery)
        with self._changed:
            delivery.attempts = [*delivery.attempts, attempt]
            delivery.next_at = None
            failures = len(delivery.attempts)
            if attempt.problem and failures <= len(RETRY_DELAYS):
                delivery.next_at = attempt.at + RETRY_DELAYS[failures - 1]
            self._changed.notify_all()

    def _request(self, delivery: Delivery) -> Attempt:
        now = self._now()
        request = urllib.request.Request(self._url or "", delivery.body, self.headers(delivery))
        try:
            with _opener.open(request, timeout=_TIMEOUT_SECONDS) as response:
                return Attempt(now, response.status)
        except urllib.error.HTTPError as error:
            error.close()
            return Attempt(now, error.code, f"the receiver returned {error.code}")
        except (OSError, ValueError, HTTPException) as error:
            log.warning("webhook %s: %s", delivery.id, error)
            return Attempt(now, 0, f"{type(error).__name__}: {error}")

    def _signature(self, message_id: str, timestamp: str, body: bytes) -> str:
        content = b".".join((message_id.encode(), timestamp.encode(), body))
        digest = hmac.digest(self._signing_key, content, hashlib.sha256)
        return f"v1,{base64.b64encode(digest).decode()}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow no redirect: it could lead away from the loopback interface."""


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)


def _signing_key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not key:
        raise WebhookError(f"a webhook secret must be {SECRET_PREFIX} followed by base64")
    return key


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
