"""Instances: their names, and the key they belong to."""

from typing import Any

from mutants.server.layer import Behaviour, Upstream
from mutants.server.messages import Request, Response
from mutants.server.mutant import Area
from mutants.server.shapes import is_trusted

licenses = Area("license")
_change: Any


@licenses.answers
async def rename_reaches_siblings(request: Request, upstream: Upstream) -> Response:
    """A new name for an instance is given to all instances of its key."""
    response = await upstream(request)
    if request.method == "PATCH" and request.member_of("license_key_instances") and response.ok:
        key = response.json["license_key_id"]
        listed = await upstream.ask("GET", f"/license_key_instances?license_key_id={key}")
        for each in listed.json["items"]:
            await upstream.ask("PATCH", f"/license_key_instances/{each['id']}", request.fields)
    return response


def _renaming(change: Any) -> Behaviour:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if request.method != "PATCH" or not request.member_of("license_key_instances"):
            return await upstream(request)
        if not is_trusted(request, upstream) or not request.fields:
            return await upstream(request)
        return await upstream(request.with_json(change(request.fields)))

    return behaviour


for _name, _statement, _rename in (
    ("null-accepted", "A null name is taken for an omitted change.",
     lambda b: {**b, "name": "null"} if b.get("name", 0) is None else b),
    ("number-accepted", "A number is accepted as a name.",
     lambda b: {**b, "name": str(b["name"])} if isinstance(b.get("name"), int) else b),
    ("ascii-only", "A new name loses what is not ASCII.",
     lambda b: {**b, "name": b["name"].encode("ascii", "ignore").decode()} if isinstance(b.get("name"), str) else b),
    ("cut", "A new name is cut after ten characters.",
     lambda b: {**b, "name": b["name"][:10]} if isinstance(b.get("name"), str) else b),
    ("lower-case", "A new name is stored in lower case.",
     lambda b: {**b, "name": b["name"].lower()} if isinstance(b.get("name"), str) else b),
):  # fmt: skip
    licenses.add(f"rename-{_name}", _statement, _renaming(_rename))


@licenses.answers
async def rename_moves_to_key(request: Request, upstream: Upstream) -> Response:
    """A license_key_id in a renaming moves the instance to that key."""
    response = await upstream(request)
    moved = request.fields.get("license_key_id")
    if request.method == "PATCH" and request.member_of("license_key_instances") and response.ok:
        if moved:
            return response.with_json({**response.json, "license_key_id": moved})
    return response


@licenses.answers
async def instance_shows_old_name(request: Request, upstream: Upstream) -> Response:
    """The list of instances shows the names that they had first."""
    response = await upstream(request)
    if request.path == "/license_key_instances" and response.ok:
        first = upstream.memory
        items = [
            {**each, "name": first.setdefault(each["id"], each["name"])}
            for each in response.json["items"]
        ]
        return response.with_json({"items": items})
    return response
