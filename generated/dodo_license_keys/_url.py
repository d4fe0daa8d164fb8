# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""URLs of httpx, or of a library with the same interface, that are parsed only if necessary."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

# What a URL of httpx leaves as it is in a path and a query.
NORMALIZED = re.compile(r"/(?:[\w~/?&=-]|%[0-9A-Fa-f]{2}){,2000}", re.ASCII)


class _LazyURL:
    """The attributes of a URL that a transport reads. Reading another one parses the URL.

    Parsing takes as long as all other steps of building a request. A subclass for each base URL
    also inherits from the URL class of the library.
    """

    parse: Any
    raw_scheme: bytes
    raw_host: bytes
    port: int | None
    userinfo = b""
    username = password = ""

    def __init__(self, text: str, raw_path: bytes) -> None:
        self.text = text
        self.raw_path = raw_path

    def __str__(self) -> str:
        return self.text

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__"):
            attributes: dict[str, Any] = self.parse(self.text).__dict__
            if name in attributes:
                vars(self).update(attributes)
                return attributes[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name)

    def __reduce__(self) -> tuple[Any, ...]:
        return self.parse, (self.text,)


@lru_cache(maxsize=16)
def url_builder(url_class: Any, base_url: str) -> Callable[[str], Any]:
    """Return a function that creates the URL of a path, with its query, below a base URL.

    Args:
        url_class: The URL class of the library.
        base_url: The base URL, without a trailing slash.
    """
    base = url_class(base_url)
    prefix, base_path = str(base).rstrip("/"), base.raw_path.rstrip(b"/")
    shared = {"raw_scheme": base.raw_scheme, "raw_host": base.raw_host, "port": base.port}
    lazy: Any = type("URL", (_LazyURL, url_class), {**shared, "parse": url_class, "raw_path": b""})

    def build(target: str) -> Any:
        if NORMALIZED.fullmatch(target) is None:
            return url_class(prefix + target)
        return lazy(prefix + target, base_path + target.encode("ascii"))

    return build
