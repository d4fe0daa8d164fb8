"""Converts an exchange that was just recorded to one that can be judged."""

from urllib.parse import urlsplit

import httpx
from dodo_license_recording import Recorded

from .headers import HeaderBlock
from .recorded import RecordedExchange


def exchange_of(recorded: Recorded) -> RecordedExchange:
    """Convert a recorded exchange. A compressed response body is decoded."""
    parts = urlsplit(recorded.url)
    body, has_body = _decoded(recorded)
    return RecordedExchange(
        method=recorded.method,
        url=recorded.url,
        path=parts.path,
        query=parts.query,
        request_block=HeaderBlock(list(recorded.request.headers)),
        request_body=recorded.request.body,
        status=recorded.status,
        response_block=HeaderBlock(list(recorded.response.headers)),
        body=body,
        seconds=recorded.seconds,
        started=recorded.started,
        problem=recorded.problem,
        has_body=has_body,
        has_authorization=True,
        host=parts.netloc.lower(),
    )


def _decoded(recorded: Recorded) -> tuple[bytes, bool]:
    headers = {name.lower(): value for name, value in recorded.response.headers}
    encoding = headers.get("content-encoding")
    if not encoding or recorded.problem is not None:
        return recorded.response.body, recorded.problem is None
    try:
        response = httpx.Response(
            200, headers={"content-encoding": encoding}, content=recorded.response.body
        )
    except httpx.DecodingError:
        return b"", False
    return response.content, True
