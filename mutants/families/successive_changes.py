"""Changes soon after each other, and rejected changes that take effect all the same."""

import asyncio
from typing import Any

from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, without
from mutants.server.mutant import Area
from mutants.server.shapes import is_trusted

state = Area("state")
add = state.add
LIMIT, EXPIRY = "activations_limit", "expires_at"


def _remembering(ignores: Any) -> Any:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if request.updates_key and request.fields and is_trusted(request, upstream):
            now = asyncio.get_running_loop().time()
            count, last = upstream.memory.get(request.path, (0, -9.0))
            upstream.memory[request.path] = (count + 1, now)
            if ignores(count + 1, now - last):
                return await upstream(request.with_json({}))
        return await upstream(request)

    return behaviour


for _name, _statement, _ignores in (
    ("second-change-at-once-lost", "A second change of a key within 20 ms is lost.",
     lambda _count, elapsed: elapsed < 0.02),
    ("second-change-within-second-lost", "A second change of a key within a second is lost.",
     lambda _count, elapsed: elapsed < 1),
    ("fourth-change-lost", "Every fourth change of a key is lost.",
     lambda count, _elapsed: count % 4 == 0),
    ("twentieth-change-lost", "Every twentieth change of a key is lost.",
     lambda count, _elapsed: count % 20 == 0),
):  # fmt: skip
    add(_name, _statement, _remembering(_ignores))


@state.answers
async def rejected_patch_disables(request: Request, upstream: Upstream) -> Response:
    """A PATCH that is rejected for its limit disables the key."""
    response = await upstream(request)
    if request.updates_key and response.code == "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT":
        await upstream.ask("PATCH", request.path, {"disabled": True})
    return response


@state.answers
async def rejected_expiry_stores_disabled(request: Request, upstream: Upstream) -> Response:
    """An expiry for a subscription's key is rejected after disabled was stored."""
    response = await upstream(request)
    if response.code == "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS" and "disabled" in request.fields:
        await upstream.ask("PATCH", request.path, {"disabled": request.fields["disabled"]})
    return response


@state.answers
async def subscription_expiry_accepted_when_disabled(
    request: Request, upstream: Upstream
) -> Response:
    """A disabled key of a subscription takes an expiry."""
    response = await upstream(request)
    if response.code == "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS":
        key = await upstream.key(request.key_id)
        if key and key["status"] == "disabled":
            upstream.pretend(request.key_id, {EXPIRY: request.fields[EXPIRY]})
            return await upstream.ask("GET", request.path)
    return response


@state.answers
async def subscription_past_expiry_accepted(request: Request, upstream: Upstream) -> Response:
    """A key of a subscription takes a past expiry."""
    response = await upstream(request)
    past = str(request.fields.get(EXPIRY, "9")) < "2026"
    if response.code == "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS" and past:
        upstream.pretend(request.key_id, {EXPIRY: request.fields[EXPIRY], "status": "expired"})
        return await upstream.ask("GET", request.path)
    return response


@state.answers
async def subscription_expiry_beside_limit_accepted(
    request: Request, upstream: Upstream
) -> Response:
    """An expiry for a subscription's key is dropped if the body has a limit, too."""
    response = await upstream(request)
    if response.code == "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS" and LIMIT in request.fields:
        return await upstream(request.with_json(without(request.fields, EXPIRY)))
    return response
