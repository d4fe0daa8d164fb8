"""An exchange that was read from a recording."""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl

import httpx
import msgspec
from dodo_license_recording.pseudonyms import MASK
from propcache.api import cached_property  # functools.cached_property locks in Python 3.11

from ..transport.exchange import Exchange

Pairs = list[tuple[str, str]]

_JSON = re.compile(r"application/(?:[\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)
_decode = msgspec.json.decode


class RecordedExchange(Exchange):
    """A recorded exchange. URL and headers are parsed when they are first used.

    Attributes:
        started: When the request was sent, in seconds since 1970 by the clock of the recorder, None
            if the recording does not say.
        ended: When the response was complete.
        number: The position in the recording, counted from 1.
        has_body: Whether the recording contains the response body.
        has_request_body: Whether the recording contains the request body.
        host: Host and port in lower case.
        from_cache: Whether a browser cache responded.
        is_own: Whether this project recorded it.
        has_authorization: Whether the recording shows the Authorization header of its requests.
        query: The query of the URL.
    """

    def __init__(
        self,
        *,
        method: str,
        url: str,
        path: str,
        query: str,
        request_pairs: Pairs,
        request_body: bytes,
        status: int,
        pairs: Pairs,
        body: bytes,
        seconds: float,
        started: float | None,
        problem: str | None = None,
        has_body: bool = True,
        has_request_body: bool = True,
        has_authorization: bool = False,
        host: str = "",
        server_seconds: float | None = None,
        from_cache: bool = False,
        is_own: bool = False,
        number: int = 0,
    ) -> None:
        self.__dict__.update(
            method=method,
            url_text=url,
            path=path,
            query=query,
            request_pairs=request_pairs,
            request_body=request_body,
            status=status,
            pairs=pairs,
            body=body,
            seconds=seconds if server_seconds is None else server_seconds,
            started=started,
            ended=None if started is None else started + seconds,
            problem=problem,
            has_body=has_body,
            has_request_body=has_request_body,
            has_authorization=has_authorization,
            host=host,
            from_cache=from_cache,
            is_own=is_own,
            number=number,
            attempts=1,
        )

    url_text: str
    query: str
    request_pairs: Pairs
    pairs: Pairs
    ended: float | None
    has_body: bool
    has_request_body: bool
    host: str
    from_cache: bool
    is_own: bool
    has_authorization: bool
    number: int

    @cached_property
    def path(self) -> str:
        """The path as sent, without the query; set when the exchange is made."""
        raise AssertionError

    @cached_property
    def url(self) -> httpx.URL:
        """The URL of the request, without parts that are not a valid URL."""
        try:
            return httpx.URL(self.url_text)
        except (httpx.InvalidURL, ValueError):
            return httpx.URL("http://invalid.invalid/")

    @cached_property
    def headers(self) -> httpx.Headers:
        """The headers of the response."""
        return _headers(self.pairs)

    @cached_property
    def request_headers(self) -> httpx.Headers:
        """The headers of the request."""
        return _headers(self.request_pairs)

    def header(self, name: str) -> str:
        """A header of the response by its name in lower case, empty without one."""
        return self._headers.get(name, "")

    @property
    def header_names(self) -> Collection[str]:
        """The names of the headers of the response in lower case."""
        return self._headers.keys()

    def request_header(self, name: str) -> str | None:
        """A header of the request by its name in lower case, None without one."""
        return self._request_headers.get(name)

    @cached_property
    def _headers(self) -> dict[str, str]:
        return _by_name(self.pairs)

    @cached_property
    def _request_headers(self) -> dict[str, str]:
        # The first one counts: a tool can list a header twice that was sent once.
        return {name.lower(): value for name, value in reversed(self.request_pairs)}

    @cached_property
    def json(self) -> Any:
        """The response body parsed as JSON, None if it is not JSON."""
        return self._received[1]

    @cached_property
    def is_json(self) -> bool:
        """Whether the response body is JSON in UTF-8."""
        return self._received[0]

    @cached_property
    def _received(self) -> tuple[bool, Any]:
        return _parsed(self.body)

    @cached_property
    def item(self) -> dict[str, Any]:
        """The response body if it is a JSON object, else an empty object."""
        return self.json if isinstance(self.json, dict) else {}

    @cached_property
    def items(self) -> list[dict[str, Any]]:
        """The objects in the `items` of a list response, empty if there are none."""
        return super().items if "items" in self.item else []

    @cached_property
    def is_telling(self) -> bool:
        """Whether the response says anything about a rule of the API."""
        return super().is_telling

    @cached_property
    def sent(self) -> tuple[bool, Any]:
        """Whether the request body is JSON, and its value."""
        return _parsed(self.request_body)

    @cached_property
    def sends_json(self) -> bool | None:
        """Whether the request body is declared as JSON, None if the recording does not say."""
        declared = self.request_header("content-type")
        is_encoded = self.request_header("content-encoding") is not None
        if not self.has_request_body or is_encoded or not declared or declared == MASK:
            return None
        return declared.startswith("application/json") or _JSON.match(declared) is not None

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The query parameters; the last value of each."""
        return dict(parse_qsl(self.query, keep_blank_values=True)) if self.query else {}

    @cached_property
    def authorization(self) -> str | None:
        """The Authorization header, None without one."""
        return self.request_header("authorization")


def _parsed(body: bytes) -> tuple[bool, Any]:
    """Whether a body is JSON, and its value."""
    try:
        return True, _decode(body)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return False, None


def _by_name(pairs: Pairs) -> dict[str, str]:
    """The headers by their names in lower case; different ones with the same name are joined."""
    headers: dict[str, str] = {}
    for name, value in pairs:
        lowered = name.lower()
        before = headers.get(lowered, value)
        headers[lowered] = value if before == value else f"{before}, {value}"
    return headers


def _headers(pairs: Pairs) -> httpx.Headers:
    return httpx.Headers(
        [
            (name.encode("utf-8", "replace"), value.encode("utf-8", "replace"))
            for name, value in pairs
        ]
    )
