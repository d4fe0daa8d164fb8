"""The request builder that every transport uses, so that all of them read a request alike."""

from collections.abc import Iterable

import httptools

from .errors import headers_too_large, invalid_host, malformed_request
from .messages import MAX_BODY_BYTES, Request

MAX_HEAD_BYTES = 64 * 1024
"""The largest size of the request line and the headers."""
FORWARDED = "forwarded"
"""The peer of a request that a proxy forwarded: its connection does not identify the client."""

_PROXY_HEADERS = frozenset(
    {
        b"forwarded",
        b"via",
        b"x-real-ip",
        b"x-client-ip",
        b"x-cluster-client-ip",
        b"x-original-forwarded-for",
        b"true-client-ip",
        b"cf-connecting-ip",
        b"fastly-client-ip",
    }
)
_PROXY_PREFIX = b"x-forwarded-"
_FRAMING_HEADERS = (b"content-length", b"transfer-encoding")
_HEADER_OVERHEAD = len(": \r\n")
_REQUEST_LINE_OVERHEAD = len("  HTTP/1.1\r\n\r\n")


class RequestBuilder:
    """Builds one request from the callbacks of an `httptools.HttpRequestParser`.

    Attributes:
        body_bytes: The size of the body so far.
        has_body: Whether the headers announce a body.
        expects_continue: Whether the client waits for a 100 before it sends the body.
    """

    def __init__(self) -> None:
        self.body_bytes = 0
        self.has_body = False
        self.expects_continue = False
        self._head_bytes = _REQUEST_LINE_OVERHEAD
        self._is_head_complete = False
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._hosts = 0
        self._host = b""
        self._origin: bytes | None = None
        self._authorization: bytes | None = None
        self._content_type: bytes | None = None
        self._is_forwarded = False
        self._body = bytearray()

    def on_url(self, target: bytes) -> None:
        """Add a part of the request target."""
        self._target += target

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header. A trailer only counts towards the size."""
        self._head_bytes += len(name) + len(value) + _HEADER_OVERHEAD
        if self._is_head_complete:
            return
        self._headers.append((name, value))
        name = name.lower()
        if name == b"host":
            self._hosts += 1
            self._host = value.strip()
        elif name == b"authorization":
            # A repeated header is rejected: which of its values counts is ambiguous.
            self._authorization = value.strip() if self._authorization is None else b""
        elif name == b"content-type":
            self._content_type = value.strip()
        elif name == b"origin":
            self._origin = value.strip()
        elif name == b"expect":
            self.expects_continue = value.strip().lower() == b"100-continue"
        elif name == b"transfer-encoding" or (name == b"content-length" and value.strip(b" 0")):
            self.has_body = True
        elif name in _PROXY_HEADERS or name.startswith(_PROXY_PREFIX):
            self._is_forwarded = True

    def on_headers_complete(self) -> None:
        """Treat the headers that follow as trailers."""
        self._is_head_complete = True

    def head_without_upgrade(self, method: bytes) -> bytes:
        """Return the head again without its `Upgrade` header, as if the client had not asked."""
        lines = [b"%b %b HTTP/1.1\r\n" % (method, self._target)]
        lines += [
            b"%b: %b\r\n" % (name, value)
            for name, value in self._headers
            if name.lower() != b"upgrade"
        ]
        return b"".join([*lines, b"\r\n"])

    def on_body(self, body: bytes) -> None:
        """Add a part of the body; parts beyond `MAX_BODY_BYTES` are discarded."""
        self.body_bytes += len(body)
        if len(self._body) <= MAX_BODY_BYTES:
            self._body += body

    def check_head(self, method: bytes, version: str) -> None:
        """Check the complete head.

        Args:
            method: The HTTP method.
            version: The version of HTTP, such as `1.1`.

        Raises:
            HttpError: 431 for a head that is too large, 400 for a missing or repeated `Host`.
        """
        if self._head_bytes + len(method) + len(self._target) > MAX_HEAD_BYTES:
            raise headers_too_large()
        # RFC 9112, section 3.2
        if self._hosts > 1 or (self._hosts == 0 and version == "1.1"):
            raise invalid_host()

    def build(self, method: bytes, peer: str | None) -> Request:
        """Return the request.

        Args:
            method: The HTTP method.
            peer: The address of the client, None for an in-process request.

        Raises:
            HttpError: 400 for an invalid request target, 431 for trailers that are too large.
        """
        target = self._target
        if self._head_bytes > MAX_HEAD_BYTES:
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
            self._host,
            self._origin,
        )


def build_request(
    method: str,
    target: bytes,
    headers: Iterable[tuple[bytes, bytes]],
    body: bytes,
    peer: str | None = None,
    version: str = "1.1",
) -> Request:
    """Return the request that the same parts become over TCP, by the same parser.

    Args:
        method: The HTTP method.
        target: The request target: the path and the query, percent-encoded.
        headers: The names and values of the headers.
        body: The body, or more than `MAX_BODY_BYTES` of it.
        peer: The address of the client, None for an in-process request.
        version: The version of HTTP by which the request arrived.

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
    builder.check_head(parser.get_method(), version)
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
