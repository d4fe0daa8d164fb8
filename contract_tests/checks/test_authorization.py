"""Authorization: every invalid form on every operation that requires a token."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from ..transport.guard import MARKER, unknown_id

pytestmark = pytest.mark.priority(30)

WRONG: dict[str, list[str | None]] = {
    "auth.missing-token-401": [None],
    "auth.unknown-token-401": ["Bearer no-such-token", "Bearer {token}x", "Bearer {other_case}"],
    "auth.empty-token-401": ["Bearer", ""],
    "auth.other-scheme-401": ["{token}", "Token {token}", "Basic bm86Ym9keQ=="],
}


# Further variants of the same rules.
_EXHAUSTIVE_FORMS = (None, "", "Basic bm86Ym9keQ==", "Bearer {token}x", "Bearer {other_case}")


@dataclass(frozen=True)
class Call:
    """A request that requires a bearer token.

    Attributes:
        method: The method in capitals.
        path: Path and query. `{key}` stands for an allowed key, `{customer}` and `{product}` for
            what it belongs to, `{unknown}` and `{instance}` for invented ids.
        body: A JSON value to send, None for none.
        content: A raw body to send instead.
    """

    method: str
    path: str
    body: object = None
    content: bytes = b""


CALLS = (
    Call("PATCH", "/license_keys/{key}", {"activations_limit": 2_000_000_001}),
    Call("GET", "/license_keys/{key}"),
    Call("GET", "/license_keys"),
    Call("GET", "/license_key_instances"),
    Call("GET", "/license_key_instances/{instance}"),
    Call("PATCH", "/license_key_instances/{instance}", {"name": "contract test"}),
    Call("POST", "/license_keys", {"key": MARKER, "customer_id": MARKER, "product_id": MARKER}),
)


def _wrong_calls() -> Iterator[object]:
    """Every invalid form on the first three calls. All but the essential ones are exhaustive."""
    for number, call in enumerate(CALLS[:3]):
        for rule, forms in WRONG.items():
            for form in forms:
                is_essential = number == 0 and form not in _EXHAUSTIVE_FORMS
                yield pytest.param(
                    call,
                    rule,
                    form,
                    id=f"{rule} {form} {call.method} {call.path}",
                    marks=[pytest.mark.rules(rule)]
                    + ([] if is_essential else [pytest.mark.exhaustive]),
                )


@pytest.mark.rules("auth.code")
@pytest.mark.parametrize(("call", "rule", "form"), list(_wrong_calls()))
def test_wrong_authorization(
    account: Account, ledger: Ledger, call: Call, rule: str, form: str | None
) -> None:
    """An invalid authorization returns 401."""
    other_case = account.token.swapcase()
    if form == "Bearer {other_case}" and other_case == account.token:
        raise UnavailableError("requires a token that contains letters")
    authorization = form and form.format(token=account.token, other_case=other_case)
    expect_401(ledger, rule, send_call(account, call, authorization))


@pytest.mark.rules("auth.missing-token-401")
@pytest.mark.parametrize(
    "call",
    [
        pytest.param(
            call,
            id=f"{call.method} {call.path}",
            marks=[pytest.mark.exhaustive] if call.method == "GET" and "{" in call.path else [],
        )
        for call in CALLS[1:]
    ],
)
def test_token_is_required(account: Account, ledger: Ledger, call: Call) -> None:
    """Every operation that requires a token rejects a request without one."""
    expect_401(ledger, "auth.missing-token-401", send_call(account, call, None))


@pytest.mark.rules("auth.before-404")
@pytest.mark.parametrize("method", ["GET", pytest.param("PATCH", marks=pytest.mark.exhaustive)])
def test_before_404(account: Account, ledger: Ledger, method: str) -> None:
    """An unauthorized request for an unknown id returns 401."""
    call = Call(method, f"/license_keys/{unknown_id('lic')}", {} if method == "PATCH" else None)
    expect_401(ledger, "auth.before-404", send_call(account, call, None))


@pytest.mark.rules("auth.before-body")
@pytest.mark.parametrize(
    "content", [b"{", b'{"activations_limit": "x"}'], ids=["malformed", "invalid"]
)
def test_before_body(account: Account, ledger: Ledger, content: bytes) -> None:
    """An unauthorized request with an invalid body returns 401."""
    exchange = account.send(
        "PATCH",
        f"/license_keys/{unknown_id('lic')}",
        content=content,
        headers={"content-type": "application/json"},
        authorization=None,
    )
    expect_401(ledger, "auth.before-body", exchange)


@pytest.mark.rules("auth.changes-nothing")
def test_rejected_requests_change_nothing(account: Account) -> None:
    """The rejected PATCHes changed nothing."""
    account.read(account.pick(), "auth.changes-nothing")


def send_call(
    account: Account,
    call: Call,
    authorization: str | None,
    headers: dict[str, str] | None = None,
) -> Exchange:
    """Send a call with the whole Authorization header, None for no header."""
    path = call.path.replace("{instance}", unknown_id("lki")).replace(
        "{unknown}", unknown_id("lic")
    )
    if "{" in path:
        key_id = account.pick()
        key = account.keys[key_id]
        path = path.replace("{key}", key_id)
        for name in ("customer", "product"):
            path = path.replace(f"{{{name}}}", quote(str(key.get(f"{name}_id")), safe=""))
    if call.body is not None:
        return account.send(
            call.method, path, call.body, headers=headers, authorization=authorization
        )
    if call.content:
        headers = {"content-type": "application/json", **(headers or {})}
    return account.send(
        call.method, path, content=call.content, headers=headers, authorization=authorization
    )


def expect_401(ledger: Ledger, rule: str, exchange: Exchange) -> bool:
    """Record whether a response is a 401 with its code, and return whether it is a 401."""
    is_401 = ledger.judge(rule, exchange, exchange.status == 401, "401")
    if is_401:
        code = exchange.item.get("code")
        ledger.judge("auth.code", exchange, code == "UNAUTHORIZED", "UNAUTHORIZED")
    return is_401
