"""ASGI layers that stand before the mock and answer otherwise than it would."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from contract_tests.transport.asgi import Application, Message, Receive, Send


@dataclass(frozen=True)
class Call:
    """A request as a layer sees it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An answer as a layer may change it."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def with_body(self, body: bytes) -> "Answer":
        return replace(self, body=body)


Rewrite = Callable[[Call, Answer], Answer]


def rewriting(application: Application, rewrite: Rewrite) -> Application:
    """Hand every answer of an application through a function."""

    async def layer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        body, sent = await _read(receive), []

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def keep(message: Message) -> None:
            sent.append(message)

        await application(scope, replay, keep)
        call = Call(
            scope["method"],
            scope["path"],
            scope["query_string"].decode("latin-1"),
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            body,
        )
        answer = rewrite(call, _answer(sent))
        headers = [each for each in answer.headers if each[0].lower() != b"content-length"]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    return layer


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _answer(messages: Iterable[Message]) -> Answer:
    start, *rest = messages
    body = b"".join(each.get("body", b"") for each in rest)
    return Answer(start["status"], tuple((bytes(n), bytes(v)) for n, v in start["headers"]), body)
