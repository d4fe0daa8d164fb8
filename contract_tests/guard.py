"""Decides what may be sent, so that no key but the allowed ones can ever change."""

import json
import posixpath
import secrets
import string
from urllib.parse import unquote

import httpx

from contract_tests.errors import RefusedByGuardError

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
        instance_ids: Instances of those keys.
        license_keys: The key strings of those keys.
        may_create: Whether keys may be made.
    """

    def __init__(self, key_ids: list[str], *, may_create: bool = False) -> None:
        self.key_ids = set(key_ids)
        self.instance_ids: set[str] = set()
        self.license_keys: set[str] = set()
        self.may_create = may_create

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
            allowed = self.key_ids if collection == "license_keys" else self.instance_ids
            # A method that the contract lacks goes to made-up ids alone: a server might have it.
            permitted = _means_only(last, allowed if request.method == "PATCH" else set())
        elif target in ("/licenses/activate", "/licenses/deactivate"):
            permitted = request.method != "POST" or self._names_own_key(request.read())
        elif target == "/license_keys" and request.method == "POST":
            permitted = self.may_create or self._cannot_create(request.read())
        else:
            collections = ("/license_keys", "/license_key_instances")
            permitted = target in collections and request.method != "DELETE"
        if not permitted:
            raise RefusedByGuardError(f"{request.method} {target} may change what is not allowed")

    def _names_own_key(self, body: bytes) -> bool:
        return all(
            each in self.license_keys or MARKER in each for each in _strings(body, "license_key")
        )

    @staticmethod
    def _cannot_create(body: bytes) -> bool:
        return all(MARKER in each for each in _strings(body, "customer_id"))


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
