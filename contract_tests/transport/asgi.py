"""Connects httpx and ASGI: an application as a transport, and a transport as an application."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import Any

import httpx

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

_PATIENCE = 30.0


class ApplicationTransport(httpx.BaseTransport):
    """Calls an ASGI application in process, from any thread, on one event loop of its own."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the application and return its response.

        Raises:
            httpx.ReadError: The application raised an error or sent no response.
        """
        call = asyncio.run_coroutine_threadsafe(self._call(request, request.read()), self._loop)
        try:
            return call.result(_PATIENCE)
        except Exception as error:
            raise httpx.ReadError(f"the application failed: {error!r}", request=request) from error

    def close(self) -> None:
        """Stop the event loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _call(self, request: httpx.Request, body: bytes) -> httpx.Response:
        path, _, query = request.url.raw_path.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("127.0.0.1", 0),
            "server": (request.url.host, request.url.port),
        }
        messages = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Message] = []

        async def receive() -> Message:
            return messages.pop() if messages else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._application(scope, receive, send)
        start = next(each for each in sent if each["type"] == "http.response.start")
        content = b"".join(
            each.get("body", b"") for each in sent if each["type"] == "http.response.body"
        )
        return httpx.Response(
            start["status"], headers=list(start["headers"]), stream=httpx.ByteStream(content)
        )

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.close()


def application_over(transport: httpx.BaseTransport, base_url: str) -> Application:
    """Return an ASGI application that forwards every request to a transport.

    Args:
        transport: Sends the forwarded requests.
        base_url: Scheme, host and port that the forwarded requests go to.
    """

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("only HTTP is forwarded")
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        target = scope["raw_path"]
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        request = httpx.Request(
            scope["method"],
            httpx.URL(base_url).copy_with(raw_path=target),
            headers=[each for each in scope["headers"] if each[0] != b"host"],
            content=body,
        )
        response = await asyncio.to_thread(transport.handle_request, request)
        headers = [(name.lower(), value) for name, value in response.headers.raw]
        await send(
            {"type": "http.response.start", "status": response.status_code, "headers": headers}
        )
        await send({"type": "http.response.body", "body": response.read()})

    return application
