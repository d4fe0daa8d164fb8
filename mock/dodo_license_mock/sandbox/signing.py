"""Signatures by the Standard Webhooks scheme.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import time

from ..domain.deliveries import Delivery

PREFIX = "whsec_"


class WebhookError(Exception):
    """The webhook URL or secret is invalid. The text is one sentence for the user."""


class Signer:
    """Signs requests that deliver events.

    Args:
        secret: The signing secret, `whsec_` and base64.

    Raises:
        WebhookError: The secret is malformed.
    """

    def __init__(self, secret: str) -> None:
        self._key = _key(secret)

    def headers(self, delivery: Delivery) -> dict[str, str]:
        """Return the headers of a request that delivers an event now, with its signature."""
        timestamp = str(int(time.time()))
        content = b".".join((delivery.id.encode(), timestamp.encode(), delivery.body))
        digest = hmac.digest(self._key, content, hashlib.sha256)
        return {
            "content-type": "application/json",
            "webhook-id": delivery.id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }


def new_secret() -> str:
    """Return a random signing secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not key:
        raise WebhookError(f"a webhook secret must be {PREFIX} followed by base64")
    return key
