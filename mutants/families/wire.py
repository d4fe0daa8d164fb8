"""Bytes: encodings, duplicate members, media types of errors, and what messages give away."""

import gzip
import json
from dataclasses import replace
from typing import Any

from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area
from mutants.server.shapes import header, is_trusted, responds

wire = Area("wire")
add = wire.add
_change: Any


def _reads_key(request: Request) -> bool:
    return request.method == "GET" and request.key_id is not None


def _fails(response: Response) -> bool:
    return response.status >= 400 and bool(response.body)


def _on_errors(change: Any, *statuses: int) -> Any:
    return responds(
        lambda _r, a: change(a) if _fails(a) and (not statuses or a.status in statuses) else a
    )


_TYPE = b"content-type"
for _name, _statement, _change in (
    ("latin-1", "Single keys are sent in Latin-1.",
     lambda r, a: replace(a, body=json.dumps({**a.json, "note": "café"}, ensure_ascii=False).encode("latin-1"))),
    ("utf-16", "Single keys are sent in UTF-16.",
     lambda r, a: replace(a, body=a.body.decode().encode("utf-16"))),
    ("byte-order-mark", "Single keys begin with a byte order mark.",
     lambda r, a: replace(a, body=b"\xef\xbb\xbf" + a.body)),
    ("status-twice", "Single keys have the status twice, the second one another.",
     lambda r, a: replace(a, body=a.body.rstrip()[:-1] + b', "status": "active"}')),
    ("limit-twice", "Single keys have the limit twice.",
     lambda r, a: replace(a, body=b'{"activations_limit": 1, ' + a.body.lstrip()[1:])),
    ("nan", "Single keys have a member that is NaN.",
     lambda r, a: replace(a, body=a.body.rstrip()[:-1] + b', "score": NaN}')),
    ("lone-surrogate", "Single keys have a member with half of a surrogate pair.",
     lambda r, a: replace(a, body=a.body.rstrip()[:-1] + b', "note": "\\ud83d"}')),
    ("two-documents", "Single keys are followed by a second document.",
     lambda r, a: replace(a, body=a.body + b"\n{}")),
    ("anti-hijacking-prefix", "Single keys begin with a prefix against script inclusion.",
     lambda r, a: replace(a, body=b")]}',\n" + a.body)),
    ("undeclared-gzip", "Single keys are compressed, which no header says.",
     lambda r, a: replace(a, body=gzip.compress(a.body))),
    ("gzip-declared-only", "Single keys are declared as compressed and are not.",
     lambda r, a: a.with_header(b"content-encoding", b"gzip")),
    ("cut-short", "Single keys lack their last brace.", lambda r, a: replace(a, body=a.body[:-1])),
    ("charset-wrong", "Single keys are declared as Latin-1.",
     lambda r, a: a.with_header(_TYPE, b"application/json; charset=iso-8859-1")
     .with_json({**a.json, "note": "é"})),
    ("media-type-html", "Single keys are declared as HTML.",
     lambda r, a: a.with_header(_TYPE, b"text/html; charset=utf-8")),
    ("media-type-octets", "Single keys are declared as bytes.",
     lambda r, a: a.with_header(_TYPE, b"application/octet-stream")),
    ("numbers-as-strings", "Single keys show the number of instances in quotes.",
     lambda r, a: a.with_json({**a.json, "instances_count": str(a.json["instances_count"])})),
    ("limit-as-fraction", "Single keys show the limit as a fraction.",
     lambda r, a: a.with_json({**a.json, "activations_limit": 2.5})),
    ("empty-for-null", "Single keys show an empty string for no expiry.",
     lambda r, a: a.with_json({**a.json, "expires_at": a.json["expires_at"] or ""})),
    ("zero-date-for-null", "Single keys show the year 1 for no expiry, as Go does.",
     lambda r, a: a.with_json(
         {**a.json, "expires_at": a.json["expires_at"] or "0001-01-01T00:00:00Z"})),
    ("epoch-for-creation", "Single keys show the creation as seconds.",
     lambda r, a: a.with_json({**a.json, "created_at": 1704101400})),
    ("space-in-instant", "Single keys show the creation with a space and no offset.",
     lambda r, a: a.with_json({**a.json, "created_at": a.json["created_at"][:19].replace("T", " ")})),
    ("id-is-number", "Single keys have a number for an id.",
     lambda r, a: a.with_json({**a.json, "id": 7})),
    ("wrapped-in-data", "Single keys are wrapped in data.",
     lambda r, a: a.with_json({"data": a.json})),
    ("status-in-capitals", "Single keys show the status in capitals.",
     lambda r, a: a.with_json({**a.json, "status": a.json["status"].title()})),
):  # fmt: skip

    def _for_keys(change: Any) -> Any:
        return lambda r, a: change(r, a) if a.status == 200 and a.json else a

    add(_name, _statement, responds(_for_keys(_change), _reads_key))

