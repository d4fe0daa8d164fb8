"""Requests and responses, independent of the transport."""

import msgspec

MAX_BODY_BYTES = 1024 * 1024
Headers = tuple[tuple[bytes, bytes], ...]

JSON_HEADERS: Headers = ((b"content-type", b"application/json"),)
"""The headers of most responses. Encoding recognizes them by identity."""

_encoder = msgspec.json.Encoder()


class Request(msgspec.Struct, frozen=True, gc=False):
    """One request.

    Attributes:
        method: The HTTP method, in upper case.
        path: The path as sent, percent-encoded.
        query: The query string as sent, without the question mark.
        authorization: The value of the `Authorization` header, empty if the header is repeated.
        content_type: The value of the last `Content-Type` header.
        body: The body, None if it is larger than `MAX_BODY_BYTES`.
        peer: The address of the client, None for an in-process request, `FORWARDED` for a request
            that a proxy forwarded.
        host: The value of the `Host` header.
        origin: The value of the `Origin` header, None without one.
    """

    method: str
    path: str
    query: bytes
    authorization: bytes | None
    content_type: bytes | None
    body: bytes | None
    peer: str | None = None
    host: bytes = b""
    origin: bytes | None = None

    def __repr__(self) -> str:
        """Return the method alone: the other fields may contain secrets."""
        return f"Request(method={self.method!r})"


class Response(msgspec.Struct, frozen=True, gc=False):
    """One response with its complete body.

    Attributes:
        status: The HTTP status.
        body: The body.
        headers: The headers without the content length, names in lower case.
        problem: Why the request was rejected, empty if it was not.
        latency: The delay before the response is sent, in seconds.
        slow: The time over which the body is sent, in seconds.
        truncated: Whether to close the connection in the middle of the body.
        reset: Whether to reset the connection instead of sending the response.
    """

    status: int
    body: bytes = b""
    headers: Headers = ()
    problem: str = ""
    latency: float = 0
    slow: float = 0
    truncated: bool = False
    reset: bool = False


def json_response(
    status: int, content: object, headers: Headers = (), *, problem: str = ""
) -> Response:
    """Return a response with `content` encoded as JSON."""
    all_headers = (*JSON_HEADERS, *headers) if headers else JSON_HEADERS
    return Response(status, _encoder.encode(content), all_headers, problem)
