"""The operations of a document, with inherited parameters, security and servers resolved."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from specification import METHODS, Document

DEFAULT_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
# OpenAPI ignores parameters with these names; other keywords define these headers.
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})


@dataclass(frozen=True)
class Way:
    """One way to authenticate.

    Attributes:
        schemes: The scopes of each scheme, by its definition. The name of a scheme has no effect.
        name: The names of the schemes and the scopes, to display.
    """

    schemes: dict[str, frozenset[str]]
    name: str

    def accepts(self, other: "Way") -> bool:
        """Return whether a caller that uses another way also satisfies this one."""
        return all(
            scheme in other.schemes and scopes <= other.schemes[scheme]
            for scheme, scopes in self.schemes.items()
        )


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        document: The document that contains it.
        method: The method in capitals, such as `PATCH`.
        path: The path template, such as `/license_keys/{id}`.
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
        """The identity of the operation, which ignores the names of path parameters."""
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
        """Return the parameters by location and name. A path parameter is named by its position."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for level in (self.item, self.content):
            for raw in level.get("parameters", ()):
                parameter = self.document.resolve(raw)
                location, name = parameter["in"], parameter["name"]
                if location == "header" and name.lower() in IGNORED_HEADERS:
                    continue
                if location == "header":
                    name = name.lower()
                elif location == "path" and name in self.path_parameters:
                    name = str(self.path_parameters.index(name))
                found[location, name] = parameter
        return found

    def security(self) -> list["Way"]:
        """Return the alternative ways to authenticate."""
        schemes = self.document.content.get("components", {}).get("securitySchemes", {})
        requirements = self.content.get("security", self.document.content.get("security", []))
        found = []
        for requirement in requirements or [{}]:
            parts = {}
            for scheme, scopes in requirement.items():
                definition = self.document.resolve(schemes.get(scheme, {"type": scheme}))
                significant = {
                    key: value
                    for key, value in definition.items()
                    if key not in {"description", "bearerFormat"} and not key.startswith("x-")
                }
                parts[str(sorted(significant.items(), key=str))] = frozenset(scopes)
            name = " and ".join(
                f"{scheme} ({', '.join(sorted(scopes))})" if scopes else scheme
                for scheme, scopes in requirement.items()
            )
            found.append(Way(parts, name or "no authentication"))
        return found

    def servers(self) -> set[str] | None:
        """Return the URLs of the operation's own servers, or None if it defines none."""
        own = self.content.get("servers") or self.item.get("servers")
        return None if own is None else server_urls(own)


def style_of(parameter: dict[str, Any]) -> tuple[str, bool, bool]:
    """Return the serialization of a parameter: style, explode, allowReserved."""
    style = parameter.get("style", DEFAULT_STYLES[parameter["in"]])
    explode = parameter.get("explode", style == "form")
    return style, explode, parameter.get("allowReserved", False)


def server_urls(servers: list[dict[str, Any]]) -> set[str]:
    """Return the URLs of servers, without a trailing slash."""
    return {server["url"].rstrip("/") or "/" for server in servers}


def operations_of(document: Document) -> Iterator[Operation]:
    """Yield the operations of a document."""
    for path, raw in document.content.get("paths", {}).items():
        item = document.resolve(raw)
        for method in METHODS:
            if method in item:
                yield Operation(document, method.upper(), path, item, item[method])


def webhooks_of(document: Document) -> Iterator[Operation]:
    """Yield the webhooks of a document: operations that the API calls on its user."""
    for name, raw in document.content.get("webhooks", {}).items():
        item = document.resolve(raw)
        for method in METHODS:
            if method in item:
                yield Operation(document, "webhook", name, item, item[method])


def callbacks_of(operation: Operation) -> Iterator[Operation]:
    """Yield the callbacks of an operation: requests that the API sends because of it."""
    document = operation.document
    for name, raw in operation.content.get("callbacks", {}).items():
        for expression, each in document.resolve(raw).items():
            if expression.startswith("x-"):
                continue
            item = document.resolve(each)
            for method in METHODS:
                if method in item:
                    path = f"{operation.name} {name} {expression}"
                    yield Operation(document, "callback", path, item, item[method])
