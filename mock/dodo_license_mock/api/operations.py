"""The ten operations over a storage."""

import secrets
import string
from collections.abc import Callable
from datetime import datetime

import msgspec

from ..domain import key_changes
from ..domain.errors import (
    InstanceOfAnotherKeyError,
    LicenseKeyExistsError,
    LicenseKeyNotFoundError,
    NotFoundError,
)
from ..domain.models import Instance, LicenseKey, Source, Status
from ..storage.interface import Storage, Transaction
from .bodies import Activate, CreateKey, Deactivate, PatchInstance, PatchKey, Validate, parse_expiry
from .queries import Query
from .responses import (
    ActivationResponse,
    InstancePage,
    KeyPage,
    KeyResponse,
    Validity,
    key_response,
)

_LETTERS_AND_DIGITS = string.ascii_letters + string.digits


class Operations:
    """The operations by their ids in the contract.

    Every operation raises a DomainError if it breaks a rule, and an HttpError if its query or body
    is invalid.

    Args:
        storage: The state.
        business_id: The business of imported keys.
        brand_id: The brand of imported keys.
        on_created: Called with every imported key, in the transaction that imports it.
    """

    def __init__(
        self,
        storage: Storage,
        business_id: str,
        brand_id: str,
        on_created: Callable[[Transaction, LicenseKey, datetime], None],
    ) -> None:
        self._storage = storage
        self._business_id = business_id
        self._brand_id = brand_id
        self._on_created = on_created

    def list_license_keys(self, query: Query, now: datetime) -> KeyPage:
        """Return one page of the keys that match a query."""
        wanted, page = query.key_filter(now), query.page()
        with self._storage.reading() as transaction:
            return KeyPage([key_response(key, now) for key in transaction.keys(wanted, page)])

    def create_license_key(self, body: CreateKey, now: datetime) -> KeyResponse:
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
            expires_at=parse_expiry(body.expires_at),
            created_at=now,
        )
        with self._storage.writing() as transaction:
            if transaction.customer(key.customer_id) is None:
                raise NotFoundError("customer")
            if transaction.product(key.product_id) is None:
                raise NotFoundError("product")
            if not transaction.add_key(key):
                raise LicenseKeyExistsError
            self._on_created(transaction, key, now)
        return key_response(key, now)

    def get_license_key(self, key_id: str) -> LicenseKey:
        """Return a key."""
        key = self._storage.committed_key(key_id)
        if key is None:
            raise LicenseKeyNotFoundError
        return key

    def update_license_key(self, key_id: str, body: PatchKey) -> LicenseKey:
        """Apply all changes in the body to a key, or none."""
        changes = body.changes()
        with self._storage.writing() as transaction:
            key = transaction.key(key_id)
            if key is None:
                raise LicenseKeyNotFoundError
            key = key_changes.update(key, changes)
            transaction.replace_key(key)
        return key

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
            raise NotFoundError("license key instance")
        return instance

    def update_license_key_instance(self, instance_id: str, body: PatchInstance) -> Instance:
        """Rename an instance."""
        with self._storage.writing() as transaction:
            instance = transaction.instance(instance_id)
            if instance is None:
                raise NotFoundError("license key instance")
            instance = msgspec.structs.replace(instance, name=body.name)
            transaction.replace_instance(instance)
        return instance

    def activate_license_key(self, body: Activate, now: datetime) -> ActivationResponse:
        """Add an instance to a key and return it."""
        with self._storage.writing() as transaction:
            key = transaction.key_by_secret(body.license_key)
            if key is None:
                raise LicenseKeyNotFoundError
            key = key_changes.activate(key, now)
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
            raise AssertionError("the product or the customer of a key is missing")
        return ActivationResponse(
            instance.id,
            instance.business_id,
            instance.name,
            instance.license_key_id,
            instance.created_at,
            product,
            customer,
        )

    def deactivate_license_key(self, body: Deactivate) -> None:
        """Remove an instance of a key."""
        with self._storage.writing() as transaction:
            key = transaction.key_by_secret(body.license_key)
            if key is None:
                raise LicenseKeyNotFoundError
            instance = transaction.instance(body.license_key_instance_id)
            if instance is None or instance.license_key_id != key.id:
                raise InstanceOfAnotherKeyError
            transaction.replace_key(key_changes.deactivate(key))
            transaction.remove_instance(instance.id)

    def validate_license_key(self, body: Validate, now: datetime) -> Validity:
        """Return whether a key is active, and the instance, if one is given, belongs to it."""
        with self._storage.reading() as transaction:
            key = transaction.key_by_secret(body.license_key)
            if key is None or key_changes.status(key, now) is not Status.ACTIVE:
                return Validity(valid=False)
            if body.license_key_instance_id is None:
                return Validity(valid=True)
            instance = transaction.instance(body.license_key_instance_id)
        return Validity(valid=instance is not None and instance.license_key_id == key.id)


def _new_id(prefix: str) -> str:
    return f"{prefix}_{''.join(secrets.choice(_LETTERS_AND_DIGITS) for _ in range(21))}"
