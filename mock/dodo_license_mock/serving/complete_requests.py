"""Requests whose parts have all arrived, from an ASGI server or an httpx client."""

from collections.abc import Callable, Iterable

from ..http.errors import HttpError, error_response
from ..http.messages import Request, Response
from ..http.request_builder import build_request


def respond_to(
    respond: Callable[[Request], Response],
    method: str,
    target: bytes,
    headers: Iterable[tuple[bytes, bytes]],
    body: bytes,
    peer: str | None = None,
    version: str = "1.1",
) -> Response:
    """Return the response to a request given by its parts, as `build_request` takes them."""
    try:
        request = build_request(method, target, headers, body, peer, version)
    except HttpError as error:
        return error_response(error)
    return respond(request)
