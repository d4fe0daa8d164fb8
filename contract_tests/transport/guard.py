"""Rejects every request that could change a key outside the allowed ones."""

import json
import posixpath
import secrets
import string
from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import unquote

import httpx

from ..address import origin
from ..errors import RefusedByGuardError

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Part of every id and string that the suite invents; no object of a real account contains it.
MARKER = "contracttest"


def unknown_id(prefix: str) -> str:
    """Return an invented id in the form of a real one; no account has it."""
    letters = string.ascii_letters + string.digits
    return f"{prefix}_{MARKER}" + "".join(secrets.choice(letters) for _ in range(9))


class Guard:
    """Rejects requests that could change anything that is not allowed.

    Args:
        key_ids: Ids of the license keys that may be changed.
        base_url: The only server that requests may go to, None for any.
    """

    def __init__(self, key_ids: Iterable[str], base_url: str | None = None) -> None:
        self._key_ids = set(key_ids)
        self._origin = base_url and origin(base_url)
        self._created_ids: set[str] = set()
        self._customer_id: str | None = None
        self._license_keys: set[str] = set()
        self._own_instance_ids: set[str] = set()

    def allow_key(self, key_id: str) -> None:
        """Allow changes to a license key that the run created, by any method."""
        self._key_ids.add(key_id)
        self._created_ids.add(key_id)

    def allow_creation(self, customer_id: str) -> None:
        """Allow the creation of license keys for a customer."""
        self._customer_id = customer_id

    def learn(self, item: dict[str, Any]) -> None:
        """Remember the key string or the instance id of an object that belongs to an allowed key.

        Args:
            item: A key or an instance, as the API returns it.
        """
        own_key, own_instance = (
            isinstance(item.get(name), str) and item[name] in self._key_ids
            for name in ("id", "license_key_id")
        )
        if own_key and isinstance(item.get("key"), str):
            self._license_keys.add(item["key"])
        created_here = own_instance and MARKER in str(item.get("name"))
        if created_here and isinstance(item.get("id"), str):
            self._own_instance_ids.add(item["id"])

    def check(self, request: httpx.Request) -> None:
        """Return if the request may be sent.

        Raises:
            RefusedByGuardError: The request could change what is not allowed.
        """
        if self._origin is not None and origin(str(request.url)) != self._origin:
            raise RefusedByGuardError(f"{request.url.host} is not the server under test")
        target = request.url.raw_path.decode("ascii").partition("?")[0]
        if request.method in _SAFE_METHODS or target == "/licenses/validate":
            return
        collection, _, last = target.lstrip("/").partition("/")
        if last and collection in ("license_keys", "license_key_instances"):
            own = self._key_ids if collection == "license_keys" else self._own_instance_ids
            # A server could support a method outside the contract, so it may only go to invented
            # ids and to keys of the run.
            disposable = self._created_ids if collection == "license_keys" else set()
            permitted = _is_only(last, own if request.method == "PATCH" else disposable)
        elif target in ("/licenses/activate", "/licenses/deactivate"):
            permitted = request.method != "POST" or self._uses_own(request.read())
        elif target == "/license_keys" and request.method == "POST":
            customers = _strings(request.read(), "customer_id")
            permitted = _all_safe(customers, {self._customer_id})
        else:
            collections = ("/license_keys", "/license_key_instances")
            permitted = target in collections and request.method != "DELETE"
        if not permitted:
            raise RefusedByGuardError(f"{request.method} {target} may change what is not allowed")

    def _uses_own(self, body: bytes) -> bool:
        keys = _strings(body, "license_key")
        instances = _strings(body, "license_key_instance_id")
        return _all_safe(keys, self._license_keys) and _all_safe(instances, self._own_instance_ids)


def _all_safe(values: list[str], allowed: Collection[str | None]) -> bool:
    """Whether each value is allowed or contains the marker of an invented one."""
    return all(each in allowed or MARKER in each for each in values)


def _is_only(segment: str, allowed: set[str]) -> bool:
    """Whether a path segment is an allowed or invented id, however a server decodes it."""
    once = unquote(segment)
    twice = unquote(once)
    readings = {once, twice, posixpath.normpath(once), posixpath.normpath(twice)}
    return all(each in allowed or MARKER in posixpath.basename(each) for each in readings)


def _strings(body: bytes, name: str) -> list[str]:
    """Every string value of a member of a JSON object, duplicate members included."""
    try:
        pairs = json.loads(body, object_pairs_hook=lambda pairs: pairs)
    except (ValueError, RecursionError):
        return []
    members = [each for each in pairs if isinstance(each, tuple)] if isinstance(pairs, list) else []
    return [value for key, value in members if key == name and isinstance(value, str)]
