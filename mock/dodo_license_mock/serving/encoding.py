"""Encoding of responses as HTTP/1.1."""

from http import HTTPStatus

from ..http.messages import Headers, Response

_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}


def encode_response(
    response: Response,
    default_headers: list[tuple[bytes, bytes]] | Headers = (),
    *,
    is_head: bool = False,
    keep_alive: bool = False,
) -> bytes:
    """Return a response as HTTP/1.1.

    Args:
        response: The response.
        default_headers: Headers to send before its own.
        is_head: Whether to omit the body, as a HEAD request requires.
        keep_alive: Whether the connection stays open.
    """
    status = int(response.status)
    parts = [_STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status]
    for name, value in (*default_headers, *response.headers):
        parts += (name, b": ", value, b"\r\n")
    parts.append(b"content-length: %d\r\n" % len(response.body))
    parts.append(b"\r\n" if keep_alive else b"connection: close\r\n\r\n")
    if not is_head:
        parts.append(response.body)
    return b"".join(parts)
