"""Converts the security requirements of a document into the credentials of the client."""

from dataclasses import dataclass
from typing import Any

from specification import Document
from specification.errors import pointer
from tools.client.naming import ARGUMENTS, identifier
from tools.client.naming import in_double_quote_literal as quoted
from tools.client.parts import UnsupportedError

BEARER = "bearer_token"
SETTINGS = ARGUMENTS | {
    *("bearer_token", "environment", "base_url", "max_retries", "http_client", "pacing"),
    *("default_headers", "default_query", "transport", "strict_responses"),
}


@dataclass(frozen=True)
class Credential:
    """A credential of the client other than the bearer token.

    Attributes:
        name: The argument of the client.
        python: Its Python type.
        place: Where it is sent: `header`, `query`, `cookie` or `basic`.
        key: The name of the header, the query parameter or the cookie.
    """

    name: str
    python: str
    place: str
    key: str


def read_credentials(document: Document) -> dict[str, Credential | None]:
    """Return the credential of each security scheme; None stands for the bearer token.

    Raises:
        UnsupportedError: The client does not support the type of a scheme.
    """
    found: dict[str, Credential | None] = {}
    taken: set[str] = set()
    schemes = document.content.get("components", {}).get("securitySchemes", {})
    for name, raw in schemes.items():
        place = ("components", "securitySchemes", name)
        scheme = document.resolve(raw)
        kind = scheme["type"]
        http = str(scheme.get("scheme", "")).lower()
        if kind in {"oauth2", "openIdConnect"} or (kind == "http" and http == "bearer"):
            found[name] = None
            continue
        argument = identifier(name, SETTINGS, taken)
        taken.add(argument)
        if kind == "apiKey":
            key = quoted(scheme.get("name", ""))
            found[name] = Credential(argument, "str", scheme.get("in", "header"), key)
        elif kind == "http" and http == "basic":
            found[name] = Credential(argument, "tuple[str, str]", "basic", "")
        elif kind == "mutualTLS":
            found[name] = Credential("", "", "", "")  # the HTTP client presents the certificate
        else:
            raise UnsupportedError(
                f"{pointer(place)} is {kind} {http}".rstrip()
                + ", which is not supported; use bearer, basic, apiKey, oauth2 or mutualTLS"
            )
    return found


def requirements(
    document: Document,
    credentials: dict[str, Credential | None],
    operation: dict[str, Any],
    path: tuple[object, ...],
) -> tuple[bool, tuple[tuple[str, ...], ...]]:
    """Return whether an operation takes the bearer token, and the alternatives otherwise.

    Raises:
        UnsupportedError: The operation names a scheme that is not defined.
    """
    alternatives = operation.get("security", document.content.get("security", []))
    for alternative in alternatives:
        for name in alternative:
            if name not in credentials:
                raise UnsupportedError(
                    f"{pointer((*path, 'security'))} names {name}, which is not a security scheme;"
                    " define it in #/components/securitySchemes"
                )
    named = [
        tuple(
            BEARER if credential is None else credential.name
            for credential in (credentials[name] for name in alternative)
            if credential is None or credential.name
        )
        for alternative in alternatives
    ]
    if all(each in ((BEARER,), ()) for each in named):
        return (BEARER,) in named, ()
    return False, tuple(named)
