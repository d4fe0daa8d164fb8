"""More servers that differ from the mock but conform: transport, time, accounts, other clients."""

import asyncio
import gzip
import json
import time
from collections.abc import Awaitable, Callable
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


def _count(upstream: Upstream, name: str = "count") -> int:
    upstream.memory[name] = upstream.memory.get(name, 0) + 1
    return int(upstream.memory[name])


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
    names: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names.extend(name for name, _ in pairs)
        return dict(pairs)

    try:
        json.loads(request.body, object_pairs_hook=collect)
    except (ValueError, RecursionError):
        names.clear()
    if request.updates_key and len(names) != len(set(names)) and is_trusted(request, upstream):
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


def _rejecting(when: Callable[[Request], Any], response: Response, after_token: bool = True) -> Any:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if when(request) and (is_trusted(request, upstream) or not after_token):
            return response
        return await upstream(request)

    return behaviour


for _name, _statement, _when, _response in (
    ("hostile-ids-400", "Ids with control characters or broken encodings return 400.",
     lambda r: any(each in r.path.upper() for each in ("%00", "%0A", "%FF", "%0D")), error(400, "INVALID_REQUEST")),
    ("long-ids-414", "An id of more than 1000 characters returns 414.",
     lambda r: len(r.path) > 1000, Response(414, b"", ())),
    ("large-bodies-413", "A body of more than 50 kB returns 413.", lambda r: len(r.body) > 50_000,
     Response(413, b"", ())),
    ("no-body-400", "A PATCH without a body returns 400.",
     lambda r: r.updates_key and not r.body, error(400, "INVALID_REQUEST_BODY")),
    ("no-body-411", "A PATCH without a length returns 411.",
     lambda r: r.updates_key and header(r, b"transfer-encoding"), Response(411, b"", ())),
    ("compressed-bodies-415", "Compressed bodies return 415.", lambda r: header(r, b"content-encoding"),
     Response(415, b"", ())),
    ("text-wanted-406", "A request that accepts no JSON returns 406.",
     lambda r: header(r, b"accept").startswith("text/"), Response(406, b"", ())),
    ("sizes-above-100-rejected", "A page size above 100 is rejected.",
     lambda r: r.lists_keys and (r.parameter("page_size") or "0").isdigit() and int(r.parameter("page_size") or 0) > 100,
     error(400, "INVALID_QUERY_PARAMS")),
    ("size-zero-rejected", "A page size of 0 is rejected.",
     lambda r: r.parameter("page_size") == "0", error(422, "INVALID_QUERY_PARAMS")),
    ("creation-not-supported", "Keys cannot be created, as before version 1.95.3.",
     lambda r: (r.method, r.path) == ("POST", "/license_keys"), error(405, "METHOD_NOT_ALLOWED")),
):  # fmt: skip
    add(_name, _statement, _rejecting(_when, _response))


@unusual.answers
async def no_body_200(request: Request, upstream: Upstream) -> Response:
    """A PATCH without a body returns 200, as the documentation shows it."""
    if request.updates_key and not request.body and is_trusted(request, upstream):
        return await upstream(request.with_json({}))
    return await upstream(request)


@unusual.answers
async def compressed_bodies_read(request: Request, upstream: Upstream) -> Response:
    """Compressed bodies are read."""
    if header(request, b"content-encoding") == "gzip":
        try:
            plain = replace(request, body=gzip.decompress(request.body))
        except OSError:
            return error(400, "INVALID_REQUEST_BODY")
        kept = tuple(
            each
            for each in plain.headers
            if each[0] not in (b"content-encoding", b"content-length")
        )
        return await upstream(replace(plain, headers=kept))
    return await upstream(request)


@unusual.answers
async def customer_before_body(request: Request, upstream: Upstream) -> Response:
    """A creation looks up the customer before it validates the other fields."""
    creates = (request.method, request.path) == ("POST", "/license_keys")
    customer = request.fields.get("customer_id")
    if creates and isinstance(customer, str) and is_trusted(request, upstream):
        if all(key["customer_id"] != customer for key in await upstream.keys()):
            return error(404, "CUSTOMER_NOT_FOUND")
    return await upstream(request)


@unusual.answers
async def key_before_instance(request: Request, upstream: Upstream) -> Response:
    """Activate and deactivate look up the key before they validate the other fields."""
    if request.calls("activate") or request.calls("deactivate"):
        sent = request.fields.get("license_key")
        if isinstance(sent, str) and all(key["key"] != sent for key in await upstream.keys()):
            return error(404, "LICENSE_KEY_NOT_FOUND")
    return await upstream(request)


def _nth(when: Callable[[Request], Any], number: int, respond: Any, every: bool = False) -> Any:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if when(request):
            count = _count(upstream)
            if (count % number == 0) if every else (count == number):
                answer: Awaitable[Response] = respond(request, upstream)
                return await answer
        return await upstream(request)

    return behaviour


async def _unavailable(_request: Request, _upstream: Upstream) -> Response:
    return Response(503, b"", ((b"retry-after", b"0"),))


async def _gateway_timeout(_request: Request, _upstream: Upstream) -> Response:
    return Response(504, b"<h1>Gateway Timeout</h1>", ((_TYPE, b"text/html"),))


async def _resets(_request: Request, _upstream: Upstream) -> Response:
    raise ConnectionResetError("the connection was reset")


async def _resets_after(request: Request, upstream: Upstream) -> Response:
    await upstream(request)
    raise ConnectionResetError("the connection was reset after the request was processed")


async def _throttles(_request: Request, _upstream: Upstream) -> Response:
    soon = format_datetime(datetime.now(UTC), usegmt=True).encode()
    return error(429, "TOO_MANY_REQUESTS").with_header(b"retry-after", soon)


