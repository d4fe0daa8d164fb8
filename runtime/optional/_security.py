"""Adds API keys and passwords to the headers and the query of a request."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from .errors import DodoError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Scheme(NamedTuple):
    """Where a credential is sent: `header`, `query`, `cookie`, `basic` or `bearer`, and its name."""

    place: str
    key: str


def authenticate(
    operation: str,
    alternatives: tuple[tuple[str, ...], ...],
    schemes: Mapping[str, Scheme],
    credentials: Mapping[str, Any],
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the headers and the query that authenticate a request.

    Args:
        operation: The operationId, for the error.
        alternatives: The names of the credentials that authenticate together, for each way.
        schemes: Where each credential is sent, by name.
        credentials: The credentials of the client, by name.

    Raises:
        DodoError: No way has all its credentials.
    """
    for names in sorted(alternatives, key=len, reverse=True):
        if any(credentials.get(name) is None for name in names):
            continue
        headers: dict[str, str] = {}
        query: dict[str, str] = {}
        for name in names:
            place, key = schemes[name]
            value = credentials[name]
            if place == "query":
                query[key] = value
            elif place == "cookie":
                cookies = [headers["Cookie"]] if "Cookie" in headers else []
                headers["Cookie"] = "; ".join([*cookies, f"{key}={quote(value, safe='')}"])
            elif place == "basic":
                user, password = value
                token = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
                headers["Authorization"] = f"Basic {token}"
            elif place == "bearer":
                headers["Authorization"] = f"Bearer {value}"
            else:
                headers[key] = value
        return headers, query
    ways = ", or ".join(" and ".join(names) for names in alternatives)
    raise DodoError(f"{operation} requires credentials: pass {ways} to the client", request=None)
