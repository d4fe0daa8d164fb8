"""Faults in activations, instances and validation that exactly one rule detects."""

from mutants.faults.licenses import INSTANCES, activated_beyond, key_with
from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area

UNKNOWN = error(404, "NOT_FOUND")

activate = Area("activate")
deactivate = Area("deactivate")
validate = Area("validate")
instances = Area("instances")


async def _accepting(request: Request, upstream: Upstream, status: str) -> Response:
    """Activate a key that has a status in which it must be rejected."""
    response = await upstream(request)
    if request.calls("activate") and response.status == 403:
        key = await key_with(request, upstream)
        if key is not None and key["status"] == status:
            return activated_beyond(key, request)
    return response


@activate.answers
async def disabled_accepted(request: Request, upstream: Upstream) -> Response:
    """A disabled key can be activated."""
    return await _accepting(request, upstream, "disabled")


@activate.answers
async def expired_accepted(request: Request, upstream: Upstream) -> Response:
    """An expired key can be activated."""
    return await _accepting(request, upstream, "expired")


@activate.shows_response
def other_product_shown(request: Request, response: Response) -> Response:
    """The response to activate shows another product."""
    if not request.calls("activate") or not response.ok:
        return response
    product = {**response.json["product"], "product_id": "pdt_other"}
    return response.with_json({**response.json, "product": product})


@activate.answers
async def unknown_key_before_body(request: Request, upstream: Upstream) -> Response:
    """Activate returns 404 for an unknown key before it checks the other fields."""
    return await _unknown_before_body(request, upstream, "activate")


@deactivate.answers
async def unknown_key_first(request: Request, upstream: Upstream) -> Response:
    """Deactivate returns 404 for an unknown key before it checks the other fields."""
    return await _unknown_before_body(request, upstream, "deactivate")


async def _unknown_before_body(request: Request, upstream: Upstream, operation: str) -> Response:
    response = await upstream(request)
    wrong = request.calls(operation) and response.code == "INVALID_REQUEST_BODY"
    return UNKNOWN if wrong else response


@deactivate.shows_response
def done_with_404(request: Request, response: Response) -> Response:
    """Deactivate removes the instance and returns 404."""
    return UNKNOWN if request.calls("deactivate") and response.ok else response


@deactivate.answers
async def gone_instance_still_shown(request: Request, upstream: Upstream) -> Response:
    """GET still shows an instance after its deactivation."""
    asked = request.fields.get("license_key_instance_id")
    if request.calls("deactivate") and isinstance(asked, str):
        instance = await upstream.ask("GET", f"{INSTANCES}/{asked}")
        if instance.ok:
            upstream.memory[f"{INSTANCES}/{asked}"] = instance.json
    response = await upstream(request)
    if request.method == "GET" and response.status == 404 and request.path in upstream.memory:
        return Response(200).with_json(upstream.memory[request.path])
    return response


async def _has_instance(request: Request, upstream: Upstream) -> bool:
    """Whether the instance in a body exists, for whichever key."""
    asked = request.fields.get("license_key_instance_id")
    return (await upstream.ask("GET", f"{INSTANCES}/{asked}")).ok


@deactivate.answers
async def existing_instance_of_other_key_accepted(request: Request, upstream: Upstream) -> Response:
    """Deactivate returns 200 for an existing instance of another key."""
    response = await upstream(request)
    rejected = request.calls("deactivate") and response.status == 403
    if rejected and await _has_instance(request, upstream):
        return Response(200, b"", ())
    return response


@deactivate.answers
async def twice_404(request: Request, upstream: Upstream) -> Response:
    """A second deactivation of an instance returns 404."""
    response = await upstream(request)
    rejected = request.calls("deactivate") and response.status == 403
    return UNKNOWN if rejected and not await _has_instance(request, upstream) else response


@validate.shows_response
def instance_never_valid(request: Request, response: Response) -> Response:
    """No instance is valid, not even one of the key."""
    named = request.calls("validate") and request.fields.get("license_key_instance_id")
    return response.with_json({"valid": False}) if named and response.ok else response


@validate.reads_request
def valid_instance_id_ignored(request: Request) -> Request:
    """The instance is ignored if its id is a string."""
    fields = request.fields
    if not request.calls("validate") or not isinstance(fields.get("license_key_instance_id"), str):
        return request
    return request.with_json({"license_key": fields.get("license_key")})


@validate.answers
async def key_without_limit_invalid(request: Request, upstream: Upstream) -> Response:
    """A key without a limit is not valid, unless the request names an instance."""
    response = await upstream(request)
    if request.calls("validate") and response.ok and len(request.fields) == 1:
        key = await key_with(request, upstream)
        if key is not None and key["activations_limit"] is None:
            return response.with_json({"valid": False})
    return response


@validate.answers
async def key_in_other_case_valid(request: Request, upstream: Upstream) -> Response:
    """A key string in another case, or with spaces around it, is valid."""
    response = await upstream(request)
    if request.calls("validate") and response.ok and len(request.fields) == 1:
        asked = request.fields["license_key"]
        similar = [each["key"].lower() for each in await upstream.keys() if each["key"] != asked]
        if asked.strip().lower() in similar:
            return response.with_json({"valid": True})
    return response


@instances.shows_response
def other_business(request: Request, response: Response) -> Response:
    """A GET of an instance shows another business."""
    shown = request.method == "GET" and request.member_of("license_key_instances") and response.ok
    return response.with_json({**response.json, "business_id": "bus_other"}) if shown else response


@instances.answers
async def rename_shows_old_name(request: Request, upstream: Upstream) -> Response:
    """The response to a PATCH of an instance shows the old name, though the new one is stored."""
    if request.method != "PATCH" or not request.member_of("license_key_instances"):
        return await upstream(request)
    before = await upstream.ask("GET", request.path)
    response = await upstream(request)
    return before if before.ok and response.ok else response


@instances.answers
async def rename_without_name_accepted(request: Request, upstream: Upstream) -> Response:
    """A PATCH of an instance without a name returns 200 with the first instance."""
    response = await upstream(request)
    renames = request.method == "PATCH" and request.member_of("license_key_instances")
    if renames and response.status != 401 and not isinstance(request.fields.get("name"), str):
        return Response(200).with_json((await upstream.ask("GET", INSTANCES)).json["items"][0])
    return response
