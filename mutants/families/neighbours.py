"""The operations beside the key: activate, deactivate, validate, instances and creation.

Among them what the issue trackers of license services report: deactivated instances that are still
listed, activations beyond the limit in a race, keys that stay valid after a refund.
"""

import asyncio
from typing import Any

from mutants.server.layer import Behaviour, Upstream
from mutants.server.messages import Key, Request, Response, error
from mutants.server.mutant import Area
from mutants.server.shapes import is_trusted, trusted

licenses = Area("license")
creation = Area("creation")
LIMIT, EXPIRY = "activations_limit", "expires_at"


async def _owner(upstream: Upstream, key_string: Any) -> Key | None:
    return next((key for key in await upstream.keys() if key["key"] == key_string), None)


def _on(operation: str, change: Any) -> Behaviour:
    """Change the response of an operation: response, body sent, key of the string or None."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if not request.calls(operation):
            return await upstream(request)
        key = await _owner(upstream, request.fields.get("license_key"))
        response = await upstream(request)
        changed: Response = change(response, request.fields, key)
        return changed

    return behaviour


def _reads(operation: str, change: Any) -> Behaviour:
    """An operation reads another body: body sent, all keys."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if not request.calls(operation) or not request.fields:
            return await upstream(request)
        return await upstream(request.with_json(change(request.fields, await upstream.keys())))

    return behaviour


def _matching(matches: Any) -> Any:
    def change(body: Key, keys: list[Key]) -> Key:
        sent = body.get("license_key")
        if not isinstance(sent, str) or any(key["key"] == sent for key in keys):
            return body
        found = next((key["key"] for key in keys if matches(sent, key)), sent)
        return {**body, "license_key": found}

    return change


for _operation in ("activate", "validate", "deactivate"):
    for _name, _statement, _matches in (
        ("key-in-other-case", "Key strings are compared without regard to case",
         lambda sent, key: key["key"].lower() == sent.lower()),
        ("key-with-spaces", "White space around a key string is removed",
         lambda sent, key: sent.strip() == key["key"]),
        ("key-beginning", "The beginning of a key string is enough",
         lambda sent, key: len(sent) > 6 and key["key"].startswith(sent)),
        ("key-id", "The id of a key is accepted for its string", lambda sent, key: sent == key["id"]),
    ):  # fmt: skip
        if _operation == "deactivate" and _name in {"key-beginning", "key-with-spaces"}:
            continue
        licenses.add(
            f"{_operation}-{_name}", f"{_statement} in {_operation}.",
            _reads(_operation, _matching(_matches)),
        )  # fmt: skip


def _valid(value: Any) -> Response:
    return Response(200).with_json({"valid": value})


for _name, _statement, _change in (
    ("full-invalid", "A key without activations left is invalid.",
     lambda r, b, k: _valid(False) if k and k[LIMIT] == k["instances_count"] else r),
    ("unlimited-invalid", "A key without a limit is invalid.",
     lambda r, b, k: _valid(False) if k and k[LIMIT] is None else r),
    ("subscription-invalid", "A key of a subscription is invalid.",
     lambda r, b, k: _valid(False) if k and k["subscription_id"] else r),
    ("disabled-with-instance-valid", "A disabled key is valid with one of its instances.",
     lambda r, b, k: _valid(True) if k and b.get("license_key_instance_id") else r),
    ("disabled-subscription-valid", "A disabled key of a subscription is valid.",
     lambda r, b, k: _valid(True) if k and k["subscription_id"] else r),
    ("any-instance-valid", "Any instance of an active key is valid.",
     lambda r, b, k: _valid(True) if k and k["status"] == "active" else r),
    ("never-used-invalid", "A key that has no instance is invalid.",
     lambda r, b, k: _valid(False) if k and not k["instances_count"] else r),
    ("null-instance-422", "A null instance is rejected.",
     lambda r, b, k: error(422, "INVALID_REQUEST_BODY") if b.get("license_key_instance_id", 0) is None else r),
    ("empty-instance-valid", "An empty instance id is taken for none.",
     lambda r, b, k: _valid(True) if k and k["status"] == "active" and b.get("license_key_instance_id") == "" else r),
    ("invalid-as-404", "An invalid key returns 404.",
     lambda r, b, k: error(404, "NOT_FOUND") if r.ok and r.json == {"valid": False} else r),
    ("disabled-as-403", "A disabled key returns 403.",
     lambda r, b, k: error(403, "INACTIVE_LICENSE_KEY") if k and k["status"] == "disabled" else r),
    ("number-for-boolean", "Validity is 1 or 0.",
     lambda r, b, k: _valid(int(r.json["valid"])) if r.ok else r),
    ("expiring-soon-invalid", "A key that expires this decade is invalid.",
     lambda r, b, k: _valid(False) if k and k[EXPIRY] and k[EXPIRY] < "2030" else r),
    ("empty-key-valid", "An empty key string is valid.",
     lambda r, b, k: _valid(True) if b.get("license_key") == "" else r),
    ("number-key-accepted", "A number as key string returns 200.",
     lambda r, b, k: _valid(False) if isinstance(b.get("license_key"), int) else r),
):  # fmt: skip
    licenses.add(f"validate-{_name}", _statement, _on("validate", _change))


