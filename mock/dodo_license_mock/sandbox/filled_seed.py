"""A seed with any number of license keys in many states."""

from collections.abc import Iterator

from ..domain.models import State
from .seeds import Seed, SeedCustomer, SeedInstance, SeedKey, stable_id, state_of

MAX_KEYS = 10_000_000
_MAX_CUSTOMERS = 10_000


def filled_state(count: int) -> State:
    """Return a state with a number of keys, and a customer for every ten of them.

    A tenth of the keys has an instance, a fifth a limit and a seventh a subscription. One in 25 is
    disabled and one in 20 expired. The same number always returns the same keys.
    """
    customers = tuple(
        SeedCustomer(stable_id("cus", number))
        for number in range(min(max(count // 10, 1), _MAX_CUSTOMERS))
    )
    return state_of(Seed(tuple(_keys(count, customers)), customers))


def _keys(count: int, customers: tuple[SeedCustomer, ...]) -> Iterator[SeedKey]:
    instances = (SeedInstance(),)
    for number in range(count):
        has_subscription = number % 7 == 6
        expires = "2024-06-01T00:00:00Z" if number % 20 == 19 else "2099-12-31T23:59:59Z"
        yield SeedKey(
            customer_id=customers[number // 10 % len(customers)].customer_id,
            subscription_id=stable_id("sub", number) if has_subscription else None,
            activations_limit=5 if number % 5 == 0 else None,
            disabled=number % 25 == 24,
            expires_at=expires if number % 4 == 3 and not has_subscription else None,
            instances=instances if number % 10 == 0 else (),
        )
