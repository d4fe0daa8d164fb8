"""Faults in the filters of the list."""

from datetime import timedelta
from urllib.parse import quote

from mutants.faults.patch_expiry import parsed_instant, written
from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, change_keys
from mutants.server.mutant import Area

lists = Area("list")


@lists.reads_request
def status_filter_ignored(request: Request) -> Request:
    """The status filter is ignored."""
    return _ignoring(request, "status")


@lists.reads_request
def product_filter_ignored(request: Request) -> Request:
    """The product filter is ignored."""
    return _ignoring(request, "product_id")


@lists.reads_request
def customer_filter_ignored(request: Request) -> Request:
    """The customer filter is ignored."""
    return _ignoring(request, "customer_id")


@lists.reads_request
def source_filter_ignored(request: Request) -> Request:
    """The source filter is ignored."""
    return _ignoring(request, "source")


@lists.reads_request
def created_gte_ignored(request: Request) -> Request:
    """The filter by the earliest creation is ignored."""
    return _ignoring(request, "created_at_gte")


@lists.reads_request
def created_lte_ignored(request: Request) -> Request:
    """The filter by the latest creation is ignored."""
    return _ignoring(request, "created_at_lte")


@lists.reads_request
def created_gte_excludes(request: Request) -> Request:
    """The filter by the earliest creation excludes the instant itself."""
    return _shifted(request, "created_at_gte", timedelta(microseconds=1))


@lists.reads_request
def created_lte_excludes(request: Request) -> Request:
    """The filter by the latest creation excludes the instant itself."""
    return _shifted(request, "created_at_lte", timedelta(microseconds=-1))


@lists.reads_request
def created_lte_cut_to_day(request: Request) -> Request:
    """The filter by the latest creation ends with the day before."""
    instant = parsed_instant(request.parameter("created_at_lte"))
    if not request.lists_keys or instant is None:
        return request
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return request.with_query(created_at_lte=quote(written(midnight)))


@lists.reads_request
def created_bounds_swapped(request: Request) -> Request:
    """The filters for the earliest and the latest creation time are swapped."""
    if not request.lists_keys:
        return request
    first, last = request.parameter("created_at_gte"), request.parameter("created_at_lte")
    return request.with_query(
        created_at_gte=last and quote(last), created_at_lte=first and quote(first)
    )


@lists.answers
async def active_includes_expired(request: Request, upstream: Upstream) -> Response:
    """The filter for active keys does not look at their expiry."""
    response = await upstream(request)
    if not request.lists_keys or request.parameter("status") != "active" or not response.ok:
        return response
    keys = [each for each in await upstream.keys() if each["status"] != "disabled"]
    return response.with_json({"items": keys})


@lists.answers
async def expired_filter_empty(request: Request, upstream: Upstream) -> Response:
    """The filter for expired keys never finds one, for the status is not stored."""
    response = await upstream(request)
    if request.lists_keys and request.parameter("status") == "expired" and response.ok:
        return response.with_json({"items": []})
    return response


@lists.answers
async def filters_joined_by_or(request: Request, upstream: Upstream) -> Response:
    """Several filters find the keys that fit any of them."""
    names = [each for each in ("status", "product_id", "customer_id") if request.parameter(each)]
    response = await upstream(request)
    if not request.lists_keys or len(names) < 2 or not response.ok:
        return response
    keys = [
        each
        for each in await upstream.keys()
        if any(each[name] == request.parameter(name) for name in names)
    ]
    return response.with_json({"items": keys})


@lists.answers
async def filtered_after_paging(request: Request, upstream: Upstream) -> Response:
    """The status filter is applied to a page instead of to the whole list."""
    status = request.parameter("status")
    if not request.lists_keys or status not in ("active", "expired", "disabled"):
        return await upstream(request)
    page = request.with_query(status=None, page_size="10")
    return change_keys(
        page, await upstream(page), lambda key: key if key["status"] == status else None
    )


def _ignoring(request: Request, name: str) -> Request:
    return request.with_query(**{name: None}) if request.lists_keys else request


def _shifted(request: Request, name: str, by: timedelta) -> Request:
    instant = parsed_instant(request.parameter(name))
    if not request.lists_keys or instant is None:
        return request
    return request.with_query(**{name: quote(written(instant + by))})
