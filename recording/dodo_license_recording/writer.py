"""Writes HAR 1.2 files, one entry per line, redacted before it reaches the disk."""

import json
import threading
from datetime import datetime, timezone
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .messages import (
    Message,
    Recorded,
    has_half_pair,
    parse_json,
    redact_body,
    redact_headers,
    redact_url,
)
from .pseudonyms import Pseudonyms

__all__ = ["CREATOR", "HarWriter", "Message", "Recorded"]

CREATOR = "dodo-license-keys"
_END = b"\n]}}\n"


class HarWriter:
    """Appends exchanges to a HAR file. The file is a valid HAR after every exchange.

    Args:
        path: The file to create. An existing file is replaced.
        complete: Whether the recording contains every request to its license keys. Then a judge may
            conclude from what it does not contain.

    Raises:
        OSError: The file cannot be created.
    """

    def __init__(self, path: Path, *, complete: bool = False) -> None:
        self._pseudonyms = Pseudonyms()
        self._lock = threading.Lock()
        self._count = 0
        self._skipped = 0
        self._file = path.open("wb")
        self._file.write(_head(complete=complete) + _END)
        self._file.flush()

    @property
    def count(self) -> int:
        """How many exchanges were written."""
        return self._count - self._skipped

    def write(self, recorded: Recorded) -> None:
        """Redact an exchange and append it."""
        with self._lock:
            if self._file.closed:
                return
            self._count += 1
            line = entry_line(recorded, self._count, self._pseudonyms)
            self._file.seek(-len(_END), 2)
            self._file.write((b",\n" if self.count > 1 else b"\n") + line + _END)
            self._file.flush()

    def skip(self) -> None:
        """Leave a gap: something changed the keys without an exchange."""
        with self._lock:
            self._count += 1
            self._skipped += 1

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def __enter__(self) -> "HarWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def render(exchanges: "list[Recorded]", *, complete: bool = False) -> bytes:
    """Render exchanges as the content of a HAR file."""
    pseudonyms = Pseudonyms()
    lines = [entry_line(each, number, pseudonyms) for number, each in enumerate(exchanges, 1)]
    return _head(complete=complete) + b"\n" + b",\n".join(lines) + _END


def entry_line(recorded: Recorded, number: int, pseudonyms: Pseudonyms) -> bytes:
    """Render one redacted exchange as an entry on one line."""
    for body in (recorded.request.body, recorded.response.body):
        pseudonyms.learn(parse_json(body)[1])
    return json.dumps(_entry(recorded, number, pseudonyms), separators=(",", ":")).encode()


def _head(*, complete: bool) -> bytes:
    creator = json.dumps({"name": CREATOR, "version": _version()})
    return b'{"log":{"version":"1.2","creator":%s,"_complete":%s,"pages":[],"entries":[' % (
        creator.encode(),
        json.dumps(complete).encode(),
    )


def _version() -> str:
    try:
        return version("dodo-license-keys")
    except PackageNotFoundError:
        return "0"


def _entry(recorded: Recorded, number: int, pseudonyms: Pseudonyms) -> dict[str, Any]:
    url = redact_url(recorded.url, pseudonyms)
    milliseconds = round(recorded.seconds * 1000, 3)
    request: dict[str, Any] = {
        "method": recorded.method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": redact_headers(recorded.request.headers),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(recorded.request.body),
    }
    if recorded.request.body or recorded.method in ("POST", "PATCH", "PUT"):
        request["postData"] = {
            "mimeType": _media_type(request["headers"]),
            "text": redact_body(recorded.request.body, pseudonyms),
        }
        if has_half_pair(recorded.request.body):
            # The pseudonyms would hide why a server rejects it, so that the body is left out.
            request["postData"].update(params=[])
            del request["postData"]["text"]
    headers = redact_headers(recorded.response.headers)
    entry = {
        "_number": number,
        "startedDateTime": datetime.fromtimestamp(recorded.started, timezone.utc).isoformat(),
        "time": milliseconds,
        "request": request,
        "response": {
            "status": recorded.status,
            "statusText": _phrase(recorded.status),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers,
            "content": {
                "size": len(recorded.response.body),
                "mimeType": _media_type(headers),
                "text": redact_body(recorded.response.body, pseudonyms),
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(recorded.response.body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    if recorded.problem is not None:
        entry["_problem"] = pseudonyms.text(recorded.problem)
    return entry


def _media_type(headers: list[dict[str, str]]) -> str:
    return next((each["value"] for each in headers if each["name"].lower() == "content-type"), "")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
