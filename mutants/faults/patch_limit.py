"""Faults in how PATCH handles `activations_limit`."""

from typing import Any

from mutants.server.layer import Upstream, patch_pretending
from mutants.server.messages import Body, Key, Request, Response, error, without
from mutants.server.mutant import Area

LIMIT = "activations_limit"
TOO_LOW = "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT"
INT32_MAX = 2**31 - 1

patch = Area("patch")


def limit_in(body: Body) -> int | None:
    """The limit in a body where it is a number without a fraction."""
    limit = body.get(LIMIT)
    return limit if isinstance(limit, int) and not isinstance(limit, bool) else None


@patch.reads_patch
def null_limit_ignored(body: Body, _key: Key) -> Body:
    """A null limit is ignored."""
    return without(body, LIMIT) if body.get(LIMIT, 0) is None else body


@patch.reads_patch
def null_limit_becomes_instances(body: Body, key: Key) -> Body:
    """A null limit sets the limit to the number of instances."""
    return {**body, LIMIT: key["instances_count"]} if body.get(LIMIT, 0) is None else body


@patch.reads_patch
def null_limit_refused(body: Body, _key: Key) -> Body:
    """A null limit is rejected as a wrong type."""
    return {**body, LIMIT: "null"} if body.get(LIMIT, 0) is None else body


@patch.reads_patch
def omitted_limit_removed(body: Body, _key: Key) -> Body:
    """Leaving the limit out removes it."""
    return {LIMIT: None, **body}


@patch.reads_patch
def limit_ignored(body: Body, _key: Key) -> Body:
    """A number for the limit is ignored."""
    return body if limit_in(body) is None else without(body, LIMIT)


@patch.reads_patch
def limit_ignored_when_unlimited(body: Body, key: Key) -> Body:
    """A key without a limit cannot be given one."""
    return without(body, LIMIT) if key[LIMIT] is None else body


@patch.reads_patch
def limit_added(body: Body, key: Key) -> Body:
    """A number is added to the limit instead of replacing it."""
    limit = limit_in(body)
    if limit is None or key[LIMIT] is None or limit < key["instances_count"]:
        return body
    return {**body, LIMIT: min(key[LIMIT] + limit, INT32_MAX)}


@patch.reads_patch
def limit_never_lowered(body: Body, key: Key) -> Body:
    """A limit below the present one is ignored, though there are fewer instances."""
    limit = limit_in(body)
    if limit is not None and key["instances_count"] <= limit < (key[LIMIT] or 0):
        return without(body, LIMIT)
    return body


@patch.reads_patch
def limit_zero_means_unlimited(body: Body, _key: Key) -> Body:
    """A limit of 0 removes the limit."""
    return {**body, LIMIT: None} if limit_in(body) == 0 else body


@patch.reads_patch
def limit_kept_in_16_bits(body: Body, _key: Key) -> Body:
    """A limit above 32767 is stored as 32767."""
    limit = limit_in(body)
    return {**body, LIMIT: 32767} if limit is not None and 32767 < limit <= INT32_MAX else body


@patch.reads_patch
def limit_counts_free_seats(body: Body, key: Key) -> Body:
    """The limit is read as the activations that are left, so the instances come on top."""
    limit = limit_in(body)
    if limit is None or limit < 0:
        return body
    return {**body, LIMIT: min(limit + key["instances_count"], INT32_MAX)}


@patch.answers
async def limit_below_instances_accepted(request: Request, upstream: Upstream) -> Response:
    """A limit below the instances is accepted and stored."""
    limit = await _limit_below_instances(request, upstream)
    if limit is None:
        return await upstream(request)
    sent = without(request.fields, LIMIT)
    return await patch_pretending(request, upstream, sent, {LIMIT: limit})


@patch.reads_patch
def limit_below_instances_ignored(body: Body, key: Key) -> Body:
    """A limit below the instances is ignored instead of refused."""
    limit = limit_in(body)
    return (
        without(body, LIMIT) if limit is not None and 0 <= limit < key["instances_count"] else body
    )


@patch.reads_patch
def limit_below_instances_raised(body: Body, key: Key) -> Body:
    """A limit below the instances is raised to their number instead of refused."""
    limit = limit_in(body)
    if limit is not None and 0 <= limit < key["instances_count"]:
        return {**body, LIMIT: key["instances_count"]}
    return body


