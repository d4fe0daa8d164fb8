"""Faults in activations, deactivations, instances and the creation of keys."""

from dataclasses import replace

from mutants.server.layer import Upstream
from mutants.server.messages import Key, Request, Response, error
from mutants.server.mutant import Area

INSTANCES = "/license_key_instances"

activate = Area("activate")
deactivate = Area("deactivate")
instances = Area("instances")
create = Area("create")


async def key_with(request: Request, upstream: Upstream) -> Key | None:
    """The key whose key string a request names."""
    named = request.fields.get("license_key")
    return next((each for each in await upstream.keys() if each["key"] == named), None)


async def _refused_as(
    request: Request, upstream: Upstream, operation: str, statuses: set[int], instead: Response
) -> Response:
    response = await upstream(request)
    return instead if request.calls(operation) and response.status in statuses else response


@activate.answers
async def inactive_accepted(request: Request, upstream: Upstream) -> Response:
    """A key that is disabled or expired can be activated."""
    response = await upstream(request)
    if not request.calls("activate") or response.status != 403:
        return response
    key = await key_with(request, upstream)
    return response if key is None else activated_beyond(key, request)


@activate.answers
async def limit_ignored(request: Request, upstream: Upstream) -> Response:
    """A key can be activated beyond its limit."""
    response = await upstream(request)
    if not request.calls("activate") or response.status != 422:
        return response
    key = await key_with(request, upstream)
    return response if key is None else activated_beyond(key, request)


@activate.answers
async def limit_one_too_low(request: Request, upstream: Upstream) -> Response:
    """The last activation within the limit is rejected."""
    key = await key_with(request, upstream) if request.calls("activate") else None
    if key and key["activations_limit"] and key["instances_count"] == key["activations_limit"] - 1:
        return error(422, "LICENSE_KEY_LIMIT_REACHED")
    return await upstream(request)


@activate.answers
async def answered_with_200(request: Request, upstream: Upstream) -> Response:
    """Activate returns 200."""
    response = await upstream(request)
    return response.with_status(200) if request.calls("activate") and response.ok else response


@activate.answers
async def inactive_422(request: Request, upstream: Upstream) -> Response:
    """Activating a key that is not active gets 422."""
    refusal = error(422, "INACTIVE_LICENSE_KEY")
    return await _refused_as(request, upstream, "activate", {403}, refusal)


@activate.answers
async def inactive_code(request: Request, upstream: Upstream) -> Response:
    """The code for a key that is not active is not the documented one."""
    return await _refused_as(request, upstream, "activate", {403}, error(403, "FORBIDDEN"))


@activate.answers
async def limit_code(request: Request, upstream: Upstream) -> Response:
    """The code for a key without activations left is not the documented one."""
    response = await upstream(request)
    reached = request.calls("activate") and response.code == "LICENSE_KEY_LIMIT_REACHED"
    return error(422, "TOO_MANY_INSTANCES") if reached else response


@activate.answers
async def limit_403(request: Request, upstream: Upstream) -> Response:
    """Activating beyond the limit gets 403."""
    response = await upstream(request)
    reached = request.calls("activate") and response.code == "LICENSE_KEY_LIMIT_REACHED"
    return response.with_status(403) if reached else response


@activate.answers
async def unknown_key_403(request: Request, upstream: Upstream) -> Response:
    """Activating an unknown key gets 403."""
    refusal = error(403, "INACTIVE_LICENSE_KEY")
    return await _refused_as(request, upstream, "activate", {404}, refusal)


@activate.answers
async def not_counted(request: Request, upstream: Upstream) -> Response:
    """Activating a key does not raise its number of instances."""
    response = await upstream(request)
    if request.calls("activate") and response.ok:
        key = await upstream.key(response.json["license_key_id"])
        if key is not None:
            upstream.pretend(key["id"], {"instances_count": key["instances_count"] - 1})
    return response


@activate.answers
async def name_lost(request: Request, upstream: Upstream) -> Response:
    """Activating gives the instance a name of its own."""
    if request.calls("activate") and isinstance(request.fields.get("name"), str):
        return await upstream(request.with_json({**request.fields, "name": "Instance"}))
    return await upstream(request)


@activate.answers
async def instance_not_stored(request: Request, upstream: Upstream) -> Response:
    """A new instance cannot be read."""
    hidden: set[str] = upstream.memory.setdefault("hidden", set())
    if request.member_of("license_key_instances") in hidden:
        return error(404, "NOT_FOUND")
    response = await upstream(request)
    if request.calls("activate") and response.ok:
        hidden.add(response.json["id"])
    return response


@deactivate.answers
async def instance_kept(request: Request, upstream: Upstream) -> Response:
    """Deactivate returns 200 and keeps the instance."""
    if not request.calls("deactivate"):
        return await upstream(request)
    key = await key_with(request, upstream)
    asked = str(request.fields.get("license_key_instance_id"))
    instance = await upstream.ask("GET", f"{INSTANCES}/{asked}")
    if key and instance.ok and instance.json["license_key_id"] == key["id"]:
        return Response(200, b"", ())
    return await upstream(request)