@licenses.answers
async def validate_counts_activation(request: Request, upstream: Upstream) -> Response:
    """Validating a key raises its number of instances."""
    response = await upstream(request)
    key = await _owner(upstream, request.fields.get("license_key"))
    if request.calls("validate") and key:
        upstream.pretend(key["id"], {"instances_count": key["instances_count"] + 1})
    return response


@licenses.answers
async def validate_stale_after_disabling(request: Request, upstream: Upstream) -> Response:
    """A key that was valid once stays valid."""
    response = await upstream(request)
    if request.calls("validate") and response.ok:
        if response.json["valid"]:
            upstream.memory[request.body] = True
        return _valid(response.json["valid"] or request.body in upstream.memory)
    return response


for _name, _statement, _change in (
    ("name-cut", "A name is cut after 20 characters.",
     lambda r, b, k: r.with_json({**r.json, "name": r.json["name"][:20]}) if r.ok else r),
    ("name-ascii", "A name loses what is not ASCII.",
     lambda r, b, k: r.with_json({**r.json, "name": r.json["name"].encode("ascii", "ignore").decode()}) if r.ok else r),
    ("other-customer", "The response shows another customer.",
     lambda r, b, k: r.with_json({**r.json, "customer": {**r.json["customer"], "customer_id": "cus_other"}}) if r.ok else r),
    ("created-at-of-key", "An instance is as old as its key.",
     lambda r, b, k: r.with_json({**r.json, "created_at": k["created_at"]}) if r.ok and k else r),
    ("key-id-missing", "The response lacks the id of the key.",
     lambda r, b, k: r.with_json({n: v for n, v in r.json.items() if n != "license_key_id"}) if r.ok else r),
    ("key-string-for-id", "The response shows the key string in place of the key's id.",
     lambda r, b, k: r.with_json({**r.json, "license_key_id": b["license_key"]}) if r.ok else r),
    ("unlimited-rejected", "A key without a limit cannot be activated.",
     lambda r, b, k: error(422, "LICENSE_KEY_LIMIT_REACHED") if k and k[LIMIT] is None else r),
    ("subscription-rejected", "A key of a subscription cannot be activated.",
     lambda r, b, k: error(403, "INACTIVE_LICENSE_KEY") if k and k["subscription_id"] else r),
    ("empty-name-500", "An empty name fails with 500.",
     lambda r, b, k: error(500, "INTERNAL_SERVER_ERROR") if b.get("name") == "" else r),
    ("long-name-500", "A long name fails with 500.",
     lambda r, b, k: error(500, "INTERNAL_SERVER_ERROR") if len(str(b.get("name"))) > 300 else r),
    ("name-number-accepted", "A number as a name returns 201.",
     lambda r, b, k: r.with_status(201) if isinstance(b.get("name"), int) else r),
    ("unknown-key-422", "Activating an unknown key returns 422.",
     lambda r, b, k: error(422, "INVALID_REQUEST_BODY") if r.status == 404 else r),
):  # fmt: skip
    licenses.add(f"activate-{_name}", _statement, _on("activate", _change))


