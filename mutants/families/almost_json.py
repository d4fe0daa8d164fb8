"""Bodies that are almost JSON, and names that are almost those of the contract."""

import json
import re
from typing import Any

from mutants.server.messages import Request
from mutants.server.mutant import Area
from mutants.server.shapes import takes

value = Area("value")
add = value.add
LIMIT, EXPIRY = "activations_limit", "expires_at"


def _repaired(repair: Any) -> Any:
    """A body that is not JSON is repaired before it is read."""

    def change(request: Request) -> Request:
        if not request.updates_key or request.media_type != "application/json" or request.json:
            return request
        try:
            body = json.loads(repair(request.body.decode("utf-8")))
        except (ValueError, RecursionError):
            return request
        return request.with_json(body)

    return takes(change)


for _name, _statement, _repair in (
    ("single-quotes-accepted", "Single quotes are accepted.", lambda t: t.replace("'", '"')),
    ("trailing-comma-accepted", "A comma after the last member is accepted.",
     lambda t: re.sub(r",\s*}", "}", t)),
    ("comments-accepted", "Comments in the body are accepted.",
     lambda t: re.sub(r"/\*.*?\*/|//[^\n]*", "", t)),
    ("bare-names-accepted", "Names without quotes are accepted.",
     lambda t: re.sub(r"([{,]\s*)([a-z_]+)\s*:", r'\1"\2":', t)),
    ("python-words-accepted", "True, False and None are accepted.",
     lambda t: t.replace("True", "true").replace("False", "false").replace("None", "null")),
    ("text-after-accepted", "What follows the first document is ignored.",
     lambda t: json.dumps(json.JSONDecoder().raw_decode(t.lstrip())[0])),
    ("unfinished-accepted", "A missing closing brace is added.", lambda t: t + "}"),
    ("text-before-accepted", "What precedes the first brace is ignored.", lambda t: t[t.index("{"):]),
    ("list-of-one-accepted", "A list with one object is read as the object.",
     lambda t: json.dumps(json.loads(t)[0])),
    ("string-of-json-accepted", "An object inside a string is read as the object.",
     lambda t: json.loads(t)),
    ("form-accepted", "A form in place of JSON is accepted.",
     lambda t: json.dumps({LIMIT: int(t.partition("=")[2].partition("&")[0])})),
    ("null-is-empty-object", "A body of null is an empty object.",
     lambda t: "{}" if t.strip() == "null" else t + "?"),
    ("false-is-empty-object", "A body of false, 0 or an empty string is an empty object.",
     lambda t: "{}" if t.strip() in ("false", "0", '""') else t + "?"),
    ("empty-list-is-empty-object", "A body of an empty list is an empty object.",
     lambda t: "{}" if t.strip() == "[]" else t + "?"),
    ("white-space-is-empty-object", "A body of white space is an empty object.",
     lambda t: "{}" if t and not t.strip() else t + "?"),
):  # fmt: skip
    add(_name, _statement, _repaired(_repair))


@value.reads_request
def escaped_names_unknown(request: Request) -> Request:
    """Names with escapes are not recognized."""
    if not request.updates_key or b"\\u" not in request.body or not request.fields:
        return request
    return request.with_json({})


@value.reads_request
def names_in_other_case_known(request: Request) -> Request:
    """Names are compared without regard to case."""
    if not request.updates_key or not request.fields:
        return request
    return request.with_json({name.lower(): each for name, each in request.fields.items()})


@value.reads_request
def camel_case_names_known(request: Request) -> Request:
    """Names in camel case are accepted."""
    if not request.updates_key or not request.fields:
        return request
    names = {"activationsLimit": LIMIT, "expiresAt": EXPIRY}
    return request.with_json({names.get(n, n): each for n, each in request.fields.items()})
