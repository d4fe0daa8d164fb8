"""Faults in how request bodies are read and how refusals look."""

import json
import re
from urllib.parse import parse_qsl

from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error, parsed
from mutants.server.mutant import Area

body = Area("body")
errors = Area("error")

FAILED = error(500, "INTERNAL_SERVER_ERROR")


def _is_json(request: Request) -> bool:
    return request.media_type == "application/json"


@body.answers
async def malformed_500(request: Request, upstream: Upstream) -> Response:
    """A body that is not JSON fails with 500."""
    return FAILED if _is_malformed(request) else await upstream(request)


@body.reads_request
def malformed_is_empty_object(request: Request) -> Request:
    """A body that is not JSON is read as an empty object."""
    return request.with_json({}) if _is_malformed(request) else request


@body.answers
async def malformed_404(request: Request, upstream: Upstream) -> Response:
    """A body that is not JSON returns 404."""
    return error(404, "NOT_FOUND") if _is_malformed(request) else await upstream(request)


@body.reads_request
def trailing_text_ignored(request: Request) -> Request:
    """What follows the first JSON value of a body is ignored."""
    if not _is_malformed(request):
        return request
    try:
        value, _ = json.JSONDecoder().raw_decode(request.body.decode())
    except ValueError:
        return request
    return request.with_json(value)


@body.reads_request
def single_quotes_accepted(request: Request) -> Request:
    """Single quotes are read as double ones."""
    return _repaired(request, rb"'", rb'"')


@body.reads_request
def unclosed_object_accepted(request: Request) -> Request:
    """An object that is not closed is taken as if it were."""
    return _repaired(request, rb"\Z", rb"}")


@body.reads_request
def nan_is_null(request: Request) -> Request:
    """NaN in a body is read as null."""
    changed = re.sub(rb"\bNaN\b", b"null", request.body) if request.updates_key else request.body
    return request.with_json(parsed(changed)) if changed != request.body else request


@body.reads_request
def list_is_empty_object(request: Request) -> Request:
    """A list as a body is read as an empty object."""
    return _without_shape(request, list)


@body.reads_request
def string_is_empty_object(request: Request) -> Request:
    """A string as a body is read as an empty object."""
    return _without_shape(request, str)


@body.reads_request
def null_is_empty_object(request: Request) -> Request:
    """null as a body is read as an empty object."""
    return request.with_json({}) if _is_null(request) else request


@body.answers
async def null_500(request: Request, upstream: Upstream) -> Response:
    """null as a body fails with 500."""
    return FAILED if _is_null(request) else await upstream(request)


@body.answers
async def number_500(request: Request, upstream: Upstream) -> Response:
    """A number as a body fails with 500."""
    is_number = request.updates_key and isinstance(request.json, int | float)
    return FAILED if is_number else await upstream(request)


@body.answers
async def list_as_limit_500(request: Request, upstream: Upstream) -> Response:
    """A list or an object as a limit fails with 500."""
    wrong = isinstance(request.fields.get("activations_limit"), list | dict)
    return FAILED if request.updates_key and wrong else await upstream(request)


@body.answers
async def number_as_expiry_500(request: Request, upstream: Upstream) -> Response:
    """A number as an expiry fails with 500."""
    wrong = isinstance(request.fields.get("expires_at"), int)
    return FAILED if request.updates_key and wrong else await upstream(request)


@body.answers
async def huge_limit_500(request: Request, upstream: Upstream) -> Response:
    """A limit beyond int64 fails with 500."""
    limit = request.fields.get("activations_limit")
    huge = isinstance(limit, int | float) and abs(limit) >= 2**63
    return FAILED if request.updates_key and huge else await upstream(request)


@body.answers
async def deep_500(request: Request, upstream: Upstream) -> Response:
    """A deeply nested body fails with 500."""
    return FAILED if request.body.count(b"[") > 5000 else await upstream(request)


@body.reads_request
def media_type_ignored(request: Request) -> Request:
    """A body of any media type is read as JSON."""
    content = parsed(request.body)
    return request.with_json(content) if request.updates_key and content else request


@body.reads_request
def form_accepted(request: Request) -> Request:
    """A form is read as an object."""
    if not request.updates_key or request.media_type != "application/x-www-form-urlencoded":
        return request
    meaning = {"true": True, "false": False}
    pairs = parse_qsl(request.body.decode("utf-8", "replace"))
    return request.with_json({name: meaning.get(value, value) for name, value in pairs})


