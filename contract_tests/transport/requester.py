"""Builds requests and sends them to the target through the guarded transport."""

import json
from typing import Any

import httpx

from .exchange import Exchange
from .guarded_transport import GuardedTransport

_UNTOUCHED = object()


class Requester:
    """Sends requests to a target.

    Attributes:
        transport: Every request goes through it.
        base_url: Scheme, host and port of the target.
        token: The bearer token.
    """

    def __init__(self, transport: GuardedTransport, base_url: str, token: str) -> None:
        self.transport = transport
        self.base_url = base_url
        self.token = token

    def send(
        self,
        method: str,
        target: str,
        body: Any = _UNTOUCHED,
        *,
        content: bytes = b"",
        headers: dict[str, str] | None = None,
        authorization: str | None = _UNTOUCHED,  # type: ignore[assignment]
    ) -> Exchange:
        """Send a request and return the exchange.

        Args:
            method: The method in capitals.
            target: Path and query, percent-encoded as it is to be sent.
            body: A JSON value to send.
            content: A raw body to send instead.
            headers: Headers to add or to replace.
            authorization: The whole header in place of the bearer token, None for no header.
        """
        fields = httpx.Headers({"accept": "application/json"})
        if authorization is _UNTOUCHED:
            fields["authorization"] = f"Bearer {self.token}"
        elif authorization is not None:
            fields["authorization"] = authorization
        if body is not _UNTOUCHED:
            content = json.dumps(body).encode()
            fields["content-type"] = "application/json"
        fields.update(headers or {})
        url = httpx.URL(self.base_url).copy_with(raw_path=target.encode("ascii"))
        request = httpx.Request(method, url, headers=fields, content=content)
        if "transfer-encoding" in request.headers:
            del request.headers["content-length"]
        return self.transport.send(request)