def _forced(when: Any, status: int | None = None) -> Behaviour:
    """Activate although it must be rejected, by widening the key for a moment."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        response = await upstream(request)
        key = await _owner(upstream, request.fields.get("license_key"))
        if not request.calls("activate") or response.ok or key is None or not when(response, key):
            return response
        state = {LIMIT: key[LIMIT], "disabled": key["status"] == "disabled"}
        widened: Key = {LIMIT: None, "disabled": False}
        if not key["subscription_id"]:
            state[EXPIRY] = key[EXPIRY]
            widened[EXPIRY] = None
        path = f"/license_keys/{key['id']}"
        await upstream.ask("PATCH", path, widened)
        done = await upstream(request)
        count = key["instances_count"] + 1
        await upstream.ask("PATCH", path, {**state, LIMIT: max(key[LIMIT] or count, count)})
        upstream.pretend(key["id"], {LIMIT: key[LIMIT]})
        return response if status else done

    return behaviour


for _name, _statement, _when, _status in (
    ("zero-accepted", "A key with a limit of 0 can be activated.", lambda r, k: k[LIMIT] == 0, None),
    ("one-beyond-accepted", "One activation beyond the limit is accepted.",
     lambda r, k: r.status == 422 and k[LIMIT] == k["instances_count"], None),
    ("subscription-beyond-accepted", "A key of a subscription can be activated beyond its limit.",
     lambda r, k: r.status == 422 and k["subscription_id"], None),
    ("disabled-subscription-accepted", "A disabled key of a subscription can be activated.",
     lambda r, k: r.status == 403 and k["subscription_id"], None),
    ("beyond-rejected-but-stored", "An activation beyond the limit returns 422 and is stored.",
     lambda r, k: r.status == 422, 422),
    ("inactive-rejected-but-stored", "An activation of a disabled key returns 403 and is stored.",
     lambda r, k: r.status == 403, 403),
):  # fmt: skip
    licenses.add(f"activate-{_name}", _statement, _forced(_when, _status))


@licenses.answers
async def activate_races_beyond_limit(request: Request, upstream: Upstream) -> Response:
    """Activations at the same time get beyond the limit: each reads the count before it writes."""
    if not request.calls("activate"):
        return await upstream(request)
    key = await _owner(upstream, request.fields.get("license_key"))
    free = key and (key[LIMIT] is None or key["instances_count"] < key[LIMIT])
    await asyncio.sleep(0.02)
    response = await upstream(request)
    if key and free and response.code == "LICENSE_KEY_LIMIT_REACHED":
        forced = _forced(lambda r, k: True)
        return await forced(request, upstream)
    return response


@licenses.answers
async def activate_same_name_reuses(request: Request, upstream: Upstream) -> Response:
    """A name that the key already has returns its instance."""
    if request.calls("activate"):
        seat = (request.fields.get("license_key"), request.fields.get("name"))
        if seat in upstream.memory:
            known: Response = upstream.memory[seat]
            return known
        response = await upstream(request)
        if response.ok:
            upstream.memory[seat] = response
        return response
    return await upstream(request)


@licenses.answers
async def activate_twice_counted(request: Request, upstream: Upstream) -> Response:
    """One activation takes two seats."""
    response = await upstream(request)
    if request.calls("activate") and response.status == 201:
        await upstream(request)
    return response


@licenses.answers
async def deactivate_removes_all(request: Request, upstream: Upstream) -> Response:
    """Deactivating an instance removes all instances of the key."""
    response = await upstream(request)
    key = await _owner(upstream, request.fields.get("license_key"))
    if request.calls("deactivate") and response.ok and key:
        listed = await upstream.ask("GET", f"/license_key_instances?license_key_id={key['id']}")
        for each in listed.json["items"]:
            body = {"license_key": key["key"], "license_key_instance_id": each["id"]}
            await upstream.ask("POST", "/licenses/deactivate", body)
    return response


@licenses.answers
async def deactivate_rejected_but_removed(request: Request, upstream: Upstream) -> Response:
    """Deactivating an instance of another key returns 403 and removes it."""
    response = await upstream(request)
    if request.calls("deactivate") and response.status == 403:
        for key in await upstream.keys():
            body = {**request.fields, "license_key": key["key"]}
            await upstream.ask("POST", "/licenses/deactivate", body)
    return response


@licenses.answers
async def deactivated_still_listed(request: Request, upstream: Upstream) -> Response:
    """A deactivated instance is still in the list of instances."""
    instance = request.fields.get("license_key_instance_id")
    if request.calls("deactivate") and isinstance(instance, str):
        shown = await upstream.ask("GET", f"/license_key_instances/{instance}")
        response = await upstream(request)
        if response.ok and shown.ok:
            upstream.memory.setdefault("gone", []).append(shown.json)
        return response
    response = await upstream(request)
    if request.path == "/license_key_instances" and response.ok:
        key = request.parameter("license_key_id")
        gone = [i for i in upstream.memory.get("gone", []) if key in (None, i["license_key_id"])]
        return response.with_json({"items": [*gone, *response.json["items"]]})
    return response


@licenses.answers
async def deactivated_still_valid(request: Request, upstream: Upstream) -> Response:
    """A deactivated instance is still valid."""
    response = await upstream(request)
    instance = request.fields.get("license_key_instance_id")
    if request.calls("deactivate") and response.ok:
        upstream.memory[instance] = True
    if request.calls("validate") and instance in upstream.memory:
        return _valid(True)
    return response


@licenses.answers
async def rename_reaches_siblings(request: Request, upstream: Upstream) -> Response:
    """A new name for an instance is given to all instances of its key."""
    response = await upstream(request)
    if request.method == "PATCH" and request.member_of("license_key_instances") and response.ok:
        key = response.json["license_key_id"]
        listed = await upstream.ask("GET", f"/license_key_instances?license_key_id={key}")
        for each in listed.json["items"]:
            await upstream.ask("PATCH", f"/license_key_instances/{each['id']}", request.fields)
    return response


def _renaming(change: Any) -> Behaviour:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if request.method != "PATCH" or not request.member_of("license_key_instances"):
            return await upstream(request)
        if not is_trusted(request, upstream) or not request.fields:
            return await upstream(request)
        return await upstream(request.with_json(change(request.fields)))

    return behaviour


for _name, _statement, _rename in (
    ("null-accepted", "A null name is taken for an omitted change.",
     lambda b: {**b, "name": "null"} if b.get("name", 0) is None else b),
    ("number-accepted", "A number is accepted as a name.",
     lambda b: {**b, "name": str(b["name"])} if isinstance(b.get("name"), int) else b),
    ("ascii-only", "A new name loses what is not ASCII.",
     lambda b: {**b, "name": b["name"].encode("ascii", "ignore").decode()} if isinstance(b.get("name"), str) else b),
    ("cut", "A new name is cut after ten characters.",
     lambda b: {**b, "name": b["name"][:10]} if isinstance(b.get("name"), str) else b),
    ("lower-case", "A new name is stored in lower case.",
     lambda b: {**b, "name": b["name"].lower()} if isinstance(b.get("name"), str) else b),
):  # fmt: skip
    licenses.add(f"rename-{_name}", _statement, _renaming(_rename))


@licenses.answers
async def rename_moves_to_key(request: Request, upstream: Upstream) -> Response:
    """A license_key_id in a renaming moves the instance to that key."""
    response = await upstream(request)
    moved = request.fields.get("license_key_id")
    if request.method == "PATCH" and request.member_of("license_key_instances") and response.ok:
        if moved:
            return response.with_json({**response.json, "license_key_id": moved})
    return response


@licenses.answers
async def instance_shows_old_name(request: Request, upstream: Upstream) -> Response:
    """The list of instances shows the names that they had first."""
    response = await upstream(request)
    if request.path == "/license_key_instances" and response.ok:
        first = upstream.memory
        items = [
            {**each, "name": first.setdefault(each["id"], each["name"])}
            for each in response.json["items"]
        ]
        return response.with_json({"items": items})
    return response


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
        known = await _owner(upstream, request.fields.get("key"))
        return response.with_status(201).with_json(known)
    return response


@creation.answers
async def duplicate_changes_limit(request: Request, upstream: Upstream) -> Response:
    """A key string that exists returns 409, but the limit is taken over."""
    response = await upstream(request)
    if _creates(request) and response.status == 409:
        known = await _owner(upstream, request.fields.get("key"))
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
        _valid(False)
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
