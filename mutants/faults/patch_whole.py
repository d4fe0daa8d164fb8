"""Faults in how PATCH combines fields and rejects bodies."""

import asyncio

from mutants.faults.patch_expiry import instant_in
from mutants.faults.patch_limit import LIMIT, limit_in
from mutants.server.layer import Upstream
from mutants.server.messages import Body, Key, Request, Response, error, without
from mutants.server.mutant import Area

FIELDS = (LIMIT, "expires_at", "disabled")

patch = Area("patch")


@patch.reads_patch
def empty_refused(body: Body, _key: Key) -> object:
    """An empty object is rejected."""
    return body or []


@patch.reads_patch
def empty_disables(body: Body, _key: Key) -> Body:
    """An empty object disables the key."""
    return body or {"disabled": True}


@patch.reads_patch
def empty_resets(body: Body, _key: Key) -> Body:
    """An empty object removes limit and expiry."""
    return body or {LIMIT: None, "expires_at": None}


@patch.reads_patch
def first_field_only(body: Body, _key: Key) -> Body:
    """Of several fields only the first takes effect."""
    given = [name for name in FIELDS if name in body]
    return without(body, *given[1:])


@patch.reads_patch
def nulls_ignored_beside_values(body: Body, _key: Key) -> Body:
    """Nulls take effect only where no field of the body has a value."""
    values = {name: value for name, value in body.items() if value is not None}
    return values or body


@patch.reads_patch
def replaces_like_put(body: Body, _key: Key) -> Body:
    """PATCH replaces all three fields, as PUT would."""
    return {LIMIT: None, "expires_at": None, "disabled": False, **body}


@patch.answers
async def unknown_fields_refused(request: Request, upstream: Upstream) -> Response:
    """A field that is not known refuses the body."""
    if request.updates_key and set(request.fields) - set(FIELDS):
        return error(422, "INVALID_REQUEST_BODY")
    return await upstream(request)


@patch.answers_patch
def frame_fields_accepted(body: Body, _before: Key, after: Key) -> Key:
    """Any field of the key can be set, those that no PATCH may change included."""
    return {
        name: body[name] if name in body and name not in FIELDS else after[name] for name in after
    }


@patch.answers_patch
def status_field_accepted(body: Body, _before: Key, after: Key) -> Key:
    """A status in the body is stored."""
    return {**after, "status": body["status"]} if "status" in body else after


@patch.answers
async def refused_body_half_stored(request: Request, upstream: Upstream) -> Response:
    """A body with a field of the wrong type is rejected, but its other fields are stored."""
    response = await upstream(request)
    if request.updates_key and response.status in (400, 422) and request.fields:
        await _store_what_is_right(request, upstream)
    return response


@patch.answers
async def refused_limit_disables_all_the_same(request: Request, upstream: Upstream) -> Response:
    """A limit below the instances is rejected after disabled was stored."""
    response = await upstream(request)
    if request.updates_key and response.status == 422 and "disabled" in request.fields:
        await upstream(request.with_json({"disabled": request.fields["disabled"]}))
    return response


@patch.answers
async def refused_expiry_stores_limit(request: Request, upstream: Upstream) -> Response:
    """An expiry for a key of a subscription is rejected after the limit was stored."""
    response = await upstream(request)
    if request.updates_key and response.status == 400 and LIMIT in request.fields:
        await upstream(request.with_json({LIMIT: request.fields[LIMIT]}))
    return response


@patch.answers
async def wrong_types_skipped(request: Request, upstream: Upstream) -> Response:
    """Fields of the wrong type are ignored and the others stored."""
    response = await upstream(request)
    if request.updates_key and response.status in (400, 422) and request.fields:
        return await _store_what_is_right(request, upstream)
    return response


@patch.answers
async def refused_removes_expiry(request: Request, upstream: Upstream) -> Response:
    """A refused PATCH removes the expiry of the key."""
    response = await upstream(request)
    if request.updates_key and response.status in (400, 422):
        await upstream.ask("PATCH", request.path, {"expires_at": None})
    return response


@patch.answers
async def same_again_refused(request: Request, upstream: Upstream) -> Response:
    """A PATCH that is the same as the last one is rejected."""
    if request.updates_key and request.authorization == upstream.authorization:
        last = upstream.memory.get(request.path)
        upstream.memory[request.path] = request.body
        if last == request.body and request.fields:
            return error(400, "NOTHING_TO_CHANGE")
    return await upstream(request)


@patch.answers
async def update_lost(request: Request, upstream: Upstream) -> Response:
    """A PATCH reads the key, takes its time and writes all of it, so that others are lost."""
    key = await upstream.key(request.key_id) if request.updates_key else None
    if key is None or not request.fields:
        return await upstream(request)
    await asyncio.sleep(0.03)
    present = {LIMIT: key[LIMIT], "disabled": key["status"] == "disabled"}
    if not key["subscription_id"]:
        present["expires_at"] = key["expires_at"]
    return await upstream(request.with_json({**present, **request.fields}))


@patch.answers
async def locked_while_busy(request: Request, upstream: Upstream) -> Response:
    """A PATCH is rejected while another one of the same key is under way."""
    if not request.updates_key:
        return await upstream(request)
    busy: set[str] = upstream.memory.setdefault("busy", set())
    if request.path in busy:
        return error(409, "CONFLICT")
    busy.add(request.path)
    try:
        await asyncio.sleep(0.02)
        return await upstream(request)
    finally:
        busy.discard(request.path)


async def _store_what_is_right(request: Request, upstream: Upstream) -> Response:
    body = request.fields
    right = {
        LIMIT: body.get(LIMIT, 0) is None or limit_in(body) is not None,
        "expires_at": body.get("expires_at", 0) is None or instant_in(body) is not None,
        "disabled": isinstance(body.get("disabled"), bool),
    }
    return await upstream(request.with_json({n: body[n] for n in FIELDS if n in body and right[n]}))
