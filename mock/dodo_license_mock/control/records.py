"""The license keys and instances under `/_mock/`, without key strings and without a token."""

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec

from ..domain.key_changes import status
from ..domain.models import LicenseKey, Status
from ..http.errors import invalid_query, method_not_allowed, unknown_path
from ..http.messages import Request, Response, json_response
from ..sandbox.sandbox import Sandbox
from ..storage.interface import InstanceFilter, Page

KEYS = "license-keys"
INSTANCES = "instances"
_PAGE_SIZE = 50
_MAX_INSTANCES = 1000


class Records:
    """Shows, searches, creates and changes records. The rules are those of the API.

    Args:
        sandbox: The sandbox.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def respond(self, request: Request, path: str) -> Response:
        """Return the response to a request, whose path below `/_mock/` begins with a record name.

        Raises:
            HttpError: The request is rejected.
        """
        collection, _, member = path.partition("/")
        if member and collection == KEYS:
            if request.method != "PATCH":
                raise method_not_allowed(["PATCH"])
            return self._perform(request, f"/license_keys/{member}", unquote(member))
        if member:
            raise unknown_path()
        if request.method == "POST" and collection == KEYS:
            return self._perform(request, "/license_keys")
        if request.method != "GET":
            raise method_not_allowed(["GET", "POST"] if collection == KEYS else ["GET"])
        query = _query(request)
        return self._keys(query) if collection == KEYS else self._instances(query)

    def _perform(self, request: Request, path: str, key_id: str | None = None) -> Response:
        """Perform an operation of the API, and show the key instead of its response."""
        response = self._sandbox.perform(msgspec.structs.replace(request, path=path))
        if response.status >= HTTPStatus.BAD_REQUEST:
            return response
        key_id = key_id or msgspec.json.decode(response.body)["id"]
        key = self._sandbox.key(key_id)
        return json_response(response.status, None if key is None else self._shown(key))

    def _keys(self, query: dict[str, str]) -> Response:
        wanted = query.get("status", "")
        if wanted not in ("", *Status):
            raise invalid_query(f"`status` must be one of {', '.join(Status)}.")
        keys, has_more = self._sandbox.find_keys(
            query.get("search", "").strip(),
            Status(wanted) if wanted else None,
            Page(_PAGE_SIZE, _page_number(query)),
        )
        shown = [self._shown(key) for key in keys]
        return json_response(HTTPStatus.OK, {"license_keys": shown, "has_more": has_more})

    def _instances(self, query: dict[str, str]) -> Response:
        wanted = InstanceFilter(license_key_id=query.get("license_key_id") or None)
        found = self._sandbox.instances(wanted, Page(_MAX_INSTANCES, _page_number(query)))
        return json_response(HTTPStatus.OK, {"instances": found})

    def _shown(self, key: LicenseKey) -> dict[str, Any]:
        return shown_key(key, status(key, self._sandbox.clock.now()))


def shown_key(key: LicenseKey, current: Status) -> dict[str, Any]:
    """Return what is shown of a license key."""
    return {
        "id": key.id,
        "status": current,
        "disabled": key.disabled,
        "activations_limit": key.activations_limit,
        "instances_count": key.instances_count,
        "expires_at": key.expires_at,
        "subscription_id": key.subscription_id,
        "customer_id": key.customer_id,
        "product_id": key.product_id,
        "source": key.source,
        "created_at": key.created_at,
    }


def _query(request: Request) -> dict[str, str]:
    pairs = parse_qs(request.query.decode("ascii", "replace"))
    return {name: values[-1] for name, values in pairs.items()}


def _page_number(query: dict[str, str]) -> int:
    text = query.get("page", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 8:
        raise invalid_query("`page` must be the number of a page.")
    return int(text)
