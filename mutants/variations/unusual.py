"""More servers that differ from the mock but conform: transport, time, accounts, other clients."""

import gzip
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from mutants.server.layer import Upstream
from mutants.server.messages import Key, Request, Response, change_keys, error, without
from mutants.server.mutant import Area
from mutants.server.shapes import header, is_trusted, rejects_patch, responds, takes

unusual = Area("unusual")
add = unusual.add
LIMIT, EXPIRY = "activations_limit", "expires_at"
_TYPE = b"content-type"
BAD = error(422, "INVALID_REQUEST_BODY")
_change: Any
_when: Any


def _past(body: Key) -> bool:
    return isinstance(body.get(EXPIRY), str) and body[EXPIRY][:4] < "2026"


# Policies that are not published and may differ.
for _name, _statement, _when in (
    ("past-expiry-rejected", "A past expiry is rejected.", lambda b, k: _past(b)),
    ("null-disabled-rejected", "A null for disabled is rejected.",
     lambda b, k: b.get("disabled", 0) is None),
    ("unknown-fields-rejected", "A body with a member that is not known is rejected.",
     lambda b, k: set(b) - {LIMIT, EXPIRY, "disabled"}),
    ("null-expiry-of-subscription-rejected", "A null expiry is rejected for a key of a subscription.",
     lambda b, k: b.get(EXPIRY, 0) is None and k["subscription_id"]),
    ("whole-float-rejected", "A limit written as 10.0 is rejected.",
     lambda b, k: isinstance(b.get(LIMIT), float)),
    ("lower-case-instant-rejected", "Lower-case t and z are rejected in an expiry.",
     lambda b, k: isinstance(b.get(EXPIRY), str) and b[EXPIRY] != b[EXPIRY].upper()),
    ("unknown-offset-rejected", "The offset -00:00 is rejected in an expiry.",
     lambda b, k: str(b.get(EXPIRY, "")).endswith("-00:00")),
):  # fmt: skip
    add(_name, _statement, rejects_patch(_when, BAD))


def _whole(request: Request) -> Request:
    limit = request.fields.get(LIMIT)
    if request.updates_key and isinstance(limit, float) and limit.is_integer():
        return request.with_json({**request.fields, LIMIT: int(limit)})
    return request


add("whole-float-accepted", "A limit written as 10.0 or 1e1 is the integer.", takes(_whole))


@unusual.reads_request
def space_in_instant_accepted(request: Request) -> Request:
    """A space in place of the T is accepted in an expiry, as RFC 3339 permits."""
    expiry = request.fields.get(EXPIRY)
    if not request.updates_key or not isinstance(expiry, str) or expiry[10:11] != " ":
        return request
    return request.with_json({**request.fields, EXPIRY: f"{expiry[:10]}T{expiry[11:]}"})


@unusual.reads_request
def leap_second_accepted(request: Request) -> Request:
    """The second 60 is accepted as the next minute, as RFC 3339 permits."""
    expiry = request.fields.get(EXPIRY)
    if not request.updates_key or not isinstance(expiry, str) or expiry[17:19] != "60":
        return request
    return request.with_json({**request.fields, EXPIRY: f"{expiry[:17]}59{expiry[19:]}"})


@unusual.answers
async def duplicate_members_rejected(request: Request, upstream: Upstream) -> Response:
    """A body with a member twice is rejected."""
    is_twice: list[bool] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        is_twice.append(len(dict(pairs)) < len(pairs))
        return dict(pairs)

    try:
        json.loads(request.body, object_pairs_hook=collect)
    except (ValueError, RecursionError):
        is_twice.clear()
    if request.updates_key and any(is_twice) and is_trusted(request, upstream):
        return BAD
    return await upstream(request)


@unusual.reads_request
def duplicate_members_first_wins(request: Request) -> Request:
    """Of a member that is there twice the first one counts."""
    try:
        body = json.loads(request.body, object_pairs_hook=lambda pairs: dict(pairs[::-1]))
    except (ValueError, RecursionError):
        return request
    wanted = request.updates_key and isinstance(request.json, dict) and body != request.json
    return request.with_json(body) if wanted else request


