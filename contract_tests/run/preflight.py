"""Before the checks: is the target reachable, and which keys may the run change?"""

import httpx

from ..account.account import Account
from ..account.backup import Backup
from ..account.token_watch import TokenWatch
from ..errors import BudgetSpentError, CannotRunError, RunStoppedError, UnreachableError
from ..judge.ledger import Ledger
from ..options import TOKEN_VARIABLE
from ..transport.exchange import Exchange
from .target import Target

CREATED_KEYS = 2
# The customer or the product does not exist, or the API creates no keys at all.
_CANNOT_CREATE = frozenset({401, 403, 404, 405})
# Together with those that the checks create.
MOST_CREATED_KEYS = 8
_SMALLEST_LIST = "/license_keys?page_size=1"


def prepare(
    target: Target,
    account: Account,
    ledger: Ledger,
    create_for: tuple[str, str] | None,
    backup: Backup | None,
) -> None:
    """Read the keys, decide which customers keys may be created for, and create the first ones.

    Args:
        target: The API under test.
        account: Receives the keys.
        ledger: Receives the findings.
        create_for: Ids of the customer and the product to create keys for, None for none.
        backup: Saves the state that keys must be restored into, before their first change; None if
            they need not be restored.

    Raises:
        CannotRunError: The target cannot be reached, rejects the token or has no key with a given
            id, a key cannot be created, or the state cannot be saved.
    """
    try:
        _meet(target, account, ledger)
        if backup is not None:
            backup.save(account.keys.values())
        if create_for:
            account.allow_creation(*create_for)
            if backup is not None:
                backup.save_creation(*create_for)
                backup.created_keys = MOST_CREATED_KEYS
            _create_keys(target, account, ledger, *create_for)
        elif target.is_disposable:
            known = next(iter(account.keys.values()), {})
            account.allow_creation(str(known.get("customer_id")), str(known.get("product_id")))
        _watch_token(target, account)
    except UnreachableError as error:
        raise CannotRunError(f"{error}: start it or check --base-url") from error
    except (RunStoppedError, BudgetSpentError) as error:
        raise CannotRunError(str(error)) from error


def _watch_token(target: Target, account: Account) -> None:
    path = f"/license_keys/{target.key_ids[0]}" if target.key_ids else _SMALLEST_LIST
    url = httpx.URL(target.base_url).copy_with(raw_path=path.encode("ascii"))
    account.transport.observers.append(TokenWatch(account.transport, url, target.token))


def _meet(target: Target, account: Account, ledger: Ledger) -> None:
    if not target.key_ids:
        _check_token(target, account.send("GET", _SMALLEST_LIST))
    for key_id in target.key_ids:
        exchange = account.send("GET", f"/license_keys/{key_id}")
        _check_token(target, exchange)
        if exchange.status == 404:
            again = account.send("GET", f"/license_keys/{key_id}")
            ledger.judge("get.known-200", exchange, again.status != 200, "200, as a moment later")
            exchange = again
        if exchange.status == 404:
            raise CannotRunError(f"{target.name} has no key {key_id}: check --key-id")
        found = exchange.item.get("id") == key_id
        ledger.judge("get.known-200", exchange, found, "200 with the key")
        if found:
            account.meet(exchange.item)


def _check_token(target: Target, exchange: Exchange) -> None:
    if exchange.status == 401:
        raise CannotRunError(f"{target.name} rejects the token: check {TOKEN_VARIABLE}")


def _create_keys(
    target: Target, account: Account, ledger: Ledger, customer_id: str, product_id: str
) -> None:
    is_known = False
    for number in range(CREATED_KEYS):
        key = f"{account.marker}-{number}"
        body = {"key": key, "customer_id": customer_id, "product_id": product_id}
        exchange = account.send("POST", "/license_keys", body)
        if exchange.status in _CANNOT_CREATE:
            raise CannotRunError(
                f"{target.name} creates no key, but returns {exchange.summary}: check --create-keys"
            )
        created = exchange.status == 201 and exchange.item.get("key") == key
        ledger.judge("create.created-201", exchange, created, "201 with the new key")
        if created:
            account.adopt(exchange.item)
        is_known |= exchange.is_telling
    if not is_known:
        raise CannotRunError(
            f"{target.name} creates no key for --create-keys:"
            f" {exchange.problem or exchange.summary}"
        )
