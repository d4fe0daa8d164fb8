"""What lists show of keys, and the lists of instances."""

from typing import Any

from mutants.families.pages import changes_page
from mutants.server.layer import Behaviour, Upstream
from mutants.server.messages import Key, Request, Response
from mutants.server.mutant import Area
from mutants.server.shapes import takes

pages = Area("page")
add = pages.add


def _shown_in_lists(change: Any) -> Behaviour:
    return changes_page(lambda items, _page, _size, _r: [change(key) for key in items])


def _masked(key: Key) -> Key:
    return {**key, "key": "****" + str(key["key"])[-4:]}


for _name, _statement, _change in (
    ("key-masked", "Lists mask the key strings.", _masked),
    ("limit-zero-for-null", "Lists show 0 for no limit.",
     lambda key: {**key, "activations_limit": key["activations_limit"] or 0}),
    ("count-zero", "Lists show no instances.", lambda key: {**key, "instances_count": 0}),
    ("expired-as-active", "Lists show expired keys as active.",
     lambda key: {**key, "status": "active" if key["status"] == "expired" else key["status"]}),
    ("creation-cut", "Lists cut the fraction of the creation.",
     lambda key: {**key, "created_at": key["created_at"][:19] + "Z"}),
    ("subscription-null", "Lists show no subscription.", lambda key: {**key, "subscription_id": None}),
    ("payment-null", "Lists show no payment.", lambda key: {**key, "payment_id": None}),
    ("expiry-null", "Lists show no expiry.", lambda key: {**key, "expires_at": None}),
):  # fmt: skip
    add(f"list-{_name}", _statement, _shown_in_lists(_change))

for _name, _statement, _change in (
    (
        "second-page-repeats",
        "The second page of instances repeats the first.",
        lambda r: r.with_query(page_number=None),
    ),
    (
        "size-ignored",
        "The size of a page of instances is ignored.",
        lambda r: r.with_query(page_size=None),
    ),
):

    def _of_instances(change: Any) -> Behaviour:
        return takes(lambda r: change(r) if r.path == "/license_key_instances" else r)

    add(f"instances-{_name}", _statement, _of_instances(_change))
add(
    "instances-last-missing",
    "The list of instances lacks the last one of a page that is not full.",
    changes_page(
        lambda items, _p, size, _r: items[:-1] if 1 < len(items) < size else items,
        "license_key_instances",
    ),
)
add(
    "instances-unknown-key-all",
    "The instances of an unknown key are those of all keys.",
    takes(
        lambda r: (
            r.with_query(license_key_id=None)
            if r.path == "/license_key_instances"
            and (r.parameter("license_key_id") or "").lower() == "lic_doesnotexist"
            else r
        )
    ),
)


@pages.answers
async def instances_cached(request: Request, upstream: Upstream) -> Response:
    """The list of a key's instances is cached for good."""
    response = await upstream(request)
    narrowed = request.path == "/license_key_instances" and request.parameter("license_key_id")
    if request.method == "GET" and narrowed and response.ok:
        return response.with_json(upstream.memory.setdefault(request.query, response.json))
    return response