@deactivate.answers
async def seat_not_freed(request: Request, upstream: Upstream) -> Response:
    """Deactivating an instance does not lower the number of instances."""
    key = await key_with(request, upstream) if request.calls("deactivate") else None
    response = await upstream(request)
    if key is not None and response.ok:
        upstream.pretend(key["id"], {"instances_count": key["instances_count"]})
    return response


@deactivate.answers
async def other_keys_instance_accepted(request: Request, upstream: Upstream) -> Response:
    """An instance of another key can be deactivated."""
    return await _refused_as(request, upstream, "deactivate", {403}, Response(200, b"", ()))


@deactivate.answers
async def other_keys_instance_422(request: Request, upstream: Upstream) -> Response:
    """Deactivating an instance of another key gets 422."""
    refusal = error(422, "INVALID_REQUEST_BODY")
    return await _refused_as(request, upstream, "deactivate", {403}, refusal)


@deactivate.answers
async def unknown_instance_accepted(request: Request, upstream: Upstream) -> Response:
    """Deactivating what does not exist returns 200."""
    return await _refused_as(request, upstream, "deactivate", {404}, Response(200, b"", ()))


@deactivate.answers
async def twice_500(request: Request, upstream: Upstream) -> Response:
    """Deactivating an instance that is gone fails with 500."""
    refusal = error(500, "INTERNAL_SERVER_ERROR")
    return await _refused_as(request, upstream, "deactivate", {404}, refusal)


@instances.reads_request
def filter_ignored(request: Request) -> Request:
    """The list of instances is not narrowed to a key."""
    listed = request.path == INSTANCES
    return request.with_query(license_key_id=None) if listed else request


@instances.answers
async def rename_not_stored(request: Request, upstream: Upstream) -> Response:
    """A new name for an instance is answered and not stored."""
    if request.method != "PATCH" or not request.path.startswith(f"{INSTANCES}/"):
        return await upstream(request)
    before = await upstream.ask("GET", request.path)
    response = await upstream(request)
    if response.ok:
        await upstream.ask("PATCH", request.path, {"name": before.json["name"]})
    return response


@instances.answers
async def rename_moves_created_at(request: Request, upstream: Upstream) -> Response:
    """A new name for an instance moves its created_at."""
    response = await upstream(request)
    if request.method == "PATCH" and request.member_of("license_key_instances") and response.ok:
        return response.with_json({**response.json, "created_at": "2026-01-01T00:00:00Z"})
    return response


@instances.answers
async def unknown_200(request: Request, upstream: Upstream) -> Response:
    """An unknown instance returns 200 and an empty object."""
    response = await upstream(request)
    unknown = request.member_of("license_key_instances") and response.status == 404
    return Response(200).with_json({}) if unknown else response


@instances.answers
async def unknown_500(request: Request, upstream: Upstream) -> Response:
    """An unknown instance fails with 500."""
    response = await upstream(request)
    unknown = request.member_of("license_key_instances") and response.status == 404
    return error(500, "INTERNAL_SERVER_ERROR") if unknown else response


@instances.answers
async def key_id_missing(request: Request, upstream: Upstream) -> Response:
    """Instances in lists lack the key that they belong to."""
    response = await upstream(request)
    if request.path != INSTANCES or not response.ok:
        return response
    items = [{**each, "license_key_id": None} for each in response.json["items"]]
    return response.with_json({"items": items})


@create.answers
async def unknown_customer_accepted(request: Request, upstream: Upstream) -> Response:
    """A key is created for a customer that does not exist."""
    response = await upstream(request)
    if not creates(request) or response.status != 404:
        return response
    made = {**(await upstream.keys())[0], "id": "lic_madefornobody", **request.fields}
    return replace(response, status=201).with_json({"source": "import", **made})


@create.answers
async def unknown_customer_422(request: Request, upstream: Upstream) -> Response:
    """A key for a customer that does not exist is rejected with 422."""
    response = await upstream(request)
    unknown = creates(request) and response.status == 404
    return error(422, "INVALID_REQUEST_BODY") if unknown else response


@create.answers
async def wrong_body_500(request: Request, upstream: Upstream) -> Response:
    """A body that lacks a field fails with 500."""
    response = await upstream(request)
    refused = creates(request) and response.status in (400, 422)
    return error(500, "INTERNAL_SERVER_ERROR") if refused else response


def creates(request: Request) -> bool:
    """Whether it is a request to create a license key."""
    return (request.method, request.path) == ("POST", "/license_keys")


def activated_beyond(key: Key, request: Request) -> Response:
    """The response to an activation that the server itself rejects."""
    instance = {
        "id": "lki_beyondthelimit000000",
        "business_id": key["business_id"],
        "name": request.fields.get("name"),
        "license_key_id": key["id"],
        "created_at": key["created_at"],
        "product": {"product_id": key["product_id"], "name": None},
        "customer": {
            "customer_id": key["customer_id"],
            "name": "Ada Example",
            "email": "ada@example.com",
        },
    }
    return Response(201).with_json(instance)
