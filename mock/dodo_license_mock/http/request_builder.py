"""The request builder that every transport uses, so that all of them read a request alike."""

from collections.abc import Iterable

import httptools

from .errors import headers_too_large, malformed_request
from .messages import MAX_BODY_BYTES, Request

MAX_HEAD_BYTES = 64 * 1024
"""The largest size of the request line and the headers."""
FORWARDED = "forwarded"
"""The peer of a request that a proxy forwarded: its connection does not identify the client."""

_FORWARDED_HEADERS = (b"x-forwarded-for", b"forwarded")
_FRAMING_HEADERS = (b"content-length", b"transfer-encoding")


class RequestBuilder:
    """Builds one request from the callbacks of an `httptools.HttpRequestParser`."""

    def __init__(self) -> None:
        self.body_bytes = 0
        self._head_bytes = 0
        self._target = b""
        self._authorization: bytes | None = None
        self._content_type: bytes | None = None
        self._is_forwarded = False
        self._body = bytearray()

    def on_url(self, target: bytes) -> None:
        """Add a part of the request target."""
        self._target += target

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header."""
        self._head_bytes += len(name) + len(value)
        name = name.lower()
        if name == b"authorization":
            # A repeated header is rejected: which of its values counts is ambiguous.
            self._authorization = value.strip() if self._authorization is None else b""
        elif name == b"content-type":
            self._content_type = value.strip()
        elif name in _FORWARDED_HEADERS:
            self._is_forwarded = True

    def on_body(self, body: bytes) -> None:
        """Add a part of the body; parts beyond `MAX_BODY_BYTES` are discarded."""
        self.body_bytes += len(body)
        if len(self._body) <= MAX_BODY_BYTES:
            self._body += body

    def build(self, method: bytes, peer: str | None) -> Request:
        """Return the request.

        Args:
            method: The HTTP method.
            peer: The address of the client, None for an in-process request.

        Raises:
            HttpError: 400 for an invalid request target, 431 for headers that are too large.
        """
        target = self._target
        if self._head_bytes + len(target) > MAX_HEAD_BYTES:
            raise headers_too_large()
        if not target.startswith(b"/") or b"#" in target:
            target = _origin_form(target)
        path, _, query = target.partition(b"?")
        return Request(
            method.decode("ascii"),
            path.decode("ascii", "replace"),
            query,
            self._authorization,
            self._content_type,
            bytes(self._body) if len(self._body) <= MAX_BODY_BYTES else None,
            FORWARDED if self._is_forwarded else peer,
        )


def build_request(
    method: str,
    target: bytes,
    headers: Iterable[tuple[bytes, bytes]],
    body: bytes,
    peer: str | None = None,
) -> Request:
    """Return the request that the same parts become over TCP, by the same parser.

    Args:
        method: The HTTP method.
        target: The request target: the path and the query, percent-encoded.
        headers: The names and values of the headers.
        body: The body, or more than `MAX_BODY_BYTES` of it.
        peer: The address of the client, None for an in-process request.

    Raises:
        HttpError: 400 for parts that HTTP/1.1 does not allow, 431 for headers that are too large.
    """
    lines = [b"%b %b HTTP/1.1\r\n" % (method.encode(), target)]
    # The body is here already: how a transport frames it does not matter.
    lines += [
        b"%b: %b\r\n" % header for header in headers if header[0].lower() not in _FRAMING_HEADERS
    ]
    lines.append(b"\r\n")
    builder = RequestBuilder()
    parser = httptools.HttpRequestParser(builder)
    try:
        parser.feed_data(b"".join(lines))
    except httptools.HttpParserUpgrade:
        pass  # TCP ignores the upgrade, too
    except httptools.HttpParserError as error:
        raise malformed_request() from error
    builder.on_body(body)
    return builder.build(parser.get_method(), peer)


def _origin_form(target: bytes) -> bytes:
    """Return the path and the query of a target in another form, such as an absolute URL."""
    try:
        url = httptools.parse_url(target)
    except httptools.HttpParserInvalidURLError as error:
        raise malformed_request() from error
    path: bytes = url.path or b"/"
    return path if url.query is None else path + b"?" + url.query
