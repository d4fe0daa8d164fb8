"""An addon for mitmdump: prints every HTTP flow of a flow file as a HAR entry on one line.

It is loaded by mitmproxy's own Python, so it imports nothing of this repository.
"""

import base64
import json
import os
import sys
from datetime import datetime, timezone
from typing import Any

_LARGEST_BODY = 8_000_000


def response(flow: Any) -> None:
    """Print a flow with a response."""
    _print(flow)


def error(flow: Any) -> None:
    """Print a flow without a response."""
    if flow.response is None:
        _print(flow)


def done() -> None:
    """Mark the end, so that the reader knows that nothing is missing."""
    _write("end")


def _print(flow: Any) -> None:
    request, reply = flow.request, flow.response
    started = request.timestamp_start
    ended = (reply.timestamp_end if reply is not None else None) or started
    first = (reply.timestamp_start if reply is not None else None) or ended
    sent_at = request.timestamp_end or started
    entry = {
        "startedDateTime": datetime.fromtimestamp(started, timezone.utc).isoformat(),  # noqa: UP017
        "time": (ended - started) * 1000,
        "timings": {"wait": (first - sent_at) * 1000},
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": _headers(request),
            "postData": _content(request),
            "bodySize": len(request.raw_content or b""),
        },
    }
    if reply is not None:
        entry["response"] = {
            "status": reply.status_code,
            "headers": _headers(reply),
            "content": _content(reply),
        }
    _write(json.dumps(entry))


def _headers(message: Any) -> list[dict[str, str]]:
    return [{"name": _text(name), "value": _text(value)} for name, value in message.headers.fields]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _content(message: Any) -> dict[str, Any]:
    try:
        content = message.get_content(strict=False)
    except ValueError:
        content = None
    if content is None or len(content) > _LARGEST_BODY:
        return {"size": len(message.raw_content or b""), "text": None}
    return {
        "size": len(content),
        "text": base64.b64encode(content).decode(),
        "encoding": "base64",
    }


def _write(line: str) -> None:
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(0)
