"""Seeds: what a mock holds at first, short to write because everything has a default."""

import random
import string
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec

from . import instants
from .models import Customer, Instance, LicenseKey, Product, Source, State
from .rules import UNSET, Unset

_CREATED = datetime(2024, 1, 1, 9, 30, 0, 882_409, tzinfo=UTC)

Limit = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SeedError(Exception):
    """A seed does not fit; the text is one sentence that says where and why."""


class SeedInstance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An instance of a seeded key."""

    id: Id | None = None
    name: str = "Device"
    created_at: str | None = None


class SeedKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A seeded key; what is left out gets a stable value of its own."""

    id: Id | None = None
    key: str | None = None
    customer_id: Id | None = None
    product_id: Id | None = None
    payment_id: str | Unset | None = UNSET
    subscription_id: str | None = None
    grant_id: str | None = None
    source: Source = Source.AUTO
    activations_limit: Limit | None = None
    disabled: bool = False
    expires_at: str | None = None
    created_at: str | None = None
    instances: tuple[SeedInstance, ...] = ()


class Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole seed. Without customers or products it has some of each."""

    license_keys: tuple[SeedKey, ...] = ()
    customers: tuple[Customer, ...] = ()
    products: tuple[Product, ...] = ()


def parse_seed(document: bytes | dict[str, Any]) -> State:
    """Return the state that a seed describes.

    Args:
        document: The seed as JSON, or what `json.loads` made of it.

    Raises:
        SeedError: It is no seed, or its parts contradict each other.
    """
    try:
        if isinstance(document, dict):
            seed = msgspec.convert(document, Seed)
        else:
            seed = msgspec.json.decode(document, type=Seed)
    except msgspec.ValidationError as error:
        raise SeedError(f"the seed does not fit: {error}") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise SeedError("the seed is no valid JSON in UTF-8") from error
    return _expand(seed)


def stable_id(prefix: str, number: int) -> str:
    """Return an id in the API's form that is the same at every call."""
    letters = random.Random(f"{prefix} {number}").choices(
        string.ascii_letters + string.digits, k=21
    )
    return f"{prefix}_{''.join(letters)}"


BUSINESS_ID = stable_id("bus", 0)
BRAND_ID = stable_id("brnd", 0)


def _expand(seed: Seed) -> State:
    customers = seed.customers or tuple(
        Customer(
            customer_id=stable_id("cus", number),
            name=f"{name} Example",
            email=f"{name.lower()}@example.com",
        )
        for number, name in enumerate(("Ada", "Ben", "Cleo"))
    )
    products = seed.products or tuple(
        Product(product_id=stable_id("pdt", number), name=name)
        for number, name in enumerate(("Desktop app", "Build plugin"))
    )
    keys: list[LicenseKey] = []
    instances: list[Instance] = []
    for number, sketch in enumerate(seed.license_keys):
        where = f"license_keys[{number}]"
        created_at = _instant(sketch.created_at, f"{where}.created_at")
        payment_id = sketch.payment_id
        if isinstance(payment_id, Unset):
            payment_id = stable_id("pay", number) if sketch.source is Source.AUTO else None
        key = LicenseKey(
            id=sketch.id or stable_id("lic", number),
            business_id=BUSINESS_ID,
            brand_id=BRAND_ID,
            customer_id=sketch.customer_id or customers[number % len(customers)].customer_id,
            product_id=sketch.product_id or products[number % len(products)].product_id,
            payment_id=payment_id,
            subscription_id=sketch.subscription_id,
            grant_id=sketch.grant_id or stable_id("entg", number),
            key=_key_string(number) if sketch.key is None else sketch.key,
            source=sketch.source,
            activations_limit=sketch.activations_limit,
            instances_count=len(sketch.instances),
            disabled=sketch.disabled,
            expires_at=_instant(sketch.expires_at, f"{where}.expires_at"),
            created_at=created_at or _CREATED + timedelta(days=number),
        )
        _check(key, where)
        keys.append(key)
        for seat, instance in enumerate(sketch.instances):
            instances.append(
                Instance(
                    id=instance.id or stable_id("lki", 1000 * number + seat),
                    business_id=BUSINESS_ID,
                    name=instance.name,
                    license_key_id=key.id,
                    created_at=_instant(
                        instance.created_at, f"{where}.instances[{seat}].created_at"
                    )
                    or key.created_at,
                )
            )
    state = State(tuple(keys), tuple(instances), customers, products)
    _check_references(state)
    return state


def _check(key: LicenseKey, where: str) -> None:
    if key.activations_limit is not None and key.activations_limit < key.instances_count:
        raise SeedError(
            f"{where} has {key.instances_count} instances and a limit of {key.activations_limit}"
        )
    if key.subscription_id is not None and key.expires_at is not None:
        raise SeedError(f"{where} belongs to a subscription and takes no `expires_at`")


def _check_references(state: State) -> None:
    _refuse_duplicates("license key id", (key.id for key in state.license_keys))
    _refuse_duplicates("instance id", (instance.id for instance in state.instances))
    _refuse_duplicates("customer id", (customer.customer_id for customer in state.customers))
    _refuse_duplicates("product id", (product.product_id for product in state.products))
    strings = Counter(key.key for key in state.license_keys)
    customers = {customer.customer_id for customer in state.customers}
    products = {product.product_id for product in state.products}
    for number, key in enumerate(state.license_keys):
        if strings[key.key] > 1:
            raise SeedError(f"license_keys[{number}] has the key string of another key")
        if key.customer_id not in customers:
            raise SeedError(f"license_keys[{number}] has the unknown customer {key.customer_id!r}")
        if key.product_id not in products:
            raise SeedError(f"license_keys[{number}] has the unknown product {key.product_id!r}")


def _refuse_duplicates(what: str, values: Iterable[str]) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise SeedError(f"the {what} {value!r} occurs {count} times")


def _instant(text: str | None, where: str) -> datetime | None:
    if text is None:
        return None
    try:
        return instants.parse(text)
    except ValueError as error:
        raise SeedError(f"{where} is {error}") from error


def _key_string(number: int) -> str:
    return str(uuid.UUID(int=random.Random(f"key {number}").getrandbits(128), version=4))
