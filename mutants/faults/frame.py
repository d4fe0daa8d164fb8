"""Faults that change what no PATCH may change, in the key and in others."""

from datetime import UTC, datetime
from uuid import uuid4

from mutants.faults.patch_expiry import EXPIRY, written
from mutants.faults.patch_limit import LIMIT
from mutants.server.layer import Upstream
from mutants.server.messages import Body, Key, Request, Response, without
from mutants.server.mutant import Area

frame = Area("frame")


@frame.answers_patch
def created_at_moved(_body: Body, _before: Key, after: Key) -> Key:
    """PATCH moves created_at to the present."""
    return {**after, "created_at": written(datetime.now(UTC))}


@frame.shows_keys
def created_at_cut(key: Key) -> Key:
    """created_at loses its fraction as soon as the key is disabled."""
    cut = key["created_at"][:19] + "Z"
    return {**key, "created_at": cut} if key["status"] == "disabled" else key


@frame.answers_patch
def key_renewed(body: Body, _before: Key, after: Key) -> Key:
    """Enabling a key gives it a new key string."""
    return {**after, "key": str(uuid4())} if body.get("disabled") is False else after


@frame.answers_patch
def instances_reset(body: Body, _before: Key, after: Key) -> Key:
    """A new limit sets the number of instances to 0."""
    return {**after, "instances_count": 0} if body.get(LIMIT) else after


@frame.answers_patch
def subscription_lost(body: Body, _before: Key, after: Key) -> Key:
    """A null limit takes the key from its subscription."""
    return {**after, "subscription_id": None} if body.get(LIMIT, 0) is None else after


@frame.answers_patch
def payment_lost(_body: Body, _before: Key, after: Key) -> Key:
    """PATCH removes payment_id."""
    return {**after, "payment_id": None}


@frame.answers_patch
def product_lost(_body: Body, _before: Key, after: Key) -> Key:
    """PATCH empties product_id."""
    return {**after, "product_id": ""}


@frame.answers_patch
def customer_changed(_body: Body, _before: Key, after: Key) -> Key:
    """PATCH gives the key to another customer."""
    return {**after, "customer_id": "cus_somebodyelse"}


@frame.answers_patch
def business_changed(_body: Body, _before: Key, after: Key) -> Key:
    """PATCH writes business_id in lower case."""
    return {**after, "business_id": after["business_id"].lower()}


@frame.answers_patch
def brand_changed(_body: Body, _before: Key, after: Key) -> Key:
    """PATCH sets brand_id to that of the business."""
    return {**after, "brand_id": after["business_id"]}


@frame.answers_patch
def source_reset(_body: Body, _before: Key, after: Key) -> Key:
    """PATCH marks the key as made by hand."""
    return {**after, "source": "manual"}


@frame.answers
async def id_in_lower_case(request: Request, upstream: Upstream) -> Response:
    """The response to PATCH has the id in lower case."""
    response = await upstream(request)
    if request.updates_key and response.ok:
        return response.with_json({**response.json, "id": response.json["id"].lower()})
    return response


@frame.answers
async def other_keys_of_customer_changed(request: Request, upstream: Upstream) -> Response:
    """PATCH changes every key of the customer."""
    return await _change_others(request, upstream, "customer_id")


@frame.answers
async def other_keys_of_product_changed(request: Request, upstream: Upstream) -> Response:
    """PATCH changes every key of the product."""
    return await _change_others(request, upstream, "product_id")


@frame.answers
async def all_keys_changed(request: Request, upstream: Upstream) -> Response:
    """PATCH lacks its condition and changes every key."""
    return await _change_others(request, upstream, "business_id")


@frame.answers
async def next_key_changed(request: Request, upstream: Upstream) -> Response:
    """PATCH sets the limit of the key created next as well."""
    response = await upstream(request)
    if request.updates_key and response.ok and LIMIT in request.fields:
        keys = await upstream.keys()
        place = [each["id"] for each in keys].index(response.json["id"])
        if place:
            body = {LIMIT: request.fields[LIMIT]}
            await upstream.ask("PATCH", f"/license_keys/{keys[place - 1]['id']}", body)
    return response


async def _change_others(request: Request, upstream: Upstream, shared: str) -> Response:
    response = await upstream(request)
    if request.updates_key and response.ok:
        for key in await upstream.keys():
            if key[shared] == response.json[shared] and key["id"] != response.json["id"]:
                fields = request.fields
                body = without(fields, EXPIRY) if key["subscription_id"] else fields
                await upstream.ask("PATCH", f"/license_keys/{key['id']}", body)
    return response
