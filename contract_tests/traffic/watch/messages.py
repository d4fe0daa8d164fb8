"""What the process of the proxy and the process that judges send each other."""

from collections.abc import Iterator

import msgspec
from dodo_license_recording import Recorded

_LENGTH_BYTES = 4


class Batch(msgspec.Struct, tag=True):
    """The exchanges that ended since the batch before.

    Attributes:
        exchanges: The exchanges, in the order in which they ended.
        dropped: How many more exchanges the proxy has dropped so far.
        settled: All exchanges that started before this time have been sent, in seconds since 1970.
    """

    exchanges: list[Recorded]
    dropped: int
    settled: float


class PageRequest(msgspec.Struct, tag=True):
    """A request for a page about the session."""

    number: int
    path: str


class Page(msgspec.Struct, tag=True):
    """The page that was requested."""

    number: int
    status: int
    media_type: bytes
    content: bytes


Sent = Batch | PageRequest | Page
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Sent).decode


def packed(message: Sent) -> bytes:
    """Encode a message, with its length before it."""
    content = _encode(message)
    return len(content).to_bytes(_LENGTH_BYTES, "big") + content


class Unpacker:
    """Decodes messages from a stream of bytes."""

    def __init__(self) -> None:
        self._received = bytearray()

    def feed(self, chunk: bytes) -> Iterator[Sent]:
        """Take the next bytes and yield the messages that are complete."""
        self._received += chunk
        while len(self._received) >= _LENGTH_BYTES:
            end = _LENGTH_BYTES + int.from_bytes(self._received[:_LENGTH_BYTES], "big")
            if len(self._received) < end:
                return
            message = bytes(self._received[_LENGTH_BYTES:end])
            del self._received[:end]
            yield _decode(message)
