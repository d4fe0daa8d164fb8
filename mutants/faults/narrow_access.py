"""Faults in authorization, ids, bodies and responses that exactly one rule detects."""

import re

from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area

auth = Area("auth")
get = Area("get")
body = Area("body")
response_area = Area("response")
errors = Area("error")

_ORDINARY_ID = re.compile(r"lic_[A-Za-z0-9_]{1,35}")


async def _accepted(request: Request, upstream: Upstream, accepted: bool) -> Response:
    """GET of a single key, as if the request were authorized."""
    if accepted and request.method == "GET" and request.key_id:
        return await upstream(request.with_authorization(upstream.authorization))
    return await upstream(request)


@auth.answers
async def get_with_empty_token(request: Request, upstream: Upstream) -> Response:
    """A GET of a key accepts an empty bearer token."""
    given = request.authorization
    return await _accepted(request, upstream, given is not None and given.strip() in ("", "Bearer"))


@auth.answers
async def get_ignores_token_case(request: Request, upstream: Upstream) -> Response:
    """A GET of a key compares the token without regard to case."""
    same = (request.authorization or "").lower() == upstream.authorization.lower()
    return await _accepted(request, upstream, same)


@auth.answers
async def get_with_bare_token(request: Request, upstream: Upstream) -> Response:
    """A GET of a key accepts the token without a scheme."""
    same = f"Bearer {request.authorization}" == upstream.authorization
    return await _accepted(request, upstream, same)


@auth.answers
async def get_of_unknown_id_before_token(request: Request, upstream: Upstream) -> Response:
    """A GET of an unknown id returns 404 without authorization."""
    unknown = request.method == "GET" and request.key_id and not await upstream.key(request.key_id)
    return await _accepted(request, upstream, bool(unknown))


@auth.answers
async def first_rejected_patch_stored(request: Request, upstream: Upstream) -> Response:
    """The first PATCH with an unknown token returns 401 but is stored: the token cache is cold."""
    response = await upstream(request)
    token = upstream.authorization.removeprefix("Bearer ").lower()
    unknown = response.status == 401 and token not in (request.authorization or token).lower()
    bearer = (request.authorization or "").startswith("Bearer ")
    if request.updates_key and unknown and bearer and "stored" not in upstream.memory:
        upstream.memory["stored"] = True
        await upstream(request.with_authorization(upstream.authorization))
    return response


@get.answers
async def ordinary_unknown_id_shows_first_key(request: Request, upstream: Upstream) -> Response:
    """A GET of an unknown id in the usual form, unlike any known id, returns the first key."""
    response = await upstream(request)
    asked = request.key_id or ""
    if request.method != "GET" or response.status != 404 or not _ORDINARY_ID.fullmatch(asked):
        return response
    keys = await upstream.keys()
    parts = {part for key in keys for part in (key["id"][:8].lower(), key["id"][-8:], key["id"])}
    is_near = bool({asked[:8].lower(), asked[-8:], asked[::-1]} & parts)
    return response if is_near else Response(200).with_json(keys[0])


@body.reads_request
def deep_is_empty_object(request: Request) -> Request:
    """A deeply nested body is read as an empty object."""
    return request.with_json({}) if request.body.count(b"[") > 5000 else request


@body.reads_request
def not_utf_8_in_string_is_empty_object(request: Request) -> Request:
    """An object with a byte that is not UTF-8 in a string is read as an empty object."""
    is_object = request.body.startswith(b"{") and b"\0" not in request.body
    try:
        request.body.decode()
    except UnicodeDecodeError:
        return request.with_json({}) if is_object else request
    return request


@response_area.shows_response
def instances_206(request: Request, response: Response) -> Response:
    """A page of instances is returned with 206."""
    listed = request.path == "/license_key_instances" and response.ok
    return response.with_status(206) if listed else response


@response_area.answers
async def first_list_500(request: Request, upstream: Upstream) -> Response:
    """The first list request fails with 500."""
    if request.lists_keys and request.authorization and "warm" not in upstream.memory:
        upstream.memory["warm"] = True
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@response_area.answers
async def breaks_off_on_int64(request: Request, upstream: Upstream) -> Response:
    """The connection breaks off when a limit is beyond int64."""
    limit = request.fields.get("activations_limit")
    if request.updates_key and isinstance(limit, int) and limit >= 2**63:
        raise ConnectionResetError("the server process ended")
    return await upstream(request)


@errors.shows_response
def router_page(_request: Request, response: Response) -> Response:
    """405 and 415 have an HTML page."""
    if response.status not in (405, 415):
        return response
    page = b"<!doctype html><title>Not allowed</title>"
    allow = tuple(each for each in response.headers if each[0] == b"allow")
    return Response(response.status, page, (*allow, (b"content-type", b"text/html")))
