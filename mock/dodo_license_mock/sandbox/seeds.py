"""Seeds: the initial state of a mock. Every field of a seed has a default."""

import gc
import hashlib
import random
import string
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec

from ..domain import instants
from ..domain.key_changes import UNSET, Unset
from ..domain.models import Customer, Instance, LicenseKey, Product, Source, State

# Instances have a thousand numbers for each key.
_SLOW_NUMBERS = {"lki": 1_000_000}
_CREATED = datetime(2024, 1, 1, 9, 30, 0, 882_409, tzinfo=UTC)

Limit = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SeedError(Exception):
    """A seed is invalid. The text is one sentence that names the field and the reason."""


class SeedInstance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An instance of a seeded key."""

    id: Id | None = None
    name: str = "Device"
    created_at: str | None = None


class SeedKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A seeded key. An omitted field gets a stable default."""

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


class SeedCustomer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer of the seed. The name and the email have defaults."""

    customer_id: Id
    name: str | None = None
    email: str | None = None
    phone_number: str | None = None
    metadata: dict[str, str | int | float | bool] = {}

    def customer(self) -> Customer:
        """Return the customer."""
        return Customer(
            customer_id=self.customer_id,
            name=self.name or f"Customer {self.customer_id}",
            email=self.email or f"{self.customer_id}@example.com".lower(),
            phone_number=self.phone_number,
            metadata=self.metadata,
        )


class Seed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A complete seed. Customers and products have defaults, too."""

    license_keys: tuple[SeedKey, ...] = ()
    customers: tuple[SeedCustomer, ...] = ()
    products: tuple[Product, ...] = ()


def parse_seed(document: bytes | dict[str, Any]) -> State:
    """Return the state that a seed describes.

    Args:
        document: The seed as JSON or as a dictionary.

    Raises:
        SeedError: The seed is invalid or breaks a rule.
    """
    with _without_garbage_collection():
        return _expand(_parse_seed(document))


def state_of(seed: Seed) -> State:
    """Return the state that a seed describes.

    Raises:
        SeedError: The seed breaks a rule.
    """
    with _without_garbage_collection():
        return _expand(seed)


def _parse_seed(document: bytes | dict[str, Any]) -> Seed:
    try:
        if isinstance(document, dict):
            return msgspec.convert(_with_texts(document), Seed)
        return msgspec.json.decode(document, type=Seed)
    except msgspec.ValidationError as error:
        raise SeedError(f"the seed is invalid: {error}") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise SeedError("the seed is not valid JSON in UTF-8") from error


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Pause the search for cycles, which takes most of the time while a million objects appear."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _with_texts(content: Any) -> Any:
    """Return a seed in Python with its datetimes as text.

    Raises:
        SeedError: A datetime has no time zone.
    """
    if isinstance(content, dict):
        return {name: _with_texts(value) for name, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_with_texts(item) for item in content]
    if hasattr(content, "utcoffset") and hasattr(content, "isoformat"):
        if content.utcoffset() is None:
            raise SeedError(f"the datetime {content} of the seed requires a time zone")
        return content.isoformat()
    return content


def stable_id(prefix: str, number: int) -> str:
    """Return an id in the format of the API that depends only on the arguments."""
    if number < _SLOW_NUMBERS.get(prefix, 1000):
        letters = random.Random(f"{prefix} {number}").choices(
            string.ascii_letters + string.digits, k=21
        )
        return f"{prefix}_{''.join(letters)}"
    return f"{prefix}_{number:021}"  # a hundred times as fast, for large seeds


BUSINESS_ID = stable_id("bus", 0)
BRAND_ID = stable_id("brnd", 0)