for _name, _statement, _change, _statuses in (
    ("error-latin-1", "Messages of errors are sent in Latin-1.",
     lambda a: replace(a, body='{"code": "NOT_FOUND", "message": "pas trouvé"}'.encode("latin-1")), (404,)),
    ("error-401-text", "A 401 is declared as text.", lambda a: a.with_header(_TYPE, b"text/plain"), (401,)),
    ("error-404-html", "A 404 is a page in HTML.",
     lambda a: replace(a, body=b"<h1>Not Found</h1>", headers=((_TYPE, b"text/html"),)), (404,)),
    ("error-422-text", "A 422 is declared as text.", lambda a: a.with_header(_TYPE, b"text/plain"), (422,)),
    ("error-400-no-media-type", "A 400 has no media type.", lambda a: a.with_header(_TYPE, None), (400,)),
    ("error-403-text", "A 403 is declared as text.", lambda a: a.with_header(_TYPE, b"text/plain"), (403,)),
    ("error-409-text", "A 409 is declared as text.", lambda a: a.with_header(_TYPE, b"text/plain"), (409,)),
    ("error-problem-details", "Errors have the form of RFC 9457.",
     lambda a: replace(a, body=b'{"type":"about:blank","title":"Error","status":%d}' % a.status,
                       headers=((_TYPE, b"application/problem+json"),)), ()),
    ("error-nested", "Errors are wrapped in error.", lambda a: a.with_json({"error": a.json}), ()),
    ("error-in-list", "A 422 is a list of errors.", lambda a: a.with_json([a.json]), (422,)),
    ("error-404-empty", "A 404 has no body.", lambda a: replace(a, body=b""), (404,)),
    ("error-401-empty", "A 401 has no body.", lambda a: replace(a, body=b""), (401,)),
    ("error-code-number", "The code of a 422 is a number.", lambda a: a.with_json({**a.json, "code": 422}), (422,)),
    ("error-code-lower", "The code of a 401 is in lower case.",
     lambda a: a.with_json({**a.json, "code": "unauthorized"}), (401,)),
    ("error-message-null", "The message of a 404 is null.", lambda a: a.with_json({**a.json, "message": None}), (404,)),
    ("error-message-list", "The message of a 422 is a list.", lambda a: a.with_json({**a.json, "message": ["no"]}), (422,)),
    ("error-404-as-200", "A 404 is sent with 200.", lambda a: a.with_status(200), (404,)),
    ("error-422-as-200", "A rejection of a value is sent with 200.", lambda a: a.with_status(200), (422,)),
    ("leak-sql", "The message of a 404 has the query.",
     lambda a: error(404, "NOT_FOUND", "SELECT * FROM license_keys WHERE id = $1 returned 0 rows"), (404,)),
    ("leak-trace", "The message of a 422 has the trace of the parser.",
     lambda a: error(422, "INVALID_REQUEST_BODY",
                     'Traceback (most recent call last):\n  File "/app/api/keys.py", line 12'), (422,)),
    ("leak-java", "The message of a 400 has a trace of Java.",
     lambda a: error(400, a.code, "java.lang.NullPointerException\n\tat com.api.Keys.patch(Keys.java:42)"), (400,)),
    ("leak-rust", "The message of a 422 has the panic of the server.",
     lambda a: error(422, a.code, "thread 'tokio-runtime-worker' panicked at src/handlers/license.rs:88:17"), (422,)),
    ("leak-path", "The message of a 404 has a path of the server.",
     lambda a: error(404, "NOT_FOUND", "no such file: /var/www/api/node_modules/pg/lib/client.js"), (404,)),
    ("leak-host", "The message of a 401 has an internal host.",
     lambda a: error(401, "UNAUTHORIZED", "auth-service.prod.svc.cluster.local:8080 rejected it"), (401,)),
    ("leak-dsn", "The message of a 422 has the address of the database with its password.",
     lambda a: error(422, a.code, "postgres://app:hunter2@10.0.3.7:5432/licenses"), (422,)),
    ("leak-stack-member", "A 422 has a stack beside the message.",
     lambda a: a.with_json({**a.json, "stack": "Error: bad\n    at Object.<anonymous> (/srv/app.js:3:9)"}), (422,)),
    ("leak-sql-state", "The message of a 409 has the constraint of the database.",
     lambda a: error(409, a.code, 'duplicate key value violates unique constraint "license_keys_key_idx"'), (409,)),
):  # fmt: skip
    add(_name, _statement, _on_errors(_change, *_statuses))


