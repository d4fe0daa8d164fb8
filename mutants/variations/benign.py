"""Servers that differ from the mock but conform: no contract rule may report them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from contract_tests.contract.oracle import parse_instant
from mutants.server.layer import Upstream
from mutants.server.messages import Key, Request, Response, error, without
from mutants.server.mutant import Area

benign = Area("benign")


@benign.shows_keys
def more_fields(key: Key) -> Key:
    """Keys have fields that the contract does not know."""
    return {**key, "metadata": {}, "grant_id": None, "revision": 7}


@benign.shows_response
def more_beside_items(request: Request, response: Response) -> Response:
    """Lists and errors have more members."""
    if isinstance(response.json, dict) and (request.lists_keys or response.status >= 400):
        return response.with_json({**response.json, "request_id": "req_1", "total": None})
    return response


@benign.shows_keys
def first_documented_form(key: Key) -> Key:
    """Keys have the fields of the first published version, without brand and source."""
    return without(key, "brand_id", "source")


@benign.shows_keys
def absent_for_null(key: Key) -> Key:
    """payment_id is absent where it is null."""
    return key if key["payment_id"] else without(key, "payment_id")


@benign.shows_keys
def instants_with_zero_offset(key: Key) -> Key:
    """Instants are written with +00:00."""
    return _with_instants(key, lambda text: text.replace("Z", "+00:00"))


@benign.shows_keys
def instants_with_microseconds(key: Key) -> Key:
    """Instants always have six digits after the second."""
    return _with_instants(key, lambda text: f"{text[:19]}.{text[20:].rstrip('Z').ljust(6, '0')}Z")


@benign.shows_keys
def instants_with_nanoseconds(key: Key) -> Key:
    """Instants have nine digits after the second."""
    return _with_instants(key, lambda text: f"{text[:19]}.{text[20:].rstrip('Z').ljust(9, '0')}Z")


@benign.reads_patch
def expiry_in_milliseconds(body: Key, _key: Key) -> Key:
    """Instants are kept to the millisecond, which the contract leaves open."""
    instant = parse_instant(body.get("expires_at"))
    if instant is None:
        return body
    kept = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
    return {**body, "expires_at": kept.isoformat()}


@benign.shows_response
def charset(_request: Request, response: Response) -> Response:
    """The media type names the charset."""
    if not response.body:
        return response
    return response.with_header(b"content-type", b"application/json; charset=utf-8")


@benign.shows_response
def media_type_in_capitals(_request: Request, response: Response) -> Response:
    """The media type is written in capitals."""
    if not response.body:
        return response
    return response.with_header(b"content-type", b"Application/JSON;Charset=UTF-8")


@benign.shows_response
def chunked(_request: Request, response: Response) -> Response:
    """Bodies are sent in chunks and without a length."""
    return replace(response, chunked=True)


@benign.answers
async def wrong_media_type_415(request: Request, upstream: Upstream) -> Response:
    """A body of another media type gets 415 with no body at all, before all else but the token."""
    response = await upstream(request)
    return Response(415, b"", ()) if response.status == 415 else response


@benign.answers
async def wrong_media_type_400(request: Request, upstream: Upstream) -> Response:
    """A body of another media type gets 400."""
    response = await upstream(request)
    return error(400, "INVALID_REQUEST_BODY") if response.status == 415 else response


@benign.answers
async def wrong_bodies_400(request: Request, upstream: Upstream) -> Response:
    """Every wrong body gets 400."""
    return _body_errors_as(400, await upstream(request))


@benign.answers
async def wrong_bodies_422(request: Request, upstream: Upstream) -> Response:
    """Every wrong body gets 422."""
    return _body_errors_as(422, await upstream(request))


@benign.shows_response
def wrong_queries_422(_request: Request, response: Response) -> Response:
    """Every malformed query gets 422."""
    return response.with_status(422) if response.code == "INVALID_QUERY_PARAMS" else response


@benign.answers
async def look_up_before_body(request: Request, upstream: Upstream) -> Response:
    """An unknown id gets 404 before the body is looked at."""
    if request.updates_key and request.authorization == upstream.authorization:
        path = f"/license_keys/{quote(request.key_id or '', safe='')}"
        found = await upstream.ask("GET", path)
        if found.status == 404:
            return found
    return await upstream(request)


@benign.shows_response
def not_found_code(_request: Request, response: Response) -> Response:
    """The code for an unknown key is NOT_FOUND."""
    return error(404, "NOT_FOUND") if response.status == 404 else response


@benign.shows_response
def router_without_body(_request: Request, response: Response) -> Response:
    """405 has no body, only the methods that are allowed."""
    if response.status != 405:
        return response
    return Response(405, b"", tuple(each for each in response.headers if each[0] == b"allow"))


@benign.answers
async def throttled_with_hint(request: Request, upstream: Upstream) -> Response:
    """Every fortieth request is throttled, with the seconds to wait."""
    if _every(40, upstream) and request.authorization == upstream.authorization:
        return error(429, "TOO_MANY_REQUESTS").with_header(b"retry-after", b"0")
    return await upstream(request)


@benign.answers
async def throttled_once_without_hint(request: Request, upstream: Upstream) -> Response:
    """The thirtieth request is throttled, with no word on how long."""
    count = upstream.memory["count"] = upstream.memory.get("count", 0) + 1
    return error(429, "TOO_MANY_REQUESTS") if count == 30 else await upstream(request)


@benign.answers
async def single_503(request: Request, upstream: Upstream) -> Response:
    """The twentieth request fails with 503, as when a server is replaced."""
    count = upstream.memory["count"] = upstream.memory.get("count", 0) + 1
    if count != 20:
        return await upstream(request)
    return Response(503, b"upstream unavailable", ((b"content-type", b"text/plain"),))


@benign.answers
async def single_502_page(request: Request, upstream: Upstream) -> Response:
    """The fifteenth request gets a proxy's page with 502."""
    count = upstream.memory["count"] = upstream.memory.get("count", 0) + 1
    if count != 15:
        return await upstream(request)
    return Response(502, b"<h1>Bad Gateway</h1>", ((b"content-type", b"text/html"),))


