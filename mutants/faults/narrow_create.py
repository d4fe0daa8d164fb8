"""Faults in the creation of keys that exactly one rule detects."""

from mutants.faults.licenses import creates
from mutants.faults.patch_expiry import EXPIRY
from mutants.faults.patch_limit import LIMIT, limit_in
from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area

REJECTED = error(422, "INVALID_REQUEST_BODY")

create = Area("create")


@create.answers
async def limit_with_expiry_rejected(request: Request, upstream: Upstream) -> Response:
    """A new key cannot have both a limit and an expiry."""
    has_both = {LIMIT, EXPIRY} <= request.fields.keys()
    return REJECTED if creates(request) and has_both else await upstream(request)


@create.reads_request
def default_limit(request: Request) -> Request:
    """A new key without a limit in the request has a limit of 5."""
    lacks = creates(request) and request.fields and LIMIT not in request.fields
    return request.with_json({**request.fields, LIMIT: 5}) if lacks else request


@create.answers
async def limit_stored_one_too_high(request: Request, upstream: Upstream) -> Response:
    """A new key is stored with a limit one higher than the response shows."""
    response = await upstream(request)
    limit = limit_in(request.fields) if creates(request) and response.ok else None
    if limit is not None:
        path = f"/license_keys/{response.json['id']}"
        await upstream.ask("PATCH", path, {LIMIT: limit + 1})
    return response


@create.shows_response
def duplicate_422(request: Request, response: Response) -> Response:
    """A key string that exists is rejected with 422."""
    return REJECTED if creates(request) and response.status == 409 else response


async def _has_customer(request: Request, upstream: Upstream) -> bool:
    asked = request.fields.get("customer_id")
    return asked in [each["customer_id"] for each in await upstream.keys()]


@create.answers
async def customer_422(request: Request, upstream: Upstream) -> Response:
    """An unknown customer is rejected with 422."""
    response = await upstream(request)
    unknown = creates(request) and response.status == 404
    return REJECTED if unknown and not await _has_customer(request, upstream) else response


@create.answers
async def product_422(request: Request, upstream: Upstream) -> Response:
    """An unknown product is rejected with 422."""
    response = await upstream(request)
    unknown = creates(request) and response.status == 404
    return REJECTED if unknown and await _has_customer(request, upstream) else response


@create.shows_response
def customer_before_body(request: Request, response: Response) -> Response:
    """An unknown customer returns 404 before the other fields are checked."""
    wrong = creates(request) and response.status in (400, 422)
    return error(404, "NOT_FOUND") if wrong else response
