"""Ids: those that are nearly right, hostile bytes, and other keys that share something.

The ways are those of OWASP API1:2023 (broken object level authorization) and of SQL's LIKE.
"""

import unicodedata
from dataclasses import replace
from typing import Any

from mutants.server.layer import Behaviour, Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area
from mutants.server.shapes import first, is_trusted, takes_id

ids = Area("id")
add = ids.add

_NEAR: tuple[tuple[str, str, Any], ...] = (
    ("in-capitals-found", "Ids are compared without regard to case.",
     lambda sent, one: one.lower() == sent.lower()),
    ("without-prefix-found", "The prefix of an id may be left out.",
     lambda sent, one: one == f"lic_{sent}"),
    ("beginning-found", "The beginning of an id finds the key.",
     lambda sent, one: len(sent) > 5 and one.startswith(sent)),
    ("with-suffix-found", "What follows the id is ignored.",
     lambda sent, one: sent.startswith(one)),
    ("with-space-found", "White space around an id is removed.",
     lambda sent, one: sent.strip() == one),
    ("with-zero-byte-found", "An id ends with its first zero byte.",
     lambda sent, one: sent.split("\0")[0] == one),
    ("with-extension-found", "An extension after the id chooses the format.",
     lambda sent, one: sent.removesuffix(".json") == one),
    ("with-semicolon-found", "Parameters after a semicolon are removed from the path.",
     lambda sent, one: sent.split(";")[0] == one),
    ("percent-matches-all", "A percent sign in an id matches anything, as in LIKE.",
     lambda sent, one: "%" in sent and one.startswith(sent.split("%")[0])),
    ("underscore-matches-one", "An underscore in an id matches any character, as in LIKE.",
     lambda sent, one: len(sent) == len(one) and "_" in sent[4:]
     and all(a in (b, "_") for a, b in zip(sent, one, strict=True))),
    ("asterisk-matches-all", "An asterisk in an id matches anything.",
     lambda sent, one: "*" in sent and one.startswith(sent.split("*")[0])),
    ("last-character-ignored", "The last character of an id is not compared.",
     lambda sent, one: len(sent) == len(one) and sent[:-1] == one[:-1]),
    ("wide-letters-found", "Wide letters in an id are taken for the plain ones.",
     lambda sent, one: unicodedata.normalize("NFKC", sent) == one),
    ("twice-encoded-found", "An id is decoded twice.",
     lambda sent, one: sent.replace("%5F", "_").replace("%5f", "_") == one),
    ("with-comma-found", "Of a list of ids the first one is taken.",
     lambda sent, one: sent.split(",")[0] == one),
)  # fmt: skip
for _name, _statement, _matches in _NEAR:
    add(
        _name,
        _statement,
        takes_id(
            lambda sent, known, matches=_matches: first(  # type: ignore[misc]
                known, lambda one: matches(sent, one), sent
            )
        ),
    )
add(
    "words-mean-newest",
    "The ids latest, me, 0 and null mean the newest key.",
    takes_id(lambda sent, known: known[0] if sent in ("latest", "me", "0", "null") else sent),
)


def _by(field: str) -> Behaviour:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if request.key_id and is_trusted(request, upstream):
            for key in await upstream.keys():
                if key.get(field) == request.key_id:
                    return await upstream(replace(request, path=f"/license_keys/{key['id']}"))
        return await upstream(request)

    return behaviour


for _field in ("key", "payment_id", "customer_id", "product_id", "subscription_id"):
    add(
        f"{_field.replace('_', '-')}-finds-key",
        f"The {_field} of a key is accepted in place of its id.",
        _by(_field),
    )


@ids.answers
async def instance_id_finds_key(request: Request, upstream: Upstream) -> Response:
    """The id of an instance is accepted in place of that of its key."""
    if request.key_id and is_trusted(request, upstream):
        found = await upstream.ask("GET", f"/license_key_instances/{request.key_id}")
        if found.ok:
            path = f"/license_keys/{found.json['license_key_id']}"
            return await upstream(replace(request, path=path))
    return await upstream(request)


@ids.answers
async def key_id_finds_instance(request: Request, upstream: Upstream) -> Response:
    """The id of a key is accepted in place of that of its first instance."""
    sent = request.member_of("license_key_instances")
    if sent and is_trusted(request, upstream):
        found = await upstream.ask("GET", f"/license_key_instances?license_key_id={sent}")
        if found.ok and found.json["items"] and await upstream.key(sent):
            path = f"/license_key_instances/{found.json['items'][0]['id']}"
            return await upstream(replace(request, path=path))
    return await upstream(request)


