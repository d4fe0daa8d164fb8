"""Faults in how keys are found by their ids, and in methods."""

from urllib.parse import unquote

from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area

get = Area("get")
method = Area("method")


@get.shows_response
def unknown_200(request: Request, response: Response) -> Response:
    """An unknown id returns 200 and the error body."""
    reads = request.method == "GET" and request.key_id is not None
    return response.with_status(200) if reads and response.status == 404 else response


@get.answers
async def unknown_gets_first_key(request: Request, upstream: Upstream) -> Response:
    """An unknown id gets the first key there is."""
    response = await upstream(request)
    if request.method == "GET" and request.key_id and response.status == 404:
        return Response(200).with_json((await upstream.keys())[0])
    return response


@get.shows_response
def unknown_500(request: Request, response: Response) -> Response:
    """An unknown id fails with 500."""
    missed = request.key_id and response.status == 404
    return error(500, "INTERNAL_SERVER_ERROR") if missed else response


@get.shows_response
def unknown_400(request: Request, response: Response) -> Response:
    """An unknown id is rejected with 400."""
    missed = request.key_id and response.status == 404
    return error(400, "INVALID_REQUEST_BODY") if missed else response


@get.shows_response
def unknown_code(request: Request, response: Response) -> Response:
    """The code for an unknown id is not the documented one."""
    missed = request.key_id and response.status == 404
    return error(404, "NO_SUCH_LICENSE") if missed else response


@get.answers
async def unusual_id_500(request: Request, upstream: Upstream) -> Response:
    """An id that is not ASCII fails with 500."""
    if request.key_id and not request.key_id.isascii():
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@get.answers
async def long_id_500(request: Request, upstream: Upstream) -> Response:
    """An id that is longer than its column fails with 500."""
    if request.key_id and len(request.key_id) > 255:
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@get.answers
async def quote_in_id_lists(request: Request, upstream: Upstream) -> Response:
    """A quote in an id ends the query, and the condition behind it matches the first key."""
    if request.key_id and "'" in request.key_id:
        return Response(200).with_json((await upstream.keys())[-1])
    return await upstream(request)


@get.answers
async def dotted_id_is_a_path(request: Request, upstream: Upstream) -> Response:
    """Slashes in an id are a path, and what is dotted leads to the list."""
    if request.method == "GET" and ".." in unquote(request.path):
        return await upstream.ask("GET", "/license_keys?page_size=1")
    return await upstream(request)


@get.answers
async def other_key(request: Request, upstream: Upstream) -> Response:
    """GET of an id shows the key created next."""
    response = await upstream(request)
    if request.method == "GET" and request.key_id and response.ok:
        keys = await upstream.keys()
        place = [each["id"] for each in keys].index(response.json["id"])
        return response.with_json(keys[max(place - 1, 0)])
    return response


@get.shows_response
def patch_of_unknown_200(request: Request, response: Response) -> Response:
    """PATCH of an unknown id returns 200 and an empty object."""
    missed = request.updates_key and response.status == 404
    return Response(200).with_json({}) if missed else response


@get.answers
async def patch_of_unknown_creates(request: Request, upstream: Upstream) -> Response:
    """PATCH of an unknown id returns a new key."""
    response = await upstream(request)
    if request.updates_key and response.status == 404:
        return Response(200).with_json({**(await upstream.keys())[0], "id": request.key_id})
    return response


@get.shows_response
def patch_of_unknown_422(request: Request, response: Response) -> Response:
    """PATCH of an unknown id is rejected with 422."""
    missed = request.updates_key and response.status == 404
    return error(422, "INVALID_REQUEST_BODY") if missed else response


@method.shows_response
def unknown_method_404(_request: Request, response: Response) -> Response:
    """An unsupported method returns 404."""
    return error(404, "NOT_FOUND") if response.status == 405 else response


@method.shows_response
def unknown_method_501(_request: Request, response: Response) -> Response:
    """An unsupported method returns 501."""
    return error(501, "NOT_IMPLEMENTED") if response.status == 405 else response


@method.shows_response
def unknown_method_200(_request: Request, response: Response) -> Response:
    """An unsupported method returns 200 and an empty object."""
    return Response(200).with_json({}) if response.status == 405 else response


@method.answers
async def put_of_collection_lists(request: Request, upstream: Upstream) -> Response:
    """PUT of the license keys lists them."""
    if (request.method, request.path) == ("PUT", "/license_keys"):
        return await upstream.ask("GET", "/license_keys")
    return await upstream(request)


@method.answers
async def delete_accepted(request: Request, upstream: Upstream) -> Response:
    """DELETE of a license key returns 204."""
    if request.method == "DELETE" and request.key_id:
        return Response(204, b"", ())
    return await upstream(request)


@method.answers
async def get_of_validate_answers(request: Request, upstream: Upstream) -> Response:
    """GET of validate says that nothing is valid."""
    if (request.method, request.path) == ("GET", "/licenses/validate"):
        return Response(200).with_json({"valid": False})
    return await upstream(request)
