"""Decides what may be sent, so that no key but the allowed ones can ever change."""

import json
import posixpath
import secrets
import string
from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import unquote

import httpx

from ..errors import RefusedByGuardError

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# In every id and string that the suite makes up; nothing of a real account holds it.
MARKER = "contracttest"


def unknown_id(prefix: str) -> str:
    """Make up an id that no account holds, in the form of a real one."""
    letters = string.ascii_letters + string.digits
    return f"{prefix}_{MARKER}" + "".join(secrets.choice(letters) for _ in range(9))


class Guard:
    """Refuses requests that might change anything but what is allowed.

    Attributes:
        key_ids: License keys that may be changed.
        create_for: The customer for whom keys may be made, None for nobody.
    """

    def __init__(self, key_ids: Iterable[str]) -> None:
        self.key_ids = set(key_ids)
        self.create_for: str | None = None
        self._license_keys: set[str] = set()
        self._own_instance_ids: set[str] = set()

    def learn(self, item: dict[str, Any]) -> None:
        """Take from an answer what belongs to the allowed keys.

        Args:
            item: A key or an instance, as the API shows it.
        """
        own_key, own_instance = (
            isinstance(item.get(name), str) and item[name] in self.key_ids
            for name in ("id", "license_key_id")
        )
        if own_key and isinstance(item.get("key"), str):
            self._license_keys.add(item["key"])
        made_here = own_instance and MARKER in str(item.get("name"))
        if made_here and isinstance(item.get("id"), str):
            self._own_instance_ids.add(item["id"])

    def check(self, request: httpx.Request) -> None:
        """Let a request pass or raise.

        Raises:
            RefusedByGuardError: The request may change what is not allowed.
        """
        target = request.url.raw_path.decode("ascii").partition("?")[0]
        if request.method in _SAFE_METHODS or target == "/licenses/validate":
            return
        collection, _, last = target.lstrip("/").partition("/")
        if last and collection in ("license_keys", "license_key_instances"):
            own = self.key_ids if collection == "license_keys" else self._own_instance_ids
            # A method that the contract lacks goes to made-up ids alone: a server might have it.
            permitted = _means_only(last, own if request.method == "PATCH" else set())
        elif target in ("/licenses/activate", "/licenses/deactivate"):
            permitted = request.method != "POST" or self._is_about_own(request.read())
        elif target == "/license_keys" and request.method == "POST":
            customers = _strings(request.read(), "customer_id")
            permitted = _all_made_up(customers, {self.create_for})
        else:
            collections = ("/license_keys", "/license_key_instances")
            permitted = target in collections and request.method != "DELETE"
        if not permitted:
            raise RefusedByGuardError(f"{request.method} {target} may change what is not allowed")

    def _is_about_own(self, body: bytes) -> bool:
        keys = _strings(body, "license_key")
        instances = _strings(body, "license_key_instance_id")
        return _all_made_up(keys, self._license_keys) and _all_made_up(
            instances, self._own_instance_ids
        )


def _all_made_up(values: list[str], allowed: Collection[str | None]) -> bool:
    """Whether each value is allowed or holds the marker of what the suite makes up."""
    return all(each in allowed or MARKER in each for each in values)


def _means_only(segment: str, allowed: set[str]) -> bool:
    """Whether a path segment means an allowed or made-up id, however a server may read it."""
    once = unquote(segment)
    twice = unquote(once)
    readings = {once, twice, posixpath.normpath(once), posixpath.normpath(twice)}
    return all(each in allowed or MARKER in posixpath.basename(each) for each in readings)


def _strings(body: bytes, name: str) -> list[str]:
    """Every string that a JSON object gives a member, duplicates included."""
    try:
        pairs = json.loads(body, object_pairs_hook=lambda pairs: pairs)
    except (ValueError, RecursionError):
        return []
    members = [each for each in pairs if isinstance(each, tuple)] if isinstance(pairs, list) else []
    return [value for key, value in members if key == name and isinstance(value, str)]
