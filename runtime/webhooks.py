"""Webhooks: verify the signature of an event and read it.

The signature scheme is Standard Webhooks, https://www.standardwebhooks.com: HMAC-SHA256 over
`id.timestamp.body`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, cast

from ._codec import MalformedError, parse_datetime
from ._webhook_events import (
    MODELS,
    Dispute,
    EntitlementGrant,
    Payment,
    Refund,
    WebhookCustomer,
    WebhookEvent,
)
from .errors import APIResponseValidationError, WebhookVerificationError

Secret: TypeAlias = str | bytes

__all__ = (
    "Dispute",
    "EntitlementGrant",
    "Payment",
    "Refund",
    "WebhookCustomer",
    "WebhookEvent",
    "WebhookVerificationError",
    "Webhooks",
)

SECRET_VARIABLE = "DODO_PAYMENTS_WEBHOOK_KEY"  # noqa: S105 - its name
PREFIX = "whsec_"
TOLERANCE = 300.0


class Webhooks:
    """Reads the events that Dodo Payments sends to a webhook endpoint. It sends no request."""

    def unwrap(
        self,
        body: bytes | str,
        headers: Mapping[str, str],
        secret: Secret | Sequence[Secret] | None = None,
        *,
        tolerance: float = TOLERANCE,
    ) -> WebhookEvent:
        """Verify a request to a webhook endpoint and return its event.

        Args:
            body: The body of the request, unchanged.
            headers: The headers of the request, with names in any case.
            secret: The secret of the endpoint, such as `whsec_...`, or raw bytes. During a rotation
                pass the new and the old secret as a sequence. The default is the environment
                variable `DODO_PAYMENTS_WEBHOOK_KEY`.
            tolerance: The maximum age of the request in seconds, and the maximum difference of the
                clocks.

        Raises:
            WebhookVerificationError: A header is missing or malformed, the request is too old or
                too new, or no signature is valid.
            APIResponseValidationError: The signature is valid, but the body is not an event.
            ValueError: The secret is missing or malformed.
        """
        message = body.encode() if isinstance(body, str) else bytes(body)
        message_id = verify(message, headers, keys_of(secret), tolerance)
        return read_event(message_id, message)


def keys_of(secret: Secret | Sequence[Secret] | None) -> list[bytes]:
    """Return the signing key of each secret.

    Raises:
        ValueError: A secret is missing, empty or not base64.
    """
    if secret is None:
        secret = os.environ.get(SECRET_VARIABLE) or []
    secrets = [secret] if isinstance(secret, (str, bytes)) else [*secret]
    keys = [_key_of(each) for each in secrets]
    if not all(keys) or not keys:
        raise ValueError(f"secret is missing or empty: pass it or set {SECRET_VARIABLE}")
    return keys


def _key_of(secret: Secret) -> bytes:
    if isinstance(secret, bytes):
        return secret
    text = secret.removeprefix(PREFIX).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("secret is not base64, with or without the prefix whsec_") from None


def verify(body: bytes, headers: Mapping[str, str], keys: list[bytes], tolerance: float) -> str:
    """Verify the signature of a request and return the id of its message.

    Raises:
        WebhookVerificationError: The signature is not valid.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    values = [lowered.get(f"webhook-{name}") for name in ("id", "timestamp", "signature")]
    message_id, timestamp, signatures = (value or "" for value in values)
    if not (message_id and timestamp and signatures):
        raise WebhookVerificationError(
            "webhook-id, webhook-timestamp or webhook-signature is missing"
        )
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 16):
        raise WebhookVerificationError("webhook-timestamp is not a number of seconds")
    age = time.time() - int(timestamp)
    if abs(age) > tolerance:
        raise WebhookVerificationError(
            f"webhook-timestamp is too {'old' if age > 0 else 'new'}: check the clock of this host"
        )
    signed = b".".join([message_id.encode(), timestamp.encode(), body])
    expected = [hmac.new(key, signed, hashlib.sha256).digest() for key in keys]
    given = [_decode(each.removeprefix("v1,")) for each in signatures.split() if each[:3] == "v1,"]
    # All are compared, so that the time does not show which of them is close.
    matches = [hmac.compare_digest(one, other) for one in expected for other in given]
    if not any(matches):
        raise WebhookVerificationError(
            "no signature is valid: check the secret, and pass the body unchanged"
        )
    return message_id


def _decode(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""


def read_event(message_id: str, body: bytes) -> WebhookEvent:
    """Read the event of a message.

    Raises:
        APIResponseValidationError: The body is not an event.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    fields = cast("dict[str, Any]", content if isinstance(content, dict) else {})
    kind = fields.get("type")
    if not isinstance(kind, str):
        raise APIResponseValidationError("the webhook message is not a JSON object with a type")
    model = MODELS.get(kind.partition(".")[0])
    data: Any = fields.get("data")
    if data.__class__ is not dict:
        data = {}
    business_id = fields.get("business_id")
    return WebhookEvent(
        id=message_id,
        type=kind,
        data=data if model is None else _read(model, data, kind),
        business_id=business_id if isinstance(business_id, str) else None,
        timestamp=_instant(fields.get("timestamp")),
    )


def _read(model: Any, data: dict[str, Any], kind: str) -> Any:
    return model.read(data, f"the webhook event {kind}")


def _instant(text: object) -> datetime | None:
    try:
        return parse_datetime(text) if isinstance(text, str) else None
    except (MalformedError, IndexError):
        return None
