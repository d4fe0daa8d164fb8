"""An account of license keys over HTTP, written without the mock, that logs every request."""

import copy
import itertools
import json
import re
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

Key = dict[str, Any]
Instance = dict[str, Any]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
DROP = object()


@dataclass(frozen=True)
class Call:
    """One request, as it arrived."""

    number: int
    method: str
    path: str
    query: str
    authorization: str | None
    media_type: str
    body: bytes

    @property
    def is_write(self) -> bool:
        return self.method not in SAFE and self.path != "/licenses/validate"


class RejectedError(Exception):
    """The request gets an error response."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass
class Account:
    """Keys and instances, and the hooks of a test.

    Attributes:
        log: Every request, in the order of its arrival.
        before: Called before a request is handled; `DROP` closes the connection without a response,
            a status responds with it.
        after: Called once a request was handled, before its response is sent.
    """

    token: str = "sk_test_the-token-of-this-account"
    keys: dict[str, Key] = field(default_factory=dict)
    instances: dict[str, Instance] = field(default_factory=dict)
    log: list[Call] = field(default_factory=list)
    before: Callable[[Call], object] = lambda _: None
    after: Callable[[Call], object] = lambda _: None
    lock: Any = field(default_factory=threading.RLock)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @classmethod
    def of(cls, plain: int = 3, others: int = 2) -> "Account":
        account = cls()
        for number in range(plain):
            account.add(f"lic_named{number}", activations_limit=3 + number)
        for number in range(others):
            account.add(f"lic_other{number}", activations_limit=7)
        if plain > 1:
            account.keys["lic_named1"] |= {"subscription_id": "sub_1", "expires_at": None}
        if plain > 2:
            account.add_instance("lic_named2", "Laptop of a customer")
        return account

    def add(self, key_id: str, **members: Any) -> Key:
        key = {
            "id": key_id,
            "key": f"KEY-{key_id}-0000-1111",
            "business_id": "bus_1",
            "customer_id": "cus_1",
            "product_id": "pdt_1",
            "payment_id": None,
            "subscription_id": None,
            "created_at": "2026-01-01T00:00:00Z",
            "activations_limit": None,
            "expires_at": "2031-01-01T00:00:00Z",
            "disabled": False,
            "source": "manual",
            **members,
        }
        self.keys[key_id] = key
        return key

    def add_instance(self, key_id: str, name: str) -> Instance:
        instance = {
            "id": f"lki_{next(self.numbers)}",
            "license_key_id": key_id,
            "business_id": "bus_1",
            "name": name,
            "created_at": datetime.now(UTC).isoformat(),
        }
        self.instances[instance["id"]] = instance
        return instance

    def state(self) -> Any:
        """What a run must leave as it was."""
        with self.lock:
            return copy.deepcopy((self.keys, list(self.instances.values())))

    def handle(self, call: Call) -> tuple[int, Any]:
        try:
            return self._route(call)
        except RejectedError as error:
            return error.status, {"code": error.code, "message": error.code.lower()}

    def _route(self, call: Call) -> tuple[int, Any]:
        parts = call.path.strip("/").split("/")
        if parts[0] == "licenses" and len(parts) == 2:
            return self._license(call, parts[1])
        if call.authorization != f"Bearer {self.token}":
            raise RejectedError(401, "UNAUTHORIZED")
        match parts, call.method:
            case ["license_keys"], "GET":
                shown = [self.show(each) for each in self.keys.values()]
                return 200, {"items": _filtered(shown, call.query)}
            case ["license_keys"], "POST":
                return self._create(_object(call))
            case ["license_keys", key_id], "GET":
                return 200, self.show(self._key(key_id))
            case ["license_keys", key_id], "PATCH":
                return self._patch(self._key(key_id), _object(call))
            case ["license_key_instances"], "GET":
                return 200, {"items": _filtered(list(self.instances.values()), call.query)}
            case ["license_key_instances", instance_id], "GET":
                return 200, self._instance(instance_id)
            case ["license_key_instances", instance_id], "PATCH":
                return self._rename(self._instance(instance_id), _object(call))
        known = len(parts) < 3 and parts[0] in ("license_keys", "license_key_instances")
        raise RejectedError(405 if known else 404, "NOT_FOUND")

    def show(self, key: Key) -> Key:
        shown = {name: value for name, value in key.items() if name != "disabled"}
        shown["instances_count"] = len(self._active(key["id"]))
        shown["status"] = _status(key)
        return shown

    def _active(self, key_id: str) -> list[Instance]:
        return [each for each in self.instances.values() if each["license_key_id"] == key_id]

    def _key(self, key_id: str) -> Key:
        if key_id not in self.keys:
            raise RejectedError(404, "NOT_FOUND")
        return self.keys[key_id]

    def _instance(self, instance_id: str) -> Instance:
        if instance_id not in self.instances:
            raise RejectedError(404, "NOT_FOUND")
        return self.instances[instance_id]

    def _rename(self, instance: Instance, body: dict[str, Any]) -> tuple[int, Any]:
        if not isinstance(body.get("name"), str):
            raise RejectedError(422, "INVALID_REQUEST_BODY")
        instance["name"] = body["name"]
        return 200, instance

    def _create(self, body: dict[str, Any]) -> tuple[int, Any]:
        if not all(
            isinstance(body.get(name), str) for name in ("key", "customer_id", "product_id")
        ):
            raise RejectedError(422, "INVALID_REQUEST_BODY")
        if not _is_limit(body.get("activations_limit")) or not _is_expiry(body.get("expires_at")):
            raise RejectedError(422, "INVALID_REQUEST_BODY")
        if (body["customer_id"], body["product_id"]) != ("cus_1", "pdt_1"):
            raise RejectedError(404, "NOT_FOUND")
        if any(each["key"] == body["key"] for each in self.keys.values()):
            raise RejectedError(409, "CONFLICT")
        fields = {name: body.get(name) for name in ("activations_limit", "expires_at")}
        key = self.add(f"lic_created{len(self.keys)}", key=body["key"], **fields)
        return 201, self.show(key)

    def _patch(self, key: Key, body: dict[str, Any]) -> tuple[int, Any]:
        limit = body.get("activations_limit")
        expiry, disabled = body.get("expires_at"), body.get("disabled")
        valid = (
            _is_limit(limit)
            and _is_expiry(expiry)
            and (disabled is None or isinstance(disabled, bool))
        )
        if not valid:
            raise RejectedError(422, "INVALID_REQUEST_BODY")
        if key["subscription_id"] and expiry is not None:
            raise RejectedError(400, "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS")
        if limit is not None and limit < len(self._active(key["id"])):
            raise RejectedError(422, "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT")
        if "activations_limit" in body:
            key["activations_limit"] = limit
        if "expires_at" in body:
            key["expires_at"] = expiry
        if disabled is not None:
            key["disabled"] = disabled
        return 200, self.show(key)

    def _license(self, call: Call, operation: str) -> tuple[int, Any]:
        if call.method != "POST":
            raise RejectedError(405, "METHOD_NOT_ALLOWED")
        body = _object(call)
        required = {"activate": "name", "deactivate": "license_key_instance_id"}
        names = ("license_key", required.get(operation, "license_key"))
        is_valid = isinstance(body.get("license_key_instance_id", ""), str | None)
        if not is_valid or not all(isinstance(body.get(name), str) for name in names):
            raise RejectedError(422, "INVALID_REQUEST_BODY")
        key = next((k for k in self.keys.values() if k["key"] == body.get("license_key")), None)
        if operation == "validate":
            instance = body.get("license_key_instance_id")
            own = key is not None and (instance is None or self._is_of(instance, key))
            return 200, {"valid": key is not None and own and _status(key) == "active"}
        if key is None:
            raise RejectedError(404, "LICENSE_KEY_NOT_FOUND")
        if operation == "deactivate":
            if not self._is_of(body["license_key_instance_id"], key):
                raise RejectedError(403, "FORBIDDEN")
            del self.instances[body["license_key_instance_id"]]
            return 200, None
        if _status(key) != "active":
            raise RejectedError(403, "INACTIVE_LICENSE_KEY")
        limit = key["activations_limit"]
        if limit is not None and len(self._active(key["id"])) >= limit:
            raise RejectedError(422, "LICENSE_KEY_LIMIT_REACHED")
        return 201, {
            **self.add_instance(key["id"], body["name"]),
            "customer": {"customer_id": "cus_1", "name": "Ada", "email": "ada@example.com"},
            "product": {"product_id": "pdt_1", "name": "Product"},
        }

    def _is_of(self, instance_id: object, key: Key) -> bool:
        instance = self.instances.get(str(instance_id))
        return instance is not None and instance["license_key_id"] == key["id"]


def _status(key: Key) -> str:
    if key["disabled"]:
        return "disabled"
    instant = _instant(key["expires_at"])
    return "expired" if instant is not None and instant <= datetime.now(UTC) else "active"


def _is_limit(limit: object) -> bool:
    return limit is None or (type(limit) is int and 0 <= limit < 2**31)


def _is_expiry(expiry: object) -> bool:
    return expiry is None or _instant(expiry) is not None


# RFC 3339, section 5.6.
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)


def _instant(text: object) -> datetime | None:
    if not isinstance(text, str) or not _DATE_TIME.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return instant


def _object(call: Call) -> dict[str, Any]:
    try:
        value = json.loads(call.body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or call.media_type != "application/json":
        raise RejectedError(422, "INVALID_REQUEST_BODY")
    return value


def _filtered(items: list[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    given = {name: values[-1] for name, values in parse_qs(query).items()}
    try:
        size, number = int(given.pop("page_size", 10)), int(given.pop("page_number", 0))
        bounds = [given.pop(f"created_at_{name}", None) for name in ("gte", "lte")]
        start, end = (None if each is None else datetime.fromisoformat(each) for each in bounds)
    except ValueError:
        raise RejectedError(422, "INVALID_QUERY_PARAMS") from None
    is_known = given.get("status", "active") in ("active", "expired", "disabled")
    is_known &= given.get("source", "manual") in ("auto", "import", "manual")
    if not 0 <= number < 2**31 or size < 1 or not is_known:
        raise RejectedError(422, "INVALID_QUERY_PARAMS")
    size = min(size, 100)
    kept = [
        each
        for each in items
        if all(each.get(name) == value for name, value in given.items())
        and (start is None or datetime.fromisoformat(each["created_at"]) >= start)
        and (end is None or datetime.fromisoformat(each["created_at"]) <= end)
    ]
    return kept[number * size : (number + 1) * size]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    account: Account

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        account = self.account
        with account.lock:
            call = Call(
                len(account.log) + 1,
                self.command,
                parts.path,
                parts.query,
                self.headers.get("authorization"),
                self.headers.get_content_type(),
                body,
            )
            account.log.append(call)
            decision = account.before(call)
            if decision is DROP:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if isinstance(decision, int):
                status, content = decision, {"code": "FAULT", "message": "injected"}
            else:
                status, content = account.handle(call)
            lost = account.after(call)
        if lost is DROP:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        encoded = b"" if content is None else json.dumps(content).encode()
        self.send_response(status, HTTPStatus(status).phrase)
        if content is not None:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded if self.command != "HEAD" else b"")

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, *_: object) -> None:
        """A client that was killed is part of the tests."""


@contextmanager
def serve(account: Account, protocol: str = "HTTP/1.1") -> Iterator[str]:
    """Serve an account on a free port and yield its base URL."""
    members = {"account": account, "protocol_version": protocol, "disable_nagle_algorithm": True}
    handler = type("Handler", (_Handler,), members)
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