@patch.shows_response
def limit_below_instances_400(_request: Request, response: Response) -> Response:
    """A limit below the instances is rejected with 400."""
    return response.with_status(400) if response.code == TOO_LOW else response


@patch.shows_response
def limit_below_instances_409(_request: Request, response: Response) -> Response:
    """A limit below the instances is rejected with 409."""
    return response.with_status(409) if response.code == TOO_LOW else response


@patch.shows_response
def limit_below_instances_code(_request: Request, response: Response) -> Response:
    """The code of a limit below the instances is that of any wrong body."""
    return error(422, "INVALID_REQUEST_BODY") if response.code == TOO_LOW else response


@patch.answers
async def limit_equal_to_instances_refused(request: Request, upstream: Upstream) -> Response:
    """A limit equal to the number of instances is rejected."""
    limit = limit_in(request.fields) if request.updates_key else None
    if limit:
        key = await upstream.key(request.key_id)
        if key is not None and limit == key["instances_count"]:
            return error(422, TOO_LOW)
    return await upstream(request)


@patch.reads_patch
def negative_limit_means_unlimited(body: Body, _key: Key) -> Body:
    """A negative limit removes the limit."""
    limit = limit_in(body)
    return {**body, LIMIT: None} if limit is not None and limit < 0 else body


@patch.reads_patch
def negative_limit_loses_sign(body: Body, _key: Key) -> Body:
    """A negative limit is stored without its sign."""
    limit = limit_in(body)
    return {**body, LIMIT: -limit} if limit is not None and -1000 < limit < 0 else body


@patch.answers
async def limit_wraps_beyond_int32(request: Request, upstream: Upstream) -> Response:
    """A limit beyond int32 is cut to its lowest 32 bits."""
    limit = limit_in(request.fields) if request.updates_key else None
    if limit is None or -(2**31) <= limit <= INT32_MAX:
        return await upstream(request)
    wrapped = (limit + 2**31) % 2**32 - 2**31
    return await patch_pretending(
        request, upstream, without(request.fields, LIMIT), {LIMIT: wrapped}
    )


@patch.reads_patch
def limit_capped_at_int32(body: Body, _key: Key) -> Body:
    """A limit beyond int32 is stored as the largest int32."""
    limit = limit_in(body)
    return {**body, LIMIT: INT32_MAX} if limit is not None and limit > INT32_MAX else body


@patch.reads_patch
def limit_string_coerced(body: Body, _key: Key) -> Body:
    """A limit in quotes is read as the number in them."""
    return _with_limit(body, str, lambda limit: int(limit) if limit.isdecimal() else limit)


@patch.reads_patch
def limit_empty_string_removes(body: Body, _key: Key) -> Body:
    """An empty string for the limit removes it, as forms do."""
    return {**body, LIMIT: None} if body.get(LIMIT) == "" else body


@patch.reads_patch
def limit_boolean_coerced(body: Body, key: Key) -> Body:
    """True as a limit allows one more instance, and false none."""
    return _with_limit(body, bool, lambda limit: key["instances_count"] + int(limit))


@patch.reads_patch
def limit_fraction_cut(body: Body, _key: Key) -> Body:
    """A fraction as a limit is cut to a whole number."""
    return _with_limit(body, float, lambda limit: int(limit) if limit < INT32_MAX else limit)


@patch.reads_patch
def limit_list_unwrapped(body: Body, _key: Key) -> Body:
    """A list with one number is read as the number."""
    return _with_limit(body, list, lambda limit: limit[0] if len(limit) == 1 else limit)


@patch.reads_patch
def limit_object_ignored(body: Body, _key: Key) -> Body:
    """An object as a limit is ignored."""
    return without(body, LIMIT) if isinstance(body.get(LIMIT), dict) else body


def _with_limit(body: Body, kind: type, change: Any) -> Body:
    limit = body.get(LIMIT)
    return {**body, LIMIT: change(limit)} if isinstance(limit, kind) else body


async def _limit_below_instances(request: Request, upstream: Upstream) -> int | None:
    limit = limit_in(request.fields) if request.updates_key else None
    key = await upstream.key(request.key_id) if limit is not None else None
    return (
        limit
        if key is not None and limit is not None and 0 <= limit < key["instances_count"]
        else None
    )
