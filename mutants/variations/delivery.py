"""What a proxy or another client may do: refusals, failures, throttling, writes of others."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area
from mutants.server.shapes import count_calls, header, is_trusted

unusual = Area("unusual")
add = unusual.add
_TYPE = b"content-type"
_name: str
_when: Any


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
            count = count_calls(upstream)
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
        count = count_calls(upstream)
        if count % 8 == 0:
            await act(upstream, count)
        return await upstream(request)

    return behaviour


add("others-create", "Another client creates keys during the run.", _beside(_others_create))


def _skewed(skew: timedelta) -> Any:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if count_calls(upstream) == 1:
            clock = Request("PUT", "/_mock/clock", "", ((b"host", b"127.0.0.1"),))
            now = (datetime.now(UTC) + skew).isoformat()
            if not (await upstream(clock.with_json({"now": now}))).ok:
                raise RuntimeError("the clock of the mock cannot be set")
        return await upstream(request)

    return behaviour


add(
    "clock-20-minutes-ahead",
    "The server's clock is 20 minutes ahead.",
    _skewed(timedelta(minutes=20)),
)
add(
    "clock-20-minutes-behind",
    "The server's clock is 20 minutes behind.",
    _skewed(-timedelta(minutes=20)),
)


@unusual.answers
async def slow_writes(request: Request, upstream: Upstream) -> Response:
    """Writes take 30 ms."""
    if request.method != "GET":
        await asyncio.sleep(0.03)
    return await upstream(request)
