"""Faults between the response to PATCH and later reads."""

from mutants.faults.patch_expiry import EXPIRY
from mutants.faults.patch_limit import LIMIT
from mutants.server.layer import Upstream
from mutants.server.messages import Key, Request, Response, change_keys
from mutants.server.mutant import Area

storage = Area("storage")


@storage.answers
async def patch_not_stored(request: Request, upstream: Upstream) -> Response:
    """PATCH returns the new state and stores nothing."""
    return await _not_stored(request, upstream, (LIMIT, EXPIRY, "disabled"))


@storage.answers
async def expiry_not_stored(request: Request, upstream: Upstream) -> Response:
    """PATCH returns the new expiry and does not store it."""
    return await _not_stored(request, upstream, (EXPIRY,))


@storage.answers
async def limit_not_stored(request: Request, upstream: Upstream) -> Response:
    """PATCH returns the new limit and does not store it."""
    return await _not_stored(request, upstream, (LIMIT,))


@storage.answers
async def disabled_not_stored(request: Request, upstream: Upstream) -> Response:
    """PATCH returns the new status and does not store it."""
    return await _not_stored(request, upstream, ("disabled",))


@storage.answers
async def nulls_not_stored(request: Request, upstream: Upstream) -> Response:
    """PATCH returns a removed limit and expiry and keeps both."""
    nulls = [name for name in (LIMIT, EXPIRY) if request.fields.get(name, 0) is None]
    return await _not_stored(request, upstream, tuple(nulls))


@storage.answers
async def answer_is_old(request: Request, upstream: Upstream) -> Response:
    """PATCH stores the new state and returns the old one."""
    before = await upstream.key(request.key_id) if request.updates_key else None
    response = await upstream(request)
    return response if before is None or not response.ok else response.with_json(before)


@storage.answers
async def answer_echoes_request(request: Request, upstream: Upstream) -> Response:
    """The response to PATCH repeats the expiry as it was sent, where a time was sent."""
    response = await upstream(request)
    if request.updates_key and response.ok and request.fields.get(EXPIRY):
        cut = request.fields[EXPIRY][:19] + "Z"
        return response.with_json({**response.json, EXPIRY: cut})
    return response


@storage.answers
async def get_one_behind(request: Request, upstream: Upstream) -> Response:
    """The first GET after a PATCH shows the state before, from a cache."""
    if request.updates_key:
        upstream.memory[request.path] = await upstream.key(request.key_id)
    response = await upstream(request)
    if request.method == "GET" and request.key_id and response.ok:
        cached = upstream.memory.pop(request.path, None)
        return response.with_json(cached) if cached else response
    return response


@storage.answers
async def list_cached(request: Request, upstream: Upstream) -> Response:
    """The list shows every key as it was listed first."""
    response = await upstream(request)
    if not request.lists_keys:
        return response
    cache = upstream.memory
    return change_keys(request, response, lambda key: cache.setdefault(key["id"], key))


@storage.answers
async def list_shows_old_status(request: Request, upstream: Upstream) -> Response:
    """The list shows the status that a key had first."""
    response = await upstream(request)
    if not request.lists_keys:
        return response
    first = upstream.memory

    def with_first_status(key: Key) -> Key:
        return {**key, "status": first.setdefault(key["id"], key["status"])}

    return change_keys(request, response, with_first_status)


@storage.answers
async def list_lacks_patched(request: Request, upstream: Upstream) -> Response:
    """The list lacks the keys that were changed."""
    response = await upstream(request)
    changed: set[str] = upstream.memory.setdefault("changed", set())
    if request.updates_key and response.ok:
        changed.add(response.json["id"])
    if not request.lists_keys:
        return response
    return change_keys(request, response, lambda key: None if key["id"] in changed else key)


async def _not_stored(request: Request, upstream: Upstream, names: tuple[str, ...]) -> Response:
    before = await upstream.key(request.key_id) if request.updates_key else None
    response = await upstream(request)
    if before is not None and response.ok:
        state = {**before, "disabled": before["status"] == "disabled"}
        undone = {name: state[name] for name in names}
        if before["subscription_id"]:
            undone.pop(EXPIRY, None)
        await upstream.ask("PATCH", request.path, undone)
    return response