@body.reads_request
def xml_is_empty_object(request: Request) -> Request:
    """A body of XML is read as an empty object."""
    return request.with_json({}) if request.media_type.endswith("xml") else request


@body.reads_request
def not_utf_8_replaced(request: Request) -> Request:
    """Bytes that are not UTF-8 are replaced, and a string is accepted."""
    try:
        request.body.decode()
    except UnicodeDecodeError:
        return request.with_json({})
    return request


@body.answers
async def not_utf_8_500(request: Request, upstream: Upstream) -> Response:
    """Bytes that are not UTF-8 fail with 500."""
    try:
        request.body.decode()
    except UnicodeDecodeError:
        return FAILED
    return await upstream(request)


@body.shows_response
def code_unknown(_request: Request, response: Response) -> Response:
    """The code of a wrong body is not the documented one."""
    return _with_code(response, "INVALID_REQUEST_BODY", "BAD_REQUEST")


@body.shows_response
def refused_with_409(request: Request, response: Response) -> Response:
    """A wrong body is rejected with 409."""
    wrong = request.updates_key and response.code == "INVALID_REQUEST_BODY"
    return response.with_status(409) if wrong else response


@errors.shows_response
def plain_text(_request: Request, response: Response) -> Response:
    """Errors are plain text."""
    if response.status < 400:
        return response
    return Response(response.status, b"Error", ((b"content-type", b"text/plain"),))


@errors.shows_response
def html(_request: Request, response: Response) -> Response:
    """404 is a page for a browser."""
    if response.status != 404:
        return response
    page = b"<!doctype html><title>404</title><h1>Not Found</h1>"
    return Response(404, page, ((b"content-type", b"text/html"),))


@errors.shows_response
def empty(_request: Request, response: Response) -> Response:
    """Errors have no body."""
    return Response(response.status, b"", ()) if response.status >= 400 else response


@errors.shows_response
def nested(_request: Request, response: Response) -> Response:
    """Errors are nested in another object."""
    return response.with_json({"error": response.json}) if response.status >= 400 else response


@errors.shows_response
def without_code(_request: Request, response: Response) -> Response:
    """A 400 or 422 has a message and no code."""
    if response.status not in (400, 422):
        return response
    return response.with_json({"message": response.json["message"]})


@errors.shows_response
def without_message(_request: Request, response: Response) -> Response:
    """401 has a code and no message."""
    return response.with_json({"code": "UNAUTHORIZED"}) if response.status == 401 else response


@errors.shows_response
def code_is_number(_request: Request, response: Response) -> Response:
    """The code of an error is its status."""
    if response.status < 400:
        return response
    return response.with_json({**response.json, "code": response.status})


@errors.shows_response
def stack_trace(_request: Request, response: Response) -> Response:
    """The message for an invalid body has a stack trace."""
    trace = 'Traceback (most recent call last):\n  File "/app/keys.py", line 81, in update'
    return _with_message(response, "INVALID_REQUEST_BODY", trace)


@errors.shows_response
def path_shown(_request: Request, response: Response) -> Response:
    """The message for an unknown key names a source file of the server."""
    return _with_message(response, "LICENSE_KEY_NOT_FOUND", "not found: src/routes/licenses.rs:212")


@errors.shows_response
def panic_shown(_request: Request, response: Response) -> Response:
    """The message of a limit that is too low is that of a panic."""
    panic = "thread 'tokio-runtime-worker' panicked at /home/build/src/limit.rs:14:9"
    return _with_message(response, "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT", panic)


def _is_null(request: Request) -> bool:
    return request.updates_key and _is_json(request) and request.body == b"null"


def _is_malformed(request: Request) -> bool:
    sent = request.updates_key and _is_json(request) and request.body
    return bool(sent) and parsed(request.body) is None and request.body != b"null"


def _repaired(request: Request, pattern: bytes, replacement: bytes) -> Request:
    if not _is_malformed(request):
        return request
    repaired = parsed(re.sub(pattern, replacement, request.body))
    return request if repaired is None else request.with_json(repaired)


def _without_shape(request: Request, kind: type) -> Request:
    return (
        request.with_json({}) if request.updates_key and isinstance(request.json, kind) else request
    )


def _with_code(response: Response, code: str, other: str) -> Response:
    return (
        response.with_json({**response.json, "code": other}) if response.code == code else response
    )


def _with_message(response: Response, code: str, message: str) -> Response:
    if response.code != code:
        return response
    return response.with_json({**response.json, "message": message})
