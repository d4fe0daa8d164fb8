"""A key that belongs to the run, for what must not be tried on any other key."""

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.patch_checks import Key


def created_key(account: Account) -> Key:
    """A key that the run created, created now if there is none and creating is allowed.

    Raises:
        UnavailableError: The run may not create keys, or the API did not create one.
    """
    if not account.created_keys and account.create_for is not None:
        customer_id, product_id = account.create_for
        body = {
            "key": f"{account.marker}-Own-Key",
            "customer_id": customer_id,
            "product_id": product_id,
        }
        exchange = account.send("POST", "/license_keys", body)
        if exchange.status == 201 and exchange.item.get("key") == body["key"]:
            account.adopt(exchange.item)
    if not account.created_keys:
        raise UnavailableError("requires a key that the run created: use --create-keys")
    return account.created_keys[0]