@benign.answers
async def latency(request: Request, upstream: Upstream) -> Response:
    """Every response takes some milliseconds."""
    await asyncio.sleep(0.004)
    return await upstream(request)


@benign.answers
async def keys_change_order(request: Request, upstream: Upstream) -> Response:
    """Lists are in order of the ids instead of creation."""
    response = await upstream(request)
    if not request.lists_keys or not response.ok:
        return response
    wanted = request.with_query(page_size=None, page_number=None)
    keys = (await upstream(wanted.with_query(page_size="100"))).json["items"]
    size = min(int(request.parameter("page_size") or 10), 100)
    first = size * int(request.parameter("page_number") or 0)
    ordered = sorted(keys, key=lambda key: str(key["id"]))
    return response.with_json({"items": ordered[first : first + size]})


@benign.answers
async def negative_limit_refused_as_type(request: Request, upstream: Upstream) -> Response:
    """A negative limit is rejected as a wrong body instead of as too low."""
    limit = request.fields.get("activations_limit")
    trusted = request.updates_key and request.authorization == upstream.authorization
    negative = isinstance(limit, int) and limit < 0
    if trusted and negative and await upstream.key(request.key_id):
        return error(400, "INVALID_REQUEST_BODY")
    return await upstream(request)


@benign.answers
async def messages_in_other_words(request: Request, upstream: Upstream) -> Response:
    """Messages of errors are in other words, with letters beyond ASCII."""
    response = await upstream(request)
    if response.status < 400 or not isinstance(response.json, dict):
        return response
    return response.with_json({**response.json, "message": "Diese Anfrage ist ungültig: 無効"})


@benign.holds
def no_key_in_use() -> dict[str, Any]:
    """The account has two keys, and none has an instance."""
    return {"license_keys": [{}, {"activations_limit": 5}]}


@benign.holds
def single_key() -> dict[str, Any]:
    """The account has a single key."""
    return {"license_keys": [{"activations_limit": 5, "instances": [{}]}]}


@benign.holds
def subscription_keys_only() -> dict[str, Any]:
    """Every key belongs to a subscription."""
    keys = [{"subscription_id": f"sub_{number}", "instances": [{}]} for number in range(4)]
    return {"license_keys": keys}


@benign.holds
def hundreds_of_keys() -> dict[str, Any]:
    """The account has three hundred keys, and those that may be changed are the oldest."""
    return {"license_keys": [{"instances": [{}]}, {}, {"subscription_id": "sub_1"}, *[{}] * 297]}


def _with_instants(key: Key, write: Callable[[str], str]) -> Key:
    instants = {name: key[name] for name in ("created_at", "expires_at") if key[name]}
    return {**key, **{name: write(text) for name, text in instants.items()}}


def _body_errors_as(status: int, response: Response) -> Response:
    is_body = response.status in (400, 422) and response.code == "INVALID_REQUEST_BODY"
    return response.with_status(status) if is_body else response


def _every(count: int, upstream: Upstream) -> bool:
    upstream.memory["count"] = upstream.memory.get("count", 0) + 1
    return bool(upstream.memory["count"] % count == 0)
