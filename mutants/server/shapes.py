"""Behaviours from which the faults of a family are composed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

from mutants.server.layer import Behaviour, Upstream
from mutants.server.messages import Body, Key, Request, Response

When = Callable[[Request], Any]


def token(request: Request) -> str:
    """What follows the scheme in the authorization, empty where there is none."""
    return (request.authorization or "").partition(" ")[2]


def right_token(upstream: Upstream) -> str:
    """The token that the server accepts."""
    return upstream.authorization.removeprefix("Bearer ")


def is_trusted(request: Request, upstream: Upstream) -> bool:
    """Whether a request carries the right token."""
    return request.authorization == upstream.authorization


def header(request: Request, name: bytes) -> str:
    """A header, empty where it is missing."""
    return next((value.decode("latin-1") for each, value in request.headers if each == name), "")


def trusted(request: Request, upstream: Upstream) -> Request:
    """The request with the right token."""
    return request.with_authorization(upstream.authorization)


def admits(when: Callable[[Request, Upstream], Any]) -> Behaviour:
    """Requests for which the condition is true need no right token."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        return await upstream(trusted(request, upstream) if when(request, upstream) else request)

    return behaviour


def takes(change: Callable[[Request], Request]) -> Behaviour:
    """A request is taken for another one."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        return await upstream(change(request))

    return behaviour


def responds(change: Callable[[Request, Response], Response], when: When = bool) -> Behaviour:
    """A response is changed where the condition on the request is true."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        response = await upstream(request)
        return change(request, response) if when(request) else response

    return behaviour


def patches(change: Callable[[Body, Key], Any]) -> Behaviour:
    """The object in an authorized PATCH of a known key is taken for another body."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        body = request.json
        if request.updates_key and isinstance(body, dict) and is_trusted(request, upstream):
            key = await upstream.key(request.key_id)
            changed = change(dict(body), key) if key is not None else body
            if changed != body or [*changed] != [*body]:
                return await upstream(request.with_json(changed))
        return await upstream(request)

    return behaviour


def keeps(change: Callable[[Body, Key, Key], Key]) -> Behaviour:
    """An accepted PATCH leaves another key than asked for: body, key before, key after."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        before = await upstream.key(request.key_id) if request.updates_key else None
        response = await upstream(request)
        if before is None or not response.ok:
            return response
        after = response.json
        kept = change(request.fields, before, after)
        changed = {name: value for name, value in kept.items() if after.get(name) != value}
        upstream.pretend(request.key_id, changed)
        return upstream.shown(request, response)

    return behaviour


def rejects_patch(when: Callable[[Body, Key], Any], rejection: Response) -> Behaviour:
    """A PATCH for which the condition is true is rejected: body, key before."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        body = request.json
        if request.updates_key and isinstance(body, dict) and is_trusted(request, upstream):
            key = await upstream.key(request.key_id)
            if key is not None and when(body, key):
                return rejection
        return await upstream(request)

    return behaviour


def accepts_patch(when: When, store: Callable[[Request, Key], Key]) -> Behaviour:
    """A PATCH that must be rejected is accepted: its fields are shown from then on."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if request.updates_key and is_trusted(request, upstream) and when(request):
            key = await upstream.key(request.key_id)
            if key is not None:
                upstream.pretend(request.key_id, store(request, key))
                return await upstream.ask("GET", request.path)
        return await upstream(request)

    return behaviour


def each_nth(count: int, when: When, then: Behaviour) -> Behaviour:
    """Every so many requests for which the condition is true meet another behaviour."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if when(request):
            upstream.memory["nth"] = upstream.memory.get("nth", 0) + 1
            if upstream.memory["nth"] % count == 0:
                return await then(request, upstream)
        return await upstream(request)

    return behaviour


def takes_id(change: Callable[[str, list[str]], str], collection: str = "") -> Behaviour:
    """The id in the path is taken for another one: the id as sent, the ids of all keys."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        place = collection or "license_keys"
        given = request.path.removeprefix(f"/{place}/")
        if given == request.path or not is_trusted(request, upstream):
            return await upstream(request)
        listed = await upstream.ask("GET", f"/{place}?page_size=100")
        known = [each["id"] for each in listed.json["items"]]
        sent = unquote(given)
        if sent in known:
            return await upstream(request)
        return await upstream(_with_path(request, f"/{place}/{change(sent, known)}"))

    return behaviour


def first(known: list[str], matches: Callable[[str], Any], otherwise: str) -> str:
    """The first id that matches."""
    return next((each for each in known if matches(each)), otherwise.replace("/", "%2F"))


def _with_path(request: Request, path: str) -> Request:
    return replace(request, path=quote(unquote(path), safe="/"))


def count_calls(upstream: Upstream) -> int:
    """Count one more call, and return how many there were."""
    upstream.memory["calls"] = upstream.memory.get("calls", 0) + 1
    return int(upstream.memory["calls"])
