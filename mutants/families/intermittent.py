"""Intermittent faults: one backend of several is outdated, forgetful or lenient."""

from dataclasses import replace
from typing import Any

from mutants.server.layer import Behaviour, Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area
from mutants.server.shapes import each_nth, trusted

intermittent = Area("intermittent")
add = intermittent.add
LIMIT, EXPIRY = "activations_limit", "expires_at"


def _any(_request: Request) -> bool:
    return True


def _patches(request: Request) -> bool:
    return request.updates_key


def _gets(request: Request) -> bool:
    return request.method == "GET" and request.key_id is not None


def _lists(request: Request) -> bool:
    return request.lists_keys


def _responds(status: int, code: str = "INTERNAL_SERVER_ERROR") -> Behaviour:
    async def behaviour(_request: Request, _upstream: Upstream) -> Response:
        return error(status, code)

    return behaviour


def _then(change: Any) -> Behaviour:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        response = await upstream(request)
        changed: Response = change(response) if response.ok else response
        return changed

    return behaviour


async def _forgets(request: Request, upstream: Upstream) -> Response:
    return await upstream(request.with_json({}) if request.fields else request)


async def _lenient(request: Request, upstream: Upstream) -> Response:
    return await upstream(trusted(request, upstream))


async def _refuses(_request: Request, _upstream: Upstream) -> Response:
    return error(401, "UNAUTHORIZED")


async def _ignores_nulls(request: Request, upstream: Upstream) -> Response:
    kept = {name: each for name, each in request.fields.items() if each is not None}
    return await upstream(request.with_json(kept) if request.fields else request)


async def _other_key(request: Request, upstream: Upstream) -> Response:
    key = (await upstream.keys())[0]
    return await upstream(replace(request, path=f"/license_keys/{key['id']}"))


for _name, _statement, _count, _when, _behaviour in (
    ("twentieth-500", "Every twentieth request fails with 500.", 20, _any, _responds(500)),
    ("fiftieth-500", "Every fiftieth request fails with 500.", 50, _any, _responds(500)),
    ("tenth-patch-500", "Every tenth PATCH fails with 500.", 10, _patches, _responds(500)),
    ("fifth-patch-forgotten", "One backend in five returns 200 to a PATCH and stores nothing.", 5, _patches, _forgets),
    ("tenth-patch-forgotten", "One backend in ten returns 200 to a PATCH and stores nothing.", 10, _patches, _forgets),
    ("fifth-lenient", "One backend in five does not look at the token.", 5, _any, _lenient),
    ("tenth-lenient", "One backend in ten does not look at the token.", 10, _any, _lenient),
    ("third-read-lenient", "One backend in three does not look at the token of a GET.", 3, _gets, _lenient),
    ("twentieth-401", "Every twentieth request is rejected as unauthorized.", 20, _any, _refuses),
    ("fifth-patch-ignores-nulls", "One backend in five ignores nulls.", 5, _patches, _ignores_nulls),
    ("tenth-get-404", "Every tenth GET of a key returns 404.", 10, _gets, _responds(404, "NOT_FOUND")),
    ("fifth-get-other", "Every fifth GET of a key shows the newest key.", 5, _gets, _other_key),
    ("fifth-list-lacks", "Every fifth list lacks its last key.", 5, _lists,
     _then(lambda r: r.with_json({"items": r.json["items"][:-1]}))),
    ("fifth-get-old-form", "One backend in five shows keys without the number of instances.", 5, _gets,
     _then(lambda r: r.with_json({n: v for n, v in r.json.items() if n != "instances_count"}))),
    ("tenth-media-type", "One backend in ten declares its responses as text.", 10, _any,
     _then(lambda r: r.with_header(b"content-type", b"text/plain"))),
    ("twentieth-cut", "Every twentieth response is cut short.", 20, _any,
     _then(lambda r: replace(r, body=r.body[: len(r.body) // 2]))),
    ("tenth-patch-201", "One backend in ten returns 201 to a PATCH.", 10, _patches,
     _then(lambda r: r.with_status(201))),
    ("tenth-status-capital", "One backend in ten shows the status in capitals.", 10, _gets,
     _then(lambda r: r.with_json({**r.json, "status": r.json["status"].upper()}))),
    ("fifteenth-empty", "Every fifteenth response has no body.", 15, _any, _then(lambda r: replace(r, body=b""))),
    ("twentieth-page", "Every twentieth response is a page of the proxy with 200.", 20, _any,
     _then(lambda r: Response(200, b"<h1>OK</h1>", ((b"content-type", b"text/html"),)))),
):  # fmt: skip
    add(_name, _statement, each_nth(_count, _when, _behaviour))


@intermittent.answers
async def fifth_get_outdated(request: Request, upstream: Upstream) -> Response:
    """One backend in five shows a key as it was when it was read first."""
    response = await upstream(request)
    if not _gets(request) or not response.ok:
        return response
    first = upstream.memory.setdefault(request.path, response.json)
    count = upstream.memory["count"] = upstream.memory.get("count", 0) + 1
    return response.with_json(first) if count % 5 == 0 else response


@intermittent.answers
async def fifth_patch_answers_old(request: Request, upstream: Upstream) -> Response:
    """The response of one PATCH in five shows the key before."""
    before = await upstream.key(request.key_id) if request.updates_key else None
    response = await upstream(request)
    if before is None or not response.ok:
        return response
    count = upstream.memory["count"] = upstream.memory.get("count", 0) + 1
    return response.with_json(before) if count % 5 == 0 else response


@intermittent.answers
async def tenth_patch_reaches_next(request: Request, upstream: Upstream) -> Response:
    """One PATCH in ten also changes the newest key."""
    response = await upstream(request)
    if request.updates_key and response.ok:
        count = upstream.memory["count"] = upstream.memory.get("count", 0) + 1
        if count % 10 == 0:
            other = (await upstream.keys())[0]
            await upstream.ask("PATCH", f"/license_keys/{other['id']}", request.fields)
    return response


@intermittent.answers
async def rejected_patch_stored_by_one_in_five(request: Request, upstream: Upstream) -> Response:
    """One backend in five stores the limit of a PATCH that it rejects."""
    response = await upstream(request)
    limit = request.fields.get(LIMIT)
    if request.updates_key and response.status in (400, 422) and isinstance(limit, int):
        count = upstream.memory["count"] = upstream.memory.get("count", 0) + 1
        if count % 5 == 0:
            await upstream.ask("PATCH", request.path, {LIMIT: limit})
    return response
