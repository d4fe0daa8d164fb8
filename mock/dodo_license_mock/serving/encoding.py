"""Encoding of responses as HTTP/1.1."""

from collections.abc import Sequence
from http import HTTPStatus

from ..http.messages import JSON_HEADERS, Response

DefaultHeaders = Sequence[tuple[bytes, bytes]]

_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
# The ends of the heads of responses whose bodies have up to 1023 bytes.
_ENDS = tuple(b"%d\r\n\r\n" % size for size in range(1024))


class ResponseEncoder:
    """Encodes the responses of one connection, and keeps what most of them begin with."""

    def __init__(self) -> None:
        self._default_headers: DefaultHeaders = ()
        self._beginnings: dict[int, bytes] = {}

    def encode(
        self,
        response: Response,
        default_headers: DefaultHeaders,
        *,
        is_head: bool = False,
        keep_alive: bool = False,
    ) -> bytes:
        """Return a response as HTTP/1.1.

        Args:
            response: The response.
            default_headers: Headers to send before its own. The list is replaced when they change.
            is_head: Whether to omit the body, as a HEAD request requires.
            keep_alive: Whether the connection stays open.
        """
        if default_headers is not self._default_headers:
            self._default_headers = default_headers
            self._beginnings.clear()
        body = response.body
        if response.headers is JSON_HEADERS:
            beginning = self._beginnings.get(response.status)
            if beginning is None:
                beginning = _beginning(response, default_headers)
                self._beginnings[response.status] = beginning
        else:
            beginning = _beginning(response, default_headers)
        size = len(body)
        if not keep_alive:
            end = b"%d\r\nconnection: close\r\n\r\n" % size
        elif size < len(_ENDS):
            end = _ENDS[size]
        else:
            end = b"%d\r\n\r\n" % size
        return b"".join((beginning, end) if is_head else (beginning, end, body))


def _beginning(response: Response, default_headers: DefaultHeaders) -> bytes:
    """Return the status line and the headers up to the number of the content length."""
    status = int(response.status)
    lines = [_STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status]
    lines += [b"%b: %b\r\n" % header for header in (*default_headers, *response.headers)]
    return b"".join([*lines, b"content-length: "])
