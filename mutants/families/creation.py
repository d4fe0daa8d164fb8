"""Creation: defaults, refusals and duplicates of new keys."""

from typing import Any

from mutants.families.neighbours import owner, valid_response
from mutants.server.layer import Behaviour, Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area
from mutants.server.shapes import is_trusted, trusted

creation = Area("creation")
LIMIT, EXPIRY = "activations_limit", "expires_at"
_change: Any
_when: Any


def _creates(request: Request) -> bool:
    return (request.method, request.path) == ("POST", "/license_keys")


def _created(change: Any) -> Behaviour:
    """A creation is shown in another way from then on: body sent, key."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        response = await upstream(request)
        if not _creates(request) or response.status != 201:
            return response
        key = response.json
        changed = {n: v for n, v in change(request.fields, key).items() if v != key.get(n)}
        upstream.pretend(key["id"], changed)
        return response.with_json({**key, **changed})

    return behaviour


for _name, _statement, _change in (
    ("starts-disabled", "A new key is disabled.", lambda b, k: {"status": "disabled"}),
    ("limit-of-one", "A new key without a limit has a limit of 1.",
     lambda b, k: {LIMIT: 1} if k[LIMIT] is None else {}),
    ("zero-limit-lost", "A new key with a limit of 0 has none.",
     lambda b, k: {LIMIT: None} if b.get(LIMIT) == 0 else {}),
    ("expiry-lost", "A new key has no expiry.", lambda b, k: {EXPIRY: None}),
    ("default-expiry", "A new key without an expiry has one.",
     lambda b, k: {EXPIRY: "2030-01-01T00:00:00Z"} if k[EXPIRY] is None else {}),
    ("expiry-cut", "The expiry of a new key loses its time.",
     lambda b, k: {EXPIRY: k[EXPIRY][:10] + "T00:00:00Z"} if k[EXPIRY] else {}),
    ("count-of-one", "A new key has one instance.", lambda b, k: {"instances_count": 1}),
    ("source-auto", "A new key has the source auto.", lambda b, k: {"source": "auto"}),
    ("in-subscription", "A new key belongs to a subscription.", lambda b, k: {"subscription_id": "sub_1"}),
    ("key-in-capitals", "The string of a new key is stored in capitals.", lambda b, k: {"key": k["key"].upper()}),
    ("other-customer", "A new key belongs to another customer.", lambda b, k: {"customer_id": "cus_other"}),
    ("past-expiry-active", "A new key with a past expiry is active.", lambda b, k: {"status": "active"}),
    ("created-long-ago", "A new key was created in 1970.", lambda b, k: {"created_at": "1970-01-01T00:00:00Z"}),
    ("created-tomorrow", "A new key is created tomorrow.", lambda b, k: {"created_at": "2099-01-01T00:00:00Z"}),
):  # fmt: skip
    creation.add(_name, _statement, _created(_change))


def _lenient(when: Any, body: Any) -> Behaviour:
    """A creation that must be rejected is read as another one."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if _creates(request) and request.fields and when(request.fields):
            return await upstream(request.with_json(body(request.fields)))
        return await upstream(request)

    return behaviour


for _name, _statement, _when, _body in (
    ("negative-limit-accepted", "A new key takes a negative limit for none.",
     lambda b: isinstance(b.get(LIMIT), int) and b[LIMIT] < 0, lambda b: {**b, LIMIT: None}),
    ("limit-string-accepted", "A new key takes a limit in quotes.",
     lambda b: isinstance(b.get(LIMIT), str), lambda b: {**b, LIMIT: 3}),
    ("limit-fraction-accepted", "A new key takes a fraction as a limit.",
     lambda b: isinstance(b.get(LIMIT), float), lambda b: {**b, LIMIT: int(b[LIMIT])}),
    ("bad-expiry-accepted", "A new key takes an expiry that is not a time for none.",
     lambda b: isinstance(b.get(EXPIRY), str) and "T" not in b[EXPIRY], lambda b: {**b, EXPIRY: None}),
    ("local-expiry-accepted", "A new key takes an expiry without an offset.",
     lambda b: isinstance(b.get(EXPIRY), str) and len(b[EXPIRY]) == 19, lambda b: {**b, EXPIRY: b[EXPIRY] + "Z"}),
    ("number-key-accepted", "A new key takes a number for its string.",
     lambda b: isinstance(b.get("key"), int), lambda b: {**b, "key": str(b["key"])}),
    ("without-key-accepted", "A new key without a string gets one.",
     lambda b: "key" not in b, lambda b: {**b, "key": "made-up-for-you"}),
    ("unknown-fields-rejected", "A new key with a member that is not known is rejected.",
     lambda b: set(b) - {"key", "customer_id", "product_id", LIMIT, EXPIRY}, lambda b: {}),
):  # fmt: skip
    creation.add(_name, _statement, _lenient(_when, _body))


