"""An exchange that was read from a recording."""

from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl

import httpx
import jsonschema_rs
import msgspec
from propcache.api import cached_property  # functools.cached_property locks in Python 3.11

from ..transport.exchange import UNTELLING, Exchange
from .headers import HeaderBlock

# Whether a body is JSON, and its value.
Parsed = tuple[bool, Any]
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
        request_block: The headers of the request.
        response_block: The headers of the response.
    """

    def __init__(
        self,
        *,
        method: str,
        url: str,
        path: str,
        query: str,
        request_block: HeaderBlock,
        request_body: bytes,
        status: int,
        response_block: HeaderBlock,
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
            request_block=request_block,
            request_body=request_body,
            status=status,
            response_block=response_block,
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
    request_block: HeaderBlock
    response_block: HeaderBlock
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

    @property
    def headers(self) -> httpx.Headers:
        """The headers of the response."""
        return self.response_block.parsed

    @property
    def request_headers(self) -> httpx.Headers:
        """The headers of the request."""
        return self.request_block.parsed

    def header(self, name: str) -> str:
        """A header of the response by its name in lower case, empty without one."""
        return self.response_block.joined.get(name, "")

    @property
    def header_names(self) -> Collection[str]:
        """The names of the headers of the response in lower case."""
        return self.response_block.joined.keys()

    def request_header(self, name: str) -> str | None:
        """A header of the request by its name in lower case, None without one."""
        return self.request_block.first.get(name)

    @property
    def json(self) -> Any:
        """The response body parsed as JSON, None if it is not JSON."""
        return self.received[1]

    @property
    def is_json(self) -> bool:
        """Whether the response body is JSON in UTF-8."""
        return self.received[0]

    @cached_property
    def received(self) -> Parsed:
        """Whether the response body is JSON, and its value."""
        return _parsed(self.body)

    def reuse(self, received: Parsed) -> None:
        """Take the value of an equal response body, which must not be changed."""
        self.__dict__["received"] = received

    @cached_property
    def item(self) -> dict[str, Any]:
        """The response body if it is a JSON object, else an empty object."""
        value = self.received[1]
        return value if isinstance(value, dict) else {}

    @cached_property
    def items(self) -> list[dict[str, Any]]:
        """The objects in the `items` of a list response, empty if there are none."""
        return super().items if "items" in self.item else []

    @cached_property
    def is_telling(self) -> bool:
        """Whether the response says anything about a rule of the API."""
        return self.problem is None and self.status not in UNTELLING

    @cached_property
    def sent(self) -> Parsed:
        """Whether the request body is JSON, and its value."""
        return _parsed(self.request_body)

    def is_accepted_by(self, validator: jsonschema_rs.Validator) -> bool:
        """Whether the request body matches the schema of its operation. It is validated once."""
        known: bool | None = self.__dict__.get("_is_accepted")
        if known is None:
            try:
                known = validator.is_valid(self.sent[1])
            except ValueError:
                known = False
            self.__dict__["_is_accepted"] = known
        return known

    @property
    def sends_json(self) -> bool | None:
        """Whether the request body is declared as JSON, None if the recording does not say."""
        return self.request_block.declares_json if self.has_request_body else None

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The query parameters; the last value of each."""
        return dict(parse_qsl(self.query, keep_blank_values=True)) if self.query else {}

    @property
    def authorization(self) -> str | None:
        """The Authorization header, None without one."""
        return self.request_header("authorization")


def _parsed(body: bytes) -> Parsed:
    """Whether a body is JSON, and its value."""
    if not body:
        return False, None
    try:
        return True, _decode(body)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return False, None
