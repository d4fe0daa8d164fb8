"""Reads the requests of one connection."""

from collections.abc import Callable

import httptools

from ..http.errors import HttpError, body_too_large, headers_too_large, malformed_request
from ..http.messages import Request
from ..http.request_builder import MAX_HEAD_BYTES, RequestBuilder
from .known_requests import KnownRequests

MAX_REQUEST_BYTES = 64 * 1024 * 1024
"""The size of a body at which the connection is closed instead of reading the rest."""


class RequestReader:
    """Parses what a client sends. The methods `on_...` are callbacks of the parser.

    Args:
        known: The requests that were parsed before.
        on_begin: Called when a request begins.
        on_request: Called with each complete request, and whether the connection stays open.
        on_expectation: Called when a client waits for permission to send the body.

    Attributes:
        peer: The address of the client, None if it is unknown.
        is_arriving: Whether a request is incomplete, or none has begun yet.
        expects_continue: Whether the client waits for permission to send the body.
    """

    def __init__(
        self,
        known: KnownRequests,
        on_begin: Callable[[], None],
        on_request: Callable[[Request, bool], None],
        on_expectation: Callable[[], None],
    ) -> None:
        self.peer: str | None = None
        self.is_arriving = True
        self.expects_continue = False
        self._known = known
        self._notify_begin = on_begin
        self._notify_request = on_request
        self._notify_expectation = on_expectation
        self._parser = httptools.HttpRequestParser(self)
        self._begun = 0
        self._finished: Request | None = None
        self._is_between_requests = True
        self._head_bytes = 0
        self._builder = RequestBuilder()

    def recall(self, data: bytes) -> Request | None:
        """Return the request if the data is one that was parsed before, else None: feed it.

        The connection stays open after such a request.
        """
        if not self._is_between_requests:
            return None
        request = self._known.find(bytes(data))
        if request is None or request.peer != self.peer:
            return None
        self.is_arriving = False
        return request

    def feed(self, data: bytes) -> bool:
        """Parse a part of a request, and return False if the connection must not be read further.

        Raises:
            HttpError: The request is malformed or too large.
        """
        was_between_requests = self._is_between_requests
        body_bytes = self._builder.body_bytes
        self._begun = 0
        self._finished = None
        if not self._parse(data):
            return False
        self._is_between_requests = self._finished is not None and not self.is_arriving
        if not self.is_arriving:
            if self._finished is not None and was_between_requests and self._begun == 1:
                self._known.add(bytes(data), self._finished)
            return True
        # What follows other requests in the same data is counted once more of it arrives.
        is_overhead = self._builder.body_bytes == body_bytes and not self._begun
        self._head_bytes = self._head_bytes + len(data) if is_overhead else 0
        if self._head_bytes > MAX_HEAD_BYTES:
            raise headers_too_large()
        if self._builder.body_bytes > MAX_REQUEST_BYTES:
            raise body_too_large()
        return True

    def _parse(self, data: bytes) -> bool:
        while data:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                if self._parser.get_method() == b"CONNECT":
                    self._finish()
                    return False
                # No upgrade is supported. The parser discards the body of such a request.
                head = self._builder.head_without_upgrade(self._parser.get_method())
                self._parser = httptools.HttpRequestParser(self)
                data = head + data[upgrade.args[0] :]
            except httptools.HttpParserError as error:
                cause = error.__context__  # what a callback raised, if one did
                raise (cause if isinstance(cause, HttpError) else malformed_request()) from error
            else:
                return True
        return True

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.is_arriving = True
        self._begun += 1
        self._head_bytes = 0
        self._builder = RequestBuilder()
        self._notify_begin()

    def on_url(self, target: bytes) -> None:
        """Add a part of the request target."""
        self._builder.on_url(target)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header."""
        self._builder.on_header(name, value)

    def on_headers_complete(self) -> None:
        """Check the head, and note whether the client waits for permission to send the body."""
        if self._parser.should_upgrade():
            return
        builder = self._builder
        builder.on_headers_complete()
        version = self._parser.get_http_version()
        builder.check_head(self._parser.get_method(), version)
        if builder.expects_continue and builder.has_body and version != "1.0":
            self.expects_continue = True
            self._notify_expectation()

    def on_body(self, body: bytes) -> None:
        """Add a part of the body."""
        self.expects_continue = False
        self._builder.on_body(body)

    def on_message_complete(self) -> None:
        """Pass the request on."""
        if not self._parser.should_upgrade():
            self._finish()

    def _finish(self) -> None:
        self.is_arriving = self.expects_continue = False
        request = self._builder.build(self._parser.get_method(), self.peer)
        keep_alive = self._parser.should_keep_alive()
        self._finished = request if keep_alive else None
        self._notify_request(request, keep_alive)
