"""An ASGI layer that stands before any server of the API and makes it behave differently."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import quote, unquote

from mutants.server.messages import Body, Key, Request, Response, change_keys

_HOST = ((b"host", b"mock.invalid"),)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
Behaviour = Callable[[Request, "Upstream"], Awaitable[Response]]


class Upstream:
    """The server behind a layer.

    A fault may store what the server itself would refuse: what it pretends is shown in every
    answer until a PATCH really sets the field.

    Args:
        app: The server.
        token: A bearer token that it accepts, for what a layer asks on its own account.

    Attributes:
        memory: What a behaviour remembers between requests.
    """

    def __init__(self, app: Application, token: str) -> None:
        self.memory: dict[str, Any] = {}
        self.authorization = f"Bearer {token}"
        self._app = app
        self._pretended: dict[str, Key] = {}

    async def __call__(self, request: Request) -> Response:
        """Let the server answer."""
        sent = [{"type": "http.request", "body": request.body, "more_body": False}]
        answer: list[Message] = []

        async def receive() -> Message:
            return sent.pop() if sent else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            answer.append(message)

        await self._app(_scope(request), receive, send)
        start, *chunks = answer
        body = b"".join(chunk.get("body", b"") for chunk in chunks)
        headers = tuple(each for each in start["headers"] if each[0] != b"content-length")
        response = Response(start["status"], body, headers)
        if request.updates_key and response.ok:
            self._forget(request.key_id, request.fields)
        return self.shown(request, response)

    async def ask(self, method: str, path: str, body: Any = None) -> Response:
        """Send a request of the layer's own."""
        target, _, query = path.partition("?")
        request = Request(method, target, query, _HOST).with_authorization(self.authorization)
        return await self(request if body is None else request.with_json(body))

    async def key(self, key_id: str | None) -> Key | None:
        """The key with an id as it is shown, None where there is none."""
        response = await self.ask("GET", f"/license_keys/{quote(key_id or '', safe='')}")
        return response.json if response.ok else None

    async def keys(self) -> list[Key]:
        """The first hundred keys, the newest first."""
        response = await self.ask("GET", "/license_keys?page_size=100")
        return list(response.json["items"])

    def pretend(self, key_id: str | None, fields: Key) -> None:
        """Show these fields of a key from now on, whatever the server says."""
        if key_id is not None:
            self._pretended.setdefault(key_id, {}).update(fields)

    def shown(self, request: Request, response: Response) -> Response:
        """A response as it looks with what is pretended."""
        if not self._pretended:
            return response
        return change_keys(
            request, response, lambda key: {**key, **self._pretended.get(key["id"], {})}
        )

    def _forget(self, key_id: str | None, fields: Iterable[str]) -> None:
        pretended = self._pretended.get(key_id or "", {})
        for name in fields:
            pretended.pop(name, None)


class Layer:
    """An ASGI application that answers for another one in its own way.

    Args:
        app: The server.
        behaviour: How to answer a request, given the server.
        token: A bearer token that the server accepts.
    """

    def __init__(self, app: Application, behaviour: Behaviour, token: str) -> None:
        self._behaviour = behaviour
        self._upstream = Upstream(app, token)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = await _request(scope, receive)
        response = await self._behaviour(request, self._upstream)
        headers = list(response.headers)
        pieces = [response.body]
        if response.chunked:
            pieces = [response.body[start : start + 64] for start in range(0, 4096, 64)]
            pieces += [response.body[4096:]]
        else:
            headers.append((b"content-length", str(len(response.body)).encode()))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def patch_pretending(
    request: Request, upstream: Upstream, sent: Body, pretended: Key
) -> Response:
    """Update a key with one body and, where that is accepted, pretend some more of it."""
    response = await upstream(request.with_json(sent))
    if response.ok:
        upstream.pretend(request.key_id, pretended)
    return upstream.shown(request, response)


async def _request(scope: Message, receive: Receive) -> Request:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    path = scope.get("raw_path") or quote(scope["path"]).encode()
    headers = tuple((name.lower(), value) for name, value in scope["headers"])
    query = scope["query_string"].decode("ascii", "replace")
    return Request(scope["method"], path.decode("ascii", "replace"), query, headers, body)


def _scope(request: Request) -> Message:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(request.path),
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "root_path": "",
        "headers": list(request.headers),
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
    }
