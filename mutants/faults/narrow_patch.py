"""Faults of PATCH that one rule, or one rule and random sequences, detect."""

import re
from datetime import UTC, datetime

from mutants.faults.patch_expiry import EXPIRY, instant_in
from mutants.faults.patch_limit import LIMIT, limit_in
from mutants.server.layer import Upstream
from mutants.server.messages import Body, Key, Request, Response, change_keys, error, without
from mutants.server.mutant import Area

DISABLED = "disabled"
REJECTED = error(422, "INVALID_REQUEST_BODY")

patch = Area("patch")
storage = Area("storage")
sequence = Area("sequence")


@patch.reads_patch
def limit_beside_offset_ignored(body: Body, _key: Key) -> Body:
    """A limit is ignored if the expiry in the same body is not in UTC."""
    has_offset = instant_in(body) and not str(body[EXPIRY]).endswith("Z")
    return without(body, LIMIT) if has_offset else body


@patch.reads_patch
def null_limit_alone_ignored(body: Body, _key: Key) -> Body:
    """A null limit is ignored in a body without other fields."""
    return {} if body == {LIMIT: None} else body


@patch.answers
async def limit_zero_rejected(request: Request, upstream: Upstream) -> Response:
    """A limit of 0 is rejected for a subscription's key with no activations."""
    if request.updates_key and limit_in(request.fields) == 0:
        key = await upstream.key(request.key_id)
        if key is not None and key["subscription_id"] and not key["instances_count"]:
            return REJECTED
    return await upstream(request)


@patch.reads_patch
def null_expiry_alone_ignored(body: Body, key: Key) -> Body:
    """A null expiry is ignored for a disabled key in a body without other fields."""
    return {} if body == {EXPIRY: None} and key["status"] == "disabled" else body


@patch.reads_patch
def expiry_with_six_digits_cut(body: Body, _key: Key) -> Body:
    """An expiry in UTC with six digits after the second keeps only three of them."""
    has_six = instant_in(body) and re.search(r"\.\d{6}Z$", body[EXPIRY])
    return {**body, EXPIRY: f"{body[EXPIRY][:-4]}Z"} if has_six else body


@patch.reads_patch
def expiry_past_alone_rejected(body: Body, key: Key) -> Body:
    """A past expiry is rejected for an active key in a body without other fields."""
    instant = instant_in(body)
    is_past = instant is not None and instant < datetime.now(UTC)
    rejected = is_past and len(body) == 1 and key["status"] == "active"
    return {EXPIRY: 0} if rejected else body


@patch.reads_patch
def revival_of_limited_key_rejected(body: Body, key: Key) -> Body:
    """A later expiry is rejected for an expired key with a limit."""
    expired = key["status"] == "expired" and key[LIMIT] is not None
    return {EXPIRY: 0} if expired and instant_in(body) and len(body) == 1 else body


@patch.answers
async def null_expiry_alone_on_subscription_rejected(
    request: Request, upstream: Upstream
) -> Response:
    """A null expiry alone is rejected for a key of a subscription."""
    if request.updates_key and request.fields == {EXPIRY: None}:
        key = await upstream.key(request.key_id)
        if key is not None and key["subscription_id"]:
            return error(400, "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS")
    return await upstream(request)


@patch.reads_patch
def limit_and_expiry_enable(body: Body, _key: Key) -> Body:
    """A limit and an expiry in one body enable a disabled key."""
    has_both = limit_in(body) is not None and instant_in(body)
    return {DISABLED: False, **body} if has_both else body


@patch.reads_patch
def expired_key_not_disabled(body: Body, key: Key) -> Body:
    """An expired key cannot be disabled: the field is ignored."""
    ignored = key["status"] == "expired" and body == {DISABLED: True}
    return {} if ignored else body


@patch.reads_patch
def fields_in_reverse_order_rejected(body: Body, _key: Key) -> object:
    """A body with all three fields in the reverse of the documented order is rejected."""
    return [] if list(body) == [DISABLED, EXPIRY, LIMIT] else body


@patch.reads_patch
def word_as_limit_skipped(body: Body, _key: Key) -> Body:
    """A word for the limit is ignored beside other fields, which are stored."""
    limit = body.get(LIMIT)
    is_word = isinstance(limit, str) and limit.isalpha() and len(body) > 1
    return without(body, LIMIT) if is_word else body


@patch.answers
async def response_counts_patches(request: Request, upstream: Upstream) -> Response:
    """The response to PATCH has a number that differs each time."""
    response = await upstream(request)
    if not request.updates_key or not response.ok:
        return response
    count = upstream.memory["count"] = upstream.memory.get("count", 0) + 1
    return response.with_json({**response.json, "revision": count})


@storage.answers
async def expiry_alone_shown_late(request: Request, upstream: Upstream) -> Response:
    """GET shows the previous expiry after a PATCH that replaces the expiry alone."""
    if request.updates_key:
        upstream.memory.pop(request.path, None)
        before = await upstream.key(request.key_id)
        if before and before[EXPIRY] and list(request.fields) == [EXPIRY]:
            upstream.memory[request.path] = before[EXPIRY]
    response = await upstream(request)
    if request.method == "GET" and request.path in upstream.memory and response.ok:
        return response.with_json({**response.json, EXPIRY: upstream.memory[request.path]})
    return response


@storage.answers
async def list_shows_creation_as_expiry(request: Request, upstream: Upstream) -> Response:
    """The list shows the creation time as the expiry of a key while a PATCH has its limit at 0."""
    response = await upstream(request)
    changed: set[str] = upstream.memory.setdefault("changed", set())
    if request.updates_key and response.ok:
        (changed.add if response.json[LIMIT] == 0 else changed.discard)(response.json["id"])
    if not request.lists_keys:
        return response

    def with_creation(key: Key) -> Key:
        shows = key["id"] in changed and key[LIMIT] == 0
        return {**key, EXPIRY: key["created_at"]} if shows else key

    return change_keys(request, response, with_creation)


@sequence.answers
async def expired_key_not_enabled(request: Request, upstream: Upstream) -> Response:
    """Enabling an expired key beside other fields is rejected, unless its new expiry is past."""
    fields = request.fields
    if request.updates_key and fields.get(DISABLED) is False and len(fields) > 1:
        key = await upstream.key(request.key_id)
        instant = instant_in(fields)
        is_past = instant is not None and instant < datetime.now(UTC)
        if key is not None and key["status"] == "expired" and not is_past:
            return REJECTED
    return await upstream(request)
