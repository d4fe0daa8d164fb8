"""Faults of PATCH that show one field otherwise that no PATCH may change."""

from typing import Any

from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response
from mutants.server.mutant import Area

frame = Area("frame")


async def _shown_after_empty(
    request: Request, upstream: Upstream, name: str, value: Any
) -> Response:
    """The response to a PATCH with an empty object, with another value for one field."""
    response = await upstream(request)
    if request.updates_key and response.ok and request.json == {}:
        return response.with_json({**response.json, name: value})
    return response


@frame.answers
async def id_after_empty(request: Request, upstream: Upstream) -> Response:
    """The response to an empty PATCH shows the id in lower case."""
    shown = (request.key_id or "").lower()
    return await _shown_after_empty(request, upstream, "id", shown)


@frame.answers
async def key_after_empty(request: Request, upstream: Upstream) -> Response:
    """The response to an empty PATCH masks the key string."""
    return await _shown_after_empty(request, upstream, "key", "********")


@frame.answers
async def business_after_empty(request: Request, upstream: Upstream) -> Response:
    """The response to an empty PATCH shows another business."""
    return await _shown_after_empty(request, upstream, "business_id", "bus_other")


@frame.answers
async def customer_after_empty(request: Request, upstream: Upstream) -> Response:
    """The response to an empty PATCH shows another customer."""
    return await _shown_after_empty(request, upstream, "customer_id", "cus_other")


@frame.answers
async def product_after_empty(request: Request, upstream: Upstream) -> Response:
    """The response to an empty PATCH shows another product."""
    return await _shown_after_empty(request, upstream, "product_id", "pdt_other")


@frame.answers
async def created_at_after_empty(request: Request, upstream: Upstream) -> Response:
    """The response to an empty PATCH shows another creation time."""
    return await _shown_after_empty(request, upstream, "created_at", "2024-01-01T00:00:00Z")


@frame.answers
async def instances_count_after_empty(request: Request, upstream: Upstream) -> Response:
    """The response to an empty PATCH shows no instances."""
    return await _shown_after_empty(request, upstream, "instances_count", 0)


@frame.answers
async def source_after_empty(request: Request, upstream: Upstream) -> Response:
    """The response to an empty PATCH shows another source."""
    return await _shown_after_empty(request, upstream, "source", "manual")
