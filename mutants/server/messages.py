"""Requests and responses as a layer sees them: whole, and cheap to change."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

Headers = tuple[tuple[bytes, bytes], ...]
Key = dict[str, Any]
Body = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A request; header names are in lower case, the path is percent-encoded."""

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""

    @property
    def authorization(self) -> str | None:
        """The header that tells who calls."""
        return next((value.decode() for name, value in self.headers if _is(name, AUTH)), None)

    @property
    def media_type(self) -> str:
        """The media type of the body without parameters, empty where there is none."""
        header = next((value.decode() for name, value in self.headers if _is(name, MEDIA)), "")
        return header.partition(";")[0].strip().lower()

    @property
    def key_id(self) -> str | None:
        """The id in the path of a single license key."""
        return self.member_of("license_keys")

    @property
    def updates_key(self) -> bool:
        """Whether it is a PATCH of a license key."""
        return self.method == "PATCH" and self.key_id is not None

    @property
    def lists_keys(self) -> bool:
        """Whether it is a GET of the license keys."""
        return (self.method, self.path) == ("GET", "/license_keys")

    @property
    def json(self) -> Any:
        """The body parsed as JSON, None if it is not JSON or not declared as such."""
        return parsed(self.body) if self.media_type == "application/json" else None

    @property
    def fields(self) -> Body:
        """The body where it is a JSON object, else an empty one."""
        return self.json if isinstance(self.json, dict) else {}

    def member_of(self, collection: str) -> str | None:
        """The id in the path of a single member of a collection."""
        first, _, last = self.path.lstrip("/").partition("/")
        return unquote(last) if first == collection and last and "/" not in last else None

    def calls(self, operation: str) -> bool:
        """Whether it is a POST to one of the operations below /licenses."""
        return (self.method, self.path) == ("POST", f"/licenses/{operation}")

    def with_json(self, body: Any) -> "Request":
        """The same request with another body."""
        headers = _without(_without(self.headers, MEDIA), b"content-length")
        headers = (*headers, (MEDIA, b"application/json"))
        return replace(self, body=json.dumps(body).encode(), headers=headers)

    def with_authorization(self, value: str) -> "Request":
        """The same request with another authorization."""
        return replace(self, headers=(*_without(self.headers, AUTH), (AUTH, value.encode())))

    def with_query(self, **parameters: str | None) -> "Request":
        """The same request with query parameters replaced, those that are None left out."""
        kept = [
            each for each in self.query.split("&") if each and each.split("=")[0] not in parameters
        ]
        added = [f"{name}={value}" for name, value in parameters.items() if value is not None]
        return replace(self, query="&".join(kept + added))

    def parameter(self, name: str) -> str | None:
        """A query parameter as sent, None where it is missing."""
        pairs = (each.partition("=") for each in self.query.split("&"))
        return next((unquote(value) for key, _, value in pairs if key == name), None)


@dataclass(frozen=True)
class Response:
    """A response; a chunked one is sent in pieces and without a length."""

    status: int
    body: bytes = b""
    headers: Headers = ((b"content-type", b"application/json"),)
    chunked: bool = False

    @property
    def json(self) -> Any:
        """The body parsed as JSON, None if it is not JSON."""
        return parsed(self.body)

    @property
    def code(self) -> object:
        """The code of a refusal, None where there is none."""
        return self.json.get("code") if isinstance(self.json, dict) else None

    @property
    def ok(self) -> bool:
        """Whether the request was accepted."""
        return 200 <= self.status < 300

    def with_json(self, body: Any) -> "Response":
        """The same response with another body."""
        return replace(self, body=json.dumps(body).encode())

    def with_status(self, status: int) -> "Response":
        """The same response with another status."""
        return replace(self, status=status)

    def with_header(self, name: bytes, value: bytes | None) -> "Response":
        """The same response with a header replaced, or without it where the value is None."""
        added = () if value is None else ((name, value),)
        return replace(self, headers=(*_without(self.headers, name), *added))


AUTH, MEDIA = b"authorization", b"content-type"


def error(status: int, code: str, message: str = "The request was refused.") -> Response:
    """A refusal."""
    return Response(status, json.dumps({"code": code, "message": message}).encode())


def change_keys(
    request: Request, response: Response, change: Callable[[Key], Key | None]
) -> Response:
    """Change every license key in a response; what changes to None disappears from lists."""
    if not response.ok or not (request.key_id or request.path == "/license_keys"):
        return response
    body = response.json
    if not isinstance(body, dict):
        return response
    if request.lists_keys:
        items = [change(each) for each in body["items"]]
        return response.with_json({**body, "items": [each for each in items if each is not None]})
    return response.with_json(change(body))


def parsed(content: bytes) -> Any:
    """A body parsed as JSON, None if it is not JSON."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def without(body: Body, *names: str) -> Body:
    """An object without some of its members."""
    return {name: value for name, value in body.items() if name not in names}


def _is(name: bytes, wanted: bytes) -> bool:
    return name.lower() == wanted


def _without(headers: Headers, name: bytes) -> Headers:
    return tuple(each for each in headers if not _is(each[0], name))
