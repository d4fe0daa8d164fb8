"""The search for license keys by what a person knows of them."""

from datetime import datetime

from ..domain.key_changes import status as status_of
from ..domain.models import LicenseKey, Status
from ..storage.interface import KeyFilter, Page, Transaction

_NEWEST = Page(1000)
"""The keys among which a part of an id is searched."""


def find_keys(
    transaction: Transaction, text: str, status: Status | None, now: datetime, page: Page
) -> list[LicenseKey]:
    """Return one page of the keys that match a text and have a status, the newest first.

    Args:
        transaction: The records.
        text: The id of a key or instance, a key string, the id of a customer or product, or a part
            of an id. Empty for all keys.
        status: The status, None for any.
        now: The time of the mock's clock.
        page: The page.
    """
    if not text:
        return transaction.keys(KeyFilter(now, status=status), page)
    one = _key_by_text(transaction, text)
    if one is not None:
        return _paged([one] if status in (None, status_of(one, now)) else [], page)
    for wanted in (
        KeyFilter(now, customer_id=text, status=status),
        KeyFilter(now, product_id=text, status=status),
    ):
        if transaction.keys(wanted, Page(1)):
            return transaction.keys(wanted, page)
    newest = transaction.keys(KeyFilter(now, status=status), _NEWEST)
    return _paged([key for key in newest if _contains(key, text)], page)


def _key_by_text(transaction: Transaction, text: str) -> LicenseKey | None:
    key = transaction.key(text) or transaction.key_by_secret(text)
    if key is not None:
        return key
    instance = transaction.instance(text)
    return None if instance is None else transaction.key(instance.license_key_id)


def _contains(key: LicenseKey, text: str) -> bool:
    ids = (key.id, key.customer_id, key.product_id, key.payment_id, key.subscription_id)
    return any(text.lower() in each.lower() for each in ids if each is not None)


def _paged(keys: list[LicenseKey], page: Page) -> list[LicenseKey]:
    first = page.size * page.number
    return keys[first : first + page.size]
