"""Authorization: tokens that are nearly right, tokens in other places, and every operation."""

import base64
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.guard import MARKER, unknown_id
from .near_misses import altered
from .test_authorization import CALLS, Call, expect_401, send_call

if TYPE_CHECKING:
    from ..transport.exchange import Exchange

pytestmark = [pytest.mark.priority(35), pytest.mark.exhaustive]


def basic(credentials: str) -> str:
    """The header that the scheme Basic makes of a user and a password with a colon between them."""
    return "Basic " + base64.b64encode(credentials.encode()).decode()


_JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9."
NEARLY: dict[str, Callable[[str], str]] = {
    "without its last character": lambda token: f"Bearer {token[:-1]}",
    "without its first character": lambda token: f"Bearer {token[1:]}",
    "with another last character": lambda token: f"Bearer {altered(token)}",
    "its first half": lambda token: f"Bearer {token[: len(token) // 2 + 1]}",
    "of the same length": lambda token: f"Bearer {secrets.token_hex(len(token))[: len(token)]}",
    "in quotes": lambda token: f'Bearer "{token}"',
    "with a word after it": lambda token: f"Bearer {token} x",
    "in a list": lambda token: f"Bearer {MARKER},{token}",
    "null": lambda _token: "Bearer null",
    "an unsigned JWT": lambda _token: f"Bearer {_JWT}",
}
SCHEMES: dict[str, Callable[[str], str]] = {
    "twice": lambda token: f"Bearer Bearer {token}",
    "Basic, as the user": lambda token: basic(f"{token}:"),
    "Basic, as the password": lambda token: basic(f"user:{token}"),
}
FURTHER_CALLS = (
    Call("GET", "/license_keys?page_number=1&page_size=1"),
    Call("GET", "/license_keys?customer_id={customer}"),
    Call("GET", "/license_keys?status=active"),
    Call("GET", "/license_key_instances?license_key_id={key}"),
    Call("PATCH", "/license_keys/{key}", {}),
    Call("POST", "/license_keys", {}),
    Call("GET", "/license_keys?page_size=ten"),
)


@pytest.mark.rules("auth.unknown-token-401", "auth.code")
@pytest.mark.parametrize("form", NEARLY)
def test_nearly_right_token(account: Account, ledger: Ledger, form: str) -> None:
    """A token that is nearly the right one returns 401."""
    _expect_unknown(account, ledger, "auth.unknown-token-401", NEARLY[form])


@pytest.mark.rules("auth.other-scheme-401", "auth.code")
@pytest.mark.parametrize("form", SCHEMES)
def test_other_scheme(account: Account, ledger: Ledger, form: str) -> None:
    """The right token under another scheme returns 401."""
    _expect_unknown(account, ledger, "auth.other-scheme-401", SCHEMES[form])


@pytest.mark.rules("auth.missing-token-401", "auth.code")
def test_token_elsewhere(account: Account, ledger: Ledger) -> None:
    """The right token anywhere but in the Authorization header returns 401.

    On a remote API, the token is not put into a URL, because URLs are logged.
    """
    query, headers = elsewhere(account)
    call = Call("GET", f"/license_keys?{query}")
    expect_401(ledger, "auth.missing-token-401", send_call(account, call, None, headers))


def elsewhere(account: Account) -> tuple[str, dict[str, str]]:
    """The token in the query, on this machine only, and in the headers where an API may read it."""
    names = ("api_key", "access_token", "token", "key") if account.is_local else ()
    headers = {
        **dict.fromkeys(("x-api-key", "api-key", "x-auth-token"), account.token),
        "proxy-authorization": f"Bearer {account.token}",
        "cookie": f"token={account.token}",
        "x-forwarded-for": "127.0.0.1",
        "x-real-ip": "127.0.0.1",
    }
    return "&".join(f"{name}={account.token}" for name in names), headers


@pytest.mark.rules("auth.missing-token-401", "auth.code")
@pytest.mark.parametrize("call", FURTHER_CALLS, ids=lambda call: f"{call.method} {call.path}")
def test_token_is_required_on(account: Account, ledger: Ledger, call: Call) -> None:
    """Filtered lists, later pages, empty and invalid bodies do not do without a token."""
    if call is FURTHER_CALLS[0]:
        # A connection must not stay authorized after a request with a token.
        account.refresh(account.pick())
    expect_401(ledger, "auth.missing-token-401", send_call(account, call, None))


@pytest.mark.rules("auth.unknown-token-401", "auth.code")
@pytest.mark.parametrize("call", CALLS[3:], ids=lambda call: f"{call.method} {call.path}")
def test_unknown_token_on(account: Account, ledger: Ledger, call: Call) -> None:
    """Every operation that requires a token rejects an unknown one."""
    exchange = send_call(account, call, f"Bearer {MARKER}")
    expect_401(ledger, "auth.unknown-token-401", exchange)


@pytest.mark.rules("auth.missing-token-401")
def test_head_without_token(account: Account, ledger: Ledger) -> None:
    """HEAD shows nothing of a key to a request without a token."""
    path = f"/license_keys/{account.pick()}"
    exchange = account.send("HEAD", path, authorization=None)
    rejected = exchange.status >= 400
    ledger.judge("auth.missing-token-401", exchange, rejected, "401 or another rejection")


@pytest.mark.rules("auth.before-404")
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_before_404_of_instance(account: Account, ledger: Ledger, method: str) -> None:
    """An unauthorized request for an unknown instance returns 401."""
    body = {"name": MARKER} if method == "PATCH" else None
    call = Call(method, f"/license_key_instances/{unknown_id('lki')}", body)
    expect_401(ledger, "auth.before-404", send_call(account, call, None))


@pytest.mark.rules("auth.changes-nothing")
def test_rejected_creation_creates_nothing(account: Account, ledger: Ledger) -> None:
    """A creation with an unknown token returns 401 and creates no key."""
    if account.create_for is None:
        raise UnavailableError("requires permission to create keys: use --create-keys")
    customer_id, product_id = account.create_for
    key = f"{account.marker}-unauthorized"
    body = {"key": key, "customer_id": customer_id, "product_id": product_id}
    account.send("POST", "/license_keys", body, authorization=f"Bearer {MARKER}")
    validated = account.send("POST", "/licenses/validate", {"license_key": key})
    absent = validated.item.get("valid") is not True
    ledger.judge("auth.changes-nothing", validated, absent, "an unknown key")


@pytest.mark.rules("auth.changes-nothing")
def test_rejected_forms_change_nothing(account: Account) -> None:
    """None of these requests changed the key, and neither did a PATCH with another scheme."""
    key_id = account.pick()
    body = {"activations_limit": 2_000_000_001}
    account.send("PATCH", f"/license_keys/{key_id}", body, authorization=basic(account.token))
    account.read(key_id, "auth.changes-nothing")


def _expect_unknown(
    account: Account, ledger: Ledger, rule: str, form: Callable[[str], str]
) -> None:
    authorization = form(account.token)
    if len(account.token) < 2 or authorization == f"Bearer {account.token}":
        raise UnavailableError("requires a token of at least two characters")
    exchange: Exchange = account.send("GET", "/license_keys", authorization=authorization)
    expect_401(ledger, rule, exchange)
