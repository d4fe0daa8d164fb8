"""Methods: undocumented ones that act, and HEAD, OPTIONS and TRACE."""

from dataclasses import replace
from typing import Any

from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area
from mutants.server.shapes import header, is_trusted

methods = Area("methods")


@methods.answers
async def delete_removes(request: Request, upstream: Upstream) -> Response:
    """DELETE of a key returns 204 and removes it."""
    gone = upstream.memory.setdefault("gone", set())
    if request.method == "DELETE" and request.key_id and is_trusted(request, upstream):
        if await upstream.key(request.key_id):
            gone.add(request.key_id)
            return Response(204, b"", ())
    return error(404, "NOT_FOUND") if request.key_id in gone else await upstream(request)


@methods.answers
async def delete_405_disables(request: Request, upstream: Upstream) -> Response:
    """DELETE of a key returns 405 and disables it."""
    response = await upstream(request)
    if request.method == "DELETE" and request.key_id and is_trusted(request, upstream):
        await upstream.ask("PATCH", request.path, {"disabled": True})
    return response


def _as(method: str, other: str, collection: str = "license_keys") -> Any:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if request.method == method and request.member_of(collection):
            return await upstream(replace(request, method=other))
        return await upstream(request)

    return behaviour


for _name, _statement, _method, _other, _collection in (
    ("put-updates", "PUT of a key updates it.", "PUT", "PATCH", "license_keys"),
    ("post-updates", "POST to a key updates it.", "POST", "PATCH", "license_keys"),
    ("put-renames", "PUT of an instance renames it.", "PUT", "PATCH", "license_key_instances"),
    ("post-reads", "POST to a key reads it.", "POST", "GET", "license_keys"),
    ("options-reads", "OPTIONS of a key reads it.", "OPTIONS", "GET", "license_keys"),
    ("propfind-reads", "PROPFIND of a key reads it.", "PROPFIND", "GET", "license_keys"),
    ("delete-instance-reads", "DELETE of an instance returns 200.", "DELETE", "GET", "license_key_instances"),
):  # fmt: skip
    methods.add(_name, _statement, _as(_method, _other, _collection))


def _fails(method: str, when: Any, status: int) -> Any:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if request.method == method and when(request):
            return error(status, "INTERNAL_SERVER_ERROR")
        return await upstream(request)

    return behaviour


for _method in ("HEAD", "OPTIONS", "DELETE", "PUT"):
    methods.add(
        f"{_method.lower()}-500", f"{_method} of a key fails with 500.",
        _fails(_method, lambda r: r.key_id is not None, 500),
    )  # fmt: skip
methods.add(
    "get-activate-500", "GET of activate fails with 500.",
    _fails("GET", lambda r: r.path == "/licenses/activate", 500),
)  # fmt: skip
methods.add(
    "delete-501", "DELETE of a key returns 501.",
    _fails("DELETE", lambda r: r.key_id is not None, 501),
)  # fmt: skip
methods.add(
    "delete-404", "DELETE of a key that exists returns 404.",
    _fails("DELETE", lambda r: r.key_id is not None, 404),
)  # fmt: skip


@methods.answers
async def override_header_acts(request: Request, upstream: Upstream) -> Response:
    """A header overrides the method of a POST."""
    wanted = header(request, b"x-http-method-override")
    return await upstream(replace(request, method=wanted) if wanted else request)


@methods.answers
async def override_parameter_acts(request: Request, upstream: Upstream) -> Response:
    """A query parameter overrides the method."""
    wanted = request.parameter("_method")
    return await upstream(replace(request, method=wanted, query="") if wanted else request)


@methods.answers
async def trace_repeats_request(request: Request, upstream: Upstream) -> Response:
    """TRACE repeats the request with its token."""
    if request.method == "TRACE":
        lines = b"\r\n".join(name + b": " + value for name, value in request.headers)
        return Response(200, lines, ((b"content-type", b"message/http"),))
    return await upstream(request)


@methods.answers
async def head_changes_nothing_but_404(request: Request, upstream: Upstream) -> Response:
    """HEAD of a key that exists returns 404."""
    if request.method == "HEAD" and request.key_id:
        return Response(404, b"", ((b"content-type", b"application/json"),))
    return await upstream(request)


@methods.answers
async def options_names_delete(request: Request, upstream: Upstream) -> Response:
    """A 405 allows a method that returns 405 itself."""
    response = await upstream(request)
    if response.status == 405:
        return response.with_header(b"allow", b"GET, PATCH, DELETE, PUT, POST")
    return response


@methods.answers
async def patch_of_list_changes_all(request: Request, upstream: Upstream) -> Response:
    """PATCH of the list returns 405 and changes every key."""
    response = await upstream(request)
    if (request.method, request.path) == ("PATCH", "/license_keys") and request.fields:
        for key in await upstream.keys():
            await upstream.ask("PATCH", f"/license_keys/{key['id']}", request.fields)
    return response
