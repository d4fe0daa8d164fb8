"""Faults in pages of the list and in malformed queries."""

from mutants.faults.patch_expiry import parsed_instant
from mutants.server.layer import Upstream
from mutants.server.messages import Key, Request, Response, change_keys, error
from mutants.server.mutant import Area

lists = Area("list")


@lists.reads_request
def default_page_of_25(request: Request) -> Request:
    """A page has 25 keys by default."""
    told = not request.lists_keys or request.parameter("page_size")
    return request if told else request.with_query(page_size="25")


@lists.reads_request
def page_size_ignored(request: Request) -> Request:
    """A page always has 10 keys."""
    return request.with_query(page_size=None) if request.lists_keys else request


@lists.answers
async def page_size_one_short(request: Request, upstream: Upstream) -> Response:
    """A page has one key less than requested."""
    response = await upstream(request)
    if not request.lists_keys or not request.parameter("page_size") or not response.ok:
        return response
    items = response.json["items"]
    short = items[:-1] if len(items) == int(request.parameter("page_size") or 0) else items
    return response.with_json({"items": short})


@lists.answers
async def page_size_over_100_refused(request: Request, upstream: Upstream) -> Response:
    """More than 100 keys a page are rejected."""
    size = request.parameter("page_size") or ""
    if request.lists_keys and size.isdecimal() and int(size) > 100:
        return error(400, "INVALID_QUERY_PARAMS")
    return await upstream(request)


@lists.reads_request
def page_size_over_100_is_default(request: Request) -> Request:
    """More than 100 keys a page are read as 10."""
    size = request.parameter("page_size") or ""
    too_many = request.lists_keys and size.isdecimal() and int(size) > 100
    return request.with_query(page_size="10") if too_many else request


@lists.reads_request
def pages_count_from_1(request: Request) -> Request:
    """Pages are counted from 1, and page 0 is the first as well."""
    number = request.parameter("page_number") or ""
    if not request.lists_keys or not number.isdecimal() or int(number) == 0:
        return request
    return request.with_query(page_number=str(int(number) - 1))


@lists.reads_request
def page_number_ignored(request: Request) -> Request:
    """Every page is the first."""
    return request.with_query(page_number=None) if request.lists_keys else request


@lists.reads_request
def first_page_is_second(request: Request) -> Request:
    """Page 0 skips the first keys when it is named."""
    named = request.lists_keys and request.parameter("page_number") == "0"
    return request.with_query(page_number="1") if named else request


@lists.answers
async def pages_overlap(request: Request, upstream: Upstream) -> Response:
    """A page begins with the last key of the page before."""
    number, size = request.parameter("page_number") or "", request.parameter("page_size") or "10"
    response = await upstream(request)
    if not request.lists_keys or not number.isdecimal() or int(number) == 0 or not response.ok:
        return response
    before = await upstream(request.with_query(page_number=str(int(number) - 1)))
    items = [*before.json["items"][-1:], *response.json["items"]][: int(size)]
    return response.with_json({"items": items})


@lists.answers
async def past_end_404(request: Request, upstream: Upstream) -> Response:
    """A page past the end gets 404."""
    response = await upstream(request)
    past = request.lists_keys and response.ok and not response.json["items"]
    return error(404, "NOT_FOUND") if past and _is_late(request) else response


@lists.answers
async def past_end_last_page(request: Request, upstream: Upstream) -> Response:
    """A page past the end shows the last page."""
    response = await upstream(request)
    past = request.lists_keys and response.ok and not response.json["items"]
    if past and _is_late(request):
        return await upstream(request.with_query(page_number=None))
    return response


@lists.answers
async def past_end_null(request: Request, upstream: Upstream) -> Response:
    """An empty page has null for its items."""
    response = await upstream(request)
    past = request.lists_keys and response.ok and not response.json["items"]
    return response.with_json({"items": None}) if past else response


def _is_late(request: Request) -> bool:
    return (request.parameter("page_number") or "0").strip("0") != ""


@lists.reads_request
def bad_query_ignored(request: Request) -> Request:
    """A malformed query is ignored."""
    if not request.lists_keys:
        return request
    wrong = [
        name
        for name in ("page_size", "page_number")
        if not (request.parameter(name) or "0").isdecimal()
    ]
    return request.with_query(**dict.fromkeys(wrong)) if wrong else request


@lists.reads_request
def unknown_status_ignored(request: Request) -> Request:
    """A status that does not exist is ignored."""
    known = (None, "active", "expired", "disabled")
    wrong = request.lists_keys and request.parameter("status") not in known
    return request.with_query(status=None) if wrong else request


@lists.reads_request
def bad_time_ignored(request: Request) -> Request:
    """A filter that is not a time is ignored."""
    text = request.parameter("created_at_gte")
    wrong = request.lists_keys and text is not None and parsed_instant(text) is None
    return request.with_query(created_at_gte=None) if wrong else request


@lists.answers
async def negative_page_500(request: Request, upstream: Upstream) -> Response:
    """A negative page number or size fails with 500."""
    query = request.query
    if request.lists_keys and ("page_number=-" in query or "page_size=-" in query):
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@lists.shows_response
def bad_query_404(request: Request, response: Response) -> Response:
    """A malformed query gets 404."""
    refused = request.lists_keys and response.status in (400, 422)
    return error(404, "NOT_FOUND") if refused else response


@lists.shows_response
def bad_query_code(request: Request, response: Response) -> Response:
    """The code of a malformed query is that of a wrong body."""
    refused = request.lists_keys and response.status in (400, 422)
    return error(response.status, "INVALID_REQUEST_BODY") if refused else response


@lists.shows_response
def bare(request: Request, response: Response) -> Response:
    """The list is a bare list without an object around it."""
    return response.with_json(response.json["items"]) if _is_list(request, response) else response


@lists.shows_response
def under_another_name(request: Request, response: Response) -> Response:
    """The items of the list are called data."""
    return (
        response.with_json({"data": response.json["items"]})
        if _is_list(request, response)
        else response
    )


@lists.shows_response
def first_twice(request: Request, response: Response) -> Response:
    """The last key of a page is the first once more."""
    if not _is_list(request, response) or len(response.json["items"]) < 2:
        return response
    items = response.json["items"]
    return response.with_json({"items": [*items[:-1], items[0]]})


@lists.answers
async def disabled_missing(request: Request, upstream: Upstream) -> Response:
    """Disabled keys are missing from the list unless asked for."""
    if not request.lists_keys or request.parameter("status"):
        return await upstream(request)
    return change_keys(request, await upstream(request), _unless_disabled)


def _unless_disabled(key: Key) -> Key | None:
    return None if key["status"] == "disabled" else key


def _is_list(request: Request, response: Response) -> bool:
    return request.lists_keys and response.ok