def _posts(request: Request) -> bool:
    return request.method == "POST"


for _name, _statement, _when, _number, _respond, _every in (
    ("post-503-once", "The third POST fails with 503.", _posts, 3, _unavailable, False),
    ("post-504-once", "The fifth POST gets a page of the proxy with 504.", _posts, 5, _gateway_timeout, False),
    ("post-reset-once", "The connection of the fourth POST is reset.", _posts, 4, _resets, False),
    ("reset-in-forty", "One connection in forty is reset.", lambda r: True, 40, _resets, True),
    ("reset-afterwards", "The connection of the ninth POST is reset after it was processed.", _posts, 9, _resets_after, False),
    ("patch-503-once", "The sixth PATCH fails with 503.", lambda r: r.updates_key, 6, _unavailable, False),
    ("get-reset-once", "The connection of the fifth GET is reset.", lambda r: r.method == "GET", 5, _resets, False),
    ("throttled-until-date", "Every thirtieth request is throttled until a date.", lambda r: True, 30, _throttles, True),
    ("throttled-at-first", "The second request is throttled until a date.", lambda r: True, 2, _throttles, False),
):  # fmt: skip
    add(_name, _statement, _nth(_when, _number, _respond, _every))


async def _others_create(upstream: Upstream, number: int) -> None:
    key = (await upstream.keys())[0]
    body = {"key": f"OTHER-{number}", **{n: key[n] for n in ("customer_id", "product_id")}}
    await upstream.ask("POST", "/license_keys", body)


def _beside(act: Callable[[Upstream, int], Awaitable[None]]) -> Any:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        count = _count(upstream)
        if count % 8 == 0:
            await act(upstream, count)
        return await upstream(request)

    return behaviour


add("others-create", "Another client creates keys during the run.", _beside(_others_create))


def _skewed(skew: timedelta) -> Any:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if _count(upstream) == 1:
            clock = Request("PUT", "/_mock/clock", "", ((b"host", b"127.0.0.1"),))
            now = (datetime.now(UTC) + skew).isoformat()
            if not (await upstream(clock.with_json({"now": now}))).ok:
                raise RuntimeError("the clock of the mock cannot be set")
        return await upstream(request)

    return behaviour


add("clock-ahead", "The server's clock is 20 minutes ahead.", _skewed(timedelta(minutes=20)))
add("clock-behind", "The server's clock is 20 minutes behind.", _skewed(-timedelta(minutes=20)))


@unusual.answers
async def slow_writes(request: Request, upstream: Upstream) -> Response:
    """Writes take 30 ms."""
    if request.method != "GET":
        await asyncio.sleep(0.03)
    return await upstream(request)


@unusual.holds
def thousand_keys() -> dict[str, Any]:
    """The account has a thousand keys, and those that may be changed are the oldest."""
    return {"license_keys": [{"instances": [{}]}, {}, {"subscription_id": "sub_1"}, *[{}] * 997]}


@unusual.holds
def expired_keys_only() -> dict[str, Any]:
    """Every key of the account has expired."""
    return {"license_keys": [{"expires_at": "2024-06-01T00:00:00Z", "instances": [{}]}] * 4}


@unusual.holds
def disabled_keys_only() -> dict[str, Any]:
    """Every key of the account is disabled."""
    return {"license_keys": [{"disabled": True, "instances": [{}]}] * 4}


@unusual.holds
def one_subscription_key() -> dict[str, Any]:
    """The account has a single key, which belongs to a subscription."""
    return {"license_keys": [{"subscription_id": "sub_1", "activations_limit": 3}]}


@unusual.holds
def one_expired_key() -> dict[str, Any]:
    """The account has a single key, which has expired."""
    return {"license_keys": [{"expires_at": "2024-06-01T00:00:00Z"}]}


@unusual.holds
def one_disabled_subscription_key() -> dict[str, Any]:
    """The account has a single key, which is disabled and belongs to a subscription."""
    return {"license_keys": [{"subscription_id": "sub_1", "disabled": True, "instances": [{}, {}]}]}


@unusual.holds
def limits_of_zero() -> dict[str, Any]:
    """Every key has a limit of 0."""
    return {"license_keys": [{"activations_limit": 0}] * 4}


@unusual.holds
def full_keys_only() -> dict[str, Any]:
    """Every key has all its activations taken."""
    return {"license_keys": [{"activations_limit": 2, "instances": [{}, {}]}] * 4}


@unusual.holds
def unlimited_keys_only() -> dict[str, Any]:
    """No key has a limit or an expiry."""
    return {"license_keys": [{}] * 12}


@unusual.holds
def ids_in_other_forms() -> dict[str, Any]:
    """Ids are short or UUIDs, and key strings have spaces and letters of other scripts."""
    return {
        "license_keys": [
            {"id": "7b0e4f1e-6c63-4f0e-9d0b-2c4a7f1e8b90", "key": "KEY ONE", "instances": [{}]},
            {"id": "lic_1", "key": "ключ-2"},
            {"id": "LK.3~x", "key": "a", "subscription_id": "sub_1"},
        ]
    }


@unusual.holds
def imported_keys_only() -> dict[str, Any]:
    """Every key was imported, without a payment."""
    return {"license_keys": [{"source": "import", "instances": [{}]}, {"source": "import"}] * 3}


@unusual.holds
def created_at_once() -> dict[str, Any]:
    """All keys were created in the same microsecond."""
    return {"license_keys": [{"created_at": "2024-05-01T10:00:00.123456Z"}] * 25}


@unusual.holds
def hundreds_of_instances() -> dict[str, Any]:
    """A key has three hundred instances."""
    return {"license_keys": [{"instances": [{}] * 300}, {"activations_limit": 3}, {}]}
