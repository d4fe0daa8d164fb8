"""The operations of a document, with everything that they inherit spelled out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tools.specification import METHODS, Document

DEFAULT_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
# Named as parameters these say nothing: OpenAPI has other words for them.
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        document: The document that it stands in.
        method: In capitals, such as `PATCH`.
        path: The template, such as `/license_keys/{id}`.
        item: The path item.
        content: The operation object.
    """

    document: Document
    method: str
    path: str
    item: dict[str, Any]
    content: dict[str, Any]

    @property
    def name(self) -> str:
        """The method and the path."""
        return f"{self.method} {self.path}"

    @property
    def key(self) -> tuple[str, str]:
        """What tells operations apart: the names of path parameters do not."""
        return self.method, re.sub(r"\{[^}]*\}", "{}", self.path)

    @property
    def path_parameters(self) -> list[str]:
        """The names of the path parameters in the order of the template."""
        return re.findall(r"\{([^}]*)\}", self.path)

    @property
    def tags(self) -> frozenset[str]:
        """The tags."""
        return frozenset(self.content.get("tags", ()))

    def parameters(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return the parameters by place and name, a path parameter by its position."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for level in (self.item, self.content):
            for raw in level.get("parameters", ()):
                parameter = self.document.resolve(raw)
                place, name = parameter["in"], parameter["name"]
                if place == "header" and name.lower() in IGNORED_HEADERS:
                    continue
                if place == "header":
                    name = name.lower()
                elif place == "path" and name in self.path_parameters:
                    name = str(self.path_parameters.index(name))
                found[place, name] = parameter
        return found

    def security(self) -> dict[str, str]:
        """Return the ways to authenticate: a key to compare them by, and a name for a person.

        The name of a scheme is no part of what it asks for.
        """
        schemes = self.document.content.get("components", {}).get("securitySchemes", {})
        requirements = self.content.get("security", self.document.content.get("security", []))
        ways = {}
        for requirement in requirements or [{}]:
            parts = []
            for scheme, scopes in requirement.items():
                definition = self.document.resolve(schemes.get(scheme, {"type": scheme}))
                telling = {
                    key: value
                    for key, value in definition.items()
                    if key not in {"description", "bearerFormat"} and not key.startswith("x-")
                }
                parts.append(f"{sorted(telling.items())} {sorted(scopes)}")
            ways[" and ".join(sorted(parts))] = " and ".join(requirement) or "no authentication"
        return ways

    def servers(self) -> set[str] | None:
        """Return the URLs of the operation's own servers, or None when it has none of its own."""
        own = self.content.get("servers") or self.item.get("servers")
        return None if own is None else server_urls(own)


def style_of(parameter: dict[str, Any]) -> tuple[str, bool, bool]:
    """Return how a parameter is written: style, explode, allowReserved."""
    style = parameter.get("style", DEFAULT_STYLES[parameter["in"]])
    explode = parameter.get("explode", style == "form")
    return style, explode, parameter.get("allowReserved", False)


def server_urls(servers: list[dict[str, Any]]) -> set[str]:
    """Return the URLs of servers, without a trailing slash, which means nothing."""
    return {server["url"].rstrip("/") or "/" for server in servers}


def operations_of(document: Document) -> Iterator[Operation]:
    """Yield the operations of a document."""
    for path, raw in document.content.get("paths", {}).items():
        item = document.resolve(raw)
        for method in METHODS:
            if method in item:
                yield Operation(document, method.upper(), path, item, item[method])


def webhooks_of(document: Document) -> Iterator[Operation]:
    """Yield the webhooks of a document: operations that the API calls and our side answers."""
    for name, raw in document.content.get("webhooks", {}).items():
        item = document.resolve(raw)
        for method in METHODS:
            if method in item:
                yield Operation(document, "webhook", name, item, item[method])
