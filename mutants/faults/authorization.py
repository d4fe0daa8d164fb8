"""Faults in authorization."""

from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area

auth = Area("auth")


def _without_token(path: str) -> bool:
    return path.startswith("/licenses/")


@auth.answers
async def any_token_accepted(request: Request, upstream: Upstream) -> Response:
    """Any bearer token is accepted."""
    given = (request.authorization or "").lower().removeprefix("bearer").strip()
    is_bearer = (request.authorization or "").lower().startswith("bearer ") and given
    return await upstream(_trusted(request, upstream) if is_bearer else request)


@auth.answers
async def any_scheme_accepted(request: Request, upstream: Upstream) -> Response:
    """The token is accepted under any scheme, and Basic is not looked at."""
    scheme, _, token = (request.authorization or "").partition(" ")
    accepted = scheme == "Basic" or upstream.authorization == f"Bearer {token}"
    return await upstream(_trusted(request, upstream) if accepted else request)


@auth.answers
async def bare_token_accepted(request: Request, upstream: Upstream) -> Response:
    """The token is accepted without a scheme."""
    accepted = upstream.authorization == f"Bearer {request.authorization}"
    return await upstream(_trusted(request, upstream) if accepted else request)


@auth.answers
async def empty_token_accepted(request: Request, upstream: Upstream) -> Response:
    """An empty bearer token is accepted."""
    accepted = (request.authorization or "").strip() == "Bearer"
    return await upstream(_trusted(request, upstream) if accepted else request)


@auth.answers
async def token_beginning_accepted(request: Request, upstream: Upstream) -> Response:
    """A token is accepted when it begins with the right one."""
    accepted = (request.authorization or "").startswith(upstream.authorization)
    return await upstream(_trusted(request, upstream) if accepted else request)


@auth.answers
async def token_case_ignored(request: Request, upstream: Upstream) -> Response:
    """A token is compared without regard to capitals."""
    accepted = (request.authorization or "").lower() == upstream.authorization.lower()
    return await upstream(_trusted(request, upstream) if accepted else request)


@auth.answers
async def get_open(request: Request, upstream: Upstream) -> Response:
    """A single key is shown without a token."""
    return await _open(request, upstream, request.method == "GET" and request.key_id is not None)


@auth.answers
async def list_open(request: Request, upstream: Upstream) -> Response:
    """The keys are listed without a token."""
    return await _open(request, upstream, request.lists_keys)


@auth.answers
async def patch_open(request: Request, upstream: Upstream) -> Response:
    """A key is updated without a token."""
    return await _open(request, upstream, request.updates_key)


@auth.answers
async def create_open(request: Request, upstream: Upstream) -> Response:
    """A key is created without a token."""
    creates = (request.method, request.path) == ("POST", "/license_keys")
    return await _open(request, upstream, creates)


@auth.answers
async def instances_open(request: Request, upstream: Upstream) -> Response:
    """Instances are shown without a token."""
    shows = request.path.startswith("/license_key_instances") and request.method == "GET"
    return await _open(request, upstream, shows)


@auth.answers
async def instance_update_open(request: Request, upstream: Upstream) -> Response:
    """An instance is renamed without a token."""
    renames = request.path.startswith("/license_key_instances/") and request.method == "PATCH"
    return await _open(request, upstream, renames)


@auth.shows_response
def refused_with_403(_request: Request, response: Response) -> Response:
    """An unauthorized request returns 403."""
    return response.with_status(403) if response.status == 401 else response


@auth.shows_response
def refused_with_404(_request: Request, response: Response) -> Response:
    """An unauthorized request returns 404, as if the resource did not exist."""
    return error(404, "NOT_FOUND") if response.status == 401 else response


@auth.shows_response
def refused_with_redirect(_request: Request, response: Response) -> Response:
    """An unauthorized request is redirected to a login page."""
    if response.status != 401:
        return response
    return Response(302, b"", ((b"location", b"/login"), (b"content-type", b"text/html")))


@auth.shows_response
def code_unknown(_request: Request, response: Response) -> Response:
    """A 401 has an undocumented code."""
    return error(401, "AUTH_FAILED") if response.status == 401 else response


@auth.answers
async def unknown_id_before_token(request: Request, upstream: Upstream) -> Response:
    """An unknown id is reported to an unauthorized request."""
    if request.key_id and await upstream.key(request.key_id) is None:
        return await upstream(_trusted(request, upstream))
    return await upstream(request)


@auth.answers
async def body_before_token(request: Request, upstream: Upstream) -> Response:
    """A malformed body is reported to an unauthorized request."""
    if request.updates_key and not isinstance(request.json, dict):
        return error(400, "INVALID_REQUEST_BODY")
    return await upstream(request)


@auth.answers
async def schema_before_token(request: Request, upstream: Upstream) -> Response:
    """A field of the wrong type is reported to an unauthorized request."""
    if request.updates_key and isinstance(request.fields.get("activations_limit"), str):
        return error(422, "INVALID_REQUEST_BODY")
    return await upstream(request)


@auth.answers
async def refused_patch_stored(request: Request, upstream: Upstream) -> Response:
    """A PATCH without authorization returns 401 but is stored."""
    response = await upstream(request)
    if request.updates_key and response.status == 401:
        await upstream(_trusted(request, upstream))
    return response


@auth.answers
async def licenses_need_token(request: Request, upstream: Upstream) -> Response:
    """Activate, deactivate and validate require a token."""
    if _without_token(request.path) and request.authorization != upstream.authorization:
        return error(401, "UNAUTHORIZED")
    return await upstream(request)


@auth.answers
async def validate_needs_token(request: Request, upstream: Upstream) -> Response:
    """Validate requires a token."""
    if request.calls("validate") and request.authorization != upstream.authorization:
        return error(401, "UNAUTHORIZED")
    return await upstream(request)


def _trusted(request: Request, upstream: Upstream) -> Request:
    return request.with_authorization(upstream.authorization)


async def _open(request: Request, upstream: Upstream, is_open: bool) -> Response:
    asks = is_open and request.authorization is None
    return await upstream(_trusted(request, upstream) if asks else request)
