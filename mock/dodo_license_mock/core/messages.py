"""Requests and responses, whatever carries them."""

import msgspec

from .errors import ApiError

MAX_BODY_BYTES = 1024 * 1024
# Behind a proxy everyone seems to be on this machine.
FORWARDED_HEADERS = (b"x-forwarded-for", b"forwarded")
JSON = (b"content-type", b"application/json")
Headers = tuple[tuple[bytes, bytes], ...]

_encoder = msgspec.json.Encoder()


class Request(msgspec.Struct, frozen=True):
    """One request.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path as sent, percent-encoded.
        query: The query string as sent, without its question mark.
        authorization: The header of that name; empty if there is more than one.
        content_type: The header of that name.
        body: The body, None if it is over the limit.
        peer: The address that it came from, None for a call within the process, no address if it
            was forwarded by a proxy.
    """

    method: str
    path: str
    query: bytes
    authorization: bytes | None
    content_type: bytes | None
    body: bytes | None
    peer: str | None = None


class Response(msgspec.Struct, frozen=True):
    """One response, with its body in full.

    Attributes:
        status: The HTTP status.
        body: The body.
        headers: The headers, names in lower case, without the content length.
        problem: What was wrong with the request, empty if nothing was.
        latency: Seconds to wait before it is sent.
        reset: Whether to cut the connection instead of sending it.
    """

    status: int
    body: bytes = b""
    headers: Headers = ()
    problem: str = ""
    latency: float = 0
    reset: bool = False


def json_response(status: int, content: object, headers: Headers = ()) -> Response:
    """Return a response that carries `content` as JSON."""
    return Response(status, _encoder.encode(content), (JSON, *headers))


def error_response(error: ApiError) -> Response:
    """Return the response of a refusal: `{"code", "message"}`."""
    content = {"code": error.code, "message": error.message}
    return Response(
        error.status,
        _encoder.encode(content),
        (JSON, *error.headers),
        problem=f"{error.code}: {error.message}",
    )
