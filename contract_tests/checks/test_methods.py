"""Methods on keys that the run created, and HEAD, OPTIONS and TRACE."""

import pytest

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from ..transport.guard import MARKER, unknown_id
from .created import created_key
from .methods import RULE, judge_not_allowed

pytestmark = [pytest.mark.priority(75), pytest.mark.exhaustive, pytest.mark.rules(RULE)]

_BODY = {"activations_limit": 77}
_OVERRIDES = dict.fromkeys(
    ("x-http-method-override", "x-http-method", "x-method-override"), "PATCH"
)


def _created_id(account: Account) -> str:
    return str(created_key(account)["id"])


@pytest.mark.parametrize("method", ["DELETE", "PUT", "POST", "PROPFIND"])
def test_undocumented_method_on_a_key(account: Account, ledger: Ledger, method: str) -> None:
    """A method that is not documented for a key is rejected and changes nothing."""
    key_id = _created_id(account)
    path = f"/license_keys/{key_id}"
    if method in ("DELETE", "PROPFIND"):
        exchange = account.send(method, path)
    else:
        exchange = account.send(method, path, _BODY)
    judge_not_allowed(ledger, exchange)
    account.read(key_id, RULE)


def test_method_is_not_overridden(account: Account, ledger: Ledger) -> None:
    """Neither a header nor a parameter overrides the method of a request."""
    key_id = _created_id(account)
    path = f"/license_keys/{key_id}?_method=PATCH"
    judge_not_allowed(ledger, account.send("POST", path, _BODY, headers=_OVERRIDES))
    account.read(key_id, RULE)


@pytest.mark.combined
def test_method_of_an_unknown_key(account: Account, ledger: Ledger) -> None:
    """POST to an id is rejected, and what overrides a method elsewhere does not change that."""
    path = f"/license_keys/{unknown_id('lic')}"
    exchange = account.send("POST", f"{path}?_method=PATCH", _BODY, headers=_OVERRIDES)
    if exchange.status != 405:
        judge_not_allowed(ledger, account.send("POST", path, _BODY))
    judge_not_allowed(ledger, exchange)


def test_put_of_an_instance(account: Account, ledger: Ledger) -> None:
    """PUT of an instance is rejected, whether or not its id is known."""
    path = f"/license_key_instances/{MARKER}"
    judge_not_allowed(ledger, account.send("PUT", path, {"name": MARKER}))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE"])
def test_method_of_http(account: Account, ledger: Ledger, method: str) -> None:
    """HEAD, OPTIONS and TRACE are supported as HTTP defines them, or rejected."""
    key_id = account.pick() if method != "TRACE" else unknown_id("lic")
    exchange = account.send(method, f"/license_keys/{key_id}")
    permitted = exchange.status in ({200, 405, 501} if method == "HEAD" else _SUPPORTED)
    permitted = permitted and not _shows_secrets(account, exchange)
    ledger.judge(RULE, exchange, permitted, "200, 204 or 405, with neither a key nor the token")


def test_method_of_the_list(account: Account, ledger: Ledger) -> None:
    """PATCH of the list is rejected and changes no key."""
    if not account.is_local:
        raise UnavailableError("requires an API on this machine")
    key_id = _created_id(account)
    exchange = account.send("PATCH", "/license_keys", {"activations_limit": 2_000_000_002})
    judge_not_allowed(ledger, exchange)
    account.read(key_id, RULE)


# A shorter string can be in a body by chance.
_SECRET = 8
_SUPPORTED = frozenset({200, 204, 400, 403, 404, 405, 501})


def _shows_secrets(account: Account, exchange: Exchange) -> bool:
    text = exchange.body.decode("utf-8", "replace")
    strings = [str(key.get("key")) for key in account.keys.values()]
    return any(len(each) >= _SECRET and each in text for each in (account.token, *strings))
