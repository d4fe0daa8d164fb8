"""Faults in the validation of keys."""

from collections.abc import Callable

from mutants.faults.licenses import key_with
from mutants.server.layer import Upstream
from mutants.server.messages import Key, Request, Response, error
from mutants.server.mutant import Area

validate = Area("validate")


@validate.answers
async def unknown_key_valid(request: Request, upstream: Upstream) -> Response:
    """Every key string is valid."""
    return await _validity(request, upstream, True, lambda key: key is None)


@validate.answers
async def disabled_key_valid(request: Request, upstream: Upstream) -> Response:
    """A disabled key is valid."""
    return await _validity(
        request, upstream, True, lambda key: key is not None and key["status"] == "disabled"
    )


@validate.answers
async def expired_key_valid(request: Request, upstream: Upstream) -> Response:
    """An expired key is valid."""
    return await _validity(
        request, upstream, True, lambda key: key is not None and key["status"] == "expired"
    )


@validate.answers
async def active_key_invalid(request: Request, upstream: Upstream) -> Response:
    """A key without instances is not valid."""
    return await _validity(
        request, upstream, False, lambda key: key is not None and not key["instances_count"]
    )


@validate.reads_request
def instance_ignored(request: Request) -> Request:
    """The instance is not looked at."""
    if not request.calls("validate") or "license_key" not in request.fields:
        return request
    return request.with_json({"license_key": request.fields["license_key"]})


@validate.answers
async def unknown_key_404(request: Request, upstream: Upstream) -> Response:
    """Validating an unknown key gets 404."""
    asked = request.calls("validate") and isinstance(request.fields.get("license_key"), str)
    if asked and await key_with(request, upstream) is None:
        return error(404, "NOT_FOUND")
    return await upstream(request)


@validate.shows_response
def answer_is_text(request: Request, response: Response) -> Response:
    """Validity is shown as a string."""
    if not request.calls("validate") or not response.ok:
        return response
    return response.with_json({"valid": str(response.json["valid"]).lower()})


@validate.reads_request
def wrong_body_accepted(request: Request) -> Request:
    """A body without a key string is accepted as if the string were empty."""
    if not request.calls("validate") or "license_key" in request.fields:
        return request
    return request.with_json({"license_key": ""})


async def _validity(
    request: Request, upstream: Upstream, valid: bool, concerns: Callable[[Key | None], bool]
) -> Response:
    response = await upstream(request)
    if not request.calls("validate") or not response.ok:
        return response
    about = concerns(await key_with(request, upstream))
    return response.with_json({"valid": valid}) if about else response