@creation.answers
async def duplicate_returns_first(request: Request, upstream: Upstream) -> Response:
    """A key string that exists returns 201 with the existing key."""
    response = await upstream(request)
    if _creates(request) and response.status == 409:
        known = await owner(upstream, request.fields.get("key"))
        return response.with_status(201).with_json(known)
    return response


@creation.answers
async def duplicate_changes_limit(request: Request, upstream: Upstream) -> Response:
    """A key string that exists returns 409, but the limit is taken over."""
    response = await upstream(request)
    if _creates(request) and response.status == 409:
        known = await owner(upstream, request.fields.get("key"))
        limit = request.fields.get(LIMIT, 77)
        if known:
            await upstream.ask("PATCH", f"/license_keys/{known['id']}", {LIMIT: limit})
    return response


@creation.answers
async def duplicate_in_other_case_409(request: Request, upstream: Upstream) -> Response:
    """A new key is answered with 200."""
    response = await upstream(request)
    return response.with_status(200) if _creates(request) and response.ok else response


@creation.answers
async def created_not_listed(request: Request, upstream: Upstream) -> Response:
    """A new key is missing from lists."""
    response = await upstream(request)
    new = upstream.memory.setdefault("new", set())
    if _creates(request) and response.ok:
        new.add(response.json["id"])
    if request.lists_keys and response.ok:
        return response.with_json(
            {"items": [k for k in response.json["items"] if k["id"] not in new]}
        )
    return response


@creation.answers
async def created_not_valid(request: Request, upstream: Upstream) -> Response:
    """A new key is not valid."""
    response = await upstream(request)
    new = upstream.memory.setdefault("new", set())
    if _creates(request) and response.ok:
        new.add(response.json["key"])
    return (
        valid_response(False)
        if request.calls("validate") and request.fields.get("license_key") in new
        else response
    )


@creation.answers
async def created_not_found(request: Request, upstream: Upstream) -> Response:
    """GET of a new key returns 404."""
    response = await upstream(request)
    new = upstream.memory.setdefault("new", set())
    if _creates(request) and response.ok:
        new.add(response.json["id"])
    return (
        error(404, "NOT_FOUND") if request.method == "GET" and request.key_id in new else response
    )


@creation.answers
async def created_twice(request: Request, upstream: Upstream) -> Response:
    """A new key is stored twice, under two ids."""
    response = await upstream(request)
    if _creates(request) and response.ok:
        again = {**request.fields, "key": f"{request.fields['key']} "}
        await upstream(request.with_json(again))
    return response


@creation.answers
async def rejected_but_stored(request: Request, upstream: Upstream) -> Response:
    """A creation with a wrong limit is rejected, and the key exists without a limit."""
    response = await upstream(request)
    if _creates(request) and response.status in (400, 422) and LIMIT in request.fields:
        await upstream(trusted(request, upstream).with_json({**request.fields, LIMIT: None}))
    return response


@creation.answers
async def unknown_product_accepted(request: Request, upstream: Upstream) -> Response:
    """A product that does not exist is accepted and shown."""
    response = await upstream(request)
    if _creates(request) and response.status == 404 and is_trusted(request, upstream):
        known = (await upstream.keys())[0]
        body = {**request.fields, "product_id": known["product_id"]}
        made = await upstream(request.with_json(body))
        return (
            made.with_json({**made.json, "product_id": request.fields["product_id"]})
            if made.ok
            else made
        )
    return response
