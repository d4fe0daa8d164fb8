"""A seed from a HAR recording: the keys and instances that it shows, as it shows them last."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from ..domain.models import Source, Status
from .seeds import SeedError

_PATH = re.compile(r"/(license_keys|license_key_instances|licenses)(?:/([^/]+))?/?$")
_KEY_FIELDS = ("id", "key", "product_id", "payment_id", "subscription_id", "activations_limit")
_SOURCES = frozenset(Source)

Json = dict[str, Any]


class _Text(msgspec.Struct):
    text: str | None = None
    encoding: str | None = None

    def content(self) -> Any:
        """Return the parsed JSON, None if it is anything else."""
        text: str | bytes = self.text or ""
        try:
            return msgspec.json.decode(
                base64.b64decode(text) if self.encoding == "base64" else text
            )
        except (msgspec.DecodeError, binascii.Error, ValueError, RecursionError):
            return None


class _Request(msgspec.Struct):
    method: str
    url: str
    postData: _Text | None = None  # noqa: N815 - the name in HAR


class _Response(msgspec.Struct):
    status: int = 0
    content: _Text = msgspec.field(default_factory=_Text)


class _Entry(msgspec.Struct):
    request: _Request
    response: _Response = msgspec.field(default_factory=_Response)


class _Log(msgspec.Struct):
    entries: list[_Entry]


class _Har(msgspec.Struct):
    log: _Log


class _Exchange(NamedTuple):
    method: str
    resource: str
    member: str | None
    sent: Json
    received: Json


def recorded_seed(document: bytes) -> Json:
    """Return the seed that a recording shows.

    Instances that are only counted get default names. What a seed does not allow is left out: the
    expiry of a key of a subscription, and instances beyond the limit.

    Args:
        document: The recording, HAR 1.2.

    Raises:
        SeedError: It is not a HAR file, or shows no license key.
    """
    try:
        entries = msgspec.json.decode(document, type=_Har, strict=False).log.entries
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise SeedError(f"the recording is not a HAR file: {error}") from error
    seen = _Seen()
    for exchange in _successes(entries):
        seen.note(exchange)
    if not seen.keys:
        raise SeedError("the recording shows no license key")
    return seen.seed()


class _Seen:
    def __init__(self) -> None:
        self.keys: dict[str, Json] = {}
        self._counts: dict[str, int] = {}
        self._instances: dict[str, Json] = {}
        self._customers: dict[str, Json] = {}
        self._products: dict[str, Json] = {}

    def note(self, exchange: _Exchange) -> None:
        received = exchange.received
        items = received.get("items")
        listed = items if exchange.member is None and isinstance(items, list) else [received]
        for item in listed:
            if not isinstance(item, dict) or not isinstance(item.get("id"), str):
                continue
            if exchange.resource == "license_keys":
                self._note_key(item)
            elif exchange.resource == "license_key_instances":
                self._note_instance(item)
        if exchange.resource == "licenses" and exchange.member == "activate":
            self._note_activation(exchange.sent, received)
        elif exchange.resource == "licenses" and exchange.member == "deactivate":
            self._note_deactivation(exchange.sent.get("license_key_instance_id"))

    def seed(self) -> Json:
        return {
            "customers": list(self._customers.values()),
            "products": list(self._products.values()),
            "license_keys": [
                key | {"instances": self._instances_of(key)} for key in self.keys.values()
            ],
        }

    def _note_key(self, shown: Json) -> None:
        key = {name: shown[name] for name in _KEY_FIELDS if name in shown}
        if shown.get("source") in _SOURCES:
            key["source"] = shown["source"]
        if shown.get("subscription_id") is None:
            key["expires_at"] = shown.get("expires_at")
        key["created_at"] = shown.get("created_at")
        key["disabled"] = shown.get("status") == Status.DISABLED
        self._note_owner(key, shown.get("customer_id"), shown.get("product_id"))
        self.keys[shown["id"]] = key
        count = shown.get("instances_count")
        self._counts[shown["id"]] = count if isinstance(count, int) else 0

    def _note_owner(self, key: Json, customer_id: object, product_id: object) -> None:
        if isinstance(customer_id, str):
            key["customer_id"] = customer_id
            self._customers.setdefault(customer_id, {"customer_id": customer_id})
        if isinstance(product_id, str):
            key["product_id"] = product_id
            self._products.setdefault(product_id, {"product_id": product_id})

    def _note_instance(self, shown: Json) -> None:
        self._instances.pop(shown["id"], None)
        self._instances[shown["id"]] = shown

    def _note_activation(self, sent: Json, received: Json) -> None:
        key_id = received.get("license_key_id")
        if not isinstance(key_id, str) or not isinstance(received.get("id"), str):
            return
        customer, product = received.get("customer"), received.get("product")
        customer = customer if isinstance(customer, dict) else {}
        product = product if isinstance(product, dict) else {}
        if key_id not in self.keys:
            self.keys[key_id] = {"id": key_id}
            if isinstance(sent.get("license_key"), str):
                self.keys[key_id]["key"] = sent["license_key"]
        self._note_owner(self.keys[key_id], customer.get("customer_id"), product.get("product_id"))
        for records, fields, shown in (
            (self._customers, ("customer_id", "name", "email"), customer),
            (self._products, ("product_id", "name"), product),
        ):
            if isinstance(shown.get(fields[0]), str):
                records[shown[fields[0]]] = {name: shown.get(name) for name in fields}
        self._note_instance(received)
        if key_id in self._counts:
            self._counts[key_id] += 1

    def _note_deactivation(self, instance_id: object) -> None:
        instance = self._instances.pop(str(instance_id), None)
        if instance is not None and instance.get("license_key_id") in self._counts:
            self._counts[instance["license_key_id"]] -= 1

    def _instances_of(self, key: Json) -> list[Json]:
        """Return the instances that were seen last, as many as the key has."""
        seen = [
            {name: each[name] for name in ("id", "name", "created_at") if each.get(name)}
            for each in self._instances.values()
            if each.get("license_key_id") == key["id"]
        ]
        count = self._counts.get(key["id"], len(seen))
        limit = key.get("activations_limit")
        if isinstance(limit, int):
            count = min(count, limit)
        seen = seen[max(len(seen) - count, 0) :]
        return [{} for _ in range(count - len(seen))] + seen


def _successes(entries: list[_Entry]) -> Iterator[_Exchange]:
    for entry in entries:
        path = _PATH.search(urlsplit(entry.request.url).path)
        received = entry.response.content.content()
        if path is None or not 200 <= entry.response.status < 300:
            continue
        sent = entry.request.postData.content() if entry.request.postData else None
        yield _Exchange(
            entry.request.method,
            path.group(1),
            path.group(2),
            sent if isinstance(sent, dict) else {},
            received if isinstance(received, dict) else {},
        )
