"""Compares responses with the list of all keys while other clients may be using the account."""

from collections.abc import Callable

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.patch_checks import Key
from ..transport.exchange import Exchange

_ATTEMPTS = 3


def compared(
    account: Account, send: Callable[[list[Key]], Exchange], fits: Callable[[Exchange], bool]
) -> tuple[Exchange, bool]:
    """Send a list request and compare it with the list of all keys.

    A response that does not fit counts only if the list of all keys is still the same afterwards.
    Otherwise another client has changed the account, and the comparison starts again.

    Args:
        account: The account under test.
        send: Sends the request, given all keys.
        fits: Whether a response fits all keys, as they are in `account.listing()`.

    Returns:
        The response, and whether it fits.

    Raises:
        UnavailableError: Other clients change the account all the time.
    """
    for _ in range(_ATTEMPTS):
        everything = account.listing()
        exchange = send(everything.items)
        if fits(exchange):
            return exchange, True
        if account.relisted().items == everything.items:
            return exchange, False
    raise UnavailableError("other clients change the account during the run")
