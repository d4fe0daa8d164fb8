"""Requests and judgements shared by the checks of activations and licenses."""

from typing import Any

from ..account.account import Account
from ..contract.oracle import parse_instant
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from .patch_cases import LATER

INVALID_BODY_STATUSES = (400, 422)
_FEW_INSTANCES = 95


def call(account: Account, ledger: Ledger, operation: str, **body: object) -> Exchange:
    """Call an operation of /licenses without a bearer token."""
    exchange = account.send("POST", f"/licenses/{operation}", body, authorization=None)
    ledger.judge("auth.not-needed", exchange, exchange.status != 401, "any status except 401")
    return exchange


def license_key_of(account: Account, key_id: str) -> str:
    """The key string of an allowed key.

    Raises:
        UnavailableError: The API does not return the key string.
    """
    license_key = account.keys[key_id].get("key")
    if not isinstance(license_key, str):
        raise UnavailableError(
            f"requires the key string of {key_id}, which the API does not return"
        )
    return license_key


def key_with_seats(account: Account, seats: int) -> tuple[str, str, int]:
    """Choose a key without a subscription and give it free seats.

    Args:
        account: The account under test.
        seats: How many more instances the key must allow.

    Returns:
        The id of the key, its key string, and how many instances it has.

    Raises:
        UnavailableError: No allowed key can have them.
    """
    key_id = account.pick(subscription=False)
    license_key = license_key_of(account, key_id)
    count = account.keys[key_id].get("instances_count", 0)
    state = {"activations_limit": count + seats, "expires_at": LATER, "disabled": False}
    account.ensure(key_id, state)
    return key_id, license_key, count


def key_with_few_instances(account: Account) -> str:
    """Choose a key whose instances fit on one page with a few more, on a subscription if possible.

    Raises:
        UnavailableError: Every allowed key has too many instances.
    """
    fitting = [
        key_id
        for key_id, key in account.keys.items()
        if (key.get("instances_count") or 0) <= _FEW_INSTANCES
    ]
    if not fitting:
        raise UnavailableError(f"requires an allowed key with at most {_FEW_INSTANCES} instances")
    return max(fitting, key=lambda key_id: bool(account.keys[key_id].get("subscription_id")))


def list_instances(
    account: Account, key_id: str, query: str = "page_size=100", accept: str = "application/json"
) -> Exchange:
    """List the instances of a key, by default the first hundred."""
    target = f"/license_key_instances?license_key_id={key_id}&{query}"
    return account.send("GET", target, headers={"accept": accept})


def is_instance_of(account: Account, key_id: str, made: dict[str, Any], name: str) -> bool:
    """Whether an instance has a name, and the key, customer and product of a key."""
    key = account.keys[key_id]
    shown = (
        *(made.get(each) for each in ("name", "license_key_id", "business_id")),
        _member(made, "customer", "customer_id"),
        _member(made, "product", "product_id"),
    )
    known = (key.get(each) for each in ("business_id", "customer_id", "product_id"))
    return shown == (name, key_id, *known)


def is_newer_than_key(account: Account, key_id: str, made: dict[str, Any]) -> bool:
    """Whether an instance was created after its key, as far as both show a time."""
    created, key_created = (
        parse_instant(each.get("created_at")) for each in (made, account.keys[key_id])
    )
    return created is None or key_created is None or created > key_created


def _member(item: dict[str, Any], name: str, member: str) -> object:
    inner = item.get(name)
    return inner.get(member) if isinstance(inner, dict) else None


def is_same_but_name(known: dict[str, Any], seen: dict[str, Any]) -> bool:
    """Whether two responses show the same instance, whatever its name."""
    created = parse_instant(known.get("created_at")) == parse_instant(seen.get("created_at"))
    names = ("id", "license_key_id", "business_id")
    return created and all(known.get(name) == seen.get(name) for name in names)


def judge_count(account: Account, ledger: Ledger, rule: str, key_id: str, expected: int) -> None:
    """Record whether a key shows a number of instances."""
    seen = account.count(key_id, expected)
    shown = seen.item.get("instances_count")
    ledger.judge(rule, seen, shown == expected, f"instances_count {expected}, not {shown}")


def judge_rejection(
    ledger: Ledger, rule: str, exchange: Exchange, status: int, code_rule: str, code: str
) -> None:
    """Record whether a request is rejected with a status and, if so, with an error code."""
    if ledger.judge(rule, exchange, exchange.status == status, f"{status}"):
        ledger.judge(code_rule, exchange, exchange.item.get("code") == code, code)


def judge_valid(ledger: Ledger, rule: str, exchange: Exchange, valid: bool) -> None:
    """Record whether validate returns 200 with the given `valid`."""
    right = exchange.status == 200 and exchange.item.get("valid") is valid
    ledger.judge(rule, exchange, right, f"200 with valid: {str(valid).lower()}")