def _lag(seconds: float, single: bool, lists: bool) -> Any:
    """Reads show a key as it was some time ago."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        history = upstream.memory.setdefault("history", {})
        if request.updates_key and is_trusted(request, upstream):
            before = await upstream.key(request.key_id)
            response = await upstream(request)
            if response.ok and before:
                history.setdefault(before["id"], []).append((time.monotonic() + seconds, before))
            return response
        response = await upstream(request)
        wanted = (single and request.method == "GET" and request.key_id) or (
            lists and request.lists_keys
        )
        if not wanted:
            return response
        now = time.monotonic()

        def old(key: Key) -> Key:
            stale = [state for until, state in history.get(key["id"], []) if until > now]
            return stale[0] if stale else key

        return change_keys(request, response, old)

    return behaviour


for _seconds, _single, _lists, _what in (
    (0.1, True, True, "Reads lag behind writes by 100 ms."),
    (0.1, False, True, "Lists lag behind writes by 100 ms."),
    (0.1, True, False, "Reads of a single key lag behind writes by 100 ms."),
    (0.02, True, True, "Reads lag behind writes by 20 ms."),
    (0.4, True, True, "Reads lag behind writes by 400 ms."),
):
    _where = "all" if _single and _lists else "lists" if _lists else "gets"
    add(f"lag-{_where}-{round(_seconds * 1000)}-ms", _what, _lag(_seconds, _single, _lists))

for _name, _statement, _change in (
    ("no-expiry-absent", "expires_at is absent where it is null.",
     lambda k: k if k[EXPIRY] else without(k, EXPIRY)),
    ("no-limit-absent", "activations_limit is absent where it is null.",
     lambda k: without(k, LIMIT) if k[LIMIT] is None else k),
    ("no-subscription-absent", "subscription_id is absent where it is null.",
     lambda k: k if k["subscription_id"] else without(k, "subscription_id")),
    ("nulls-absent", "Every member that is null is absent.",
     lambda k: {name: each for name, each in k.items() if each is not None}),
    ("brand-absent", "Keys have no brand.", lambda k: without(k, "brand_id")),
    ("members-shuffled", "Members are in alphabetical order.", lambda k: dict(sorted(k.items()))),
    ("creation-in-seconds", "Creation times are shown without fractions while filters are exact.",
     lambda k: {**k, "created_at": k["created_at"][:19] + "Z"}),
    ("creation-in-milliseconds", "Creation times are shown in milliseconds while filters are exact.",
     lambda k: {**k, "created_at": k["created_at"][:23].rstrip("Z") + "Z"}),
    ("business-with-metadata", "Keys have nested members that the contract does not know.",
     lambda k: {**k, "product": {"name": "Desktop app"}, "tags": ["a"]}),
):  # fmt: skip
    add(_name, _statement, responds(lambda r, a, c=_change: change_keys(r, a, c)))  # type: ignore[misc]


for _name, _statement, _change in (
    ("compressed", "Responses are compressed where the client accepts it.",
     lambda r, a: replace(a, body=gzip.compress(a.body)).with_header(b"content-encoding", b"gzip")
     if a.body and "gzip" in header(r, b"accept-encoding") else a),
    ("pretty-printed", "Bodies are indented and end with a newline.",
     lambda r, a: replace(a, body=json.dumps(a.json, indent=2).encode() + b"\n") if a.json else a),
    ("escaped", "Bodies escape all that is not a letter of ASCII.",
     lambda r, a: replace(a, body=json.dumps(a.json, ensure_ascii=True).replace("/", "\\/").encode()) if a.json else a),
    ("connection-close", "Every response closes the connection.",
     lambda r, a: a.with_header(b"connection", b"close")),
    ("entity-tag", "Responses have an entity tag and a date.",
     lambda r, a: a.with_header(b"etag", b'W/"1"').with_header(b"last-modified", b"Mon, 01 Jan 2024 00:00:00 GMT")),
    ("cookie", "Responses set a cookie of the load balancer.",
     lambda r, a: a.with_header(b"set-cookie", b"lb=1; Path=/; HttpOnly")),
    ("rate-limit-headers", "Responses say how many requests are left.",
     lambda r, a: a.with_header(b"x-ratelimit-remaining", b"42").with_header(b"x-ratelimit-limit", b"100")),
    ("deprecation-headers", "Responses announce the end of the operations.",
     lambda r, a: a.with_header(b"deprecation", b"true").with_header(b"sunset", b"Fri, 01 Jan 2027 00:00:00 GMT")),
    ("www-authenticate", "A 401 names the scheme.",
     lambda r, a: a.with_header(b"www-authenticate", b"Bearer") if a.status == 401 else a),
    ("clock-ahead", "The clock of the server is five minutes ahead.",
     lambda r, a: a.with_header(b"date", format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True).encode())),
    ("messages-empty", "Messages of errors are empty.",
     lambda r, a: a.with_json({**a.json, "message": ""}) if a.status >= 400 and isinstance(a.json, dict) else a),
    ("errors-with-details", "Errors have details and a link.",
     lambda r, a: a.with_json({**a.json, "details": [{"field": "x"}], "doc": "https://docs.example.com"})
     if a.status >= 400 and isinstance(a.json, dict) else a),
    ("validate-says-more", "Validate says more than validity.",
     lambda r, a: a.with_json({**a.json, "reason": None, "expires_at": None}) if r.calls("validate") and a.ok else a),
    ("deactivate-without-body", "Deactivate returns no body.",
     lambda r, a: Response(200, b"", ()) if r.calls("deactivate") and a.ok else a),
    ("deactivate-empty-object", "Deactivate returns an empty object.",
     lambda r, a: a.with_json({}).with_header(_TYPE, b"application/json") if r.calls("deactivate") and a.ok else a),
    ("activate-says-more", "Activate says more of product and customer.",
     lambda r, a: a.with_json({**a.json, "expires_at": None, "product": {**a.json["product"], "sku": "x"}})
     if r.calls("activate") and a.ok else a),
    ("instances-say-more", "Instances have members that the contract does not know.",
     lambda r, a: a.with_json({**a.json, "last_seen": None}) if r.member_of("license_key_instances") and a.ok else a),
    ("unprocessable-400", "Whatever is wrong with a body returns 400.",
     lambda r, a: a.with_status(400) if a.status == 415 else a),
    ("options-204", "OPTIONS returns 204 and the methods.",
     lambda r, a: Response(204, b"", ((b"allow", b"GET, PATCH"),)) if r.method == "OPTIONS" else a),
    ("cross-origin", "OPTIONS returns 200 for browsers.",
     lambda r, a: Response(200, b"", ((b"access-control-allow-origin", b"*"),)) if r.method == "OPTIONS" else a),
    ("trace-501", "TRACE returns 501 from the proxy.",
     lambda r, a: Response(501, b"<h1>Not Implemented</h1>", ((_TYPE, b"text/html"),)) if r.method == "TRACE" else a),
    ("head-405", "HEAD is not supported.", lambda r, a: error(405, "METHOD_NOT_ALLOWED") if r.method == "HEAD" else a),
):  # fmt: skip
    add(_name, _statement, responds(_change))


@unusual.answers
async def head_supported(request: Request, upstream: Upstream) -> Response:
    """HEAD returns what GET returns, without a body."""
    if request.method != "HEAD":
        return await upstream(request)
    return replace(await upstream(replace(request, method="GET")), body=b"")


@unusual.reads_request
def trailing_slash_ignored(request: Request) -> Request:
    """A slash at the end of a path is ignored."""
    return replace(request, path=request.path.rstrip("/") or "/")


@unusual.reads_request
def scheme_in_lower_case(request: Request) -> Request:
    """The scheme of the authorization is compared without regard to case, as RFC 9110 says."""
    scheme, space, sent = (request.authorization or "").partition(" ")
    return (
        request.with_authorization(f"Bearer{space}{sent}")
        if scheme.lower() == "bearer"
        else request
    )


@unusual.answers
async def filtered_in_another_order(request: Request, upstream: Upstream) -> Response:
    """Filtered lists are in order of the ids, the list of all keys in order of creation."""
    response = await upstream(request)
    filters = ("status", "product_id", "customer_id", "source", "created_at_gte", "created_at_lte")
    if not request.lists_keys or not response.ok or not any(map(request.parameter, filters)):
        return response
    wanted = request.with_query(page_size="100", page_number=None)
    ordered = sorted((await upstream(wanted)).json["items"], key=lambda key: str(key["id"]))
    size = min(int(request.parameter("page_size") or 10), 100)
    first = size * int(request.parameter("page_number") or 0)
    return response.with_json({"items": ordered[first : first + size]})
