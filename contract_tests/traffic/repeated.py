"""Remembers responses that conform: a service receives many of them more than once."""

from .headers import HeaderBlock
from .recorded import Parsed, RecordedExchange

_MOST_KEPT = 1024
_LARGEST_KEPT = 4096

_Response = tuple[str, int, HeaderBlock, bytes]


class ConformingResponses:
    """The last responses that keep every rule that applies to all responses of their operation."""

    def __init__(self) -> None:
        self._kept: dict[_Response, Parsed] = {}

    def add(self, exchange: RecordedExchange, operation: str) -> None:
        """Remember a response to an operation."""
        if len(exchange.body) <= _LARGEST_KEPT:
            if len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[_response(exchange, operation)] = exchange.received

    def contains(self, exchange: RecordedExchange, operation: str) -> bool:
        """Whether an equal response to the operation is remembered. Its parsed body is reused."""
        known = self._kept.get(_response(exchange, operation))
        if known is None:
            return False
        exchange.reuse(known)
        return True


def _response(exchange: RecordedExchange, operation: str) -> _Response:
    return operation, exchange.status, exchange.response_block, exchange.body
