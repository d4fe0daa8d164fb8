"""A recorded exchange, and how its parts are redacted."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from .pseudonyms import MASK, Pseudonyms, object_of

Headers = Iterable[tuple[str, str]]

_MEDIA_TYPE = re.compile(
    r"[A-Za-z]{1,20}/[A-Za-z0-9.+-]{1,40}(?:\s*;\s*charset=[\w-]{1,20})?", re.IGNORECASE
)
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_DATE = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT")
_KEPT_HEADERS = {
    "content-type": (_MEDIA_TYPE,),
    "accept": (re.compile(r"[\w*/+.;,= -]{1,100}"),),
    "content-length": (_NUMBER,),
    "date": (_DATE,),
    "retry-after": (_NUMBER, _DATE),
    "x-ratelimit-remaining": (_NUMBER,),
    "x-ratelimit-limit": (_NUMBER,),
    "x-ratelimit-reset": (_NUMBER,),
    "allow": (re.compile(r"[A-Z]{3,8}(?:, ?[A-Z]{3,8}){0,8}"),),
}
_HOST = re.compile(r"(?:[\w.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII)
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_SCHEMES = ("bearer", "basic", "token", "digest", "negotiate")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z-]{0,40}")
_OPERATION_WORDS = frozenset(
    {"", "license_keys", "license_key_instances", "licenses", "activate", "deactivate", "validate"}
)


@dataclass(frozen=True)
class Message:
    """The headers and the decoded body of a request or response."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Recorded:
    """One exchange as it happened, with every secret still in it.

    Attributes:
        started: When the request was sent, in seconds since 1970, UTC.
        seconds: From sending the request to the last byte of the response.
        url: The complete URL.
        status: The status of the response, 0 if none came.
        problem: Why the response is not complete, None if it is.
    """

    started: float
    seconds: float
    method: str
    url: str
    request: Message
    status: int
    response: Message
    problem: str | None = None


def redact_url(url: str, pseudonyms: Pseudonyms) -> str:
    """Replace the secrets in the path and the query of a URL; credentials are removed."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if not _HOST.fullmatch(host):
        host = "redacted.invalid"
    path = "/".join(
        each if each in _OPERATION_WORDS else pseudonyms.segment(each)
        for each in parts.path.split("/")
    )
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="backslashreplace")
    query = "&".join(
        "=".join(quote(text, safe="") for text in pseudonyms.parameter(name, value))
        for name, value in pairs[:100]
    )
    return f"{parts.scheme}://{host}{path}" + (f"?{query}" if query else "")


def redact_headers(headers: Headers) -> list[dict[str, str]]:
    """Replace header values that can be a secret."""
    return [
        {
            "name": name if _HEADER_NAME.fullmatch(name) else "x-redacted",
            "value": _value(name, value),
        }
        for name, value in headers
    ]


def _value(name: str, value: str) -> str:
    lowered = name.lower()
    if lowered == "authorization":
        scheme, _, rest = value.partition(" ")
        known = scheme if scheme.lower() in _SCHEMES else ""
        # A token with a space is not valid, which a server must notice.
        masks = [MASK for _ in rest.split()[:2]]
        return " ".join([known, *masks]) if known else _masked(value)
    kept = any(form.fullmatch(value) for form in _KEPT_HEADERS.get(lowered, ()))
    return value if kept else _masked(value)


def _masked(value: str) -> str:
    return MASK if value else ""


def redact_body(body: bytes, pseudonyms: Pseudonyms) -> str:
    """Replace the secrets in a body. A body that is not JSON is replaced as a whole."""
    if not body:
        return ""
    parsed, value = parse_json(body)
    if not parsed:
        return pseudonyms.text(body[:100_000].decode("utf-8", "replace"))
    return json.dumps(pseudonyms.json(value), ensure_ascii=True, separators=(",", ":"))


def parse_json(body: bytes) -> tuple[bool, Any]:
    """Parse JSON as RFC 8259 defines it, without NaN; the first value says whether it is JSON."""
    try:
        text = body.decode("utf-8")
        return True, json.loads(text, parse_constant=_reject, object_pairs_hook=object_of)
    except (ValueError, RecursionError):
        return False, None


def has_half_pair(body: bytes) -> bool:
    """Whether a JSON body escapes half of a surrogate pair, which not every parser accepts."""
    parsed, value = parse_json(body) if b"\\u" in body else (False, None)
    return parsed and _HALF_PAIR.search(json.dumps(value, ensure_ascii=False)) is not None


def _reject(constant: str) -> Any:
    raise ValueError(constant)
