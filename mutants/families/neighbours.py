"""The operations beside the key: activate, deactivate and validate.

Among them what the issue trackers of license services report: deactivated instances that are still
listed, activations beyond the limit in a race, keys that stay valid after a refund.
"""

import asyncio
from typing import Any

from mutants.server.layer import Behaviour, Upstream
from mutants.server.messages import Key, Request, Response, error
from mutants.server.mutant import Area

licenses = Area("license")
LIMIT, EXPIRY = "activations_limit", "expires_at"
_change: Any
_when: Any


async def owner(upstream: Upstream, key_string: Any) -> Key | None:
    """The key with a key string, None where there is none."""
    return next((key for key in await upstream.keys() if key["key"] == key_string), None)


def _on(operation: str, change: Any) -> Behaviour:
    """Change the response of an operation: response, body sent, key of the string or None."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if not request.calls(operation):
            return await upstream(request)
        key = await owner(upstream, request.fields.get("license_key"))
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


def valid_response(value: Any) -> Response:
    """A response of the operation validate."""
    return Response(200).with_json({"valid": value})


for _name, _statement, _change in (
    ("full-invalid", "A key without activations left is invalid.",
     lambda r, b, k: valid_response(False) if k and k[LIMIT] == k["instances_count"] else r),
    ("unlimited-invalid", "A key without a limit is invalid.",
     lambda r, b, k: valid_response(False) if k and k[LIMIT] is None else r),
    ("subscription-invalid", "A key of a subscription is invalid.",
     lambda r, b, k: valid_response(False) if k and k["subscription_id"] else r),
    ("disabled-with-instance-valid", "A disabled key is valid with one of its instances.",
     lambda r, b, k: valid_response(True) if k and b.get("license_key_instance_id") else r),
    ("disabled-subscription-valid", "A disabled key of a subscription is valid.",
     lambda r, b, k: valid_response(True) if k and k["subscription_id"] else r),
    ("any-instance-valid", "Any instance of an active key is valid.",
     lambda r, b, k: valid_response(True) if k and k["status"] == "active" else r),
    ("never-used-invalid", "A key that has no instance is invalid.",
     lambda r, b, k: valid_response(False) if k and not k["instances_count"] else r),
    ("null-instance-422", "A null instance is rejected.",
     lambda r, b, k: error(422, "INVALID_REQUEST_BODY") if b.get("license_key_instance_id", 0) is None else r),
    ("invalid-as-404", "An invalid key returns 404.",
     lambda r, b, k: error(404, "NOT_FOUND") if r.ok and r.json == {"valid": False} else r),
    ("disabled-as-403", "A disabled key returns 403.",
     lambda r, b, k: error(403, "INACTIVE_LICENSE_KEY") if k and k["status"] == "disabled" else r),
    ("number-for-boolean", "Validity is 1 or 0.",
     lambda r, b, k: valid_response(int(r.json["valid"])) if r.ok else r),
    ("expiring-soon-invalid", "A key that expires this decade is invalid.",
     lambda r, b, k: valid_response(False) if k and k[EXPIRY] and k[EXPIRY] < "2030" else r),
    ("empty-key-valid", "An empty key string is valid.",
     lambda r, b, k: valid_response(True) if b.get("license_key") == "" else r),
    ("number-key-accepted", "A number as key string returns 200.",
     lambda r, b, k: valid_response(False) if isinstance(b.get("license_key"), int) else r),
):  # fmt: skip
    licenses.add(f"validate-{_name}", _statement, _on("validate", _change))


@licenses.answers
async def validate_counts_activation(request: Request, upstream: Upstream) -> Response:
    """Validating a key raises its number of instances."""
    response = await upstream(request)
    key = await owner(upstream, request.fields.get("license_key"))
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
        return valid_response(response.json["valid"] or request.body in upstream.memory)
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
        key = await owner(upstream, request.fields.get("license_key"))
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
    key = await owner(upstream, request.fields.get("license_key"))
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
    key = await owner(upstream, request.fields.get("license_key"))
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
        return valid_response(True)
    return response
