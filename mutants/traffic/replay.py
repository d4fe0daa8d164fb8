"""Sends the requests of a recording through a proxy, to a server that returns its responses."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from mutants.scoring.stock import served
from mutants.server.layer import Message, Receive, Send

# What concerns one connection, or the bytes of a body that the recording has decoded.
_DROPPED = frozenset(
    {"host", "content-length", "content-encoding", "transfer-encoding", "connection"}
)
_PATIENCE = 30.0


class _Recorded:
    """An application that returns one recorded response to every request."""

    entry: dict[str, Any]

    async def __call__(self, _scope: Message, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        response = self.entry["response"]
        headers = [(name.lower().encode(), value.encode()) for name, value in _headers(response)]
        start = {"type": "http.response.start", "status": response["status"], "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": _body(response.get("content", {}))})


class Replay:
    """A recording that can be sent.

    Args:
        har: The recording.

    Attributes:
        failed: How many requests got no response.
    """

    def __init__(self, har: Path) -> None:
        log = json.loads(har.read_text(encoding="utf-8"))["log"]
        self._entries = sorted(log["entries"], key=lambda each: str(each["startedDateTime"]))
        self._application = _Recorded()
        self.failed = 0

    @contextmanager
    def upstream(self) -> Iterator[str]:
        """Serve the responses: yield the URL of the server."""
        with served(self._application) as url:
            yield url

    def send(self, proxy: str) -> None:
        """Send every request that has a response through a proxy, one after another."""
        with httpx.Client(timeout=_PATIENCE) as client:
            for entry in self._entries:
                if entry["response"]["status"]:
                    self._application.entry = entry
                    try:
                        client.send(_request(entry["request"], proxy))
                    except httpx.HTTPError:
                        self.failed += 1


def _request(recorded: dict[str, Any], proxy: str) -> httpx.Request:
    target = "/" + "/".join(recorded["url"].split("/")[3:])
    url = httpx.URL(proxy).copy_with(raw_path=target.encode())
    body = _body(recorded.get("postData", {}))
    return httpx.Request(recorded["method"], url, headers=_headers(recorded), content=body or None)


def _headers(message: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (each["name"], each["value"])
        for each in message["headers"]
        if each["name"].lower() not in _DROPPED
    ]


def _body(content: dict[str, Any]) -> bytes:
    text: str = content.get("text") or ""
    if content.get("encoding") == "base64":
        return base64.b64decode(text)
    return text.encode("utf-8", "surrogatepass")
