"""The headers of a recorded message. What follows from equal headers is computed once."""

import re
from functools import lru_cache

import httpx
import msgspec
from dodo_license_recording.pseudonyms import MASK
from propcache.api import cached_property  # functools.cached_property locks in Python 3.11

Pairs = list[tuple[str, str]]

_JSON = re.compile(r"application/(?:[\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)
_MOST_KEPT = 1024
_LARGEST_KEPT = 4096


class _Pair(msgspec.Struct):
    name: str = ""
    value: str = ""


_decode_pairs = msgspec.json.Decoder(list[_Pair], strict=False).decode


class HeaderBlock:
    """The headers of one message.

    Attributes:
        pairs: The names and values as the recording lists them.
    """

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs

    @cached_property
    def joined(self) -> dict[str, str]:
        """The headers by their names in lower case, joined if they differ."""
        headers: dict[str, str] = {}
        for name, value in self.pairs:
            lowered = name.lower()
            before = headers.get(lowered, value)
            headers[lowered] = value if before == value else f"{before}, {value}"
        return headers

    @cached_property
    def first(self) -> dict[str, str]:
        """The first header of each name in lower case: a tool can list a header twice."""
        return {name.lower(): value for name, value in reversed(self.pairs)}

    @cached_property
    def parsed(self) -> httpx.Headers:
        """The headers as httpx represents them."""
        return httpx.Headers(
            [
                (name.encode("utf-8", "replace"), value.encode("utf-8", "replace"))
                for name, value in self.pairs
            ]
        )

    @cached_property
    def declares_json(self) -> bool | None:
        """Whether a request with these headers declares JSON, None if they do not say."""
        declared = self.first.get("content-type")
        if "content-encoding" in self.first or not declared or declared == MASK:
            return None
        return declared.startswith("application/json") or _JSON.match(declared) is not None


def headers_of(text: bytes) -> HeaderBlock:
    """Decode the headers of a HAR entry, which must not be changed.

    Raises:
        msgspec.MsgspecError: They do not have the form of headers.
    """
    return _kept(text) if len(text) <= _LARGEST_KEPT else _decoded(text)


def _decoded(text: bytes) -> HeaderBlock:
    return HeaderBlock([(each.name, each.value) for each in _decode_pairs(text)])


_kept = lru_cache(_MOST_KEPT)(_decoded)
