"""The reverse proxy: an ASGI application that passes requests on with aiohttp."""

import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable, MutableMapping
from typing import Any, Protocol

import aiohttp
from dodo_license_recording import Message, Recorded
from yarl import URL

from .messages import Page

Scope = MutableMapping[str, Any]
Receive = Callable[[], Any]
Send = Callable[[MutableMapping[str, Any]], Any]


class Observer(Protocol):
    """Learns of the exchanges, and shows pages about them.

    Attributes:
        in_progress: The start of every exchange in progress, in seconds since 1970, by its number.
    """

    in_progress: dict[int, float]

    async def open(self) -> None:
        """Called before the first exchange."""

    def close(self) -> None:
        """Called after the last exchange."""

    def record(self, recorded: Recorded) -> None:
        """Take a complete exchange."""

    async def page(self, path: str) -> Page:
        """Render a page under `PAGE`."""


PAGE = "/_watch"
# RFC 9110, section 7.6.1: these concern one connection only.
_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
_KEPT_BODY = 1_000_000
# A body of this size arrives with the headers, so that it is not worth streaming.
_AT_ONCE = 16_384
_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_BAD_GATEWAY = b"watch: the upstream cannot be reached\n"
# A proxy must not end what the upstream allows to last.
_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=30)


class Proxy:
    """Passes every request to the upstream and every response back, unchanged.

    Args:
        upstream: Scheme, host and port of the API.
        observer: Takes every exchange once it is complete.
    """

    def __init__(self, upstream: str, observer: Observer) -> None:
        self._upstream = upstream
        self._observer = observer
        self._session: aiohttp.ClientSession | None = None
        self._numbers = itertools.count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or start and stop with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            if scope["path"] == PAGE or scope["path"].startswith(f"{PAGE}/"):
                await self._show(scope["path"], send)
            else:
                await self._pass_on(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._observer.open()
        self._session = aiohttp.ClientSession(
            auto_decompress=False,
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_AUTOMATIC,
            timeout=_TIMEOUT,
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._session.close()
        self._observer.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _show(self, path: str, send: Send) -> None:
        page = await self._observer.page(path.removeprefix(PAGE))
        headers = [
            (b"content-type", page.media_type),
            (b"content-length", str(len(page.content)).encode()),
            (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
        ]
        await _respond(send, page.status, headers, page.content)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        number = next(self._numbers)
        exchange = _Passing(self._upstream, scope)
        self._observer.in_progress[number] = exchange.started
        try:
            await self._exchange(exchange, receive, send)
        finally:
            del self._observer.in_progress[number]
            self._observer.record(exchange.recorded())

    async def _exchange(self, exchange: "_Passing", receive: Receive, send: Send) -> None:
        assert self._session is not None
        first = await receive()
        body: bytes | AsyncIterator[bytes] | None = first.get("body", b"")
        exchange.sent += first.get("body", b"")
        if first.get("more_body"):
            body = exchange.stream(first["body"], receive)
        try:
            async with self._session.request(
                exchange.method,
                URL(exchange.url, encoded=True),
                headers=exchange.request_headers,
                data=body or None,
                allow_redirects=False,
            ) as response:
                headers = [
                    (name, value)
                    for name, value in response.raw_headers
                    if name.lower() not in _HOP_BY_HOP
                ]
                exchange.respond(response.status, headers)
                start = {
                    "type": "http.response.start",
                    "status": response.status,
                    "headers": headers,
                }
                if (response.content_length or _KEPT_BODY) <= _AT_ONCE:
                    content = await response.read()
                    exchange.receive(content)
                    await send(start)
                    await send({"type": "http.response.body", "body": content})
                else:
                    await send(start)
                    async for chunk in response.content.iter_any():
                        exchange.receive(chunk)
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
                    await send({"type": "http.response.body", "body": b""})
                exchange.problem = None
        except aiohttp.ClientError as error:
            exchange.problem = f"no complete response came: {type(error).__name__}"
            if exchange.status == 0:
                await _respond(send, 502, [(b"content-type", b"text/plain")], _BAD_GATEWAY)
            else:
                # The status is sent. Only a closed connection shows that the body is not complete.
                raise
        except (OSError, ValueError):
            exchange.problem = "the request cannot be sent"
            with contextlib.suppress(OSError):
                await _respond(send, 502, [(b"content-type", b"text/plain")], _BAD_GATEWAY)


class _Passing:
    """An exchange in progress."""

    def __init__(self, upstream: str, scope: Scope) -> None:
        query = scope["query_string"]
        target = scope["raw_path"].decode("latin-1") + (
            f"?{query.decode('latin-1')}" if query else ""
        )
        self.method: str = scope["method"]
        self.url = upstream + target
        self.request_headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in scope["headers"]
            if name not in _HOP_BY_HOP and name != b"host"
        ]
        self.started = time.time()
        self._clock = time.perf_counter()
        self.sent = bytearray()
        self.status = 0
        self.problem: str | None = "the client closed the connection"
        self._headers: list[tuple[bytes, bytes]] = []
        self._received = bytearray()

    async def stream(self, first: bytes, receive: Receive) -> AsyncIterator[bytes]:
        """Yield the request body as it comes."""
        yield first
        more = True
        while more:
            message = await receive()
            more = message.get("more_body", False)
            chunk = message.get("body", b"")
            if len(self.sent) <= _KEPT_BODY:
                self.sent += chunk
            if chunk:
                yield chunk

    def respond(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Take the start of the response."""
        self.status, self._headers = status, headers

    def receive(self, chunk: bytes) -> None:
        """Take a part of the response body."""
        if len(self._received) <= _KEPT_BODY:
            self._received += chunk

    def recorded(self) -> Recorded:
        """The exchange so far."""
        problem = self.problem
        if max(len(self._received), len(self.sent)) > _KEPT_BODY:
            problem = problem or f"a body is larger than {_KEPT_BODY} bytes"
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in self._headers
        )
        return Recorded(
            started=self.started,
            seconds=time.perf_counter() - self._clock,
            method=self.method,
            url=self.url,
            request=Message(tuple(self.request_headers), bytes(self.sent)),
            status=self.status,
            response=Message(headers, bytes(self._received)),
            problem=problem,
        )


async def _respond(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], content: bytes
) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
