"""Faults in lists and filters that exactly one rule detects."""

from mutants.faults.patch_expiry import parsed_instant
from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response
from mutants.server.mutant import Area

lists = Area("list")


@lists.reads_request
def valid_created_gte_ignored(request: Request) -> Request:
    """The filter by the earliest creation time is validated and then ignored."""
    valid = request.lists_keys and parsed_instant(request.parameter("created_at_gte"))
    return request.with_query(created_at_gte=None) if valid else request


@lists.answers
async def distant_page_shows_first(request: Request, upstream: Upstream) -> Response:
    """A page number of 50 or more past the end shows the first page."""
    response = await upstream(request)
    number = request.parameter("page_number") or ""
    distant = request.lists_keys and number.isdecimal() and int(number) >= 50
    if distant and response.ok and not response.json["items"]:
        return await upstream(request.with_query(page_number=None))
    return response


@lists.reads_request
def customer_beside_status_ignored(request: Request) -> Request:
    """The filter by customer is ignored beside the filter by status."""
    ignored = request.lists_keys and request.parameter("status")
    return request.with_query(customer_id=None) if ignored else request
