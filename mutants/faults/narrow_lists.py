"""Faults in filters that exactly one rule detects."""

from mutants.faults.patch_expiry import parsed_instant
from mutants.server.messages import Request
from mutants.server.mutant import Area

lists = Area("list")


@lists.reads_request
def valid_created_gte_ignored(request: Request) -> Request:
    """The filter by the earliest creation time is validated and then ignored."""
    valid = request.lists_keys and parsed_instant(request.parameter("created_at_gte"))
    return request.with_query(created_at_gte=None) if valid else request
