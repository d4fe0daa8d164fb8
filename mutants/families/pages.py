"""Lists: pages beyond the second, filters that match too much or too little, stale entries."""

from typing import Any

from mutants.server.layer import Behaviour, Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area
from mutants.server.shapes import takes

pages = Area("page")
add = pages.add


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.parameter(name) or ""
    return int(text) if text.isdigit() and len(text) < 12 else otherwise


def changes_page(change: Any, collection: str = "license_keys") -> Behaviour:
    """Change the items of a page: items, page number, page size, request."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        response = await upstream(request)
        if (request.method, request.path) != ("GET", f"/{collection}") or not response.ok:
            return response
        page, size = _number(request, "page_number", 0), _number(request, "page_size", 10)
        items = change(response.json["items"], page, size, request)
        return response.with_json({**response.json, "items": items})

    return behaviour


def _asks(when: Any, **parameters: Any) -> Behaviour:
    def change(request: Request) -> Request:
        if request.method != "GET" or request.path != "/license_keys" or not when(request):
            return request
        return request.with_query(
            **{n: v(request) if callable(v) else v for n, v in parameters.items()}
        )

    return takes(change)


def _page(request: Request) -> int:
    return _number(request, "page_number", 0)


for _name, _statement, _behaviour in (
    ("third-repeats-second", "The third page repeats the second.",
     _asks(lambda r: _page(r) == 2, page_number="1")),
    ("third-is-empty", "The third page and those behind it are empty.",
     changes_page(lambda items, page, size, r: [] if page >= 2 else items)),
    ("fourth-is-empty", "The fourth page and those behind it are empty.",
     changes_page(lambda items, page, size, r: [] if page >= 3 else items)),
    ("third-is-fourth", "The third page and those behind it are one too far.",
     _asks(lambda r: _page(r) >= 2, page_number=lambda r: str(_page(r) + 1))),
    ("second-lacks-first", "The second page lacks its first key.",
     changes_page(lambda items, page, size, r: items[1:] if page == 1 else items)),
    ("last-lacks-last", "A page that is not full lacks its last key.",
     changes_page(lambda items, page, size, r: items[:-1] if len(items) < size else items)),
    ("full-lacks-last", "A page of one key more than fits lacks it.",
     changes_page(lambda items, page, size, r: items[:-1] if len(items) == size > 1 and page else items)),
    ("small-page-reversed", "Pages of fewer than three keys are in reverse order.",
     changes_page(lambda items, page, size, r: items[::-1] if size < 3 else items)),
    ("end-repeats-last", "A page past the end shows the first page.",
     _asks(lambda r: _page(r) > 50, page_number="0")),
    ("size-of-one-ignored", "A size of 1 is ignored.",
     _asks(lambda r: r.parameter("page_size") == "1", page_size=None)),
    ("size-above-50-cut", "A size above 50 is cut to 50, and the pages are counted by 100.",
     changes_page(lambda items, page, size, r: items[:50] if size > 50 else items)),
    ("size-above-20-cut", "A size above 20 is cut to 20, and the pages are counted by the size.",
     changes_page(lambda items, page, size, r: items[:20] if size > 20 else items)),
    ("size-beyond-100-default", "A size beyond 100 is the default of 10.",
     _asks(lambda r: _number(r, "page_size", 0) > 100, page_size=None)),
    ("default-size-20", "The default size is 20.",
     _asks(lambda r: r.parameter("page_size") is None, page_size="20")),
    ("negative-number-first", "A negative page is the first.",
     _asks(lambda r: (r.parameter("page_number") or "").startswith("-"), page_number="0")),
    ("negative-size-default", "A negative size is the default.",
     _asks(lambda r: (r.parameter("page_size") or "").startswith("-"), page_size=None)),
    ("word-number-first", "A page that is not a number is the first.",
     _asks(lambda r: not (r.parameter("page_number") or "0").lstrip("-").isdigit(), page_number="0")),
    ("fraction-size-cut", "A fraction as a size is cut.",
     _asks(lambda r: "." in (r.parameter("page_size") or ""), page_size="1")),
    ("int64-number-wraps", "A page beyond int32 wraps to the first.",
     _asks(lambda r: _number(r, "page_number", 0) >= 2**31, page_number="0")),
    ("filters-dropped-on-second", "The filters are dropped from the second page on.",
     _asks(lambda r: _page(r) >= 1, customer_id=None, product_id=None, status=None)),
    ("customer-dropped-beside-status", "The customer is ignored beside a status.",
     _asks(lambda r: r.parameter("status"), customer_id=None)),
    ("product-dropped-beside-customer", "The product is ignored beside a customer.",
     _asks(lambda r: r.parameter("customer_id"), product_id=None)),
    ("status-dropped-beside-product", "The status is ignored beside a product.",
     _asks(lambda r: r.parameter("product_id"), status=None)),
    ("source-dropped-beside-status", "The source is ignored beside a status.",
     _asks(lambda r: r.parameter("status"), source=None)),
    ("times-dropped-beside-customer", "The creation times are ignored beside a customer.",
     _asks(lambda r: r.parameter("customer_id"), created_at_gte=None, created_at_lte=None)),
    ("upper-time-dropped-beside-lower", "The later creation time is ignored beside the earlier one.",
     _asks(lambda r: r.parameter("created_at_gte"), created_at_lte=None)),
    ("unknown-status-ignored", "A status that is not known is ignored.",
     _asks(lambda r: r.parameter("status") not in {None, "active", "expired", "disabled"}, status=None)),
    ("unknown-source-ignored", "A source that is not known is ignored.",
     _asks(lambda r: r.parameter("source") not in {None, "auto", "import", "manual"}, source=None)),
    ("status-in-capitals-accepted", "A status in capitals is accepted.",
     _asks(lambda r: (r.parameter("status") or "").isupper(), status=lambda r: r.parameter("status").lower())),
    ("bad-time-ignored", "A creation time that is not a time is ignored.",
     _asks(lambda r: "T" not in (r.parameter("created_at_gte") or "T"), created_at_gte=None)),
    ("second-before-1970-500", "The key list narrowed to a distant time is the whole list.",
     _asks(lambda r: (r.parameter("created_at_lte") or "9") < "1990", created_at_lte=None)),
    ("time-offset-dropped", "The offset of a creation time is ignored.",
     _asks(lambda r: "+" in (r.parameter("created_at_gte") or "") or "-" in (r.parameter("created_at_gte") or "")[19:],
           created_at_gte=lambda r: r.parameter("created_at_gte")[:19] + "Z")),
    ("time-cut-to-day", "Only the day of the earlier creation time counts.",
     _asks(lambda r: len(r.parameter("created_at_gte") or "") > 10,
           created_at_gte=lambda r: r.parameter("created_at_gte")[:10] + "T00:00:00Z")),
    ("time-cut-to-second", "The fraction of the later creation time is lost.",
     _asks(lambda r: "." in (r.parameter("created_at_lte") or ""),
           created_at_lte=lambda r: r.parameter("created_at_lte")[:19] + "Z")),
    ("disabled-includes-expired", "The list of disabled keys is that of expired ones.",
     _asks(lambda r: r.parameter("status") == "disabled", status="expired")),
):  # fmt: skip
    add(_name, _statement, _behaviour)


def _filtered(name: str, matches: Any) -> Behaviour:
    """One filter is applied in another way: key, value."""

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        value = request.parameter(name)
        if not request.lists_keys or not value:
            return await upstream(request)
        wanted = request.with_query(**{name: None, "page_size": "100", "page_number": None})
        response = await upstream(wanted)
        if not response.ok:
            return response
        size, page = min(_number(request, "page_size", 10), 100), _page(request)
        found = [key for key in response.json["items"] if matches(key, value)]
        return response.with_json({"items": found[page * size : (page + 1) * size]})

    return behaviour


for _name, _statement, _filter, _matches in (
    ("customer-beginning-matches", "The beginning of a customer's id matches.", "customer_id",
     lambda key, v: key["customer_id"].startswith(v)),
    ("customer-case-ignored", "Customers are compared without regard to case.", "customer_id",
     lambda key, v: key["customer_id"].lower() == v.lower()),
    ("customer-part-matches", "Any part of a customer's id matches.", "customer_id",
     lambda key, v: v in key["customer_id"]),
    ("product-beginning-matches", "The beginning of a product's id matches.", "product_id",
     lambda key, v: key["product_id"].startswith(v)),
    ("product-percent-matches", "A percent sign in a product matches anything.", "product_id",
     lambda key, v: key["product_id"] == v or "%" in v),
    ("customer-matches-product", "A product in place of a customer matches.", "customer_id",
     lambda key, v: v in (key["customer_id"], key["product_id"])),
    ("customer-asterisk-matches", "An asterisk for the customer matches all.", "customer_id",
     lambda key, v: key["customer_id"] == v or v == "*"),
    ("customer-lacks-subscriptions", "The list of a customer lacks keys of subscriptions.", "customer_id",
     lambda key, v: key["customer_id"] == v and not key["subscription_id"]),
    ("customer-lacks-disabled", "The list of a customer lacks disabled keys.", "customer_id",
     lambda key, v: key["customer_id"] == v and key["status"] != "disabled"),
    ("product-lacks-expired", "The list of a product lacks expired keys.", "product_id",
     lambda key, v: key["product_id"] == v and key["status"] != "expired"),
    ("active-lacks-endless", "The list of active keys lacks those without an expiry.", "status",
     lambda key, v: key["status"] == v and (v != "active" or bool(key["expires_at"]))),
    ("active-includes-expired", "The list of active keys has expired ones, too.", "status",
     lambda key, v: key["status"] == v or (v == "active" and key["status"] == "expired")),
    ("active-lacks-unlimited", "The list of active keys lacks those without a limit.", "status",
     lambda key, v: key["status"] == v and (v != "active" or key["activations_limit"] is not None)),
    ("auto-includes-imports", "The list of keys made by purchases has imported ones, too.", "source",
     lambda key, v: v == "auto" or key["source"] == v),
    ("unknown-customer-all", "A customer that is not known has all keys.", "customer_id",
     lambda key, v: key["customer_id"] == v or not v.startswith("cus_")),
):  # fmt: skip
    add(_name, _statement, _filtered(_filter, _matches))


@pages.answers
async def empty_filter_ignored_with_404(request: Request, upstream: Upstream) -> Response:
    """A product that is not known returns 404."""
    response = await upstream(request)
    if request.lists_keys and request.parameter("product_id") and response.ok:
        if not response.json["items"]:
            return error(404, "NOT_FOUND")
    return response


@pages.answers
async def past_end_404(request: Request, upstream: Upstream) -> Response:
    """A page past the end returns 404."""
    response = await upstream(request)
    if request.lists_keys and response.ok and not response.json["items"] and _page(request):
        return error(404, "NOT_FOUND")
    return response


@pages.answers
async def huge_number_500(request: Request, upstream: Upstream) -> Response:
    """The product of page number and size overflows and fails with 500."""
    if request.lists_keys and _page(request) * _number(request, "page_size", 10) >= 2**31:
        return error(500, "INTERNAL_SERVER_ERROR")
    return await upstream(request)


@pages.answers
async def changed_key_twice(request: Request, upstream: Upstream) -> Response:
    """A key that was changed is in the list twice."""
    response = await upstream(request)
    changed = upstream.memory.setdefault("changed", set())
    if request.updates_key and response.ok:
        changed.add(request.key_id)
    if request.lists_keys and response.ok:
        twice = [k for key in response.json["items"] for k in [key] * (1 + (key["id"] in changed))]
        return response.with_json({"items": twice})
    return response


@pages.answers
async def changed_key_first(request: Request, upstream: Upstream) -> Response:
    """A changed key moves to the front of its page and off the later ones."""
    response = await upstream(request)
    if request.updates_key and response.ok:
        upstream.memory["changed"] = response.json
    last = upstream.memory.get("changed")
    if (
        request.lists_keys
        and response.ok
        and last
        and _page(request) == 0
        and "&" not in request.query
    ):
        others = [key for key in response.json["items"] if key["id"] != last["id"]]
        size = max(_number(request, "page_size", 10), 0)
        return response.with_json({"items": [last, *others][:size]})
    return response


@pages.answers
async def status_filter_is_stale(request: Request, upstream: Upstream) -> Response:
    """The list by status shows the status that a key had when it was listed first."""
    response = await upstream(request)
    if request.lists_keys and request.parameter("status") and response.ok:
        known = upstream.memory.setdefault(request.query, response.json)
        return response.with_json(known)
    return response


@pages.answers
async def filtered_list_cached(request: Request, upstream: Upstream) -> Response:
    """The list of a customer is cached for good."""
    response = await upstream(request)
    if request.lists_keys and request.parameter("customer_id") and response.ok:
        return response.with_json(upstream.memory.setdefault(request.query, response.json))
    return response