@wire.answers
async def leak_token(request: Request, upstream: Upstream) -> Response:
    """The message of a 422 repeats the authorization of the request."""
    response = await upstream(request)
    if response.status == 422 and is_trusted(request, upstream):
        return error(422, str(response.code), f"rejected with headers {request.authorization}")
    return response


@wire.answers
async def leak_other_key(request: Request, upstream: Upstream) -> Response:
    """The message of a 404 names the key strings that exist."""
    response = await upstream(request)
    if response.status == 404 and request.key_id:
        keys = ", ".join(str(key["key"]) for key in await upstream.keys())
        return error(404, "NOT_FOUND", f"not one of {keys}")
    return response


@wire.answers
async def charset_parameter_415(request: Request, upstream: Upstream) -> Response:
    """A media type with a charset is rejected."""
    declared = header(request, _TYPE).replace(" ", "").lower()
    if request.updates_key and declared == "application/json;charset=utf-8":
        return error(415, "INVALID_REQUEST_BODY")
    return await upstream(request)


@wire.answers
async def media_type_in_capitals_415(request: Request, upstream: Upstream) -> Response:
    """A media type in capitals is rejected."""
    if request.updates_key and header(request, _TYPE).startswith("Application/JSON"):
        return error(415, "INVALID_REQUEST_BODY")
    return await upstream(request)


@wire.answers
async def text_read_as_json(request: Request, upstream: Upstream) -> Response:
    """A body declared as text is read as JSON."""
    if request.updates_key and header(request, _TYPE).startswith("text/plain"):
        return await upstream(request.with_json(json.loads(request.body)))
    return await upstream(request)


@wire.answers
async def undeclared_body_read(request: Request, upstream: Upstream) -> Response:
    """A body of form data is read as JSON whatever its media type."""
    if request.updates_key and "x-www-form-urlencoded" in header(request, _TYPE):
        try:
            return await upstream(request.with_json(json.loads(request.body)))
        except ValueError:
            return await upstream(request)
    return await upstream(request)


@wire.answers
async def other_charset_500(request: Request, upstream: Upstream) -> Response:
    """A body that is not UTF-8 fails with 500."""
    try:
        request.body.decode("utf-8")
    except UnicodeDecodeError:
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@wire.answers
async def compressed_body_500(request: Request, upstream: Upstream) -> Response:
    """A compressed body fails with 500."""
    if header(request, b"content-encoding"):
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@wire.answers
async def compressed_body_ignored(request: Request, upstream: Upstream) -> Response:
    """A compressed body returns 200 and changes nothing."""
    if request.updates_key and header(request, b"content-encoding"):
        return await upstream(request.with_json({}))
    return await upstream(request)


@wire.answers
async def chunked_body_ignored(request: Request, upstream: Upstream) -> Response:
    """A body without a length is read as an empty object."""
    if request.updates_key and header(request, b"transfer-encoding"):
        return await upstream(request.with_json({}))
    return await upstream(request)


@wire.answers
async def accept_text_500(request: Request, upstream: Upstream) -> Response:
    """A request that prefers another media type fails with 500."""
    if header(request, b"accept").startswith(("text/", "application/xml")):
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@wire.answers
async def accept_html_page(request: Request, upstream: Upstream) -> Response:
    """A request that prefers HTML gets a page."""
    response = await upstream(request)
    if header(request, b"accept").startswith("text/html") and response.ok:
        return Response(200, b"<h1>License key</h1>", ((_TYPE, b"text/html"),))
    return response


@wire.answers
async def large_body_500(request: Request, upstream: Upstream) -> Response:
    """A body of more than 60 kB fails with 500."""
    return (
        error(500, "INTERNAL_SERVER_ERROR")
        if len(request.body) > 60_000
        else await upstream(request)
    )


@wire.answers
async def surrogate_500(request: Request, upstream: Upstream) -> Response:
    """A string with half of a surrogate pair fails with 500."""
    if b"\\ud8" in request.body.lower():
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@wire.answers
async def zero_character_500(request: Request, upstream: Upstream) -> Response:
    """A string with a zero character fails with 500, as in PostgreSQL."""
    if b"\\u0000" in request.body:
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@wire.answers
async def query_beside_patch_500(request: Request, upstream: Upstream) -> Response:
    """A query that is not known fails a PATCH with 500."""
    if request.updates_key and request.query:
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)
