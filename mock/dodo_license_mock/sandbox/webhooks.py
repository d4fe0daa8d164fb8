"""Webhooks: `license_key.created`, signed by the Standard Webhooks scheme.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import logging
import queue
import secrets
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime
from http.client import HTTPException
from urllib.parse import urlsplit

import msgspec

from ..api.responses import KeyResponse

log = logging.getLogger(__name__)

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of every secret of the scheme

_ATTEMPTS = 3
_TIMEOUT_SECONDS = 5


class WebhookError(Exception):
    """The webhook URL or secret is invalid. The text is one sentence for the user."""


class _LicenseKeyData(KeyResponse, frozen=True):
    payload_type: str = "LicenseKey"


class _Event(msgspec.Struct, frozen=True):
    business_id: str
    type: str
    timestamp: datetime
    data: _LicenseKeyData


class Webhooks:
    """Sends events to one URL, in order, from a background thread.

    Args:
        url: The receiver, an http URL on the loopback interface.
        secret: The signing secret, `whsec_` and base64; generated if None.

    Raises:
        WebhookError: The URL is not on the loopback interface or the secret is malformed.
    """

    def __init__(self, url: str, secret: str | None = None) -> None:
        if not _is_loopback(url):
            raise WebhookError("a webhook URL must begin with http://127.0.0.1 or http://localhost")
        self.secret = (
            secret
            if secret is not None
            else SECRET_PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
        )
        self._url = url
        self._signing_key = _signing_key(self.secret)
        self._queue: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._sender: threading.Thread | None = None

    def license_key_created(self, key: KeyResponse) -> None:
        """Send the event of a new license key."""
        event = _Event(key.business_id, "license_key.created", key.created_at, _data(key))
        self._queue.put((f"msg_{secrets.token_hex(12)}", msgspec.json.encode(event)))
        if self._sender is None:
            self._sender = threading.Thread(target=self._send_all, daemon=True)
            self._sender.start()

    def flush(self) -> None:
        """Wait until every event is delivered or has failed."""
        self._queue.join()

    def _send_all(self) -> None:
        while True:
            message_id, body = self._queue.get()
            try:
                self._send(message_id, body)
            finally:
                self._queue.task_done()

    def _send(self, message_id: str, body: bytes) -> None:
        for attempt in range(_ATTEMPTS):
            timestamp = str(int(time.time()))
            headers = {
                "content-type": "application/json",
                "webhook-id": message_id,
                "webhook-timestamp": timestamp,
                "webhook-signature": self._signature(message_id, timestamp, body),
            }
            request = urllib.request.Request(self._url, body, headers)
            try:
                with _opener.open(request, timeout=_TIMEOUT_SECONDS):
                    return
            except (OSError, ValueError, HTTPException) as error:
                log.warning("webhook %s, attempt %d: %s", message_id, attempt + 1, error)
                time.sleep(0.2 * 2**attempt)

    def _signature(self, message_id: str, timestamp: str, body: bytes) -> str:
        content = b".".join((message_id.encode(), timestamp.encode(), body))
        digest = hmac.digest(self._signing_key, content, hashlib.sha256)
        return f"v1,{base64.b64encode(digest).decode()}"


def _data(key: KeyResponse) -> _LicenseKeyData:
    return _LicenseKeyData(**msgspec.structs.asdict(key))


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
