"""Converts the servers of a document into the named environments of the client."""

import re
from typing import Any
from urllib.parse import urlsplit

from specification import Document
from specification.errors import pointer
from tools.client.naming import identifier, in_double_quote_literal, snake_case
from tools.client.parts import UnsupportedError

# The environments of Dodo Payments, as its own SDKs name them.
MODES = re.compile(r"https://(test|live)\.dodopayments\.com")
MAX_WORDS = 3


def environments(servers: list[dict[str, Any]]) -> dict[str, str]:
    """Return the base URL of each environment, escaped for a double-quoted literal.

    The values of the first enumerated variable of a URL become environments; other variables have
    their defaults. A relative URL has no environment: the user passes `base_url`.
    """
    found: dict[str, str] = {}
    for server in servers:
        for name, url in expanded(server):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                continue
            label = snake_case(parts.hostname.split(".")[0])
            own = f"{label}_mode" if MODES.match(url) or "dodopayments.com" in url else ""
            words = snake_case(str(server.get("name") or server.get("description") or ""))
            short = words if words and words.count("_") < MAX_WORDS else label
            unique = identifier(own or name or short or "server")
            number = 2
            while unique in found:
                unique = f"{identifier(own or name or short or 'server')}_{number}"
                number += 1
            found[unique] = in_double_quote_literal(url.rstrip("/"))
    return found


def own_servers(
    document: Document, operation: dict[str, Any], item: dict[str, Any], place: tuple[object, ...]
) -> tuple[tuple[str, str], ...]:
    """Return the base URLs of an operation by environment if it has other servers than the API.

    Args:
        document: The document.
        operation: The operation.
        item: Its path item, whose servers apply to operations without servers.
        place: The place of the operation in the document.

    Raises:
        UnsupportedError: No server of the operation has an absolute URL.
    """
    servers = operation.get("servers") or item.get("servers") or []
    common = {server["url"].rstrip("/") for server in document.content.get("servers", ())}
    if {server["url"].rstrip("/") for server in servers} <= common:
        return ()
    found = environments(servers)
    if not found:
        at = place if "servers" in operation else place[:-1]
        raise UnsupportedError(
            f"{pointer((*at, 'servers'))} has no absolute URL, such as https://files.example"
        )
    return tuple(found.items())


def expanded(server: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a name, which may be empty, and the URL for each value of a server's variables."""
    variables = server.get("variables", {})
    url = server["url"]
    choices = next((name for name, each in variables.items() if each.get("enum")), None)
    values = [("", url)]
    if choices is not None:
        values = [
            (snake_case(str(value)), url.replace(f"{{{choices}}}", str(value)))
            for value in variables[choices]["enum"]
        ]
    for name, variable in variables.items():
        default = str(variable.get("default", ""))
        values = [(label, each.replace(f"{{{name}}}", default)) for label, each in values]
    return values
