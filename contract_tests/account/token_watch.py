"""Notices a token that the target no longer accepts."""

import threading

import httpx

from ..errors import TokenRejectedError
from ..options import TOKEN_VARIABLE
from ..transport.exchange import Exchange
from ..transport.guarded_transport import GuardedTransport

_REJECTED = (401, 403)


class TokenWatch:
    """Repeats a request that was accepted before the checks as soon as the token is rejected.

    Args:
        transport: Sends the request.
        url: The URL of the request.
        token: The token of the run.
    """

    def __init__(self, transport: GuardedTransport, url: httpx.URL, token: str) -> None:
        self._transport = transport
        self._url = url
        self._authorization = f"Bearer {token}"
        self._lock = threading.Lock()
        self._is_rejected = False

    def note_request(self, request: httpx.Request) -> None:
        """Requests say nothing about the token."""

    def note_unsent(self) -> None:
        """Do nothing: a request shows nothing before it has a response."""

    def note_exchange(self, exchange: Exchange) -> None:
        """Check the token if a request with it was rejected.

        Raises:
            TokenRejectedError: The token is no longer accepted.
        """
        sent = exchange.request_headers.get("authorization")
        if exchange.status not in _REJECTED or sent != self._authorization:
            return
        with self._lock:
            if not self._is_rejected:
                headers = {"authorization": self._authorization, "accept": "application/json"}
                request = httpx.Request("GET", self._url, headers=headers)
                self._is_rejected = self._transport.deliver(request).status in _REJECTED
            if self._is_rejected:
                raise TokenRejectedError(
                    f"the target rejects the token since {exchange.method} {exchange.path}: check"
                    f" {TOKEN_VARIABLE}"
                )
