"""The ten operations over a storage. They return answers and raise refusals."""

import secrets
import string
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

import msgspec

from ..core import rules
from ..core.errors import ApiError, Code, not_found, unknown_license_key
from ..core.models import Customer, Instance, LicenseKey, Product, Source, Status
from ..storage import Storage
from .bodies import Activate, CreateKey, Deactivate, PatchInstance, PatchKey, Validate, expiry
from .queries import Query

_LETTERS_AND_DIGITS = string.ascii_letters + string.digits


class KeyAnswer(msgspec.Struct, frozen=True):
    """A license key as the API shows it."""

    id: str
    business_id: str
    brand_id: str
    customer_id: str
    product_id: str
    payment_id: str | None
    subscription_id: str | None
    key: str
    status: Status
    source: Source
    activations_limit: int | None
    instances_count: int
    expires_at: datetime | None
    created_at: datetime


class ActivationAnswer(msgspec.Struct, frozen=True):
    """A new instance as the API shows it, with whose it is and what for."""

    id: str
    business_id: str
    name: str
    license_key_id: str
    created_at: datetime
    product: Product
    customer: Customer


class KeyPage(msgspec.Struct, frozen=True):
    """One page of license keys."""

    items: list[KeyAnswer]


class InstancePage(msgspec.Struct, frozen=True):
    """One page of instances."""

    items: list[Instance]


class Validity(msgspec.Struct, frozen=True):
    """Whether a license key may be used."""

    valid: bool


class Operations:
    """The operations by their ids in the contract. All raise ApiError for a refusal.

    Args:
        storage: Where the state is.
        business_id: Whose the keys are that are imported.
        brand_id: Under which brand they are sold.
        on_created: Called with every key that is imported.
    """

    def __init__(
        self,
        storage: Storage,
        business_id: str,
        brand_id: str,
        on_created: Callable[[KeyAnswer], None],
    ) -> None:
        self._storage = storage
        self._business_id = business_id
        self._brand_id = brand_id
        self._on_created = on_created

    def list_license_keys(self, query: Query, now: datetime) -> KeyPage:
        """Return one page of the keys that match a query."""
        wanted, page = query.key_filter(now), query.page()
        with self._storage.reading() as transaction:
            return KeyPage([answer(key, now) for key in transaction.keys(wanted, page)])

    def create_license_key(self, body: CreateKey, now: datetime) -> KeyAnswer:
        """Import a key string for a known customer and product."""
        key = LicenseKey(
            id=_new_id("lic"),
            business_id=self._business_id,
            brand_id=self._brand_id,
            customer_id=body.customer_id,
            product_id=body.product_id,
            key=body.key,
            source=Source.IMPORT,
            activations_limit=body.activations_limit,
            expires_at=expiry(body.expires_at),
            created_at=now,
        )
        with self._storage.writing() as transaction:
            if transaction.customer(key.customer_id) is None:
                raise not_found("customer")
            if transaction.product(key.product_id) is None:
                raise not_found("product")
            if not transaction.add_key(key):
                raise ApiError(
                    HTTPStatus.CONFLICT,
                    Code.LICENSE_KEY_ALREADY_EXISTS,
                    "A license key with this string exists already.",
                )
        created = answer(key, now)
        self._on_created(created)
        return created

    def get_license_key(self, key_id: str, now: datetime) -> KeyAnswer:
        """Return a key."""
        with self._storage.reading() as transaction:
            key = transaction.key(key_id)
        if key is None:
            raise unknown_license_key()
        return answer(key, now)

    def update_license_key(self, key_id: str, body: PatchKey, now: datetime) -> KeyAnswer:
        """Change a key as the body asks, wholly or not at all."""
        changes = body.changes()
        with self._storage.writing() as transaction:
            key = transaction.key(key_id)
            if key is None:
                raise unknown_license_key()
            key = rules.update(key, changes)
            transaction.replace_key(key)
        return answer(key, now)

    def list_license_key_instances(self, query: Query) -> InstancePage:
        """Return one page of the instances that match a query."""
        wanted, page = query.instance_filter(), query.page()
        with self._storage.reading() as transaction:
            return InstancePage(transaction.instances(wanted, page))

    def get_license_key_instance(self, instance_id: str) -> Instance:
        """Return an instance."""
        with self._storage.reading() as transaction:
            instance = transaction.instance(instance_id)
        if instance is None:
            raise not_found("license key instance")
        return instance

    def update_license_key_instance(self, instance_id: str, body: PatchInstance) -> Instance:
        """Rename an instance."""
        with self._storage.writing() as transaction:
            instance = transaction.instance(instance_id)
            if instance is None:
                raise not_found("license key instance")
            instance = msgspec.structs.replace(instance, name=body.name)
            transaction.replace_instance(instance)
        return instance

    def activate_license_key(self, body: Activate, now: datetime) -> ActivationAnswer:
        """Take one seat of a key and return the new instance."""
        with self._storage.writing() as transaction:
            key = transaction.key_by_secret(body.license_key)
            if key is None:
                raise unknown_license_key()
            key = rules.take_seat(key, now)
            instance = Instance(
                id=_new_id("lki"),
                business_id=key.business_id,
                name=body.name,
                license_key_id=key.id,
                created_at=now,
            )
            transaction.replace_key(key)
            transaction.add_instance(instance)
            product = transaction.product(key.product_id)
            customer = transaction.customer(key.customer_id)
        if product is None or customer is None:
            raise AssertionError("a seed holds the product and the customer of every key")
        return ActivationAnswer(
            instance.id,
            instance.business_id,
            instance.name,
            instance.license_key_id,
            instance.created_at,
            product,
            customer,
        )

    def deactivate_license_key(self, body: Deactivate) -> None:
        """Free the seat that an instance of a key holds."""
        with self._storage.writing() as transaction:
            key = transaction.key_by_secret(body.license_key)
            if key is None:
                raise unknown_license_key()
            instance = transaction.instance(body.license_key_instance_id)
            if instance is None or instance.license_key_id != key.id:
                raise ApiError(
                    HTTPStatus.FORBIDDEN,
                    Code.INSTANCE_OF_ANOTHER_KEY,
                    "The license key has no such instance.",
                )
            transaction.replace_key(rules.free_seat(key))
            transaction.remove_instance(instance.id)

    def validate_license_key(self, body: Validate, now: datetime) -> Validity:
        """Tell whether a key, and an instance of it where one is named, may be used now."""
        with self._storage.reading() as transaction:
            key = transaction.key_by_secret(body.license_key)
            if key is None or rules.status(key, now) is not Status.ACTIVE:
                return Validity(valid=False)
            if body.license_key_instance_id is None:
                return Validity(valid=True)
            instance = transaction.instance(body.license_key_instance_id)
        return Validity(valid=instance is not None and instance.license_key_id == key.id)


def answer(key: LicenseKey, now: datetime) -> KeyAnswer:
    """Return a key as the API shows it at an instant."""
    return KeyAnswer(
        key.id,
        key.business_id,
        key.brand_id,
        key.customer_id,
        key.product_id,
        key.payment_id,
        key.subscription_id,
        key.key,
        rules.status(key, now),
        key.source,
        key.activations_limit,
        key.instances_count,
        key.expires_at,
        key.created_at,
    )


def _new_id(prefix: str) -> str:
    return f"{prefix}_{''.join(secrets.choice(_LETTERS_AND_DIGITS) for _ in range(21))}"
