"""Requests and judgements shared by the checks of activations and licenses."""

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange

INVALID_BODY_STATUSES = (400, 422)


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
