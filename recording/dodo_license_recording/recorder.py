"""Records what an httpx client of a service sends and receives."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import TracebackType

import httpx

from .writer import HarWriter, Message, Recorded

_LARGEST_BODY = 1_000_000


class _Exchange:
    """An exchange in progress; it is written when the response is closed."""

    def __init__(self, request: httpx.Request, body: bytes, writer: HarWriter) -> None:
        self._request = request
        self._body = body
        self._writer = writer
        self._started = time.time()
        self._clock = time.perf_counter()
        self._received = bytearray()

    def receive(self, chunk: bytes) -> None:
        if len(self._received) <= _LARGEST_BODY:
            self._received += chunk

    def finish_in_memory(self, response: httpx.Response) -> bool:
        """Write the exchange if the body is in memory, as that of a mocked response is."""
        if not isinstance(response.stream, httpx.ByteStream):
            return False
        self._received += b"".join(response.stream)
        self.finish(response)
        return True

    def finish(self, response: httpx.Response | None, problem: str | None = None) -> None:
        """Write the exchange."""
        if len(self._received) > _LARGEST_BODY:
            problem = f"the body is larger than {_LARGEST_BODY} bytes"
        body = b""
        if response is not None:
            body, problem = _decoded(response, bytes(self._received), problem)
        self._writer.write(
            Recorded(
                started=self._started,
                seconds=time.perf_counter() - self._clock,
                method=self._request.method,
                url=str(self._request.url),
                request=Message(tuple(self._request.headers.multi_items()), self._body),
                status=0 if response is None else response.status_code,
                response=Message(
                    () if response is None else tuple(response.headers.multi_items()), body
                ),
                problem=problem,
            )
        )


class _Stream(httpx.SyncByteStream):
    def __init__(
        self, response: httpx.Response, stream: httpx.SyncByteStream, exchange: _Exchange
    ) -> None:
        self._response = response
        self._stream = stream
        self._exchange = exchange
        self._problem: str | None = "the body was not read to its end"

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._exchange.receive(chunk)
            yield chunk
        self._problem = None

    def close(self) -> None:
        self._stream.close()
        self._exchange.finish(self._response, self._problem)


class _AsyncStream(httpx.AsyncByteStream):
    def __init__(
        self, response: httpx.Response, stream: httpx.AsyncByteStream, exchange: _Exchange
    ) -> None:
        self._response = response
        self._stream = stream
        self._exchange = exchange
        self._problem: str | None = "the body was not read to its end"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._exchange.receive(chunk)
            yield chunk
        self._problem = None

    async def aclose(self) -> None:
        await self._stream.aclose()
        self._exchange.finish(self._response, self._problem)


class Recorder(httpx.BaseTransport):
    """An httpx transport that records every exchange in a HAR file and changes none.

    Tokens are removed, and license keys and customer data are replaced by pseudonyms before they
    are written.

    Args:
        inner: The transport that sends, such as `httpx.HTTPTransport()`.
        path: The HAR file to create. An existing file is replaced.
        complete: Whether no one else sends requests to the license keys of this client.

    Raises:
        OSError: The file cannot be created.
    """

    def __init__(self, inner: httpx.BaseTransport, path: Path, *, complete: bool = False) -> None:
        self._inner = inner
        self._writer = HarWriter(Path(path), complete=complete)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request through the inner transport."""
        exchange = _Exchange(request, request.read(), self._writer)
        try:
            response = self._inner.handle_request(request)
        except httpx.HTTPError as error:
            exchange.finish(None, f"no response came: {type(error).__name__}")
            raise
        if exchange.finish_in_memory(response):
            return response
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Stream(response, response.stream, exchange)
        return response

    def __enter__(self) -> "Recorder":
        self._inner.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._inner.__exit__(exc_type, exc_value, traceback)
        self._writer.close()

    def close(self) -> None:
        """Close the inner transport and the file."""
        self._inner.close()
        self._writer.close()


class AsyncRecorder(httpx.AsyncBaseTransport):
    """The asynchronous form of `Recorder`."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, path: Path, *, complete: bool = False
    ) -> None:
        self._inner = inner
        self._writer = HarWriter(Path(path), complete=complete)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request through the inner transport."""
        exchange = _Exchange(request, await request.aread(), self._writer)
        try:
            response = await self._inner.handle_async_request(request)
        except httpx.HTTPError as error:
            exchange.finish(None, f"no response came: {type(error).__name__}")
            raise
        if exchange.finish_in_memory(response):
            return response
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _AsyncStream(response, response.stream, exchange)
        return response

    async def __aenter__(self) -> "AsyncRecorder":
        await self._inner.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._inner.__aexit__(exc_type, exc_value, traceback)
        self._writer.close()

    async def aclose(self) -> None:
        """Close the inner transport and the file."""
        await self._inner.aclose()
        self._writer.close()


def _decoded(
    response: httpx.Response, received: bytes, problem: str | None
) -> tuple[bytes, str | None]:
    """Decode the content encoding of a received body."""
    if not received or problem is not None:
        return b"" if response.headers.get("content-encoding") else received, problem
    try:
        return httpx.Response(200, headers=response.headers, content=received).content, None
    except httpx.DecodingError:
        return b"", "the body does not match its content encoding"