def _expand(seed: Seed) -> State:
    customers = tuple(seeded.customer() for seeded in seed.customers) or tuple(
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
    keys = [
        _key(number, seeded, customers, products) for number, seeded in enumerate(seed.license_keys)
    ]
    instances = [
        _instance(number, position, instance, keys[number])
        for number, seeded in enumerate(seed.license_keys)
        for position, instance in enumerate(seeded.instances)
    ]
    state = State(tuple(keys), tuple(instances), customers, products)
    _check_references(state)
    return state


def _key(
    number: int,
    seeded: SeedKey,
    customers: tuple[Customer, ...],
    products: tuple[Product, ...],
) -> LicenseKey:
    payment_id = seeded.payment_id
    if isinstance(payment_id, Unset):
        payment_id = stable_id("pay", number) if seeded.source is Source.AUTO else None
    expires_at = created_at = None
    if seeded.expires_at is not None:
        expires_at = _instant(seeded.expires_at, f"license_keys[{number}].expires_at")
    if seeded.created_at is not None:
        created_at = _instant(seeded.created_at, f"license_keys[{number}].created_at")
    limit, count = seeded.activations_limit, len(seeded.instances)
    if limit is not None and limit < count:
        raise SeedError(f"license_keys[{number}] has {count} instances and a limit of {limit}")
    if expires_at is not None and seeded.subscription_id is not None:
        raise SeedError(
            f"license_keys[{number}] belongs to a subscription and cannot have `expires_at`"
        )
    return LicenseKey(
        id=seeded.id or stable_id("lic", number),
        business_id=BUSINESS_ID,
        brand_id=BRAND_ID,
        customer_id=seeded.customer_id or customers[number % len(customers)].customer_id,
        product_id=seeded.product_id or products[number % len(products)].product_id,
        payment_id=payment_id,
        subscription_id=seeded.subscription_id,
        grant_id=seeded.grant_id or stable_id("entg", number),
        key=_key_string(number) if seeded.key is None else seeded.key,
        source=seeded.source,
        activations_limit=limit,
        instances_count=count,
        disabled=seeded.disabled,
        expires_at=expires_at,
        created_at=created_at or _default_creation(number),
    )


def _instance(number: int, position: int, seeded: SeedInstance, key: LicenseKey) -> Instance:
    created_at = key.created_at
    if seeded.created_at is not None:
        where = f"license_keys[{number}].instances[{position}].created_at"
        created_at = _instant(seeded.created_at, where)
    return Instance(
        id=seeded.id or stable_id("lki", 1000 * number + position),
        business_id=BUSINESS_ID,
        name=seeded.name,
        license_key_id=key.id,
        created_at=created_at,
    )


def _check_references(state: State) -> None:
    _reject_duplicates("license key id", [key.id for key in state.license_keys])
    _reject_duplicates("instance id", [instance.id for instance in state.instances])
    _reject_duplicates("customer id", [customer.customer_id for customer in state.customers])
    _reject_duplicates("product id", [product.product_id for product in state.products])
    strings = [key.key for key in state.license_keys]
    if _has_duplicates(strings):
        counts = Counter(strings)
        number = next(number for number, text in enumerate(strings) if counts[text] > 1)
        raise SeedError(f"license_keys[{number}] has the key string of another key")
    customers = {customer.customer_id for customer in state.customers}
    products = {product.product_id for product in state.products}
    for number, key in enumerate(state.license_keys):
        if key.customer_id not in customers:
            raise SeedError(f"license_keys[{number}] has the unknown customer {key.customer_id!r}")
        if key.product_id not in products:
            raise SeedError(f"license_keys[{number}] has the unknown product {key.product_id!r}")


def _has_duplicates(values: list[str]) -> bool:
    return len(set(values)) < len(values)


def _reject_duplicates(what: str, values: list[str]) -> None:
    if _has_duplicates(values):
        value, count = Counter(values).most_common(1)[0]
        raise SeedError(f"the {what} {value!r} occurs {count} times")


def _instant(text: str, where: str) -> datetime:
    try:
        return instants.parse(text)
    except ValueError as error:
        raise SeedError(f"{where} is {error}") from error


def _default_creation(number: int) -> datetime:
    """Return a time after that of the key before: a day, in large seeds a second."""
    days = min(number, 365)
    return _CREATED + timedelta(days=days, seconds=number - days)


def _key_string(number: int) -> str:
    if number >= 1000:
        digits = hashlib.blake2b(b"key %d" % number, digest_size=15).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-{digits[18:]}"
    return str(uuid.UUID(int=random.Random(f"key {number}").getrandbits(128), version=4))
