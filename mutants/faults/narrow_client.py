"""Faults that only the layers behind the rules detect: the client and Schemathesis.

The requests of the rules have no User-Agent header, so these faults spare them.
"""

from mutants.faults.licenses import INSTANCES
from mutants.faults.patch_expiry import instant_in, parsed_instant
from mutants.faults.patch_limit import LIMIT
from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error, without
from mutants.server.mutant import Area

client = Area("client")
schema = Area("schema")

NOT_ALLOWED = error(405, "METHOD_NOT_ALLOWED").with_header(b"allow", b"GET, PATCH")
CREATION_FILTERS = ("created_at_gte", "created_at_lte")


def _has_user_agent(request: Request) -> bool:
    return any(name == b"user-agent" for name, _ in request.headers)


@client.shows_response
def list_reversed(request: Request, response: Response) -> Response:
    """The list is in reverse order for a request with a User-Agent header."""
    if not request.lists_keys or not response.ok or not _has_user_agent(request):
        return response
    return response.with_json({"items": response.json["items"][::-1]})


@client.reads_request
def null_limit_ignored(request: Request) -> Request:
    """A null limit is ignored in a request with a User-Agent header."""
    removes = request.updates_key and request.fields.get(LIMIT, 0) is None
    if not removes or not _has_user_agent(request):
        return request
    return request.with_json(without(request.fields, LIMIT))


@client.shows_response
def expiry_on_subscription_422(request: Request, response: Response) -> Response:
    """An expiry for a subscription's key is rejected with 422 if there is a User-Agent header."""
    expires = request.updates_key and instant_in(request.fields) and _has_user_agent(request)
    return response.with_status(422) if expires and response.status == 400 else response


@schema.shows_response
def trace_accepted(request: Request, response: Response) -> Response:
    """TRACE returns 200."""
    return Response(200).with_json({}) if request.method == "TRACE" else response


@schema.answers
async def distant_time_405_at_first(request: Request, upstream: Upstream) -> Response:
    """The first list filtered by a creation time before 1970 or after 2100 returns 405."""
    response = await upstream(request)
    bounds = [parsed_instant(request.parameter(name)) for name in CREATION_FILTERS]
    distant = any(each and not 1970 <= each.year <= 2100 for each in bounds)
    if request.lists_keys and distant and response.ok and not upstream.memory:
        upstream.memory["listed"] = True
        return NOT_ALLOWED
    return response


@schema.answers
async def documented_name_405_at_first(request: Request, upstream: Upstream) -> Response:
    """The first rename of an instance to the name in the documentation returns 405."""
    renames = request.method == "PATCH" and request.member_of("license_key_instances")
    if renames and request.fields.get("name") == "Build server 2" and not upstream.memory:
        upstream.memory["renamed"] = True
        return NOT_ALLOWED
    return await upstream(request)


@schema.answers
async def list_after_instances_405(request: Request, upstream: Upstream) -> Response:
    """A list directly after a list of instances returns 405 if there is a User-Agent header."""
    after_instances = upstream.memory.get("after_instances", False)
    upstream.memory["after_instances"] = request.method == "GET" and request.path == INSTANCES
    lists = request.lists_keys and _has_user_agent(request)
    return NOT_ALLOWED if lists and after_instances else await upstream(request)
