"""Requests that were parsed before, so that the same bytes need not be parsed again."""

from ..http.messages import Request

MAX_REQUESTS = 1000
"""The number of requests at which all of them are forgotten."""
MAX_SIZE = 1024
"""The largest size of a request that is kept, in bytes."""


class KnownRequests:
    """Complete requests by their bytes, of all connections to one application.

    What a request is depends on its bytes and its peer alone. Authorization, state and settings
    are checked again for every request.

    Attributes:
        find: Returns the request that some bytes are, of any peer, None if they must be parsed.
    """

    def __init__(self) -> None:
        self._requests: dict[bytes, Request] = {}
        self.find = self._requests.get

    def __repr__(self) -> str:
        """Return the number of requests without their content, which includes tokens."""
        return f"<KnownRequests of {len(self._requests)} requests>"

    def add(self, data: bytes, request: Request) -> None:
        """Keep the request that some bytes are, unless they are many."""
        if len(data) > MAX_SIZE:
            return
        if len(self._requests) >= MAX_REQUESTS:
            self._requests.clear()
        self._requests[data] = request