for _name, _statement, _bad in (
    (
        "bad-utf-8-500",
        "Bytes in an id that are not UTF-8 fail with 500.",
        lambda p: "%FF" in p.upper(),
    ),
    ("zero-byte-500", "A zero byte in an id fails with 500.", lambda p: "%00" in p),
    ("newline-500", "A newline in an id fails with 500.", lambda p: "%0A" in p.upper()),
    ("emoji-500", "A character beyond 16 bits fails with 500.", lambda p: "%F0%9F" in p.upper()),
    ("percent-500", "A percent sign in an id fails with 500.", lambda p: "%25" in p),
    ("backslash-500", "A backslash in an id fails with 500.", lambda p: "%5C" in p.upper()),
    ("long-500", "An id of more than 1000 characters fails with 500.", lambda p: len(p) > 1000),
    (
        "template-500",
        "Braces in an id are a template and fail with 500.",
        lambda p: "%7B" in p.upper(),
    ),
):

    def _failing(bad: Any) -> Behaviour:
        async def behaviour(request: Request, upstream: Upstream) -> Response:
            if request.path.startswith("/license_keys/") and bad(request.path):
                return error(500, "INTERNAL_SERVER_ERROR")
            return await upstream(request)

        return behaviour

    add(_name, _statement, _failing(_bad))


@ids.answers
async def unknown_instance_bytes_500(request: Request, upstream: Upstream) -> Response:
    """An instance id that is not ASCII fails with 500."""
    if request.path.startswith("/license_key_instances/") and "%" in request.path:
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


def _spreads(shares: Any, when: Any = lambda body: True) -> Behaviour:
    """A PATCH also reaches the first other key that shares something with the intended one."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        before = await upstream.key(request.key_id) if request.updates_key else None
        response = await upstream(request)
        if before and response.ok and when(request.fields):
            for other in await upstream.keys():
                if other["id"] != before["id"] and shares(before, other):
                    await upstream.ask("PATCH", f"/license_keys/{other['id']}", request.fields)
                    break
        return response

    return behaviour


for _name, _statement, _shares in (
    ("same-subscription-changed", "PATCH also changes a key that has or lacks a subscription alike.",
     lambda a, b: a["subscription_id"] == b["subscription_id"]),
    ("same-limit-changed", "PATCH also changes a key with the same limit.",
     lambda a, b: a["activations_limit"] == b["activations_limit"]),
    ("same-expiry-changed", "PATCH also changes a key with the same expiry.",
     lambda a, b: a["expires_at"] == b["expires_at"]),
    ("same-status-changed", "PATCH also changes a key with the same status.",
     lambda a, b: a["status"] == b["status"]),
    ("same-customer-and-product-changed", "PATCH also changes a key of the same customer and product.",
     lambda a, b: (a["customer_id"], a["product_id"]) == (b["customer_id"], b["product_id"])),
    ("same-count-changed", "PATCH also changes a key with as many instances.",
     lambda a, b: a["instances_count"] == b["instances_count"]),
    ("same-creation-changed", "PATCH also changes a key that was created in the same month.",
     lambda a, b: a["created_at"][:7] == b["created_at"][:7]),
):  # fmt: skip
    add(_name, _statement, _spreads(_shares))
add(
    "other-of-customer-disabled",
    "Disabling a key also disables another one of its customer.",
    _spreads(
        lambda a, b: a["customer_id"] == b["customer_id"],
        lambda body: body.get("disabled") is True,
    ),
)
add(
    "other-of-product-loses-expiry",
    "Removing an expiry also removes that of another key of the product.",
    _spreads(
        lambda a, b: a["product_id"] == b["product_id"],
        lambda body: "expires_at" in body and body["expires_at"] is None,
    ),
)


@ids.answers
async def id_in_body_wins(request: Request, upstream: Upstream) -> Response:
    """An id in the body of a PATCH wins over the one in the path."""
    sent = request.fields.get("id")
    if request.updates_key and isinstance(sent, str) and is_trusted(request, upstream):
        if await upstream.key(sent):
            return await upstream(replace(request, path=f"/license_keys/{sent}"))
    return await upstream(request)


@ids.answers
async def id_in_query_wins(request: Request, upstream: Upstream) -> Response:
    """An id in the query wins over the one in the path."""
    sent = request.parameter("id")
    if request.key_id and sent and is_trusted(request, upstream) and await upstream.key(sent):
        return await upstream(replace(request, path=f"/license_keys/{sent}"))
    return await upstream(request)


@ids.answers
async def unknown_patch_reaches_last_key(request: Request, upstream: Upstream) -> Response:
    """PATCH of an unknown id returns 404 and changes the key that was read last."""
    if request.method == "GET" and request.key_id and await upstream.key(request.key_id):
        upstream.memory["last"] = request.key_id
    response = await upstream(request)
    if request.updates_key and response.status == 404 and "last" in upstream.memory:
        await upstream.ask("PATCH", f"/license_keys/{upstream.memory['last']}", request.fields)
    return response
