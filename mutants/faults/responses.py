"""Faults in the shape, status and time of responses."""

import asyncio

from mutants.faults.patch_expiry import parsed_instant
from mutants.server.layer import Upstream
from mutants.server.messages import Key, Request, Response, error, without
from mutants.server.mutant import Area

schema = Area("schema")
response_area = Area("response")


@schema.shows_keys
def instances_count_missing(key: Key) -> Key:
    """Keys lack instances_count."""
    return without(key, "instances_count")


@schema.shows_keys
def instances_count_missing_when_0(key: Key) -> Key:
    """Keys that are not in use lack instances_count."""
    return key if key["instances_count"] else without(key, "instances_count")


@schema.shows_keys
def limit_as_string(key: Key) -> Key:
    """The limit is shown as a string."""
    limit = key["activations_limit"]
    return key if limit is None else {**key, "activations_limit": str(limit)}


@schema.shows_keys
def no_limit_as_minus_1(key: Key) -> Key:
    """A key without limit shows -1."""
    return {**key, "activations_limit": -1} if key["activations_limit"] is None else key


@schema.shows_keys
def no_expiry_as_empty_string(key: Key) -> Key:
    """A key without expiry shows an empty string."""
    return {**key, "expires_at": key["expires_at"] or ""}


@schema.shows_keys
def expiry_as_number(key: Key) -> Key:
    """The expiry is shown as seconds since 1970."""
    instant = parsed_instant(key["expires_at"])
    return {**key, "expires_at": int(instant.timestamp())} if instant else key


@schema.shows_keys
def expiry_without_offset(key: Key) -> Key:
    """The expiry is shown without an offset."""
    return {**key, "expires_at": key["expires_at"].rstrip("Z")} if key["expires_at"] else key


@schema.shows_keys
def created_at_with_space(key: Key) -> Key:
    """created_at is shown as a database writes it, with a space and without an offset."""
    return {**key, "created_at": key["created_at"].replace("T", " ").rstrip("Z")}


@schema.shows_keys
def created_at_as_date(key: Key) -> Key:
    """created_at is shown as a date."""
    return {**key, "created_at": key["created_at"][:10]}


@schema.shows_keys
def status_in_capitals(key: Key) -> Key:
    """The status is shown in capitals."""
    return {**key, "status": key["status"].upper()}


@schema.shows_keys
def status_null(key: Key) -> Key:
    """The status of an expired key is null."""
    return {**key, "status": None} if key["status"] == "expired" else key


@schema.shows_keys
def customer_null(key: Key) -> Key:
    """The customer of a key on a subscription is null."""
    return {**key, "customer_id": None} if key["subscription_id"] else key


@schema.shows_keys
def payment_as_object(key: Key) -> Key:
    """The payment is shown as an object."""
    return {**key, "payment_id": {"id": key["payment_id"]}}


@schema.shows_keys
def instances_count_as_fraction(key: Key) -> Key:
    """The number of instances is shown as a fraction."""
    return {**key, "instances_count": key["instances_count"] + 0.5}


@schema.shows_keys
def key_missing(key: Key) -> Key:
    """Keys lack their key string."""
    return without(key, "key")


@schema.shows_keys
def names_in_camel_case(key: Key) -> Key:
    """The names of a key's fields are in camel case."""
    return {_camel_case(name): value for name, value in key.items()}


@schema.answers
async def patch_wrapped(request: Request, upstream: Upstream) -> Response:
    """The response to PATCH wraps the key in an object."""
    response = await upstream(request)
    wraps = request.updates_key and response.ok
    return response.with_json({"license_key": response.json}) if wraps else response


@schema.answers
async def patch_answers_change_alone(request: Request, upstream: Upstream) -> Response:
    """The response to PATCH holds no more than the id and what was changed."""
    response = await upstream(request)
    if not request.updates_key or not response.ok:
        return response
    shown = {name: response.json[name] for name in response.json if name in request.fields}
    return response.with_json({"id": response.json["id"], **shown})


@response_area.shows_response
def patch_204(request: Request, response: Response) -> Response:
    """PATCH returns 204 and nothing."""
    return Response(204, b"", ()) if request.updates_key and response.ok else response


@response_area.shows_response
def patch_201(request: Request, response: Response) -> Response:
    """PATCH returns 201."""
    return response.with_status(201) if request.updates_key and response.ok else response


@response_area.shows_response
def patch_202(request: Request, response: Response) -> Response:
    """PATCH returns 202."""
    return response.with_status(202) if request.updates_key and response.ok else response


@response_area.shows_response
def list_206(request: Request, response: Response) -> Response:
    """A page of the list returns 206."""
    return response.with_status(206) if request.lists_keys and response.ok else response


@response_area.shows_response
def media_type_text(request: Request, response: Response) -> Response:
    """The response to PATCH is declared as text."""
    if not request.updates_key:
        return response
    return response.with_header(b"content-type", b"text/plain; charset=utf-8")


@response_area.shows_response
def media_type_missing(request: Request, response: Response) -> Response:
    """The list has no media type."""
    return response.with_header(b"content-type", None) if request.lists_keys else response


@response_area.shows_response
def media_type_html(_request: Request, response: Response) -> Response:
    """Errors are declared as HTML."""
    if response.status < 400:
        return response
    return response.with_header(b"content-type", b"text/html")


@response_area.shows_response
def not_json(request: Request, response: Response) -> Response:
    """A single key is followed by a comma."""
    reads = request.method == "GET" and request.key_id and response.ok
    return Response(200, response.body + b",") if reads else response


@response_area.answers
async def seventh_500(request: Request, upstream: Upstream) -> Response:
    """Every seventh request fails with 500."""
    count = upstream.memory["count"] = upstream.memory.get("count", 0) + 1
    return error(500, "INTERNAL_SERVER_ERROR") if count % 7 == 0 else await upstream(request)


@response_area.answers
async def both_nulls_500(request: Request, upstream: Upstream) -> Response:
    """A PATCH that removes limit and expiry at once fails with 500."""
    names = ("activations_limit", "expires_at")
    if request.updates_key and all(request.fields.get(name, 0) is None for name in names):
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@response_area.answers
async def filter_500(request: Request, upstream: Upstream) -> Response:
    """The list by product fails with 500."""
    if request.lists_keys and request.parameter("product_id"):
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@response_area.answers
async def persistent_503(request: Request, upstream: Upstream) -> Response:
    """A PATCH that disables a key is always answered with 503."""
    if request.updates_key and request.fields.get("disabled") is True:
        return error(503, "SERVICE_UNAVAILABLE")
    return await upstream(request)


@response_area.answers
async def slow_list(request: Request, upstream: Upstream) -> Response:
    """The largest page takes more than five seconds at first."""
    if request.lists_keys and request.parameter("page_size") == "100" and not upstream.memory:
        upstream.memory["slow"] = True
        await asyncio.sleep(5.2)
    return await upstream(request)


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(each.title() for each in rest)
