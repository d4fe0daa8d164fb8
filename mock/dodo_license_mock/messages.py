"""Requests and responses, whatever carries them."""

from http import HTTPStatus

import msgspec

from .errors import ApiError

JSON = (b"content-type", b"application/json")
Headers = tuple[tuple[bytes, bytes], ...]

_encoder = msgspec.json.Encoder()


class Request(msgspec.Struct, frozen=True):
    """One request. The path is as sent, percent-encoded; a body over the limit is None."""

    method: str
    path: str
    query: bytes
    authorization: bytes | None
    content_type: bytes | None
    body: bytes | None


class Response(msgspec.Struct, frozen=True):
    """One response, with its body in full."""

    status: int
    body: bytes = b""
    headers: Headers = ()


def json_response(status: HTTPStatus, content: object, headers: Headers = ()) -> Response:
    """Return a response that carries `content` as JSON."""
    return Response(status, _encoder.encode(content), (JSON, *headers))


def error_response(error: ApiError) -> Response:
    """Return the response of a refusal: `{"code", "message"}`."""
    content = {"code": error.code, "message": error.message}
    return json_response(error.status, content, error.headers)
